import type { Freshness } from '../../domain/freshness.js';
import { meetsPlace } from '../../domain/grant.js';
import { isUuid, parseRegistryName, quote } from '../../domain/name.js';
import { assertFewValues } from '../../domain/filter.js';
import type { Registry } from '../../domain/registry.js';
import { notFound } from '../../errors.js';
import { assertAllowed, isAllowed } from '../access.js';
import { showAway } from './health.js';
import { holdBack, isDue, judgeFreshness, showAnswering, showIndexing } from '../freshness.js';
import { waitFor } from '../context.js';
import type { Forcing } from '../forcing.js';
import type { RequestContext } from '../context.js';
import { type CatalogueParts, noteRegistryRead } from '../parts.js';
import { listVisiblePlaces, seesWhole } from '../visibility.js';
import type { UpstreamBudget } from '../../upstream/upstream.js';

/** A registry's part in an answer. */
export interface SourceStatus {
  readonly registry: Registry;
  readonly freshness: Freshness;
}

/** Parts of the catalogue that it uses. */
export type RegistryBrowsingParts = Pick<
  CatalogueParts,
  'clock' | 'clients' | 'contents' | 'registries' | 'sync' | 'timer' | 'waits'
>;

export class RegistryBrowsing {
  readonly #parts: RegistryBrowsingParts;

  constructor(parts: RegistryBrowsingParts) {
    this.#parts = parts;
  }

  async list(context: RequestContext): Promise<Registry[]> {
    assertAllowed(context.viewer, 'read');
    return this.#parts.registries.list();
  }

