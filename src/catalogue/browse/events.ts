import type { Viewer } from '../../domain/account.js';
import {
  type CatalogueEvent,
  type EventBounds,
  type EventFilter,
  explainUnknown,
  maxFilterValues,
  readPlace,
} from '../../domain/event.js';
import { isUuid } from '../../domain/name.js';
import type { Page, PageRequest } from '../../domain/page.js';
import { badInput } from '../../errors.js';
import { assertAllowed } from '../access.js';
import type { Follower, RequestContext, SeenParts } from '../context.js';
import { assertStillKept, createEventSight, EventFeed, type EventFeedParts, searchBudget } from './eventfeed.js';
import type { RegistryBrowsing } from './registries.js';

/** Parts of the catalogue that it uses. */
export interface EventBrowsingParts extends EventFeedParts, SeenParts {
  readonly registryBrowsing: RegistryBrowsing;
}

/** One who follows events, from a place on. */
export interface EventFollower extends Follower<CatalogueEvent> {
  /**
   * The id of the last event that it has looked at and that its viewer sees, whether or not that was given: one that is
   * hidden is told nobody, and nobody could go on after it. Those that `next` gave are taken, and count, once it is
   * asked for more.
   */
  readonly place: number;
}

export class EventBrowsing {
  readonly #parts: EventBrowsingParts;
  readonly #feed: EventFeed;

  constructor(parts: EventBrowsingParts) {
    this.#parts = parts;
    this.#feed = new EventFeed(parts);
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
    if (after !== null) await assertStillKept(eventLog, place);
    const isSeen = await createEventSight(context.viewer, this.#parts, found);
    return {
      items: found.slice(0, first).filter(isSeen),
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
    const { eventTail } = this.#parts;
    const leave = await eventTail.join();
    try {
      let place = await this.#findBegin(context.viewer, context, after);
      let given = { upTo: place, seenUpTo: place };
      return {
        next: async ({ viewer, call: { signal }, seen }) => {
          assertAllowed(viewer, 'read');
          place = given.seenUpTo;
          const reader = { caller: viewer.accountId, signal, viewer, seen };
          const { events, upTo, seenUpTo } = await this.#feed.read(reader, filter, given.upTo);
          given = { upTo, seenUpTo: seenUpTo ?? place };
          return events;
        },
        stillSeen: async ({ viewer, seen }, untold) => {
          assertAllowed(viewer, 'read');
          const left = untold.filter(await createEventSight(viewer, seen, untold));
          given = { upTo: given.upTo, seenUpTo: left.at(-1)?.id ?? place };
          return left;
        },
        get place() {
          return place;
        },
        isOver: false,
        wait: (signal) => {
          place = given.seenUpTo;
          return eventTail.wait(given.upTo, signal);
        },
        close: leave,
      };
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** The look for the newest that is seen may pass over many. */
  #findBegin({ accountId }: Viewer, { call: { signal } }: RequestContext, after: string | null): Promise<number> {
    const { eventLog, readAs } = this.#parts;
    return readAs({ caller: accountId, signal, budget: searchBudget }, async () => {
      const bounds = await eventLog.bounds();
      return this.#readPlace(after, bounds, bounds.end);
    });
  }

  /** See `readPlace` of domain/event.ts: a place is the id of an event, so that one that was lost is found out. */
  async #readPlace(after: string | null, bounds: EventBounds, absent: number): Promise<number> {
    const place = readPlace(after, bounds, absent);
    if (after === null || place === bounds.start || (await this.#parts.eventLog.has(place))) return place;
    throw explainUnknown(place, bounds.end);
  }
}

function assertFilter({ registryIds, kinds }: EventFilter): void {
  const lists = [['registries', registryIds] as const, ['kinds', kinds] as const];
  for (const [name, values] of lists)
    if (values && values.length > maxFilterValues)
      throw badInput(`"${name}" takes up to ${maxFilterValues} values, got ${values.length}.`, 'filter', name);
}
