import type { Tag } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import { parseRepositoryName, parseTagName } from '../../domain/name.js';
import type { Registry } from '../../domain/registry.js';
import { badInput, GatewayError, notFound } from '../../errors.js';
import { assertAllowed, assertEntitled, assertUnprotected } from '../access.js';
import type { MutationContext } from '../audit.js';
import { assertNotLeftOut } from '../sync/following.js';
import type { CatalogueParts } from '../parts.js';
import type { RegistryBrowsing } from '../browse/registries.js';
import { describeGone, describeMove, describePut, pushBack, type PutPlace, untouched } from './putting.js';

/** The tag that is to be put back on an earlier digest; names are as the caller gave them. */
export interface RestoreRequest {
  readonly registry: Registry;
  readonly repository: string;
  readonly tag: string;
  /** A digest of the tag's own history; absent: the latest one that the tag no longer points to. */
  readonly digest?: Digest | null;
  /** The digest that the caller takes the tag to point to; absent: the tag is taken to be gone. */
  readonly expectedDigest?: Digest | null;
}

/** A tag that was put back. `previousDigest` null: it was gone before. */
export interface Restored {
  readonly tag: Tag;
  readonly previousDigest: Digest | null;
}

/** One restoration under way. */
interface Restoration extends PutPlace {
  readonly parts: RestoringParts;
  readonly context: MutationContext;
}

/** Parts of the catalogue that restoring uses. */
export interface RestoringParts extends Pick<
  CatalogueParts,
  'history' | 'repositoryMutex' | 'clients' | 'indexer' | 'repositories' | 'sync' | 'tags'
> {
  readonly registryBrowsing: RegistryBrowsing;
}

/** Puts tags back on what they pointed to. */
export class Restoring {
  readonly #parts: RestoringParts;

  constructor(parts: RestoringParts) {
    this.#parts = parts;
  }

