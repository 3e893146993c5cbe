import type { Repository } from '../../domain/catalogue.js';
import type { RepositoryFilter, RepositoryOrder } from '../../domain/filter.js';
import type { Freshness, FreshnessState } from '../../domain/freshness.js';
import { parseRepositoryName, quote } from '../../domain/name.js';
import type { Page, PageRequest } from '../../domain/page.js';
import type { Registry } from '../../domain/registry.js';
import { GatewayError, notFound } from '../../errors.js';
import { assertAllowed } from '../access.js';
import { assertNotLeftOut } from '../sync/following.js';
import { isDue, judgeFreshness } from '../freshness.js';
import { crawlNow, judgeRegistry, listRegistries } from './registries.js';
import { waitFor } from '../context.js';
import type { Forcing } from '../forcing.js';
import { type Session, markUsed } from '../session.js';

/** Milliseconds a single repository's confirmation is waited for, before it is served as it was. */
const patience = 2000;

/** A page of the index: within one registry, or over all. Never waits for a registry, unless the session is forced. */
export async function listRepositories(
  session: Session,
  registry: Registry | null,
  filter: RepositoryFilter,
  order: RepositoryOrder,
  page: PageRequest,
): Promise<Page<Repository>> {
  assertAllowed(session.viewer, 'read');
  const registries = registry ? [registry] : await listRegistries(session);
  for (const one of registries) markUsed(session, one.id);
  const { forced } = session;
  if (forced) await Promise.all(registries.map((one) => crawlNow(session, forced, one)));
  if (registry) await assertReadable(session, registry);
  if (!registry) return session.lists.listRepositories(filter, order, page);
  return session.loaders.repositoryPage.load({ registryId: registry.id, filter, order, page });
}

/** How many have tags, or were not read yet. */
export function countRepositories(session: Session, registry: Registry): Promise<number> {
  assertAllowed(session.viewer, 'read');
  markUsed(session, registry.id);
  return session.loaders.repositoryCount.load(registry.id);
}

/**
 * One repository, confirmed if that is due, within two seconds; else as it was. Asks the registry for a name that is
 * not in the index, since it may be new or not listed; what is found so is followed from then on. Throws NOT_FOUND,
 * BAD_USER_INPUT.
 */
export async function findRepository(session: Session, registry: Registry, text: string): Promise<Repository> {
  assertAllowed(session.viewer, 'read');
  const name = parseRepositoryName(text, 'name');
  markUsed(session, registry.id);
  assertNotLeftOut(registry, name);
  const { loaders, repositories, sync, call, forced } = session;
  const found =
    (await loaders.repositoryNamed.load({ registryId: registry.id, name })) ??
    (await session.reader.lookUp(registry, name, call));
  if (!found) throw notFound(`The registry ${registry.name} has no repository ${quote(name)}.`);
  // Whoever forces what was forced a moment ago is told what anybody is told.
  const forcing = sync.forced.hasEnded(registry.id, name) ? null : forced;
  if (!forcing && !isDue(found.tagsConfirmedAt, registry.maxAge, session.clock())) return found;
  // The reading has minutes, and goes on behind: the person waits no longer for that.
  const read = () => sync.refresh(registry, found.key, { ...call, signal: undefined, isPatient: true });
  const force = async ({ left }: Forcing): Promise<void> =>
    void (await waitFor(session, sync.forceRead(registry, found, read), left()));
  await (forcing ? forcing.once(`${registry.id} ${name}`, () => force(forcing)) : waitFor(session, read(), patience));
  const confirmed = await repositories.find(registry.id, name);
  if (!confirmed) throw notFound(`The registry ${registry.name} no longer has a repository ${quote(name)}.`);
  if (confirmed.tagsConfirmedAt === null && confirmed.tagsError) {
    throw new GatewayError(confirmed.tagsError.code, confirmed.tagsError.message, { registry: registry.name });
  }
  return confirmed;
}

/** What tells less than that some of it was never read. */
const settling: readonly FreshnessState[] = ['FRESH', 'STALE'];

export async function judgeRepository({ loaders, clock }: Session, repository: Repository): Promise<Freshness> {
  const { maxAge } = await loaders.registry.load(repository.registryId);
  const freshness = judgeFreshness(repository.tagsConfirmedAt, repository.tagsError, maxAge, clock());
  return repository.isSettled || !settling.includes(freshness.state) ? freshness : { ...freshness, state: 'INDEXING' };
}

/** What was never read, and cannot be, is no empty list. */
async function assertReadable(session: Session, registry: Registry): Promise<void> {
  const { confirmedAt, lastError } = await judgeRegistry(session, registry);
  const { indexedAt } = await session.loaders.registryState.load(registry.id);
  if (confirmedAt === null && indexedAt === null && lastError && lastError.code !== 'UPSTREAM_UNSUPPORTED') {
    throw new GatewayError(lastError.code, lastError.message, { registry: registry.name });
  }
}