  /** Notes of these registries, null: of all, that they were read, and returns all. */
  async noteRead(context: RequestContext, ids: readonly string[] | null): Promise<Registry[]> {
    const registries = await this.list(context);
    for (const { id } of registries) if (ids?.includes(id) ?? true) noteRegistryRead(context, this.#parts.sync, id);
    return registries;
  }

  /** Finds a registry by its name or its UUID. Throws NOT_FOUND, BAD_USER_INPUT. */
  async find(context: RequestContext, text: string): Promise<Registry> {
    assertAllowed(context.viewer, 'read');
    const name = parseRegistryName(text, 'name');
    const registry =
      (isUuid(text) ? await this.#parts.registries.find(text) : null) ??
      (await this.#parts.registries.findByName(name));
    if (registry) return registry;
    throw notFound(`No registry is attached as ${quote(text)}.`);
  }

  /** Finds a registry by its UUID. Throws NOT_FOUND. */
  async findById(context: RequestContext, id: string): Promise<Registry> {
    assertAllowed(context.viewer, 'read');
    const registry = await this.findKnown(context, id);
    if (registry) return registry;
    throw notFound(`No registry is attached with the id ${quote(id)}.`);
  }

  /** Returns the ids of these registries, names or UUIDs, each once. Throws NOT_FOUND, BAD_USER_INPUT. */
  async findIds(context: RequestContext, names: readonly string[]): Promise<string[]> {
    assertFewValues({ registries: names });
    const found = await Promise.all(names.map((name) => this.find(context, name)));
    return [...new Set(found.map(({ id }) => id))];
  }

  /** Returns null when no registry is attached with this id. */
  async findKnown(context: RequestContext, id: string): Promise<Registry | null> {
    assertAllowed(context.viewer, 'read');
    return this.#parts.registries.find(id);
  }

  /**
   * Returns how many requests were sent to the registry since the gateway started; 0 to who does not see all of it, as
   * they tell how much there is.
   */
  async countRequests(context: RequestContext, { id }: Registry): Promise<number> {
    assertAllowed(context.viewer, 'read');
    if (!seesWhole(context.viewer, id)) return 0;
    return this.#parts.clients.countRequests(id);
  }

  /** Returns how many requests the registry takes at a time now; null before the first, as above. */
  async budgetOf(context: RequestContext, { id }: Registry): Promise<UpstreamBudget | null> {
    assertAllowed(context.viewer, 'read');
    if (!seesWhole(context.viewer, id)) return null;
    return this.#parts.clients.budgetOf(id);
  }

  /** Returns the bytes of each distinct blob once, as of the last crawl; of what the viewer sees, as it is now. */
  async sizeOf({ viewer, loaders }: RequestContext, { id }: Registry): Promise<number | null> {
    assertAllowed(viewer, 'read');
    const { size } = await loaders.registryState.load(id);
    return size === null || seesWhole(viewer, id) ? size : this.#parts.contents.measureRegistry(id);
  }

  /** Returns the names and patterns that say which of its repositories are read, as far as the viewer may see these. */
  listFollowed({ viewer }: RequestContext, { id, following }: Registry): readonly string[] {
    assertAllowed(viewer, 'read');
    const places = listVisiblePlaces(viewer);
    if (places === null) return following.patterns;
    return following.patterns.filter((pattern) =>
      places.some((place) => meetsPlace(place, id, pattern.replace(/^!/, ''))),
    );
  }

  /** Returns how old the list of its repositories is: INDEXING until it was read whole for the first time. */
  async judge({ loaders }: RequestContext, registry: Registry): Promise<Freshness> {
    const { sync, clock, clients } = this.#parts;
    const { namesConfirmedAt, namesError, indexedAt, health } = await loaders.registryState.load(registry.id);
    const doesAnswer = health.reachable === true && health.authenticated !== false;
    const freshness = showAnswering(judgeFreshness(namesConfirmedAt, namesError, registry.maxAge, clock()), doesAnswer);
    const isIndexing = indexedAt === null && (namesConfirmedAt !== null || sync.progressOf(registry.id) !== null);
    const shown = holdBack(
      isIndexing ? showIndexing(freshness) : freshness,
      await clients.pauseOf(registry.id),
      clock(),
    );
    return showAway(shown, await clients.outageOf(registry.id), clock());
  }

  /** As `judge`, for an answer that shows it: that holds no longer than it does. */
  async showFreshness(context: RequestContext, registry: Registry): Promise<Freshness> {
    const { registries, clock } = this.#parts;
    const { id, maxAge } = registry;
    const { loaders, validity } = context;
    const freshness = await this.judge(context, registry);
    const state = await loaders.registryState.load(id);
    const { namesConfirmedAt } = state;
    // While it is fresh, it makes no difference whether the registry is asked just now.
    if (freshness.state !== 'FRESH') validity.end();
    else
      validity.require(
        `freshness ${id}`,
        () => registries.isCurrent(id, state) && !isDue(namesConfirmedAt, maxAge, clock()),
      );
    return { ...freshness, registryId: id };
  }

  /**
   * Returns when the gateway reads the registry next by itself, and with it all that it has. An answer that shows that
   * holds until then, and no longer than what is known of the registry.
   */
  async findNextAttempt(context: RequestContext, id: string): Promise<Date | null> {
    const { registries, clock } = this.#parts;
    const { loaders, validity } = context;
    const nextAttemptAt = await this.nextAttemptOf(context, id);
    const state = await loaders.registryState.load(id);
    const isAhead = (): boolean => nextAttemptAt === null || clock() < nextAttemptAt;
    if (isAhead()) validity.require(`plan ${id}`, () => registries.isCurrent(id, state) && isAhead());
    else validity.end();
    return nextAttemptAt;
  }

  /** As `findNextAttempt`, for what tells it anew each time. */
  async nextAttemptOf({ viewer, loaders }: RequestContext, id: string): Promise<Date | null> {
    assertAllowed(viewer, 'read');
    const state = await loaders.registryState.load(id);
    return this.#parts.sync.nextAttemptAt(await loaders.registry.load(id), state);
  }

  /**
   * Returns which registries a list over several came from, and how old the part of each is: a registry that is away
   * changes nothing for the others, and is named here.
   */
  async listSources(context: RequestContext, registryIds: readonly string[] | null): Promise<SourceStatus[]> {
    const registries = (await this.list(context)).filter(({ id }) => registryIds === null || registryIds.includes(id));
    const show = async (registry: Registry): Promise<SourceStatus> => {
      return { registry, freshness: { ...(await this.judge(context, registry)), registryId: registry.id } };
    };
    return Promise.all(registries.map(show));
  }

  /**
   * Has a registry read whole for a forced request, once, and waits for that as long as the request may wait. Does
   * nothing for who may not have it read whole, as by grants alone: the answer is then of the index as it is.
   */
  async crawl(context: RequestContext, forced: Forcing, registry: Registry): Promise<void> {
    if (!isAllowed(context.viewer, 'crawl')) return;
    return forced.once(registry.id, async () => {
      const { ended } = await this.#parts.sync.forceCrawl(registry, context.viewer?.username ?? 'gateway');
      await waitFor(this.#parts, ended, forced.left());
      context.loaders.registryState.clear(registry.id);
    });
  }
}
