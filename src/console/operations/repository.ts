// Written by "npm run operations" from schema.graphql and src/console/operations/repository.graphql. Do not edit.
import type { Operation } from '../pure/operation.js';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Why something cannot be deleted. What a registry locks by rules of its own shows when it is tried only. */
export type DeletionBlockerReason =
  /** The registry lets the account that the gateway has there delete nothing, as it said when it was last asked. */
  | 'ACCOUNT_MAY_NOT_DELETE'
  /** The registry deletes nothing, as it said when it was last asked. */
  | 'DELETES_DISABLED'
  /** A rule of `setProtection` protects it. */
  | 'PROTECTED'
  /** An admin has set the registry read-only here. */
  | 'READ_ONLY'
  /** The registry is in its own read-only mode, as it said when it was last asked. */
  | 'REGISTRY_READ_ONLY'
  /** The viewer has no role that may delete. */
  | 'ROLE';

/** How far an answer can be relied on. */
export type FreshnessState =
  /** The registry confirmed it within its `maxAge`. */
  | 'FRESH'
  /** Some of it has not been read yet. */
  | 'INDEXING'
  /** Nothing of it has been read yet. */
  | 'NEVER_INDEXED'
  /** The registry takes no more requests just now: reading goes on at `retryAt`. */
  | 'RATE_LIMITED'
  /** Older than `maxAge`, or the last attempt failed in a way that may pass. */
  | 'STALE'
  /** The registry does not answer: this is its last known state. */
  | 'UNREACHABLE';

/** The kind of thing that a digest names. */
export type ImageKind =
  /** Something else that is stored as an image: a Helm chart, a signature, an SBOM. */
  | 'ARTIFACT'
  /** One runnable image. */
  | 'IMAGE'
  /** Several images, one for each platform. */
  | 'INDEX'
  /** A leftover of Docker's first schema: its sizes are not known. */
  | 'SCHEMA1'
  /** Something that cannot be read as any of these: its digest, its media type and the size of its manifest are known, and it can be deleted. */
  | 'UNKNOWN';

/** One label. */
export type KeyValueInput = {
  /** The key, exactly. */
  readonly key: string;
  /** The value, exactly. */
  readonly value: string;
};

/** The end of a list that comes first. */
export type OrderDirection =
  /** The lowest, oldest or smallest first. */
  | 'ASC'
  /** The highest, newest or largest first. */
  | 'DESC';

/** A platform that an image runs on. */
export type PlatformInput = {
  /** The architecture: `amd64`. */
  readonly architecture: string;
  /** The operating system: `linux`. */
  readonly os: string;
  /** The version of the operating system, or its first parts: `10.0.20348` finds `10.0.20348.1487`; any when absent. */
  readonly osVersion?: string | null | undefined;
  /** The architecture's variant: `v8`; any when absent. */
  readonly variant?: string | null | undefined;
};

/** Which repositories: those that fit every field given. */
export type RepositoryFilter = {
  /** true: only those without tags; false: only those with tags, or not read yet; null: both. */
  readonly empty?: boolean | null | undefined;
  /** Only repositories whose full name one of these patterns names: `*` is any text, slashes too, `?` any character, with ten "*" at the most; up to 20 patterns. */
  readonly globs?: ReadonlyArray<string> | null | undefined;
  /** Only those with an image that has this label itself, or on one of its platforms. */
  readonly label?: KeyValueInput | null | undefined;
  /** A part of the full name; upper and lower case are the same. */
  readonly nameContains?: string | null | undefined;
  /** All before the last slash of the name; empty for names without one. */
  readonly namespace?: string | null | undefined;
  /** Only those with an image for this platform, or an index that has one. */
  readonly platform?: PlatformInput | null | undefined;
  /** Only in these registries: names, or UUIDs. A registry's own list ignores it. */
  readonly registries?: ReadonlyArray<string> | null | undefined;
  /** Updated after this. */
  readonly updatedAfter?: string | null | undefined;
  /** Updated before this. */
  readonly updatedBefore?: string | null | undefined;
};

/** Which tags: those that fit every field given. */
export type TagFilter = {
  /** Artifacts of this media type, exactly. */
  readonly artifactType?: string | null | undefined;
  /** Those that point to it themselves. */
  readonly digest?: string | null | undefined;
  /** A pattern of the whole tag: `*` is any text, `?` any character, up to 128 characters and ten `*`. */
  readonly glob?: string | null | undefined;
  /** Also signatures, attestations and fallback tags of referrers. */
  readonly includeReferrers?: boolean | null | undefined;
  /** Those that point to one of these kinds of things. */
  readonly kinds?: ReadonlyArray<ImageKind> | null | undefined;
  /** With this label, on the image or on one of its platforms. */
  readonly label?: KeyValueInput | null | undefined;
  /** A part of the tag; upper and lower case are the same. */
  readonly nameContains?: string | null | undefined;
  /** Images for this platform, and indexes that have one. */
  readonly platform?: PlatformInput | null | undefined;
  /** A range of versions as npm writes it: `>=1.2 <2`. Tags that are no version are left out. */
  readonly semver?: string | null | undefined;
  /** So many bytes, as `Tag.size` has them, or more. A size that is not known is left out. */
  readonly sizeAtLeast?: number | null | undefined;
  /** So many bytes, as `Tag.size` has them, or less. A size that is not known is left out. */
  readonly sizeAtMost?: number | null | undefined;
  /** Updated after this. */
  readonly updatedAfter?: string | null | undefined;
  /** Updated before this. */
  readonly updatedBefore?: string | null | undefined;
};

