import type { IndexChild, Tag } from '../../domain/catalogue.js';
import { type Digest, shorten } from '../../domain/digest.js';
import { type EntryRole, maxEntriesRead, maxIndexDepth } from '../../domain/image.js';
import type { UsageStore } from '../../store/index/usage.js';
import type { ImageStore } from '../../store/index/images.js';
import type { CallOptions, Upstream } from '../../upstream/upstream.js';

/** An image within indexes. */
export interface Held {
  /** 1: a child of an image that was asked about; of several the deepest. */
  readonly depth: number;
  /** null while it was not read. */
  readonly imageKey: number | null;
  readonly role: EntryRole;
}

type Children = Pick<ImageStore, 'listChildren'>;

interface IndexParts {
  readonly images: Pick<ImageStore, 'listChildren' | 'listUnclear'>;
  readonly contents: Pick<UsageStore, 'findMissing'>;
}

/** What images hold as far as that is known, and what keeps more from being known. */
interface Holdings {
  readonly held: ReadonlyMap<Digest, Held>;
  /** Of the images and all they hold: everything that was read. */
  readonly imageKeys: ReadonlySet<number>;
  /** Entries whose manifests were not read, that may hold something. */
  readonly unread: readonly IndexChild[];
  /** Indexes stand in it deeper than `maxIndexDepth`: what those hold is not known. */
  readonly isTooDeep: boolean;
}

/**
 * What the indexes among these images hold, and what those hold, by digest. Attestations too: they are stored as
 * children.
 */
export async function listHeld(images: Children, imageKeys: readonly number[]): Promise<ReadonlyMap<Digest, Held>> {
  return (await findHoldings(images, imageKeys)).held;
}

function wasAsked({ position }: IndexChild): boolean {
  return position < maxEntriesRead;
}

async function findHoldings(images: Children, imageKeys: readonly number[]): Promise<Holdings> {
  const held = new Map<Digest, Held>();
  const unread = new Map<string, IndexChild>();
  const keys = new Set(imageKeys);
  let level = [...keys];
  for (let depth = 1; level.length > 0 && depth <= maxIndexDepth; depth++) {
    const next = new Set<number>();
    for (const child of await images.listChildren(level)) {
      held.set(child.digest, { depth, imageKey: child.imageKey, role: child.role });
      if (child.imageKey !== null) next.add(child.imageKey);
      else if (child.role !== 'blob') unread.set(`${child.digest} ${child.role} ${wasAsked(child)}`, child);
    }
    for (const key of next) keys.add(key);
    level = [...next];
  }
  const isTooDeep = level.length > 0 && (await images.listChildren(level, 1)).length > 0;
  return { held, imageKeys: keys, unread: [...unread.values()], isTooDeep };
}

/** Sentences that are given: an index of thousands of entries that cannot be read says the same of each. */
const maxDoubts = 20;

/**
 * Why more may be held than is known, as sentences; none: all that these images of the repository hold is known. A
 * child that was not read may hold others, unless its index says that it is no index, and the registry lacks it, or was
 * not asked.
 */
async function findDoubts(
  { images, contents }: IndexParts,
  repositoryKey: number,
  { imageKeys, unread, isTooDeep }: Holdings,
): Promise<string[]> {
  const missing = await contents.findMissing(
    repositoryKey,
    unread.map(({ digest }) => digest),
  );
  const isPlain = (child: IndexChild): boolean =>
    child.role === 'manifest' && (missing.has(child.digest) || !wasAsked(child));
  const uncertain = unread.filter((child) => !isPlain(child));
  const unclear = await images.listUnclear([...imageKeys]);
  return [
    ...unclear.map((digest) => `${shorten(digest)} cannot be read as a manifest: what it holds is not known.`),
    ...(isTooDeep ? [`An index holds others deeper than ${maxIndexDepth} levels: what those hold is not known.`] : []),
    ...uncertain.map(
      ({ digest }) => `${shorten(digest)} stands in an index and was not read: what it holds is not known.`,
    ),
  ].slice(0, maxDoubts);
}

export function imageKeysOf(tags: readonly Tag[]): number[] {
  return [...new Set(tags.flatMap((tag) => tag.imageKey ?? []))];
}

/** What tags that stay need to stay. */
export interface References {
  /** What they point to, and what their indexes hold. */
  readonly digests: ReadonlySet<Digest>;
  /** Something of them could not be read, and may need anything: nothing counts as unused then. */
  readonly isUncertain: boolean;
  /** What that is, as sentences. */
  readonly doubts: readonly string[];
}

/** `tags` are of one repository. */
export async function findReferences(
  parts: IndexParts,
  upstream: Upstream,
  tags: readonly Tag[],
  call: CallOptions,
): Promise<References> {
  const holdings = await findHoldings(parts.images, imageKeysOf(tags));
  const digests = new Set(holdings.held.keys());
  for (const { digest } of tags) if (digest !== null) digests.add(digest);
  const doubts = tags.length > 0 ? await findDoubts(parts, tags[0]!.repositoryKey, holdings) : [];
  for (const tag of tags) {
    // One doubt is enough, and each look may cost a request.
    if (doubts.length > 0) break;
    if (tag.error !== null && !(await isDangling(upstream, tag, call))) {
      doubts.push(`The tag ${tag.name} could not be read: what it points to now is not known.`);
    }
  }
  return { digests, isUncertain: doubts.length > 0, doubts };
}

/** What these images hold, and whether that is all. */
export async function findHeld(
  parts: IndexParts,
  repositoryKey: number,
  imageKeys: readonly number[],
): Promise<References> {
  const holdings = await findHoldings(parts.images, imageKeys);
  const doubts = await findDoubts(parts, repositoryKey, holdings);
  return { digests: new Set(holdings.held.keys()), isUncertain: doubts.length > 0, doubts };
}

/** The registry lists the tag, and has nothing behind it. */
export async function isDangling(upstream: Upstream, tag: Tag, call: CallOptions): Promise<boolean> {
  return (
    tag.error?.code === 'UPSTREAM_INVALID' && (await upstream.headManifest(tag.repositoryName, tag.name, call)) === null
  );
}
