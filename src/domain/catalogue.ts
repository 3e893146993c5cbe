import type { Digest } from './digest.js';
import type { FoundBy } from './following.js';
import type { UpstreamProblem } from './freshness.js';
import type { EntryRole, ImageKind, ImageProblem, Platform, StatedPlatform } from './image.js';
import type { StatedBase } from './lineage.js';
import type { RepositoryName, TagName } from './name.js';
import type { Page } from './page.js';

/**
 * A repository as the index knows it. `key` is the index's own and may change when a database is rebuilt: never shown.
 */
export interface Repository {
  readonly key: number;
  readonly registryId: string;
  readonly name: RepositoryName;
  readonly foundBy: FoundBy;
  /** Complete looks in a row that did not find it: at the second it goes. */
  readonly missedScans: number;
  /** When its tags, and what they point to, were last read whole; null: never. */
  readonly tagsConfirmedAt: Date | null;
  readonly tagsError: UpstreamProblem | null;
  /** Names of its last tag list that can be no tags, left out. */
  readonly droppedTags: number;
  /** The first few of them, quoted and cut short. */
  readonly droppedTagExamples: readonly string[];
  /** False while something that its tags hold is still to be read: the three below are then as far as is known. */
  readonly isSettled: boolean;
  /** Tags that are shown: signatures and fallback tags are not. */
  readonly tagCount: number;
  /** Bytes the registry stores for it, each distinct blob once. */
  readonly size: number;
  /** Of its tags the latest; null while it has none. */
  readonly updatedAt: Date | null;
  /** It grows. While it stands, and the repository is settled, lists of its tags show the same but for freshness. */
  readonly tagsVersion: number;
}

/**
 * Where a time comes from: registries keep no push time. `RESTORED`: the tag was gone and was put back on this digest;
 * the time is the one that it had on it before, wherever that was from.
 */
export type TimeSource = 'NOTIFICATION' | 'CHANGE_SEEN' | 'IMAGE_CONFIG' | 'FIRST_SEEN' | 'RESTORED';

export interface Tag {
  readonly key: number;
  readonly repositoryKey: number;
  readonly registryId: string;
  readonly repositoryName: RepositoryName;
  readonly name: TagName;
  /** null: not read yet, or the registry lists the tag but has no manifest for it. */
  readonly imageKey: number | null;
  readonly digest: Digest | null;
  /**
   * The image ID that `docker images` shows, 64 hex digits: the config's digest; of an index, or without a config, its
   * own.
   */
  readonly imageId: string | null;
  /** Bytes of its platforms, each distinct blob once; null: not known. */
  readonly size: number | null;
  readonly updatedAt: Date;
  readonly updatedAtSource: TimeSource;
  /**
   * False: it was there before the gateway looked, and its image says no time, so `updatedAt` is the latest that it can
   * be.
   */
  readonly isDated: boolean;
  /** When its digest was last confirmed; null: never. */
  readonly confirmedAt: Date | null;
  readonly error: UpstreamProblem | null;
}

/** A tag as it is stored, as far as lists show it: with all of these, or with those that are asked for. */
export interface PlainTag extends Pick<Tag, 'name' | 'digest' | 'size'> {
  /** Its hex is the tag's `imageId`. */
  readonly idDigest: Digest | null;
  /** Milliseconds of the epoch. */
  readonly updatedAt: number;
  /** Empty: not decided yet, or never. */
  readonly updatedAtSource: TimeSource | '';
}

/** The first page of a repository's tags. */
export type PlainTagPage = Pick<Page<PlainTag>, 'items' | 'hasNextPage' | 'cursorOf'>;

/** A digest that a tag pointed to for a time. `until` and its source are null while it does. `key` is the index's. */
export interface TagRevision {
  readonly key: number;
  readonly registryId: string;
  readonly repository: RepositoryName;
  readonly tag: TagName;
  readonly digest: Digest;
  readonly since: Date;
  readonly sinceSource: TimeSource;
  readonly until: Date | null;
  readonly untilSource: TimeSource | null;
}

/** A repository that is gone from its registry, or has no tags left there. */
export interface FormerRepository {
  readonly registryId: string;
  readonly name: RepositoryName;
  /** Tags that it had, as far as their history is kept. */
  readonly tagCount: number;
  /** When the last of them went. */
  readonly deletedAt: Date;
}

/**
 * How far an image's config has been read:
 * - `none`: it has none that describes a platform (an index, an artifact);
 * - `pending`: not read yet, or no registry that was asked has it;
 * - `read`: the config's fields below hold it;
 */
export type ConfigState = 'none' | 'pending' | 'read';

export interface Image {
  readonly key: number;
  readonly digest: Digest;
  readonly kind: ImageKind;
  readonly mediaType: string;
  readonly artifactType: string | null;
  /** Bytes of the manifest itself. */
  readonly manifestSize: number;
  readonly configDigest: Digest | null;
  readonly configState: ConfigState;
  readonly platform: Platform | null;
  /** When it was built, as its config says; of an index the newest of its platforms. */
  readonly createdAt: Date | null;
  /** Bytes of config and layers, each distinct blob once; of an index those of its platforms. null: not known. */
  readonly size: number | null;
  readonly author: string | null;
  readonly subject: Digest | null;
  /** Why fields are null, or not whole, as far as the image itself says: see `ImageManifest` and `ImageConfig`. */
  readonly problems: readonly ImageProblem[];
}

/** One child of an index. `imageKey` is null until the child itself has been read. */
export interface IndexChild {
  readonly indexKey: number;
  readonly position: number;
  readonly digest: Digest;
  readonly imageKey: number | null;
  readonly role: EntryRole;
  readonly artifactType: string | null;
  readonly platform: StatedPlatform | null;
  readonly attestation: boolean;
  /** Of the child, as the index says; null: nothing, or an earlier gateway has read the index. */
  readonly base: StatedBase | null;
}

/**
 * A blob in its place in an image: position 0 is the config, 1 and up the layers, bottom first. `size` in bytes; null:
 * not known.
 */
export interface ImageBlob {
  readonly imageKey: number;
  readonly position: number;
  readonly digest: Digest;
  readonly size: number | null;
  readonly mediaType: string;
  readonly foreign: boolean;
}

/**
 * Something that is about another image: a signature, an SBOM, an attestation. `size` in bytes of its content, null:
 * not known.
 */
export interface Referrer {
  readonly digest: Digest;
  readonly artifactType: string | null;
  readonly size: number | null;
  /** As a registry's list says; null: those of the image of `imageKey`, which is in the index. */
  readonly annotations: Readonly<Record<string, string>> | null;
  readonly imageKey: number | null;
  /** The key of the image that it is about. */
  readonly aboutKey: number;
}
