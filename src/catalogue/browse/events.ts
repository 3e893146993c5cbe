import type { Viewer } from '../../domain/account.js';
import {
  type ActivityFilter,
  type CatalogueEvent,
  type EventBounds,
  type EventFilter,
  type EventIds,
  explainUnknown,
  readPlace,
  type ToldEvent,
} from '../../domain/event.js';
import { assertFewValues } from '../../domain/filter.js';
import { isUuid } from '../../domain/name.js';
import { badCursor, type Page, type PageRequest } from '../../domain/page.js';
import { assertAllowed } from '../access.js';
import type { Follower, RequestContext, SeenParts } from '../context.js';
import { assertStillKept, createEventSight, EventFeed, type EventFeedParts, searchBudget } from './eventfeed.js';
import { createEventIds } from './eventids.js';
import type { RegistryBrowsing } from './registries.js';

/** Parts of the catalogue that it uses. */
export interface EventBrowsingParts extends EventFeedParts, SeenParts {
  readonly registryBrowsing: RegistryBrowsing;
}

/** One who follows events, from a place on. */
export interface EventFollower extends Follower<ToldEvent> {
  /**
   * The id of the last event that it has looked at and that its viewer sees, whether or not that was given: one that is
   * hidden is told nobody, and nobody could go on after it. Those that `next` gave are taken, and count, once it is
   * asked for more.
   */
  readonly place: string;
}

export class EventBrowsing {
  readonly #parts: EventBrowsingParts;
  readonly #feed: EventFeed;

  constructor(parts: EventBrowsingParts) {
    this.#parts = parts;
    this.#feed = new EventFeed(parts);
  }

  /** Returns a page of what is kept, the oldest first. Throws BAD_USER_INPUT, EVENTS_GONE naming `after`. */
  async list(context: RequestContext, filter: EventFilter, page: PageRequest): Promise<Page<ToldEvent>> {
    const { first, after } = page;
    assertAllowed(context.viewer, 'read');
    assertFilter(filter);
    const { eventLog } = this.#parts;
    const bounds = await eventLog.bounds();
    const ids = this.#idsFor(context.viewer);
    const place = await this.#readPlace(after, ids, bounds, bounds.start);
    const found = await eventLog.find(filter, place, first + 1);
    // A page after an id has all that came after it, or is refused.
    if (after !== null) await assertStillKept(eventLog, place, ids);
    return this.#toPage(context, filter, page, found);
  }

  /** Returns a page of what is kept, the newest first. Throws BAD_USER_INPUT. */
  async listBack(context: RequestContext, filter: ActivityFilter, page: PageRequest): Promise<Page<ToldEvent>> {
    const { first, after } = page;
    assertAllowed(context.viewer, 'read');
    assertFilter(filter);
    const { eventLog } = this.#parts;
    const ids = this.#idsFor(context.viewer);
    const before = after === null ? null : ids.read(after);
    if (after !== null && before === null) throw badCursor();
    const found = await eventLog.findBack(filter, before, first + 1);
    return this.#toPage(context, filter, page, found);
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
  async findNewest(context: RequestContext): Promise<string> {
    assertAllowed(context.viewer, 'read');
    return this.#idsFor(context.viewer).write((await this.#parts.eventLog.bounds()).end);
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
      let ids = this.#idsFor(context.viewer);
      let place = await this.#findBegin(context, ids, after);
      let given: GivenEvents = { events: [], upTo: place, seenUpTo: place };
      return {
        next: async ({ viewer, call: { signal }, seen }) => {
          assertAllowed(viewer, 'read');
          ids = this.#idsFor(viewer);
          place = given.seenUpTo;
          const reader = { caller: viewer.accountId, signal, viewer, seen };
          const { events, upTo, seenUpTo } = await this.#feed.read(reader, filter, given.upTo);
          given = { events, upTo, seenUpTo: seenUpTo ?? place };
          return tell(events, ids);
        },
        stillSeen: async ({ viewer, seen }, untold) => {
          assertAllowed(viewer, 'read');
          ids = this.#idsFor(viewer);
          const last = given.events.slice(given.events.length - untold);
          const events = last.filter(await createEventSight(viewer, seen, last));
          given = { events, upTo: given.upTo, seenUpTo: events.at(-1)?.id ?? place };
          return tell(events, ids);
        },
        get place() {
          return ids.write(place);
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
  #findBegin({ viewer, call: { signal } }: RequestContext, ids: EventIds, after: string | null): Promise<number> {
    const { eventLog, readAs } = this.#parts;
    return readAs({ caller: viewer!.accountId, signal, budget: searchBudget }, async () => {
      const bounds = await eventLog.bounds();
      return this.#readPlace(after, ids, bounds, bounds.end);
    });
  }

  /** `found`: one more than the page has, where others follow. */
  async #toPage(
    { viewer }: RequestContext,
    filter: ActivityFilter,
    { first, after }: PageRequest,
    found: readonly CatalogueEvent[],
  ): Promise<Page<ToldEvent>> {
    const isSeen = await createEventSight(viewer, this.#parts, found);
    return {
      items: tell(found.slice(0, first).filter(isSeen), this.#idsFor(viewer)),
      hasNextPage: found.length > first,
      hasPreviousPage: after !== null,
      totalCount: () => this.#parts.eventLog.count(filter),
      cursorOf: ({ id }) => id,
    };
  }

  #idsFor(viewer: Viewer | null): EventIds {
    return createEventIds(viewer, this.#parts.eventCode);
  }

  /** See `readPlace` of domain/event.ts: a place is the id of an event, so that one that was lost is found out. */
  async #readPlace(after: string | null, ids: EventIds, bounds: EventBounds, absent: number): Promise<number> {
    const place = readPlace(after, ids, bounds, absent);
    if (after === null || place === bounds.start || (await this.#parts.eventLog.has(place))) return place;
    throw explainUnknown(after, ids.write(bounds.end));
  }
}

/** Those that a follower was given last, and how far that went: see `FoundEvents`. */
interface GivenEvents {
  readonly events: readonly CatalogueEvent[];
  readonly upTo: number;
  readonly seenUpTo: number;
}

function tell(events: readonly CatalogueEvent[], ids: EventIds): ToldEvent[] {
  return events.map((event) => ({ ...event, id: ids.write(event.id) }));
}

function assertFilter({ registryIds: registries, kinds }: EventFilter): void {
  assertFewValues({ registries, kinds });
}
