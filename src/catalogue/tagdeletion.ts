import type { Tag } from '../domain/catalogue.js';
import type { Digest } from '../domain/digest.js';
import { parseTagName, quote } from '../domain/name.js';
import { badInput, GatewayError, isUpstreamError, notFound } from '../errors.js';
import { describePlaceholder } from '../upstream/placeholder.js';
import type { Upstream } from '../upstream/upstream.js';
import { assertAllowed } from './access.js';
import { assertDeletable, describeIncomplete, readAll } from './deletion.js';
import type { DeletionPlan } from './plan.js';
import type { Source } from './reading.js';
import type { CatalogueParts, Session } from './session.js';

/** Tags that one deletion takes. */
const maxTags = 500;

/**
 * These tags and no others: a digest goes only when all its tags are asked for and no index of the repository holds it; else
 * each tag goes by itself. Throws NOT_FOUND naming the first tag that is not there, BAD_USER_INPUT, and the registry's failure.
 */
export async function planTagDeletion(session: Session, source: Source, names: readonly string[]): Promise<DeletionPlan> {
  assertAllowed(session.viewer, 'delete', { registry: source.registry, repository: source.repository.name });
  if (names.length === 0 || names.length > maxTags) throw badInput(`"tags" takes 1 to ${maxTags} tags, got ${names.length}.`, 'input', 'tags');
  const wanted = new Set(names.map((name) => parseTagName(name, 'input', 'tags')));
  assertAllowed(session.viewer, 'delete', { registry: source.registry, repository: source.repository.name, tags: [...wanted] });
  const all = await readAll(session, source);
  const tags = all.filter((tag) => wanted.has(tag.name));
  const found = new Set(tags.map((tag) => tag.name));
  for (const name of wanted) if (!found.has(name)) throw notFound(`The repository ${source.repository.name} has no tag ${quote(name)}. Nothing was touched.`);
  const unread = tags.find((tag) => tag.error !== null);
  if (unread?.error) throw new GatewayError(unread.error.code, `${unread.error.message} Nothing was touched.`, { registry: source.registry.name });
  const held = await listHeldDigests(session, all);
  const keepsOther = new Set(all.filter((tag) => !wanted.has(tag.name)).map((tag) => tag.digest));
  const isShared = (tag: Tag): boolean => keepsOther.has(tag.digest) || held.has(tag.digest!);
  const digests = [...new Set(tags.filter((tag) => !isShared(tag)).map((tag) => tag.digest!))];
  return { tags, digests, childDigests: [], singly: tags.filter(isShared) };
}

/**
 * Executes the plan: proves first that the registry deletes at all; looks at each tag once more right before it goes; reads
 * back. Throws DELETE_DISABLED with nothing touched, and DELETE_INCOMPLETE naming what is left.
 */
export async function deleteTags(session: Session, source: Source, plan: DeletionPlan): Promise<void> {
  assertAllowed(session.viewer, 'delete', { registry: source.registry, repository: source.repository.name, tags: plan.tags.map((tag) => tag.name) });
  const upstream = await session.pool.open(source.registry.id);
  await assertDeletable(session, upstream, source);
  const failures: GatewayError[] = [];
  // One after the other: the registry looks at every tag of the repository for each, and parallel deletes gain little.
  for (const digest of plan.digests) await attempt(failures, () => deleteDigest(session, upstream, source, digest, plan));
  for (const tag of plan.singly) await attempt(failures, () => deleteSingly(session, upstream, source, tag));
  const asked = new Map(plan.tags.map((tag) => [tag.name, tag.digest]));
  const left = (await readAll(session, source)).filter((tag) => asked.get(tag.name) === tag.digest && asked.has(tag.name));
  if (left.length > 0 || failures.length > 0) throw describeIncomplete(source, left, failures[0] ?? null);
}

/** A push since the plan must survive: the digest goes only while each of its tags still points to it. */
async function deleteDigest({ call }: Session, upstream: Upstream, source: Source, digest: Digest, plan: DeletionPlan): Promise<void> {
  for (const tag of plan.tags.filter((one) => one.digest === digest)) await assertUnmoved(upstream, source, tag, call);
  await upstream.deleteManifest(source.repository.name, digest, call);
}

/** By the registry's own tag delete; where it has none, by a placeholder that takes the tag and is deleted with it. */
async function deleteSingly(session: Session, upstream: Upstream, source: Source, tag: Tag): Promise<void> {
  const { repositoryName, name } = tag;
  await assertUnmoved(upstream, source, tag, session.call);
  const outcome = await upstream.deleteTag(repositoryName, name, session.call);
  if (outcome !== 'unsupported') return;
  const placeholder = describePlaceholder(tag.digest!, session.clock());
  const intent = { registryId: source.registry.id, repository: repositoryName, tag: name, originalDigest: tag.digest!, placeholderDigest: placeholder.digest };
  // Written first: whoever finds the tag on the placeholder after a crash can finish what was begun.
  const id = await session.intents.add(intent, session.clock());
  try {
    await upstream.putManifest(repositoryName, name, placeholder.mediaType, placeholder.bytes, session.call);
  } finally {
    // Also when the answer was lost: the placeholder may stand all the same. One that does not is as good as deleted.
    await upstream.deleteManifest(repositoryName, placeholder.digest, session.call);
    await session.intents.remove(id);
  }
}

/** Finishes what a crash left: a tag that still stands on its placeholder goes with it. What a registry keeps from being done stays for the next time. */
export async function finishDeletions({ intents, pool, sync, registries, repositories }: CatalogueParts): Promise<void> {
  for (const { id, registryId, repository, placeholderDigest } of await intents.list()) {
    try {
      const upstream = await pool.open(registryId);
      await upstream.deleteManifest(repository, placeholderDigest);
      await intents.remove(id);
      const [registry, known] = [await registries.find(registryId), await repositories.find(registryId, repository)];
      if (registry && known) await sync.readAfresh(registry, known.key);
    } catch (error) {
      if (!isUpstreamError(error)) throw error;
    }
  }
}

async function assertUnmoved(upstream: Upstream, { registry }: Source, tag: Tag, call: Session['call']): Promise<void> {
  if ((await upstream.headManifest(tag.repositoryName, tag.name, call)) === tag.digest) return;
  throw new GatewayError('UPSTREAM_ERROR', `${tag.repositoryName}:${tag.name} of ${registry.name} was pushed meanwhile, and is left as it is.`, { registry: registry.name });
}

async function attempt(failures: GatewayError[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isUpstreamError(error)) throw error;
    failures.push(error);
  }
}

/** Digests that an index among the repository's tags holds: deleting one would break its index. */
async function listHeldDigests({ images }: Session, tags: readonly Tag[]): Promise<ReadonlySet<Digest>> {
  const held = new Set<Digest>();
  let level = [...new Set(tags.flatMap((tag) => tag.imageKey ?? []))];
  while (level.length > 0) {
    const added = (await images.listChildren(level)).filter((child) => !held.has(child.digest));
    for (const child of added) held.add(child.digest);
    level = added.flatMap((child) => child.imageKey ?? []);
  }
  return held;
}
