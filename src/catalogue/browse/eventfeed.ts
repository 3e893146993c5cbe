import type { Viewer } from '../../domain/account.js';
import { assertKept, type CatalogueEvent, type EventFilter, matchesFilter } from '../../domain/event.js';
import { isAllowed } from '../access.js';
import type { CatalogueParts } from '../parts.js';
import { seesEvent } from '../visibility.js';

/** Events that somebody who is behind is given at a time. */
const atATime = 200;

/** Events that are looked at for them in one statement, of which the filter may want none: some 20 ms of CPU. */
const searchedAtATime = 50_000;

/** Milliseconds of CPU that one such statement may take. */
const searchBudget = 1000;

/** Parts of the catalogue that it uses. */
export type EventFeedParts = Pick<CatalogueParts, 'eventLog' | 'eventTail' | 'readAs' | 'registries'>;

/** For whom events are searched for: see `Asker`. */
export interface EventReader {
  readonly caller: string;
  readonly signal: AbortSignal;
}

/** Gives events to whoever follows them: clients that have a stream open, and webhooks. */
export class EventFeed {
  readonly #parts: EventFeedParts;

  constructor(parts: EventFeedParts) {
    this.#parts = parts;
  }

  /**
   * Gives events after a place, and the place up to which that is all that the filter wants. Who keeps up is given what
   * is in memory; who is behind has it searched for. For who has joined the tail. Throws EVENTS_GONE.
   */
  async read(
    { caller, signal }: EventReader,
    filter: EventFilter,
    place: number,
  ): Promise<{ readonly events: readonly CatalogueEvent[]; readonly upTo: number }> {
    const { eventLog, eventTail, readAs } = this.#parts;
    const { end } = eventTail;
    const held = eventTail.after(place);
    if (held) return { events: held.filter((event) => matchesFilter(filter, event)), upTo: held.at(-1)?.id ?? place };
    const upTo = Math.min(end, (await eventLog.reach(place, searchedAtATime)) ?? place);
    const asker = { caller, signal, budget: searchBudget };
    const events = await readAs(asker, () => eventLog.find(filter, place, atATime, upTo));
    // Those that were pruned before they were found would be passed over.
    assertKept(place, await eventLog.bounds());
    return { events, upTo: events.length < atATime ? upTo : events.at(-1)!.id };
  }

  /** The one place that says what of events somebody is told: a client by a stream, and the owner of a webhook. */
  async leaveUnseen(viewer: Viewer | null, events: readonly CatalogueEvent[]): Promise<readonly CatalogueEvent[]> {
    if (events.length === 0) return events;
    const attached = new Map((await this.#parts.registries.list()).map((registry) => [registry.id, registry]));
    return events.filter((event) => {
      const { registryId, repository, tag } = event;
      const registry = attached.get(registryId);
      if (!seesEvent(viewer, event, registry !== undefined)) return false;
      // Of a registry that is detached there is nothing more to be protected than what all may read.
      if (!registry) return isAllowed(viewer, 'read');
      return isAllowed(viewer, 'read', { registry, ...(repository && { repository }), ...(tag && { tags: [tag] }) });
    });
  }
}