  /**
   * Puts a tag back on what it pointed to before, with the same bytes; a tag that is there already is left as it is.
   * Throws NOT_FOUND for a digest that is not of the tag's history or that the registry no longer has, BAD_USER_INPUT
   * for a tag that is there without `expectedDigest`, CHANGED_SINCE_PLAN when it points elsewhere: then nothing was
   * written. One race is left, as in deleting: a push in the moment between the last HEAD request and the push.
   */
  async restoreTag(context: MutationContext, request: RestoreRequest): Promise<Restored> {
    assertAllowed(context.viewer, 'delete');
    const { id } = request.registry;
    const repository = parseRepositoryName(request.repository, 'input', 'repository');
    const tag = parseTagName(request.tag, 'input', 'tag');
    assertEntitled(context.viewer, 'delete', { registry: request.registry, repository });
    const put = async (lost: AbortSignal): Promise<Restored> => {
      // Protection may have changed while other writers had their turn.
      const current = await this.#parts.registryBrowsing.findById(context, id);
      assertEntitled(context.viewer, 'delete', { registry: current, repository });
      assertUnprotected({ registry: current });
      assertNotLeftOut(current, repository);
      const upstream = await this.#parts.clients.open(id);
      const call = { ...context.call, signal: AbortSignal.any([context.call.signal, lost]) };
      const restoration = { parts: this.#parts, context: { ...context, call }, call, repository, tag, upstream };
      return restore({ ...restoration, registry: current }, request);
    };
    return this.#parts.repositoryMutex.runExclusive(id, repository, put, context.call.signal);
  }
}

async function restore(restoration: Restoration, { digest, expectedDigest }: RestoreRequest): Promise<Restored> {
  const { parts, context, registry, repository, tag, upstream } = restoration;
  const previousDigest = await upstream.headManifest(repository, tag, context.call);
  if (previousDigest !== null && previousDigest === digest)
    return { tag: (await syncTag(restoration, previousDigest, untouched))!, previousDigest };
  // A protected tag is not moved; one that is gone may well come back.
  if (previousDigest !== null) assertAllowed(context.viewer, 'delete', { registry, repository, tags: [tag] });
  const wanted = await chooseDigest(restoration, previousDigest, digest ?? null);
  context.deed.tell({ details: { from: previousDigest, to: wanted } });
  assertExpected(restoration, previousDigest, expectedDigest ?? null);
  // A digest that the tag has now, and that was never read, would be missing from its history.
  await syncTag(restoration, previousDigest, untouched);
  const manifest = await upstream.fetchRawManifest(repository, wanted, context.call);
  if (manifest === null) throw describeGone(restoration, wanted);
  if ((await upstream.headManifest(repository, tag, context.call)) !== previousDigest)
    throw describeMove(restoration, `has moved meanwhile. ${untouched}`);
  const restored = await pushBack(restoration, manifest, previousDigest).finally(() =>
    parts.sync.forced.noteChange(registry.id, repository),
  );
  const synced = (await syncTag(restoration, restored, 'It was put back.'))!;
  return { tag: previousDigest === null ? await keepTime(restoration, synced, restored) : synced, previousDigest };
}

/** A tag that was gone is as old as it was: by its push now it would be the newest. Returns it as it is then. */
async function keepTime(restoration: Restoration, tag: Tag, digest: Digest): Promise<Tag> {
  await restoration.parts.tags.keepRestored(tag.repositoryKey, [{ name: tag.name, digest }]);
  return (await findInIndex(restoration)) ?? tag;
}

/**
 * Makes the index agree with the registry, where the tag is on this digest: reads the repository again when the
 * index has the tag otherwise. Returns the tag; null: it is gone. Throws the registry's failure, and
 * CHANGED_SINCE_PLAN when the tag has moved again; `outcome` is appended to the message.
 */
async function syncTag(restoration: Restoration, digest: Digest | null, outcome: string): Promise<Tag | null> {
  const { parts, context, registry, repository } = restoration;
  const known = await findInIndex(restoration);
  if ((known?.digest ?? null) === digest) return known;
  const source =
    (await parts.repositories.find(registry.id, repository)) ??
    (await parts.indexer.discover(registry, repository, context.call));
  const problem =
    source && (await parts.sync.syncRepository(registry, source.key, { ...context.call, joinRunning: false }));
  const found = await findInIndex(restoration);
  // A tag that is listed without a manifest keeps its last one in the index.
  if ((found?.digest ?? null) === digest || (digest === null && found?.error)) return found;
  if (problem) throw new GatewayError(problem.code, `${problem.message} ${outcome}`, { registry: registry.name });
  throw describeMove(restoration, `has moved meanwhile. ${outcome}`);
}

/**
 * Returns the digest to put the tag back on: the one that was asked for, else the latest that it no longer points to.
 * Throws NOT_FOUND for one outside the tag's own history: nothing else is put under a tag in this way.
 */
async function chooseDigest(restoration: Restoration, present: Digest | null, wanted: Digest | null): Promise<Digest> {
  const { parts, registry, repository, tag } = restoration;
  const known = await parts.history.digestsOf(registry.id, repository, tag);
  const chosen =
    wanted === null ? known.find((digest) => digest !== present) : known.find((digest) => digest === wanted);
  if (chosen) return chosen;
  const what = wanted === null ? 'pointed to nothing else' : `never pointed to ${wanted}`;
  throw notFound(
    `${describePut(restoration)} ${what}, as far as the gateway has seen: its history tells what it can be put ` +
      'back on.',
  );
}

/** Throws CHANGED_SINCE_PLAN when the tag is not what the caller takes it for, BAD_USER_INPUT when that is missing. */
function assertExpected(restoration: Restoration, present: Digest | null, expected: Digest | null): void {
  if (expected === present) return;
  if (present === null) throw describeMove(restoration, `is gone: leave "expectedDigest" out. ${untouched}`);
  if (expected !== null) throw describeMove(restoration, `points to ${present} now. ${untouched}`);
  throw badInput(
    `${describePut(restoration)} is there and points to ${present}: give that as "expectedDigest" to move ` +
      `it. ${untouched}`,
    'input',
    'expectedDigest',
  );
}

async function findInIndex({ parts, registry, repository, tag }: Restoration): Promise<Tag | null> {
  const known = await parts.repositories.find(registry.id, repository);
  return known && parts.tags.find(known.key, tag);
}
