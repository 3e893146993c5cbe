import type { Repository } from '../../domain/catalogue.js';
import type { RepositoryFilter, RepositoryOrder } from '../../domain/filter.js';
import type { Freshness, FreshnessState } from '../../domain/freshness.js';
import type { Job } from '../../domain/job.js';
import { parseRepositoryName, quote, type RepositoryName } from '../../domain/name.js';
import type { Page, PageRequest } from '../../domain/page.js';
import type { Registry } from '../../domain/registry.js';
import { GatewayError, notFound } from '../../errors.js';
import { assertAllowed, noRepository } from '../access.js';
import { assertNotLeftOut } from '../sync/following.js';
import { isDue, judgeFreshness } from '../freshness.js';
import { waitFor } from '../context.js';
import type { Forcing } from '../forcing.js';
import type { RequestContext } from '../context.js';
import { seesRepository } from '../visibility.js';
import { type CatalogueParts, noteRegistryRead } from '../parts.js';
import type { RegistryBrowsing } from './registries.js';

/** Milliseconds a single repository's confirmation is waited for, before it is served as it was. */
const longestWait = 2000;

/** Parts of the catalogue that it uses. */
export interface RepositoryBrowsingParts extends Pick<
  CatalogueParts,
  'clock' | 'lists' | 'indexer' | 'repositories' | 'sync' | 'timer' | 'waits'
> {
  readonly registryBrowsing: RegistryBrowsing;
}

export class RepositoryBrowsing {
  readonly #parts: RepositoryBrowsingParts;

  constructor(parts: RepositoryBrowsingParts) {
    this.#parts = parts;
  }

