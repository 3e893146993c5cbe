import type { Tag } from '../domain/catalogue.js';
import type { Digest } from '../domain/digest.js';
import type { DeleteCapability, Registry } from '../domain/registry.js';
import { GatewayError, isUpstreamError, notFound } from '../errors.js';
import type { Upstream } from '../upstream/upstream.js';
import { assertAllowed } from './access.js';
import type { Session } from './session.js';
import type { DeletionPlan } from './plan.js';
import type { Source } from './reading.js';

/**
 * Every tag and image of the repository, as the registry has them now. Throws NOT_FOUND when it has no tags, the registry's
 * failure, also when it is of a single tag: what is not known whole is not deleted.
 */
export async function planDeletion(session: Session, source: Source): Promise<DeletionPlan> {
  const { registry, repository } = source;
  assertAllowed(session.viewer, 'delete', { registry, repository: repository.name });
  const tags = await readAll(session, source);
  assertAllowed(session.viewer, 'delete', { registry, repository: repository.name, tags: tags.map((tag) => tag.name) });
  if (tags.length === 0) throw notFound(`The repository ${repository.name} of ${registry.name} has no tags: there is nothing to delete.`);
  const unread = tags.find((tag) => tag.error !== null);
  if (unread?.error) throw new GatewayError(unread.error.code, `${unread.error.message} Nothing was touched.`, { registry: registry.name });
  const digests = [...new Set(tags.flatMap((tag) => tag.digest ?? []))];
  return { tags, digests, childDigests: await listChildDigests(session, tags, new Set(digests)), singly: [] };
}

/**
 * Executes the plan: proves first that the registry deletes at all, deletes each distinct digest once, and reads back.
 * Throws DELETE_DISABLED with nothing touched, and DELETE_INCOMPLETE naming what is left.
 */
export async function deleteRepository(session: Session, source: Source, plan: DeletionPlan): Promise<void> {
  assertAllowed(session.viewer, 'delete', { registry: source.registry, repository: source.repository.name, tags: plan.tags.map((tag) => tag.name) });
  const upstream = await session.pool.open(source.registry.id);
  await assertDeletable(session, upstream, source);
  const failures = [...(await deleteEach(session, upstream, source, plan.digests)), ...(await deleteEach(session, upstream, source, plan.childDigests))];
  const left = await readAll(session, source).catch((error: unknown) => {
    if (!isUpstreamError(error)) throw error;
    failures.unshift(error);
    return null;
  });
  if (left === null || left.length > 0) throw describeIncomplete(source, left ?? [], failures[0] ?? null);
}

/** The tags as the registry has them now. Throws the failure that kept them from being read. */
export async function readAll({ sync, tags, call }: Session, { registry, repository }: Source): Promise<Tag[]> {
  const problem = await sync.readAfresh(registry, repository.key, call);
  const found = await tags.listAll([repository.key]);
  // A failure of a single tag stands beside that tag.
  if (problem && !found.some((tag) => tag.error?.message === problem.message)) throw new GatewayError(problem.code, problem.message, { registry: registry.name });
  return found;
}

/** Deletes what it can and gives what went wrong with the rest. */
async function deleteEach(session: Session, upstream: Upstream, { repository }: Source, digests: readonly Digest[]): Promise<GatewayError[]> {
  const outcomes = await Promise.allSettled(digests.map((digest) => upstream.deleteManifest(repository.name, digest, session.call)));
  return outcomes.flatMap((outcome) => {
    if (outcome.status === 'fulfilled') return [];
    if (!isUpstreamError(outcome.reason)) throw outcome.reason;
    return [outcome.reason];
  });
}

/** Throws DELETE_DISABLED or UPSTREAM_AUTH; what the registry said is kept as its capability. */
export async function assertDeletable(session: Session, upstream: Upstream, { registry, repository }: Source): Promise<void> {
  const capability = await upstream.probeDelete(repository.name, session.call);
  await session.registries.recordCapabilities(registry.id, { canDelete: capability });
  if (capability !== 'enabled') throw describeRefusal(registry, capability);
}

function describeRefusal(registry: Registry, capability: Exclude<DeleteCapability, 'enabled'>): GatewayError {
  const name = registry.name;
  switch (capability) {
    case 'disabled':
      return new GatewayError('DELETE_DISABLED', `The registry ${name} does not delete images. Nothing was touched.`, {
        registry: name,
        hint: 'In the configuration of the registry set storage.delete.enabled to true (REGISTRY_STORAGE_DELETE_ENABLED=true) and restart it.',
      });
    case 'read-only':
      return new GatewayError('DELETE_DISABLED', `The registry ${name} is in read-only mode. Nothing was touched.`, {
        registry: name,
        hint: 'In the configuration of the registry set storage.maintenance.readonly.enabled to false and restart it.',
      });
    case 'forbidden':
      return new GatewayError('UPSTREAM_AUTH', `The account the gateway has at ${name} may not delete there. Nothing was touched.`, {
        registry: name,
        hint: 'Attach the registry with an account that may delete.',
      });
  }
}

export function describeIncomplete({ registry, repository }: Source, left: readonly Tag[], reason: { message: string } | null): GatewayError {
  const shown = left.slice(0, 5).map((tag) => tag.name).join(', ');
  const what = left.length === 0 ? 'could not be read back' : `still has ${left.length} ${left.length === 1 ? 'tag' : 'tags'} (${shown}${left.length > 5 ? ', …' : ''})`;
  return new GatewayError('DELETE_INCOMPLETE', `${repository.name} of ${registry.name} ${what} after the deletion. ${reason?.message ?? 'They were pushed meanwhile.'}`, {
    registry: registry.name,
  });
}

/** The children of the tags' indexes, and theirs: all of the repository goes, so nothing in it can need them. */
async function listChildDigests({ images }: Session, tags: readonly Tag[], roots: ReadonlySet<Digest>): Promise<Digest[]> {
  const found = new Set<Digest>();
  let level = tags.flatMap((tag) => tag.imageKey ?? []);
  while (level.length > 0) {
    const added = (await images.listChildren(level)).filter((child) => !roots.has(child.digest) && !found.has(child.digest));
    for (const child of added) found.add(child.digest);
    level = added.flatMap((child) => child.imageKey ?? []);
  }
  return [...found];
}
