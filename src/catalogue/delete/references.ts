import type { IndexChild, Tag } from '../../domain/catalogue.js';
import { type Digest, shortenDigest } from '../../domain/digest.js';
import { type EntryRole, maxEntriesRead, maxIndexDepth } from '../../domain/image.js';
import type { UsageStore } from '../../store/index/usage.js';
import type { ImageStore } from '../../store/index/images.js';
import type { CallOptions, Upstream } from '../../upstream/upstream.js';

/** An entry of an index, seen from the images that hold it. */
export interface Held {
  /** How deep it stands: 1 is a child of one of the images. The deepest, where it stands at several. */
  readonly depth: number;
  /** null while it was not read. */
  readonly imageKey: number | null;
  readonly role: EntryRole;
}

type Children = Pick<ImageStore, 'listChildren'>;

/** The index's tables that hold what indexes hold. */
export interface ReferenceParts {
  readonly images: Pick<ImageStore, 'listChildren' | 'listUnclear'>;
  readonly contents: Pick<UsageStore, 'findMissing'>;
}

/** All that images hold as far as it is known, and why more may be held. */
interface HeldImages {
  readonly held: ReadonlyMap<Digest, Held>;
  /** Keys of the images themselves, and of all they hold that was read. */
  readonly imageKeys: ReadonlySet<number>;
  /** Entries whose manifests were not read, and may hold something. */
  readonly unread: readonly IndexChild[];
  /** Indexes stand deeper than `maxIndexDepth`: their children are not known. */
  readonly isTooDeep: boolean;
}

/**
 * Returns, by digest, all that the indexes among these images hold, down to `maxIndexDepth` levels. Attestations are
 * among them: they are stored as children.
 */
export async function listHeld(images: Children, imageKeys: readonly number[]): Promise<ReadonlyMap<Digest, Held>> {
  return (await findHoldings(images, imageKeys)).held;
}

/** Children beyond this position were never requested: see maxEntriesRead. */
function wasRequested({ position }: IndexChild): boolean {
  return position < maxEntriesRead;
}

async function findHoldings(images: Children, imageKeys: readonly number[]): Promise<HeldImages> {
  const held = new Map<Digest, Held>();
  const unread = new Map<string, IndexChild>();
  const keys = new Set(imageKeys);
  let level = [...keys];
  for (let depth = 1; level.length > 0 && depth <= maxIndexDepth; depth++) {
    const next = new Set<number>();
    for (const child of await images.listChildren(level)) {
      held.set(child.digest, { depth, imageKey: child.imageKey, role: child.role });
      if (child.imageKey !== null) next.add(child.imageKey);
      else if (child.role !== 'blob') unread.set(`${child.digest} ${child.role} ${wasRequested(child)}`, child);
    }
    for (const key of next) keys.add(key);
    level = [...next];
  }
  const isTooDeep = level.length > 0 && (await images.listChildren(level, 1)).length > 0;
  return { held, imageKeys: keys, unread: [...unread.values()], isTooDeep };
}

/** Sentences that are returned: an index with thousands of unreadable entries gives the same for each. */
const maxUncertainties = 20;

/**
 * Says in sentences why the images may hold more than is known; none: all they hold is known. A child that was not read
 * may be an index itself, unless its index gives it the media type of an image, and the registry lacks it or was not
 * asked for it.
 */
async function describeUncertainties(
  { images, contents }: ReferenceParts,
  repositoryKey: number,
  { imageKeys, unread, isTooDeep }: HeldImages,
): Promise<string[]> {
  const missing = await contents.findMissing(
    repositoryKey,
    unread.map(({ digest }) => digest),
  );
  const isPlain = (child: IndexChild): boolean =>
    child.role === 'manifest' && (missing.has(child.digest) || !wasRequested(child));
  const uncertain = unread.filter((child) => !isPlain(child));
  const unclear = await images.listUnclear([...imageKeys]);
  return [
    ...unclear.map((digest) => `${shortenDigest(digest)} cannot be read as a manifest: what it holds is not known.`),
    ...(isTooDeep ? [`An index holds others deeper than ${maxIndexDepth} levels: what those hold is not known.`] : []),
    ...uncertain.map(
      ({ digest }) => `${shortenDigest(digest)} stands in an index and was not read: what it holds is not known.`,
    ),
  ].slice(0, maxUncertainties);
}

/** Returns the keys of the images that the tags are on, each once. */
export function imageKeysOf(tags: readonly Tag[]): number[] {
  return [...new Set(tags.flatMap((tag) => tag.imageKey ?? []))];
}

/** The manifests that must stay for tags, or images, that stay. */
export interface References {
  /** Digests that tags point to, and that indexes hold. */
  readonly digests: ReadonlySet<Digest>;
  /** Something could not be read, and may reference any manifest: none may be deleted as unused then. */
  readonly isUncertain: boolean;
  /** Sentences that say what could not be read. */
  readonly uncertainties: readonly string[];
}

/**
 * Finds all that these tags of one repository reference. Sends a request for each tag whose last read found no
 * manifest; `upstream` null: sends none, and such a tag may reference anything. Throws the registry's failure when that
 * request fails.
 */
export async function findReferences(
  parts: ReferenceParts,
  upstream: Pick<Upstream, 'headManifest'> | null,
  tags: readonly Tag[],
  call: CallOptions,
): Promise<References> {
  const holdings = await findHoldings(parts.images, imageKeysOf(tags));
  const digests = new Set(holdings.held.keys());
  for (const { digest } of tags) if (digest !== null) digests.add(digest);
  const [first] = tags;
  const uncertainties = first ? await describeUncertainties(parts, first.repositoryKey, holdings) : [];
  for (const tag of tags) {
    // One uncertainty keeps every manifest, and asking about further tags may cost a request each.
    if (uncertainties.length > 0) break;
    if (tag.error !== null && !(upstream && (await isDangling(upstream, tag, call)))) {
      uncertainties.push(`The tag ${tag.name} could not be read: what it points to now is not known.`);
    }
  }
  return { digests, isUncertain: uncertainties.length > 0, uncertainties };
}

/** Finds all that these images of one repository hold, themselves left out. */
export async function findHeld(
  parts: ReferenceParts,
  repositoryKey: number,
  imageKeys: readonly number[],
): Promise<References> {
  const holdings = await findHoldings(parts.images, imageKeys);
  const uncertainties = await describeUncertainties(parts, repositoryKey, holdings);
  return { digests: new Set(holdings.held.keys()), isUncertain: uncertainties.length > 0, uncertainties };
}

/** Asks whether the registry lists the tag and has no manifest for it. Throws the registry's failure. */
export async function isDangling(
  upstream: Pick<Upstream, 'headManifest'>,
  tag: Tag,
  call: CallOptions,
): Promise<boolean> {
  return (
    tag.error?.code === 'UPSTREAM_INVALID' && (await upstream.headManifest(tag.repositoryName, tag.name, call)) === null
  );
}