  /**
   * A page of the index: within one registry, or over all. Never waits for a registry, unless the request is forced.
   */
  async list(
    context: RequestContext,
    registry: Registry | null,
    filter: RepositoryFilter,
    order: RepositoryOrder,
    page: PageRequest,
  ): Promise<Page<Repository>> {
    assertAllowed(context.viewer, 'read');
    const registries = registry ? [registry] : await this.#parts.registryBrowsing.list(context);
    for (const one of registries) noteRegistryRead(context, this.#parts.sync, one.id);
    const { forced } = context;
    if (forced) await Promise.all(registries.map((one) => this.#parts.registryBrowsing.crawl(context, forced, one)));
    if (registry) await this.#assertReadable(context, registry);
    if (!registry) return this.#parts.lists.listRepositories(filter, order, page);
    return context.loaders.repositoryPage.load({ registryId: registry.id, filter, order, page });
  }

  /** How many have tags, or were not read yet. */
  count(context: RequestContext, registry: Registry): Promise<number> {
    assertAllowed(context.viewer, 'read');
    noteRegistryRead(context, this.#parts.sync, registry.id);
    return context.loaders.repositoryCount.load(registry.id);
  }

  /**
   * Returns one repository, confirmed if that is due, within two seconds; else as it was. Asks the registry for a name
   * that is not in the index, since it may be new or not listed; what is found so is followed from then on. Throws
   * NOT_FOUND, BAD_USER_INPUT.
   */
  async find(context: RequestContext, registry: Registry, text: string): Promise<Repository> {
    const name = this.#parseSeen(context, registry, text);
    const { loaders, call, forced, validity } = context;
    const { repositories, sync, clock } = this.#parts;
    const known = await loaders.repositoryNamed.load({ registryId: registry.id, name });
    if (!known) validity.end();
    const found = known ?? (await this.#parts.indexer.discover(registry, name, call));
    if (!found) throw noRepository(registry.name, name);
    // Whoever forces what was forced a moment ago is told what anybody is told.
    const forcing = sync.forced.hasEnded(registry.id, name) ? null : forced;
    const isSettled = createSettled(found.tagsConfirmedAt, registry.maxAge, clock);
    if (!forcing && isSettled()) {
      validity.require(`repository ${found.key}`, isSettled);
      return found;
    }
    validity.end();
    // The reading has minutes, and goes on behind: the person waits no longer for that.
    const read = () => sync.syncRepository(registry, found.key, { ...call, signal: undefined, isPatient: true });
    const force = async (forcing: Forcing): Promise<void> =>
      void (await waitFor(this.#parts, sync.forceRead(registry, found, read), forcing.left()));
    await (forcing
      ? forcing.once(`${registry.id} ${name}`, () => force(forcing))
      : waitFor(this.#parts, read(), longestWait));
    const confirmed = await repositories.find(registry.id, name);
    if (!confirmed) throw notFound(`The registry ${registry.name} no longer has a repository ${quote(name)}.`);
    if (confirmed.tagsConfirmedAt === null && confirmed.tagsError) {
      throw new GatewayError(confirmed.tagsError.code, confirmed.tagsError.message, { registry: registry.name });
    }
    return confirmed;
  }

  /**
   * As `find`, and of one that was read whole before, as it is in the index: for whoever then asks the registry for
   * what decides, and for nothing else.
   */
  async findIndexed(context: RequestContext, registry: Registry, text: string): Promise<Repository> {
    const name = this.#parseSeen(context, registry, text);
    context.validity.end();
    const known = await this.#parts.repositories.find(registry.id, name);
    return known?.tagsConfirmedAt ? known : this.find(context, registry, text);
  }

  /** The one that a job is about; null for a job over the whole registry, and once the repository is gone. */
  async findOfJob(
    { viewer, loaders }: RequestContext,
    { registryId, repository: name }: Job,
  ): Promise<Repository | null> {
    assertAllowed(viewer, 'read');
    return registryId === null || name === null ? null : loaders.repositoryNamed.load({ registryId, name });
  }

  /** Returns false once the repository was removed, or removed and found again: what was read of it is of another. */
  async isStill(context: RequestContext, { key, registryId, name }: Repository): Promise<boolean> {
    assertAllowed(context.viewer, 'read');
    return (await this.#parts.repositories.find(registryId, name))?.key === key;
  }

  async judge(context: RequestContext, repository: Repository): Promise<Freshness> {
    const { registryId, tagsConfirmedAt, tagsError, isSettled } = repository;
    const { maxAge } = await context.loaders.registry.load(registryId);
    const freshness = judgeFreshness(tagsConfirmedAt, tagsError, maxAge, this.#parts.clock());
    const isShown = isSettled || !replaceable.includes(freshness.state);
    return { ...freshness, ...(!isShown && { state: 'INDEXING' }), registryId };
  }

  /** Throws BAD_USER_INPUT, and NOT_FOUND for what the viewer may not see, or an admin left out. */
  #parseSeen(context: RequestContext, registry: Registry, text: string): RepositoryName {
    assertAllowed(context.viewer, 'read');
    const name = parseRepositoryName(text, 'name');
    // A registry is not asked for what may not be seen, and the answer is that of one that has no such.
    if (!seesRepository(context.viewer, registry.id, name)) throw noRepository(registry.name, name);
    noteRegistryRead(context, this.#parts.sync, registry.id);
    assertNotLeftOut(registry, name);
    return name;
  }

  /** Throws the failure for which a registry was never read: its list would look empty. */
  async #assertReadable(context: RequestContext, registry: Registry): Promise<void> {
    const { confirmedAt, lastError } = await this.#parts.registryBrowsing.judge(context, registry);
    const { indexedAt } = await context.loaders.registryState.load(registry.id);
    if (confirmedAt === null && indexedAt === null && lastError && lastError.code !== 'UPSTREAM_UNSUPPORTED') {
      throw new GatewayError(lastError.code, lastError.message, { registry: registry.name });
    }
  }
}

/** States that INDEXING replaces while sizes are still to be derived: they tell less. */
const replaceable: readonly FreshnessState[] = ['FRESH', 'STALE'];

/** A closure that is made in `find` would keep all that `find` has of the request, as long as the answer is kept. */
function createSettled(confirmedAt: Date | null, maxAge: number, clock: () => Date): () => boolean {
  return () => !isDue(confirmedAt, maxAge, clock());
}
