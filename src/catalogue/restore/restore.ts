import type { Tag } from '../../domain/catalogue.js';
import { computeDigest, type Digest } from '../../domain/digest.js';
import { parseRepositoryName, parseTagName, type RepositoryName, type TagName } from '../../domain/name.js';
import type { Registry } from '../../domain/registry.js';
import { badInput, GatewayError, isUpstreamError, notFound } from '../../errors.js';
import type { RawManifest, Upstream } from '../../upstream/upstream.js';
import { assertAllowed } from '../access.js';
import type { MutationContext } from '../audit.js';
import { assertNotLeftOut } from '../sync/following.js';
import type { CatalogueParts } from '../parts.js';
import type { RegistryBrowsing } from '../browse/registries.js';

/** What to put back; text as the caller gave it. */
export interface RestoreRequest {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  /** Of the tag's own history; absent: the latest that the tag no longer points to. */
  readonly digest?: Digest | null;
  /** What the caller takes the tag to point to; absent: nothing. */
  readonly expectedDigest?: Digest | null;
}

/** `previousDigest` null: the tag was gone. */
export interface Restored {
  readonly tag: Tag;
  readonly previousDigest: Digest | null;
}

/** One restoration under way. */
interface Restoration {
  readonly parts: RestoringParts;
  readonly context: MutationContext;
  readonly registry: Registry;
  readonly repository: RepositoryName;
  readonly tag: TagName;
  readonly upstream: Upstream;
}

/** Parts of the catalogue that it uses. */
export interface RestoringParts extends Pick<
  CatalogueParts,
  'history' | 'repositoryMutex' | 'clients' | 'indexer' | 'repositories' | 'sync' | 'tags'
> {
  readonly registryBrowsing: RegistryBrowsing;
}

export class Restoring {
  readonly #parts: RestoringParts;

  constructor(parts: RestoringParts) {
    this.#parts = parts;
  }

  /**
   * Puts a tag back on what it pointed to before, with the same bytes; a tag that is there already is left as it is.
   * Throws NOT_FOUND for a digest that is not of the tag's history or that the registry no longer has, BAD_USER_INPUT
   * for a tag that is there without `expectedDigest`, CHANGED_SINCE_PLAN when it points elsewhere: then nothing was
   * written. One race is left, as in deleting: a push in the moment between the last look and the request.
   */
  async restoreTag(context: MutationContext, request: RestoreRequest): Promise<Restored> {
    assertAllowed(context.viewer, 'delete');
    const registry = await this.#parts.registryBrowsing.find(context, request.registry);
    const repository = parseRepositoryName(request.repository, 'input', 'repository');
    const tag = parseTagName(request.tag, 'input', 'tag');
    return this.#parts.repositoryMutex.runExclusive(registry.id, repository, async () => {
      // What protects it may have changed while others had their turn.
      const current = await this.#parts.registryBrowsing.find(context, registry.id);
      assertAllowed(context.viewer, 'delete', { registry: current });
      assertNotLeftOut(current, repository);
      const upstream = await this.#parts.clients.open(registry.id);
      return restore({ parts: this.#parts, context, registry: current, repository, tag, upstream }, request);
    });
  }
}

const untouched = 'Nothing was touched.';

async function restore(restoration: Restoration, { digest, expectedDigest }: RestoreRequest): Promise<Restored> {
  const { parts, context, registry, repository, tag, upstream } = restoration;
  const previousDigest = await upstream.headManifest(repository, tag, context.call);
  if (previousDigest !== null && previousDigest === digest)
    return { tag: (await confirm(restoration, previousDigest, untouched))!, previousDigest };
  // A protected tag is not moved; one that is gone may well come back.
  if (previousDigest !== null) assertAllowed(context.viewer, 'delete', { registry, repository, tags: [tag] });
  const wanted = await chooseDigest(restoration, previousDigest, digest ?? null);
  context.deed.tell({ details: { from: previousDigest, to: wanted } });
  assertExpected(restoration, previousDigest, expectedDigest ?? null);
  // What the tag is now, and nobody has read yet, would be lost to its history.
  await confirm(restoration, previousDigest, untouched);
  const manifest = await upstream.fetchRawManifest(repository, wanted, context.call);
  if (manifest === null)
    throw notFound(
      `The registry ${registry.name} no longer has ${wanted} in ${repository}: ${tag} cannot be put back on it. ` +
        'Push the image again.',
    );
  if ((await upstream.headManifest(repository, tag, context.call)) !== previousDigest)
    throw describeMove(restoration, `has moved meanwhile. ${untouched}`);
  const restored = await put(restoration, manifest, previousDigest).finally(() =>
    parts.sync.forced.noteChange(registry.id, repository),
  );
  return { tag: (await confirm(restoration, restored, 'It was put back.'))!, previousDigest };
}

