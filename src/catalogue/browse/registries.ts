import type { Freshness } from '../../domain/freshness.js';
import { isUuid, parseRegistryName, quote } from '../../domain/name.js';
import { type Registry } from '../../domain/registry.js';
import { notFound } from '../../errors.js';
import { assertAllowed } from '../access.js';
import { showAway } from './health.js';
import { holdBack, judgeFreshness, showAnswering, showIndexing } from '../freshness.js';
import { waitFor } from '../context.js';
import type { Forcing } from '../forcing.js';
import type { Session } from '../session.js';

/** A registry's part in an answer. */
export interface SourceStatus {
  readonly registry: Registry;
  readonly freshness: Freshness;
}

export async function listRegistries(session: Session): Promise<Registry[]> {
  assertAllowed(session.viewer, 'read');
  return session.registries.list();
}

/** By its name or its UUID. Throws NOT_FOUND, BAD_USER_INPUT. */
export async function findRegistry(session: Session, text: string): Promise<Registry> {
  assertAllowed(session.viewer, 'read');
  const name = parseRegistryName(text, 'name');
  const registry =
    (isUuid(text) ? await session.registries.find(text) : null) ?? (await session.registries.findByName(name));
  if (registry) return registry;
  throw notFound(`No registry is attached as ${quote(text)}.`);
}

/** Throws NOT_FOUND. */
export async function findRegistryById(session: Session, id: string): Promise<Registry> {
  assertAllowed(session.viewer, 'read');
  const registry = await session.registries.find(id);
  if (registry) return registry;
  throw notFound(`No registry is attached with the id ${quote(id)}.`);
}

/** How old the list of its repositories is. INDEXING until it was read whole for the first time. */
export async function judgeRegistry({ loaders, sync, clock, pool }: Session, registry: Registry): Promise<Freshness> {
  const { namesConfirmedAt, namesError, indexedAt, health } = await loaders.registryState.load(registry.id);
  const doesAnswer = health.reachable === true && health.authenticated !== false;
  const freshness = showAnswering(judgeFreshness(namesConfirmedAt, namesError, registry.maxAge, clock()), doesAnswer);
  const isIndexing = indexedAt === null && (namesConfirmedAt !== null || sync.progressOf(registry.id) !== null);
  const shown = holdBack(isIndexing ? showIndexing(freshness) : freshness, await pool.pauseOf(registry.id), clock());
  return showAway(shown, await pool.outageOf(registry.id), clock());
}

/**
 * How a list over several registries came about: one sick registry changes nothing for the others, and is named here.
 */
export async function listSources(session: Session, registryIds: readonly string[] | null): Promise<SourceStatus[]> {
  const registries = (await listRegistries(session)).filter(
    ({ id }) => registryIds === null || registryIds.includes(id),
  );
  return Promise.all(
    registries.map(async (registry) => ({ registry, freshness: await judgeRegistry(session, registry) })),
  );
}

/** For a forced request: has a registry read whole, once, and waits for it as long as the request's patience lasts. */
export function crawlNow(session: Session, forced: Forcing, registry: Registry): Promise<void> {
  return forced.once(registry.id, async () => {
    const { ended } = await session.sync.forceCrawl(registry, session.viewer?.username ?? 'gateway');
    await waitFor(session, ended, forced.left());
    session.loaders.registryState.clear(registry.id);
  });
}
