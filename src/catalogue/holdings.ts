import type { IndexChild, Tag } from '../domain/catalogue.js';
import type { Digest } from '../domain/digest.js';
import type { ImageIndex } from '../store/images.js';
import type { CallOptions, Upstream } from '../upstream/upstream.js';

/** An image within indexes. */
export interface Held {
  /** 1: a child of an image that was asked about; of several the deepest. */
  readonly depth: number;
  /** null while it was not read. */
  readonly imageKey: number | null;
}

type Images = Pick<ImageIndex, 'listChildren'>;

/** Indexes within indexes deeper than this are not followed. */
const maxDepth = 8;

/** What the indexes among these images hold, and what those hold, by digest. Attestations too: they are stored as children. */
export async function listHeld(images: Images, imageKeys: readonly number[]): Promise<Map<Digest, Held>> {
  const held = new Map<Digest, Held>();
  let level = [...new Set(imageKeys)];
  for (let depth = 1; level.length > 0 && depth <= maxDepth; depth++) {
    const children: readonly IndexChild[] = await images.listChildren(level);
    for (const { digest, imageKey } of children) held.set(digest, { depth, imageKey });
    level = [...new Set(children.flatMap((child) => child.imageKey ?? []))];
  }
  return held;
}

export function imageKeysOf(tags: readonly Tag[]): number[] {
  return [...new Set(tags.flatMap((tag) => tag.imageKey ?? []))];
}

/** What tags that stay need to stay. */
export interface Uses {
  /** What they point to, and what their indexes hold. */
  readonly digests: ReadonlySet<Digest>;
  /** One of them could not be read: it may need anything. */
  readonly isUncertain: boolean;
}

export async function findUses({ images }: { readonly images: Images }, upstream: Upstream, tags: readonly Tag[], call: CallOptions): Promise<Uses> {
  const held = await listHeld(images, imageKeysOf(tags));
  const digests = new Set([...held.keys(), ...tags.flatMap((tag) => tag.digest ?? [])]);
  let isUncertain = false;
  for (const tag of tags) isUncertain ||= tag.error !== null && !(await isDangling(upstream, tag, call));
  return { digests, isUncertain };
}

/** The registry lists the tag, and has nothing behind it. */
export async function isDangling(upstream: Upstream, tag: Tag, call: CallOptions): Promise<boolean> {
  return tag.error?.code === 'UPSTREAM_INVALID' && (await upstream.headManifest(tag.repositoryName, tag.name, call)) === null;
}