/**
 * Gives the tag on this digest as the index has it, read again if the index has it otherwise. Throws what keeps it from
 * being so; `outcome` says what was done until then.
 */
async function confirm(restoration: Restoration, digest: Digest | null, outcome: string): Promise<Tag | null> {
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

/** Throws NOT_FOUND: nothing else may be put under a tag by this way, least of all what stood under another. */
async function chooseDigest(restoration: Restoration, present: Digest | null, asked: Digest | null): Promise<Digest> {
  const { parts, registry, repository, tag } = restoration;
  const known = await parts.history.digestsOf(registry.id, repository, tag);
  const chosen = asked === null ? known.find((digest) => digest !== present) : known.find((digest) => digest === asked);
  if (chosen) return chosen;
  const what = asked === null ? 'pointed to nothing else' : `never pointed to ${asked}`;
  throw notFound(
    `${describe(restoration)} ${what}, as far as the gateway has seen: its history tells what it can be put back on.`,
  );
}

function assertExpected(restoration: Restoration, present: Digest | null, expected: Digest | null): void {
  if (expected === present) return;
  if (present === null) throw describeMove(restoration, `is gone: leave "expectedDigest" out. ${untouched}`);
  if (expected !== null) throw describeMove(restoration, `points to ${present} now. ${untouched}`);
  throw badInput(
    `${describe(restoration)} is there and points to ${present}: give that as "expectedDigest" to move ` +
      `it. ${untouched}`,
    'input',
    'expectedDigest',
  );
}

/**
 * Gives the digest as the registry names it. Whatever is answered, what counts is what the tag points to afterwards:
 * the answer to a push may be lost.
 */
async function put(
  restoration: Restoration,
  { mediaType, bytes }: RawManifest,
  previous: Digest | null,
): Promise<Digest> {
  const { context, registry, repository, tag, upstream } = restoration;
  let failure: unknown = null;
  try {
    await upstream.putManifest(repository, tag, mediaType, bytes, context.call);
  } catch (error) {
    failure = await explainRefusal(restoration, error);
  }
  const found = await upstream
    .headManifest(repository, tag, context.call)
    .catch((error: unknown) => Promise.reject(failure ?? error));
  if (found !== null && found === computeDigest(bytes, found)) return found;
  // Whatever was answered to a push that another one overtook, the other one counts.
  if (found !== previous)
    throw describeMove(
      restoration,
      `was ${found === null ? 'deleted' : `moved to ${found}`} by another meanwhile. Look at it before you put ` +
        'it back again.',
    );
  throw (
    failure ??
    new GatewayError(
      'UPSTREAM_ERROR',
      `${registry.name} took the push of ${describe(restoration)}, and has it as it was before.`,
      { registry: registry.name },
    )
  );
}

/**
 * A registry in its maintenance mode says no to a push as to a deletion: the probe, which names nothing, tells it from
 * other refusals.
 */
async function explainRefusal(
  { context, registry, repository, upstream }: Restoration,
  error: unknown,
): Promise<GatewayError> {
  if (!isUpstreamError(error)) throw error;
  const isRefused = error.code === 'UPSTREAM_UNSUPPORTED' && error.facts.upstreamStatus === 405;
  if (!isRefused || (await upstream.probeDelete(repository, context.call).catch(() => null)) !== 'read-only')
    return error;
  const hint = 'In the configuration of the registry set storage.maintenance.readonly.enabled to false and restart it.';
  return new GatewayError('READ_ONLY', `The registry ${registry.name} is in read-only mode. ${untouched}`, {
    registry: registry.name,
    hint,
  });
}

async function findInIndex({ parts, registry, repository, tag }: Restoration): Promise<Tag | null> {
  const known = await parts.repositories.find(registry.id, repository);
  return known && parts.tags.find(known.key, tag);
}

function describe({ registry, repository, tag }: Restoration): string {
  return `${repository}:${tag} of ${registry.name}`;
}

function describeMove(restoration: Restoration, what: string): GatewayError {
  return new GatewayError('CHANGED_SINCE_PLAN', `${describe(restoration)} ${what}`, {
    registry: restoration.registry.name,
  });
}
