import type { Viewer } from '../../domain/account.js';
import { assertKept, type CatalogueEvent, type EventFilter, type EventIds, matchesFilter } from '../../domain/event.js';
import { isAllowed } from '../access.js';
import type { SeenParts } from '../context.js';
import type { CatalogueParts } from '../parts.js';
import { listVisiblePlaces, seesEvent } from '../visibility.js';
import { createEventIds } from './eventids.js';

/** Events that somebody who is behind is given at a time. */
const atATime = 200;

/** Events that are looked at for them in one statement, of which the filter may want none: some 20 ms of CPU. */
const searchedAtATime = 50_000;

/** Milliseconds of CPU that one such statement may take. */
export const searchBudget = 1000;

/** Parts of the catalogue that it uses. */
export type EventFeedParts = Pick<CatalogueParts, 'eventCode' | 'eventTail' | 'readAs'>;

/** For whom events are searched for: see `Asker`. */
export interface EventReader {
  readonly caller: string;
  readonly signal: AbortSignal;
  readonly viewer: Viewer | null;
  /** The stores as that viewer sees them now. */
  readonly seen: SeenParts;
}

/** The events after a place that somebody is given. */
export interface FoundEvents {
  readonly events: readonly CatalogueEvent[];
  /** The id up to which that is all that the filter wants, which may be of an event that is not seen. */
  readonly upTo: number;
  /** The id of the last one up to there that is seen, whether it is wanted or not; null: none is known. */
  readonly seenUpTo: number | null;
}

/** Gives events to whoever follows them: clients that have a stream open, and webhooks. */
export class EventFeed {
  readonly #parts: EventFeedParts;

  constructor(parts: EventFeedParts) {
    this.#parts = parts;
  }

  /**
   * Gives events after a place that the reader sees. Who keeps up is given what is in memory; who is behind has it
   * searched for. For who has joined the tail. Throws EVENTS_GONE.
   */
  async read(reader: EventReader, filter: EventFilter, place: number): Promise<FoundEvents> {
    const { eventTail } = this.#parts;
    const { end } = eventTail;
    const held = eventTail.after(place);
    if (!held) return this.#search(reader, filter, place, end);
    const isSeen = await createEventSight(reader.viewer, reader.seen, held);
    return {
      events: held.filter((event) => matchesFilter(filter, event) && isSeen(event)),
      upTo: held.at(-1)?.id ?? place,
      seenUpTo: held.findLast(isSeen)?.id ?? null,
    };
  }

  async #search(reader: EventReader, filter: EventFilter, place: number, end: number): Promise<FoundEvents> {
    const { eventCode, eventTail, readAs } = this.#parts;
    const { caller, signal, viewer, seen } = reader;
    // Events that are hidden are passed over as those that are not wanted: however many, so many at a time.
    const upTo = Math.min(end, (await eventTail.reach(place, searchedAtATime)) ?? place);
    const asker = { caller, signal, budget: searchBudget };
    const found = await readAs(asker, () => seen.eventLog.find(filter, place, atATime, upTo));
    // Those that were pruned before they were found would be passed over.
    await assertStillKept(seen.eventLog, place, createEventIds(viewer, eventCode));
    const events = found.filter(await createEventSight(viewer, seen, found));
    if (found.length === atATime) return { events, upTo: found.at(-1)!.id, seenUpTo: events.at(-1)?.id ?? null };
    return { events, upTo, seenUpTo: listVisiblePlaces(viewer) === null ? upTo : (events.at(-1)?.id ?? null) };
  }
}

/** Throws EVENTS_GONE where events right after this id are not kept any more. */
export async function assertStillKept(eventLog: SeenParts['eventLog'], place: number, ids: EventIds): Promise<void> {
  if (place < (await eventLog.start())) assertKept(place, ids, await eventLog.bounds());
}

/**
 * The one place that says which of these events somebody is told of: a client by a list or a stream, and the owner of a
 * webhook.
 */
export async function createEventSight(
  viewer: Viewer | null,
  { registries }: Pick<SeenParts, 'registries'>,
  events: readonly CatalogueEvent[],
): Promise<(event: CatalogueEvent) => boolean> {
  if (events.length === 0) return () => false;
  const attached = new Map((await registries.list()).map((registry) => [registry.id, registry]));
  return (event) => {
    const { registryId, repository, tag } = event;
    const registry = attached.get(registryId);
    if (!seesEvent(viewer, event, registry !== undefined)) return false;
    // Of a registry that is detached there is nothing more to be protected than what all may read.
    if (!registry) return isAllowed(viewer, 'read');
    return isAllowed(viewer, 'read', { registry, ...(repository && { repository }), ...(tag && { tags: [tag] }) });
  };
}
