import type { Image, IndexChild } from '../../domain/catalogue.js';
import {
  completePlatform,
  type ImageProblem,
  maxEntriesRead,
  maxIndexDepth,
  maxProblems,
  type Platform,
} from '../../domain/image.js';
import { type Digest, shortenDigest } from '../../domain/digest.js';
import type { Loaders } from '../loaders/loaders.js';

/**
 * One runnable image of a tag or digest. `image` is null while it was not read, or when no registry has it any more.
 */
export interface PlatformImage extends Platform {
  readonly digest: Digest;
  readonly image: Image | null;
  /** The entry that names it in its index; null: it is in none. */
  readonly entry: IndexChild | null;
}

/** Returns the platform as `docker pull --platform` takes it: `linux/arm/v7`. */
export function namePlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant ? [variant] : [])].join('/');
}

/** Indexes within one that are looked into: each may stand in many others, and a page shows a hundred images. */
const maxIndexes = 100;

/** The walk through one index. */
interface PlatformWalk {
  readonly loaders: Loaders;
  readonly seen: Set<number>;
  readonly problems: ImageProblem[];
}

/**
 * The platforms anyone can run: of an image itself, of an index its children without attestations; also an artifact in
 * an index that says what it is for. Each index within is shown once, and one image once for each platform it is named
 * for.
 */
export async function listPlatforms(loaders: Loaders, image: Image): Promise<PlatformImage[]> {
  const all = await listOf(image, 0, { loaders, seen: new Set(), problems: [] });
  const distinct = new Map(all.map((one) => [JSON.stringify({ ...one, image: null, entry: null }), one]));
  return [...distinct.values()].slice(0, maxEntriesRead);
}

/** Why fields of the image are null, or not whole: what it says itself, and what is not known of the images within. */
export async function listProblems(loaders: Loaders, image: Image): Promise<ImageProblem[]> {
  const problems = [...image.problems];
  if (image.configState === 'pending') {
    problems.push({ field: 'config', message: 'it was not read, or no registry that was asked has it' });
  }
  await listOf(image, 0, { loaders, seen: new Set(), problems });
  return problems.slice(0, maxProblems);
}

/** Each entry of an index may have one, and few are shown. */
function note({ problems }: PlatformWalk, field: string, message: string): void {
  if (problems.length < maxProblems) problems.push({ field, message });
}

async function listOf(image: Image, depth: number, walk: PlatformWalk): Promise<PlatformImage[]> {
  const { digest, kind, platform } = image;
  if (kind === 'artifact' || kind === 'unknown') return [];
  if (kind !== 'index') return [{ ...completePlatform(null, platform), digest, image, entry: null }];
  const entries = await walk.loaders.children.load(image.key);
  const children = entries.filter(({ attestation, role }) => !attestation && role !== 'blob');
  if (depth >= maxIndexDepth || walk.seen.size >= maxIndexes) {
    if (children.length > 0)
      note(walk, 'manifests', `${shortenDigest(digest)} is too deep within, and is not looked into`);
    return [];
  }
  if (walk.seen.has(image.key)) return [];
  walk.seen.add(image.key);
  return (await Promise.all(children.map((child) => listChild(child, depth + 1, walk)))).flat();
}

async function listChild(child: IndexChild, depth: number, walk: PlatformWalk): Promise<PlatformImage[]> {
  const { digest, imageKey, platform, artifactType, role, position } = child;
  const isFor = (platform?.os ?? platform?.architecture ?? null) !== null;
  if (imageKey === null) {
    const isAskedFor = role !== 'unknown';
    const why = isAskedFor ? 'was not read, or the registry does not have it' : 'is of a type that is not asked for';
    note(walk, `manifests.${position}`, `${shortenDigest(digest)} ${why}`);
    return artifactType !== null && !isFor
      ? []
      : [{ ...completePlatform(platform, null), digest, image: null, entry: child }];
  }
  const image = await walk.loaders.image.load(imageKey);
  const own = await listOf(image, depth, walk);
  const isOther = image.kind === 'artifact' || image.kind === 'unknown';
  if (isOther) return isFor ? [{ ...completePlatform(platform, null), digest, image, entry: child }] : [];
  // The index's word goes before the config's: it may add a variant. Of several platforms within, it speaks of none.
  if (own.length !== 1) return own;
  const [only] = own;
  return [{ ...only!, ...completePlatform(platform, only!), entry: only!.entry ?? child }];
}