/** The order of a list of tags. */
export type TagOrder = {
  /** The end of the list that comes first. */
  readonly direction?: OrderDirection | null | undefined;
  /** By what. */
  readonly field: TagOrderField;
};

/** The key by which tags are ordered. */
export type TagOrderField =
  /** Their text, character by character: `1.10` before `1.9`. */
  | 'NAME'
  /** Their version: `1.9` before `1.10`, `1.2.0-rc.1` before `1.2.0`; what is no version is below all versions. */
  | 'SEMVER'
  /** The bytes of their images; a size that is not known is the smallest. */
  | 'SIZE'
  /** When they were updated; of one time by their version, as SEMVER orders them, then by name. */
  | 'UPDATED_AT';

/** Where a time comes from: registries keep no push time. */
export type TimeSource =
  /** When the gateway saw it point elsewhere, or gone. */
  | 'CHANGE_SEEN'
  /** When the gateway first saw it. */
  | 'FIRST_SEEN'
  /** When the image was built, as the image's own config says: it was there before the gateway looked. */
  | 'IMAGE_CONFIG'
  /** When the registry told of the change. */
  | 'NOTIFICATION'
  /** The time that the tag had on this image before it was deleted: `restoreTag` or `undoJob` has put it back since. Lists are in the order of it, and retention goes by it, as if the tag had never been gone. */
  | 'RESTORED';

export type RepositoryQueryVariables = Exact<{
  registry: string;
  name: string;
  filter?: TagFilter | null | undefined;
  orderBy?: TagOrder | null | undefined;
  offset: number;
  first: number;
  head: boolean;
  pushesFrom?: string | null | undefined;
  which?: RepositoryFilter | null | undefined;
}>;


export type RepositoryQuery = { readonly repositoryFacets?: { readonly platforms: ReadonlyArray<{ readonly value: string }> } | null, readonly repository: { readonly id: string, readonly tags: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly reference: string, readonly digest: string | null, readonly size: number | null, readonly updatedAt: string | null, readonly updatedAtSource: TimeSource, readonly viewerCanDelete: boolean, readonly siblingCount: number, readonly siblings: ReadonlyArray<{ readonly id: string, readonly name: string }>, readonly image: { readonly id: string, readonly kind: ImageKind, readonly platforms: ReadonlyArray<{ readonly name: string }> } | null }> } } & { readonly name?: string, readonly reference?: string, readonly tagCount?: number, readonly size?: number | null, readonly uniqueSize?: number, readonly updatedAt?: string | null, readonly viewerCanDelete?: boolean, readonly deletionBlockers?: ReadonlyArray<{ readonly reason: DeletionBlockerReason, readonly message: string, readonly hint: string | null }>, readonly registry?: { readonly id: string, readonly name: string, readonly pullHost: string }, readonly freshness?: { readonly state: FreshnessState, readonly confirmedAt: string | null, readonly lastError: { readonly message: string } | null }, readonly pushes?: ReadonlyArray<{ readonly from: string, readonly value: number | null }> } | null };

export type RepositoryHeadFragment = { readonly name: string, readonly reference: string, readonly tagCount: number, readonly size: number | null, readonly uniqueSize: number, readonly updatedAt: string | null, readonly viewerCanDelete: boolean, readonly deletionBlockers: ReadonlyArray<{ readonly reason: DeletionBlockerReason, readonly message: string, readonly hint: string | null }>, readonly registry: { readonly id: string, readonly name: string, readonly pullHost: string }, readonly freshness: { readonly state: FreshnessState, readonly confirmedAt: string | null, readonly lastError: { readonly message: string } | null }, readonly pushes: ReadonlyArray<{ readonly from: string, readonly value: number | null }> };

export const repository: Operation<RepositoryQuery, RepositoryQueryVariables> = {
  text: "query Repository($registry:String!$name:String!$filter:TagFilter$orderBy:TagOrder$offset:Int!$first:Int!$head:Boolean!$pushesFrom:DateTime$which:RepositoryFilter){repositoryFacets(filter:$which)@include(if:$head){platforms(first:100){value}}repository(registry:$registry name:$name){id ...RepositoryHead@include(if:$head)tags(filter:$filter orderBy:$orderBy first:$first offset:$offset){totalCount nodes{id name reference digest size updatedAt updatedAtSource viewerCanDelete siblingCount siblings(first:3){id name}image{id kind platforms(first:6){name}}}}}}fragment RepositoryHead on Repository{name reference tagCount size uniqueSize updatedAt viewerCanDelete deletionBlockers{reason message hint}registry{id name pullHost}freshness{state confirmedAt lastError{message}}pushes:series(metric:PUSHES points:26 from:$pushesFrom){from value}}",
};
