import { isDigest, type Digest } from '../domain/digest.js';
import { isTagName, type TagName } from '../domain/name.js';

/** An event as a registry reports it. It is a hint to look, never a fact. */
export interface RegistryEvent {
  /** The sender's id, to know a repeated delivery by; null when there is none, or none short enough to keep. */
  readonly id: string | null;
  readonly action: 'push' | 'delete' | 'mount' | 'pull' | 'other';
  /** As sent: not yet known to be a name. */
  readonly repository: unknown;
  /** The tags and digests that it is about; none: the repository as a whole, or nothing that can be read. */
  readonly targets: readonly EventTarget[];
  /** About the bytes of a layer or config, not about an image. */
  readonly isBlob: boolean;
  /** Of the client that pushed, deleted or pulled. */
  readonly userAgent: string | null;
}

/** At least one of the two. */
export interface EventTarget {
  readonly tag: TagName | null;
  readonly digest: Digest | null;
}

/**
 * How much of one envelope, or of one event, is looked at: registries send one event a request, so more is a storm or a
 * forgery.
 */
export const maxEvents = 1000;

/**
 * Some senders put the digest where the tag would stand. What is neither a tag nor a digest is left out; null: nothing
 * is left.
 */
export function toTarget(tag: unknown, digest: unknown): EventTarget | null {
  const target = { tag: isTagName(tag) ? tag : null, digest: isDigest(digest) ? digest : isDigest(tag) ? tag : null };
  return target.tag === null && target.digest === null ? null : target;
}
