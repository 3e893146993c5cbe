import {
  assertKept,
  type CatalogueEvent,
  type EventBounds,
  type EventFilter,
  explainUnknown,
  matchesFilter,
  maxFilterValues,
  readPlace,
} from '../../domain/event.js';
import { isUuid } from '../../domain/name.js';
import type { Page, PageRequest } from '../../domain/page.js';
import { badInput } from '../../errors.js';
import { assertAllowed, isAllowed } from '../access.js';
import type { Follower, RequestContext } from '../context.js';
import type { CatalogueParts } from '../parts.js';
import type { RegistryBrowsing } from './registries.js';

/** Events that somebody who is behind is given at a time. */
const atATime = 200;

/** Events that are looked at for them in one statement, of which the filter may want none: some 20 ms of CPU. */
const searchedAtATime = 50_000;

/** Milliseconds of CPU that one such statement may take. */
const searchBudget = 1000;

/** Parts of the catalogue that it uses. */
export interface EventBrowsingParts extends Pick<CatalogueParts, 'eventLog' | 'eventTail' | 'readAs' | 'registries'> {
  readonly registryBrowsing: RegistryBrowsing;
}

/** One who follows events, from a place on. */
export interface EventFollower extends Follower<CatalogueEvent> {
  /**
   * The id of the last event that it has looked at, whether or not that was given. Those that `next` gave are taken,
   * and count, once it is asked for more.
   */
  readonly place: number;
}

export class EventBrowsing {
  readonly #parts: EventBrowsingParts;

  constructor(parts: EventBrowsingParts) {
    this.#parts = parts;
  }

  /** Returns a page of what is kept, the oldest first. Throws BAD_USER_INPUT, EVENTS_GONE naming `after`. */
  async list(
    context: RequestContext,
    filter: EventFilter,
    { first, after }: PageRequest,
  ): Promise<Page<CatalogueEvent>> {
    assertAllowed(context.viewer, 'read');
    assertFilter(filter);
    const { eventLog } = this.#parts;
    const bounds = await eventLog.bounds();
    const place = await this.#readPlace(after, bounds, bounds.start);
    const found = await eventLog.find(filter, place, first + 1);
    // A page after an id has all that came after it, or is refused.
    if (after !== null) assertKept(place, await eventLog.bounds());
    const seen = await this.#leaveUnseen(context, found.slice(0, first));
    return {
      items: seen,
      hasNextPage: found.length > first,
      hasPreviousPage: after !== null,
      totalCount: () => eventLog.count(filter),
      cursorOf: ({ id }) => `${id}`,
    };
  }

  /**
   * Returns the ids of these registries, names or UUIDs; a UUID may be that of one that is detached, of which there are
   * events. Throws NOT_FOUND for a name of none.
   */
  findRegistries(context: RequestContext, names: readonly string[]): Promise<string[]> {
    assertFilter({ registryIds: names });
    const { registryBrowsing } = this.#parts;
    return Promise.all(
      names.map(async (name) => {
        if (isUuid(name) && !(await registryBrowsing.findKnown(context, name))) return name;
        return (await registryBrowsing.find(context, name)).id;
      }),
    );
  }

  /** Returns the id of the newest event, after which all that is new comes. */
  async findNewest(context: RequestContext): Promise<number> {
    assertAllowed(context.viewer, 'read');
    return (await this.#parts.eventLog.bounds()).end;
  }

  /**
   * Begins to follow: after the event of this id, or from now on. Throws BAD_USER_INPUT, EVENTS_GONE naming `after`.
   */
  async follow(context: RequestContext, after: string | null, filter: EventFilter): Promise<EventFollower> {
    assertAllowed(context.viewer, 'read');
    assertFilter(filter);
    const { eventLog, eventTail } = this.#parts;
    const leave = await eventTail.join();
    try {
      const bounds = await eventLog.bounds();
      let place = await this.#readPlace(after, bounds, bounds.end);
      let given = place;
      return {
        next: async (now) => {
          assertAllowed(now.viewer, 'read');
          place = given;
          const { events, upTo } = await this.#read(now, filter, place);
          const seen = await this.#leaveUnseen(now, events);
          given = upTo;
          return seen;
        },
        get place() {
          return place;
        },
        isOver: false,
        wait: (signal) => {
          place = given;
          return eventTail.wait(place, signal);
        },
        close: leave,
      };
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** See `readPlace` of domain/event.ts: a place is the id of an event, so that one that was lost is found out. */
  async #readPlace(after: string | null, bounds: EventBounds, absent: number): Promise<number> {
    const place = readPlace(after, bounds, absent);
    if (after === null || place === bounds.start || (await this.#parts.eventLog.has(place))) return place;
    throw explainUnknown(place, bounds.end);
  }

  /** Who keeps up is given what is in memory; who is behind has it searched for. */
  async #read(
    { viewer, call: { signal } }: RequestContext,
    filter: EventFilter,
    place: number,
  ): Promise<{ readonly events: readonly CatalogueEvent[]; readonly upTo: number }> {
    const { eventLog, eventTail, readAs } = this.#parts;
    const { end } = eventTail;
    const held = eventTail.after(place);
    if (held) return { events: held.filter((event) => matchesFilter(filter, event)), upTo: held.at(-1)?.id ?? place };
    const upTo = Math.min(end, (await eventLog.reach(place, searchedAtATime)) ?? place);
    const asker = { caller: viewer?.accountId ?? '', signal, budget: searchBudget };
    const events = await readAs(asker, () => eventLog.find(filter, place, atATime, upTo));
    // Those that were pruned before they were found would be passed over.
    assertKept(place, await eventLog.bounds());
    return { events, upTo: events.length < atATime ? upTo : events.at(-1)!.id };
  }

  async #leaveUnseen(
    { viewer }: RequestContext,
    events: readonly CatalogueEvent[],
  ): Promise<readonly CatalogueEvent[]> {
    if (events.length === 0) return events;
    const attached = new Map((await this.#parts.registries.list()).map((registry) => [registry.id, registry]));
    return events.filter(({ registryId, repository, tag }) => {
      const registry = attached.get(registryId);
      // Of a registry that is detached there is nothing more to be protected than what all may read.
      if (!registry) return isAllowed(viewer, 'read');
      return isAllowed(viewer, 'read', { registry, ...(repository && { repository }), ...(tag && { tags: [tag] }) });
    });
  }
}

function assertFilter({ registryIds, kinds }: EventFilter): void {
  const lists = [['registries', registryIds] as const, ['kinds', kinds] as const];
  for (const [name, values] of lists)
    if (values && values.length > maxFilterValues)
      throw badInput(`"${name}" takes up to ${maxFilterValues} values, got ${values.length}.`, 'filter', name);
}
