/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Which events of the past: those that fit every field given. */
export type ActivityFilter = {
  /** Only what happened before. */
  before?: string | null | undefined;
  /** Only of these kinds. */
  kinds?: Array<EventKind> | null | undefined;
  /** Only of these registries: names of attached ones, or UUIDs; 100 at the most. */
  registries?: Array<string> | null | undefined;
  /** Only of repositories of this full name. */
  repository?: string | null | undefined;
  /** Only what happened then, or later. */
  since?: string | null | undefined;
};

/** How the base of an image is known. */
export type BaseImageSource =
  /** Annotations name it (`org.opencontainers.image.base.name` and `.digest`): of the image, else of its entry in the index, else of the index. Whoever may push can write what they like there. */
  | 'ANNOTATION'
  /** It is known, and the image's layers begin with all of its layers; of such images it has the most. */
  | 'LAYERS';

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

/** The way in which tags go whose image stays. */
export type DeletionMethod =
  /** There are none: every tag goes with its image. */
  | 'MANIFEST_DELETE'
  /** The registry deletes by digest only: a placeholder takes the tag, and is deleted with it. */
  | 'PLACEHOLDER_THEN_DELETE'
  /** The registry deletes single tags. */
  | 'TAG_DELETE'
  /** Nothing can be deleted there now. */
  | 'UNSUPPORTED';

/** How a thing differs between two images. */
export type Difference =
  /** Only the head has it. */
  | 'ADDED'
  /** Both have it, and it differs. */
  | 'CHANGED'
  /** Only the base has it. */
  | 'REMOVED'
  /** Both have it, and it is the same. */
  | 'SAME';

/** A stable code of an error: codes are added, never renamed. */
export type ErrorCode =
  /** The answer would be larger than is allowed. */
  | 'ANSWER_TOO_LARGE'
  /** An argument or a name is not what it must be: `path` says which. */
  | 'BAD_USER_INPUT'
  /** The repository has changed since the plan was made. Nothing was touched. */
  | 'CHANGED_SINCE_PLAN'
  /** It is of another version than the one that was named. Nothing was changed. */
  | 'CHANGED_SINCE_READ'
  /** The name is taken. */
  | 'CONFLICT'
  /** The registry does not delete. Nothing was touched. */
  | 'DELETE_DISABLED'
  /** The registry still has some of it. */
  | 'DELETE_INCOMPLETE'
  /** The registry cannot delete the tag without other tags on the same image. Nothing was touched. */
  | 'DELETE_NOT_EXACT'
  /** The gateway runs the documents that its operator lists, and this is none of them. */
  | 'DOCUMENT_NOT_TRUSTED'
  /** Events after the one that was named are not kept any more, or it is not of this gateway. */
  | 'EVENTS_GONE'
  /** The role for it is missing. */
  | 'FORBIDDEN'
  /** The gateway has a bug: its log has it under the request id. */
  | 'INTERNAL'
  /** Nobody would be left who can log in as an admin. Nothing was changed. */
  | 'LAST_ADMIN'
  /** The provider of single sign-on does not answer, so that its tokens cannot be judged. */
  | 'LOGIN_UNAVAILABLE'
  /** The job waits for no approval, or no longer. Nothing was touched. */
  | 'NOT_AWAITING_APPROVAL'
  /** There is no such thing. */
  | 'NOT_FOUND'
  /** It took too long and was ended. */
  | 'OPERATION_TIMEOUT'
  /** All callers together ask too much just now. */
  | 'OVERLOADED'
  /** No document of this hash or id is known: clients send it with its text then. */
  | 'PERSISTED_QUERY_NOT_FOUND'
  /** The plan's token is too old, of another plan, or not of this gateway. Nothing was touched. */
  | 'PLAN_INVALID'
  /** A rule protects it. Nothing was touched. */
  | 'PROTECTED'
  /** The operation could cost more than is allowed. */
  | 'QUERY_TOO_COMPLEX'
  /** One caller asked too much in too short a time. */
  | 'RATE_LIMITED'
  /** The registry is read-only, here or by its own maintenance mode. Nothing was touched. */
  | 'READ_ONLY'
  /** The session of the cookie was ended, was not used for too long, or ran out. */
  | 'SESSION_OVER'
  /** Another process holds the gateway's database. */
  | 'STORAGE_BUSY'
  /** The gateway's database is damaged. */
  | 'STORAGE_CORRUPT'
  /** The disk of the gateway's database is full. */
  | 'STORAGE_FULL'
  /** The gateway's database was lost as the change was committed: whether it was made is not known. Look first. */
  | 'STORAGE_OUTCOME_UNKNOWN'
  /** The gateway's database cannot be written. */
  | 'STORAGE_READ_ONLY'
  /** There is no token, or it is not valid; or the user name or the password is wrong. */
  | 'UNAUTHENTICATED'
  /** The registry refused the gateway's credentials. */
  | 'UPSTREAM_AUTH'
  /** The registry leads to an address that is never opened, or redirects in a way not followed. */
  | 'UPSTREAM_BLOCKED'
  /** The registry sent something else than its digest says. */
  | 'UPSTREAM_DIGEST_MISMATCH'
  /** More than half of the tags of the registry were gone at once. */
  | 'UPSTREAM_EMPTIED'
  /** The registry failed. */
  | 'UPSTREAM_ERROR'
  /** The registry sent something that cannot be read. */
  | 'UPSTREAM_INVALID'
  /** The registry deletes other images, and locks or protects this one itself. */
  | 'UPSTREAM_LOCKED'
  /** The pages of a list that the registry sent do not end, or do not follow each other. */
  | 'UPSTREAM_PAGINATION'
  /** The proxy on the way refuses. */
  | 'UPSTREAM_PROXY'
  /** The registry limits the requests of the gateway. */
  | 'UPSTREAM_RATE_LIMITED'
  /** The registry sends its clients to a token server that is not allowed. */
  | 'UPSTREAM_REALM_REFUSED'
  /** The registry did not answer in time. */
  | 'UPSTREAM_TIMEOUT'
  /** The registry's certificate is not trusted, or it does not take the gateway's. */
  | 'UPSTREAM_TLS'
  /** The registry sent more than is read. */
  | 'UPSTREAM_TOO_LARGE'
  /** The registry refused the connection or reset it, or its name is not known. */
  | 'UPSTREAM_UNREACHABLE'
  /** The registry cannot do this. */
  | 'UPSTREAM_UNSUPPORTED';

/** The kinds of events, by the change that each tells of. */
export type EventKind =
  /** A job was made, or, with `jobState` QUEUED once more, one that waited was approved. Crawls are told of where somebody asked for them. */
  | 'JOB_BEGAN'
  /** A job is over: `jobState` says how. */
  | 'JOB_ENDED'
  /** A registry was attached. */
  | 'REGISTRY_ATTACHED'
  /** A registry answers again. */
  | 'REGISTRY_BACK'
  /** A registry was detached, with all that was known of it. */
  | 'REGISTRY_DETACHED'
  /** A registry does not answer. */
  | 'REGISTRY_UNREACHABLE'
  /** A repository has tags, and had none: those of a first reading are told of by this alone. */
  | 'REPOSITORY_APPEARED'
  /** Tags of a repository came, went or moved that are not told of one by one: more than 1,000 at once, or those that its first reading adds to tags that notifications told of. */
  | 'REPOSITORY_CHANGED'
  /** The last tag of a repository is gone. */
  | 'REPOSITORY_EMPTIED'
  /** A repository is gone from its registry, or is not followed any more, with all its tags. */
  | 'REPOSITORY_GONE'
  /** A tag is gone. */
  | 'TAG_DELETED'
  /** A tag points to another image. */
  | 'TAG_MOVED'
  /** A tag came, and it is known what it points to. */
  | 'TAG_PUSHED';

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

/** Which jobs: those that fit every field given. */
export type JobFilter = {
  /** Only of these kinds. */
  kinds?: Array<JobKind> | null | undefined;
  /** List the jobs of one repository that a deletion from many is made of, in place of the whole. */
  pieces?: boolean | null | undefined;
  /** Only of these registries, or with a piece there: names, or UUIDs; 100 at the most. */
  registries?: Array<string> | null | undefined;
  /** Only about the repository of this full name. */
  repository?: string | null | undefined;
  /** Only those that this account asked for, by its name: as `Job.requestedBy` has it. */
  requestedBy?: string | null | undefined;
  /** Only those that are this far. */
  states?: Array<JobState> | null | undefined;
};

/** The work of a job. */
export type JobKind =
  /** It reads a registry whole. */
  | 'CRAWL'
  /** It deletes every tag and image of a repository. */
  | 'DELETE_REPOSITORY'
  /** It deletes from many repositories: each of its `pieces` is a `DELETE_TAGS` job. */
  | 'DELETE_SELECTION'
  /** It deletes tags of a repository. */
  | 'DELETE_TAGS'
  /** It puts back what such a one took off: each of its `pieces` is a `RESTORE_TAGS` job. */
  | 'RESTORE_SELECTION'
  /** It puts back the tags that a deletion took off: `undoJob`. */
  | 'RESTORE_TAGS'
  /** It deletes the tags of a repository that the rules of retention let go. */
  | 'RETENTION'
  /** It looks through a registry for what its rules of retention let go: each repository that has some gets a `RETENTION` job. */
  | 'RETENTION_RUN';

/** How far a job is. */
export type JobState =
  /** It is a deletion that a second person has to approve, until `approvalExpiresAt`; nothing of it has begun. */
  | 'AWAITING_APPROVAL'
  /** Somebody cancelled it, or, of a crawl, the gateway was stopped meanwhile, or others waited for its place: it is gone on with. */
  | 'CANCELLED'
  /** It could not go on: see `failures`. */
  | 'FAILED'
  /** Some of it was not done: see `failures`. */
  | 'PARTIALLY_FAILED'
  /** It has not begun. */
  | 'QUEUED'
  /** It is under way. */
  | 'RUNNING'
  /** All of it was done. */
  | 'SUCCEEDED';

/** Why an image stays of which a tag goes. */
export type KeptReason =
  /** Tags that stay are on an index that holds it: see `indexTags`. */
  | 'INDEX'
  /** Tags that stay are on it: see `otherTags`. */
  | 'OTHER_TAGS'
  /** Nothing that is known keeps it, and something that could not be read may: see `uncertainties`. */
  | 'UNCERTAIN';

/** One label. */
export type KeyValueInput = {
  /** The key, exactly. */
  key: string;
  /** The value, exactly. */
  value: string;
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
  architecture: string;
  /** The operating system: `linux`. */
  os: string;
  /** The version of the operating system, or its first parts: `10.0.20348` finds `10.0.20348.1487`; any when absent. */
  osVersion?: string | null | undefined;
  /** The architecture's variant: `v8`; any when absent. */
  variant?: string | null | undefined;
};

/** A tool that takes images from registries. */
export type PullTool =
  /** go-containerregistry's crane: `crane pull`, to a file in the current folder. */
  | 'CRANE'
  /** Docker: `docker pull`. */
  | 'DOCKER'
  /** Helm: `helm pull`, of charts. */
  | 'HELM'
  /** A line of the YAML of a container: `image: "…"`. */
  | 'KUBERNETES'
  /** ORAS: `oras pull`, of artifacts. */
  | 'ORAS'
  /** Podman: `podman pull`. */
  | 'PODMAN'
  /** Skopeo: `skopeo copy`, to a file in the current folder. */
  | 'SKOPEO';

/** Which repositories: those that fit every field given. */
export type RepositoryFilter = {
  /** true: only those without tags; false: only those with tags, or not read yet; null: both. */
  empty?: boolean | null | undefined;
  /** Only repositories whose full name one of these patterns names: `*` is any text, slashes too, `?` any character, with ten "*" at the most; up to 20 patterns. */
  globs?: Array<string> | null | undefined;
  /** Only those with an image that has this label itself, or on one of its platforms. */
  label?: KeyValueInput | null | undefined;
  /** A part of the full name; upper and lower case are the same. */
  nameContains?: string | null | undefined;
  /** All before the last slash of the name; empty for names without one. */
  namespace?: string | null | undefined;
  /** Only those with an image for this platform, or an index that has one. */
  platform?: PlatformInput | null | undefined;
  /** Only in these registries: names, or UUIDs. A registry's own list ignores it. */
  registries?: Array<string> | null | undefined;
  /** Updated after this. */
  updatedAfter?: string | null | undefined;
  /** Updated before this. */
  updatedBefore?: string | null | undefined;
};

/** The order of a list of repositories. */
export type RepositoryOrder = {
  /** The end of the list that comes first. */
  direction?: OrderDirection | null | undefined;
  /** By what. */
  field: RepositoryOrderField;
};

/** The key by which repositories are ordered. */
export type RepositoryOrderField =
  /** Their full name. */
  | 'NAME'
  /** The bytes the registry stores for them. */
  | 'SIZE'
  /** How many tags they have. */
  | 'TAG_COUNT'
  /** When the latest of their tags was updated; those without a time are the oldest. */
  | 'UPDATED_AT';

/** A text of a thing that was found. */
export type SearchMarkField =
  /** Its digest. */
  | 'DIGEST'
  /** One of its labels, as `key=value`. */
  | 'LABEL'
  /** Its name; of a repository the full one. */
  | 'NAME'
  /** The full name of the repository that a tag is in. */
  | 'REPOSITORY_NAME';

/** A type of things that a search finds. */
export type SearchType =
  /** Images and indexes, by their digests and labels. */
  | 'IMAGE'
  /** Registries, by their names. */
  | 'REGISTRY'
  /** Repositories, by their full names. */
  | 'REPOSITORY'
  /** Tags, by their names and those of their repositories. */
  | 'TAG';

/** Which tags: those that fit every field given. */
export type TagFilter = {
  /** Artifacts of this media type, exactly. */
  artifactType?: string | null | undefined;
  /** Those that point to it themselves. */
  digest?: string | null | undefined;
  /** A pattern of the whole tag: `*` is any text, `?` any character, up to 128 characters and ten `*`. */
  glob?: string | null | undefined;
  /** Also signatures, attestations and fallback tags of referrers. */
  includeReferrers?: boolean | null | undefined;
  /** Those that point to one of these kinds of things. */
  kinds?: Array<ImageKind> | null | undefined;
  /** With this label, on the image or on one of its platforms. */
  label?: KeyValueInput | null | undefined;
  /** A part of the tag; upper and lower case are the same. */
  nameContains?: string | null | undefined;
  /** Images for this platform, and indexes that have one. */
  platform?: PlatformInput | null | undefined;
  /** A range of versions as npm writes it: `>=1.2 <2`. Tags that are no version are left out. */
  semver?: string | null | undefined;
  /** So many bytes, as `Tag.size` has them, or more. A size that is not known is left out. */
  sizeAtLeast?: number | null | undefined;
  /** So many bytes, as `Tag.size` has them, or less. A size that is not known is left out. */
  sizeAtMost?: number | null | undefined;
  /** Updated after this. */
  updatedAfter?: string | null | undefined;
  /** Updated before this. */
  updatedBefore?: string | null | undefined;
};

/** The order of a list of tags. */
export type TagOrder = {
  /** The end of the list that comes first. */
  direction?: OrderDirection | null | undefined;
  /** By what. */
  field: TagOrderField;
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

export type ActivityPageQueryVariables = Exact<{
  filter?: ActivityFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ActivityPageQuery = { activity: { nodes: Array<{ id: string, at: string, kind: EventKind, registryName: string, repositoryName: string | null, tagName: string | null, digest: string | null, formerDigest: string | null, jobId: string | null, message: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type ComparePageQueryVariables = Exact<{
  base: string;
  head: string;
}>;


export type ComparePageQuery = { compare: { isSame: boolean, base: { id: string, digest: string | null }, head: { id: string, digest: string | null }, platforms: Array<{ name: string, difference: Difference, sizes: { shared: number | null, added: number | null, removed: number | null }, layers: Array<{ difference: Difference, layer: { digest: string, size: number | null } }>, steps: Array<{ difference: Difference, base: { instruction: string | null } | null, head: { instruction: string | null } | null }>, labels: Array<{ key: string, difference: Difference, base: string | null, head: string | null }> }> } | null };

export type ImagePageQueryVariables = Exact<{
  registry: string;
  repository: string;
  tag: string;
}>;


export type ImagePageQuery = { repository: { id: string, tag: { id: string, name: string, reference: string, digest: string | null, updatedAt: string | null, siblings: Array<{ id: string, name: string }>, pullCommands: Array<{ tool: PullTool, command: string }>, history: { nodes: Array<{ digest: string, since: string, until: string | null }> }, image: { id: string, digest: string | null, kind: ImageKind, mediaType: string, size: number | null, createdAt: string | null, annotations: Array<{ key: string, value: string }>, platforms: Array<{ name: string, digest: string, size: number | null, labels: Array<{ key: string, value: string }>, config: { digest: string, entrypoint: Array<string> | null, cmd: Array<string> | null, user: string | null, workingDirectory: string | null, exposedPorts: Array<string>, environment: Array<{ name: string }> } | null, baseImages: Array<{ knownBy: BaseImageSource, name: string | null, digest: string | null, layerCount: number | null }>, derivedImages: { totalCount: number, nodes: Array<{ id: string, digest: string | null }> }, history: Array<{ instruction: string | null, createdAt: string | null, layer: { digest: string, size: number | null } | null }> }>, referrers: Array<{ digest: string, artifactType: string | null, size: number | null }>, locations: { totalCount: number, nodes: Array<{ id: string, name: string, repository: { id: string, name: string } | null }> } } | null } | null } | null };

export type JobsPageQueryVariables = Exact<{
  filter?: JobFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type JobsPageQuery = { jobs: { nodes: Array<{ id: string, work: JobKind, state: JobState, done: number, total: number, failureCount: number, requestedBy: string, createdAt: string | null, finishedAt: string | null, repositoryName: string | null, viewerCanCancel: boolean, viewerCanApprove: boolean, registry: { id: string, name: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type FollowJobQueryVariables = Exact<{
  id: string | number;
}>;


export type FollowJobQuery = { job: { deletedTagIds: Array<string>, deletedRepositoryId: string | null, id: string, work: JobKind, state: JobState, done: number, total: number, failureCount: number, requestedBy: string, createdAt: string | null, finishedAt: string | null, repositoryName: string | null, viewerCanCancel: boolean, viewerCanApprove: boolean, failures: Array<{ code: ErrorCode, message: string }>, registry: { id: string, name: string } | null } | null };

export type JobRowFragment = { id: string, work: JobKind, state: JobState, done: number, total: number, failureCount: number, requestedBy: string, createdAt: string | null, finishedAt: string | null, repositoryName: string | null, viewerCanCancel: boolean, viewerCanApprove: boolean, registry: { id: string, name: string } | null };

export type ListPageQueryVariables = Exact<{
  filter?: RepositoryFilter | null | undefined;
  orderBy?: RepositoryOrder | null | undefined;
  first?: number | null | undefined;
  offset?: number | null | undefined;
}>;


export type ListPageQuery = { repositories: { totalCount: number, nodes: Array<{ id: string, name: string, tagCount: number, size: number | null, updatedAt: string | null, registry: { id: string, name: string }, latestTag: { id: string, name: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, sources: Array<{ registry: { id: string, name: string }, freshness: { state: FreshnessState, confirmedAt: string | null, lastError: { code: ErrorCode, message: string } | null } }> } | null, repositoryFacets: { registries: Array<{ value: string, count: number }>, namespaces: Array<{ value: string, count: number }> } | null };

export type RepositoryRowFragment = { id: string, name: string, tagCount: number, size: number | null, updatedAt: string | null, registry: { id: string, name: string }, latestTag: { id: string, name: string } | null };

export type PlanPageMutationVariables = Exact<{
  registry: string;
  repository: string;
  tags: Array<string> | string;
}>;


export type PlanPageMutation = { deleteTags: { plan: { token: string, secondsLeft: number, method: DeletionMethod, tagCount: number, manifestCount: number, reclaimable: number, needsApproval: boolean, uncertainties: Array<string>, keptImageCount: number, tags: Array<{ id: string, name: string, digest: string | null, size: number | null }>, keptImages: Array<{ digest: string, reasons: Array<KeptReason>, otherTags: Array<{ id: string, name: string }>, indexTags: Array<{ id: string, name: string }> }>, orphanedReferrers: Array<{ digest: string, artifactType: string | null }>, deletionBlockers: Array<{ reason: DeletionBlockerReason, message: string, hint: string | null }> } | null, userErrors: Array<
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
    > } };

export type DeletePlannedMutationVariables = Exact<{
  registry: string;
  repository: string;
  tags: Array<string> | string;
  token: string;
}>;


export type DeletePlannedMutation = { deleteTags: { job: { id: string, work: JobKind, state: JobState, done: number, total: number, failureCount: number, requestedBy: string, createdAt: string | null, finishedAt: string | null, repositoryName: string | null, viewerCanCancel: boolean, viewerCanApprove: boolean, registry: { id: string, name: string } | null } | null, userErrors: Array<
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
    > } };

export type RegistryPageQueryVariables = Exact<{
  name: string;
}>;


export type RegistryPageQuery = { registry: { id: string, name: string, addr: string, pullHost: string, readOnly: boolean, repositoryCount: number, tagCount: number, size: number | null, viewerCanUpdate: boolean, viewerCanDetach: boolean, health: { reachable: boolean | null, latencyMs: number | null, message: string | null, checkedAt: string | null }, freshness: { state: FreshnessState, confirmedAt: string | null, nextAttemptAt: string | null, lastError: { code: ErrorCode, message: string } | null }, capabilities: { catalog: boolean | null, deleteManifest: boolean | null, deleteTag: boolean | null, referrers: boolean | null, notifications: boolean }, growth: Array<{ to: string, value: number | null }>, lastCrawl: { id: string, work: JobKind, state: JobState, done: number, total: number, failureCount: number, requestedBy: string, createdAt: string | null, finishedAt: string | null, repositoryName: string | null, viewerCanCancel: boolean, viewerCanApprove: boolean, registry: { id: string, name: string } | null } | null, protection: Array<{ repository: string, tag: string }> } | null, namespaces: { nodes: Array<{ path: string, repositoryCount: number, tagCount: number, size: number, hasNamespaces: boolean }> } | null };

export type RestoreTagMutationVariables = Exact<{
  registry: string;
  repository: string;
  tag: string;
}>;


export type RestoreTagMutation = { restoreTag: { tag: { id: string, name: string, digest: string | null, size: number | null, updatedAt: string | null, updatedAtSource: TimeSource, siblingCount: number, image: { id: string, kind: ImageKind, platforms: Array<{ name: string }> } | null } | null, userErrors: Array<
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
      | { code: ErrorCode, message: string }
    > } };

export type SearchPageQueryVariables = Exact<{
  text: string;
  types?: Array<SearchType> | SearchType | null | undefined;
  first?: number | null | undefined;
}>;


export type SearchPageQuery = { search: { counts: Array<{ type: SearchType, count: number, hasMore: boolean }>, edges: Array<{ marks: Array<{ of: SearchMarkField, text: string, start: number, end: number }>, node:
        | { __typename: 'Image', id: string, digest: string | null }
        | { __typename: 'Registry', id: string, name: string }
        | { __typename: 'Repository', id: string, name: string, registry: { id: string, name: string } }
        | { __typename: 'Tag', id: string, name: string, reference: string }
       }> } | null };

export type TagsPageQueryVariables = Exact<{
  registry: string;
  repository: string;
  filter?: TagFilter | null | undefined;
  orderBy?: TagOrder | null | undefined;
  first?: number | null | undefined;
  offset?: number | null | undefined;
}>;


export type TagsPageQuery = { repository: { id: string, name: string, reference: string, tagCount: number, size: number | null, viewerCanDelete: boolean, freshness: { state: FreshnessState, confirmedAt: string | null }, pushes: Array<{ from: string, value: number | null }>, tags: { totalCount: number, nodes: Array<{ id: string, name: string, digest: string | null, size: number | null, updatedAt: string | null, updatedAtSource: TimeSource, siblingCount: number, image: { id: string, kind: ImageKind, platforms: Array<{ name: string }> } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type TagRowFragment = { id: string, name: string, digest: string | null, size: number | null, updatedAt: string | null, updatedAtSource: TimeSource, siblingCount: number, image: { id: string, kind: ImageKind, platforms: Array<{ name: string }> } | null };

export type TrashPageQueryVariables = Exact<{
  registry: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type TrashPageQuery = { formerTags: { nodes: Array<{ tag: string, repositoryName: string, digest: string, until: string | null, image: { id: string, size: number | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null, formerRepositories: { nodes: Array<{ name: string, tagCount: number, deletedAt: string }> } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const JobRowFragmentDoc = new TypedDocumentString(`
    fragment JobRow on Job {
  id
  work
  state
  done
  total
  failureCount
  requestedBy
  createdAt
  finishedAt
  repositoryName
  registry {
    id
    name
  }
  viewerCanCancel
  viewerCanApprove
}
    `, {"fragmentName":"JobRow"}) as unknown as TypedDocumentString<JobRowFragment, unknown>;
export const RepositoryRowFragmentDoc = new TypedDocumentString(`
    fragment RepositoryRow on Repository {
  id
  name
  registry {
    id
    name
  }
  tagCount
  size
  updatedAt
  latestTag {
    id
    name
  }
}
    `, {"fragmentName":"RepositoryRow"}) as unknown as TypedDocumentString<RepositoryRowFragment, unknown>;
export const TagRowFragmentDoc = new TypedDocumentString(`
    fragment TagRow on Tag {
  id
  name
  digest
  size
  updatedAt
  updatedAtSource
  siblingCount
  image {
    id
    kind
    platforms(first: 8) {
      name
    }
  }
}
    `, {"fragmentName":"TagRow"}) as unknown as TypedDocumentString<TagRowFragment, unknown>;
export const ActivityPageDocument = new TypedDocumentString(`
    query ActivityPage($filter: ActivityFilter, $first: Int = 50, $after: String) {
  activity(filter: $filter, first: $first, after: $after) {
    nodes {
      id
      at
      kind
      registryName
      repositoryName
      tagName
      digest
      formerDigest
      jobId
      message
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `, {"hash":"sha256:7b5a3e3e738c0a2eec0368a656f9fb023c87ad405263a6283b105394f50c3bc5"}) as unknown as TypedDocumentString<ActivityPageQuery, ActivityPageQueryVariables>;
export const ComparePageDocument = new TypedDocumentString(`
    query ComparePage($base: String!, $head: String!) {
  compare(base: $base, head: $head) {
    isSame
    base {
      id
      digest
    }
    head {
      id
      digest
    }
    platforms(first: 8) {
      name
      difference
      sizes {
        shared
        added
        removed
      }
      layers(first: 200) {
        difference
        layer {
          digest
          size
        }
      }
      steps(first: 200) {
        difference
        base {
          instruction
        }
        head {
          instruction
        }
      }
      labels(first: 200) {
        key
        difference
        base
        head
      }
    }
  }
}
    `, {"hash":"sha256:671c6f08b3c5ddca1a108bd649ec0b26112c5e1c67b13d5acaec757184bb8407"}) as unknown as TypedDocumentString<ComparePageQuery, ComparePageQueryVariables>;
export const ImagePageDocument = new TypedDocumentString(`
    query ImagePage($registry: String!, $repository: String!, $tag: String!) {
  repository(registry: $registry, name: $repository) {
    id
    tag(name: $tag) {
      id
      name
      reference
      digest
      updatedAt
      siblings(first: 20) {
        id
        name
      }
      pullCommands {
        tool
        command
      }
      history(first: 10) {
        nodes {
          digest
          since
          until
        }
      }
      image {
        id
        digest
        kind
        mediaType
        size
        createdAt
        annotations(first: 50) {
          key
          value
        }
        platforms(first: 20) {
          name
          digest
          size
          labels(first: 50) {
            key
            value
          }
          config {
            digest
            entrypoint
            cmd
            user
            workingDirectory
            exposedPorts
            environment(first: 50) {
              name
            }
          }
          baseImages {
            knownBy
            name
            digest
            layerCount
          }
          derivedImages(first: 10) {
            totalCount
            nodes {
              id
              digest
            }
          }
          history(first: 100) {
            instruction
            createdAt
            layer {
              digest
              size
            }
          }
        }
        referrers(first: 20) {
          digest
          artifactType
          size
        }
        locations(first: 20) {
          totalCount
          nodes {
            id
            name
            repository {
              id
              name
            }
          }
        }
      }
    }
  }
}
    `, {"hash":"sha256:93082510144cf6a5ad7910ce480407d274d363342a0a9904f27e30b178a03c12"}) as unknown as TypedDocumentString<ImagePageQuery, ImagePageQueryVariables>;
export const JobsPageDocument = new TypedDocumentString(`
    query JobsPage($filter: JobFilter, $first: Int = 50, $after: String) {
  jobs(filter: $filter, first: $first, after: $after) {
    nodes {
      ...JobRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment JobRow on Job {
  id
  work
  state
  done
  total
  failureCount
  requestedBy
  createdAt
  finishedAt
  repositoryName
  registry {
    id
    name
  }
  viewerCanCancel
  viewerCanApprove
}`, {"hash":"sha256:4f41dfec7047e53f3f2b25e07555ae9839a78eab549e6e133b783bf800488aa2"}) as unknown as TypedDocumentString<JobsPageQuery, JobsPageQueryVariables>;
export const FollowJobDocument = new TypedDocumentString(`
    query FollowJob($id: ID!) {
  job(id: $id) {
    ...JobRow
    deletedTagIds
    deletedRepositoryId
    failures {
      code
      message
    }
  }
}
    fragment JobRow on Job {
  id
  work
  state
  done
  total
  failureCount
  requestedBy
  createdAt
  finishedAt
  repositoryName
  registry {
    id
    name
  }
  viewerCanCancel
  viewerCanApprove
}`, {"hash":"sha256:3eb08eafbf912ceaa434fe5d89719dff2a0ac8539d462cba553686ee7a4335e6"}) as unknown as TypedDocumentString<FollowJobQuery, FollowJobQueryVariables>;
export const ListPageDocument = new TypedDocumentString(`
    query ListPage($filter: RepositoryFilter, $orderBy: RepositoryOrder, $first: Int = 50, $offset: Int) {
  repositories(filter: $filter, orderBy: $orderBy, first: $first, offset: $offset) {
    totalCount
    nodes {
      ...RepositoryRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    sources {
      registry {
        id
        name
      }
      freshness {
        state
        confirmedAt
        lastError {
          code
          message
        }
      }
    }
  }
  repositoryFacets(filter: $filter) {
    registries {
      value
      count
    }
    namespaces {
      value
      count
    }
  }
}
    fragment RepositoryRow on Repository {
  id
  name
  registry {
    id
    name
  }
  tagCount
  size
  updatedAt
  latestTag {
    id
    name
  }
}`, {"hash":"sha256:b11c61bfc1024bb26d807d68402edbb8af3ca44a2f0f708968a862dee83a9f77"}) as unknown as TypedDocumentString<ListPageQuery, ListPageQueryVariables>;
export const PlanPageDocument = new TypedDocumentString(`
    mutation PlanPage($registry: String!, $repository: String!, $tags: [String!]!) {
  deleteTags(
    input: {registry: $registry, repository: $repository, tags: $tags, dryRun: true}
  ) {
    plan {
      token
      secondsLeft
      method
      tagCount
      manifestCount
      reclaimable
      needsApproval
      uncertainties
      tags {
        id
        name
        digest
        size
      }
      keptImageCount
      keptImages {
        digest
        reasons
        otherTags(first: 5) {
          id
          name
        }
        indexTags(first: 5) {
          id
          name
        }
      }
      orphanedReferrers {
        digest
        artifactType
      }
      deletionBlockers {
        reason
        message
        hint
      }
    }
    userErrors {
      code
      message
    }
  }
}
    `, {"hash":"sha256:73debeb11f254ab25027fd6eed9835c6ca1aeb054b67ba20c8c2309931169cdb"}) as unknown as TypedDocumentString<PlanPageMutation, PlanPageMutationVariables>;
export const DeletePlannedDocument = new TypedDocumentString(`
    mutation DeletePlanned($registry: String!, $repository: String!, $tags: [String!]!, $token: String!) {
  deleteTags(
    input: {registry: $registry, repository: $repository, tags: $tags, planToken: $token, wait: false}
  ) {
    job {
      ...JobRow
    }
    userErrors {
      code
      message
    }
  }
}
    fragment JobRow on Job {
  id
  work
  state
  done
  total
  failureCount
  requestedBy
  createdAt
  finishedAt
  repositoryName
  registry {
    id
    name
  }
  viewerCanCancel
  viewerCanApprove
}`, {"hash":"sha256:6eb3562caf2f1d36bb468b2247c565381c79c86c706618821a6662d6472b554b"}) as unknown as TypedDocumentString<DeletePlannedMutation, DeletePlannedMutationVariables>;
export const RegistryPageDocument = new TypedDocumentString(`
    query RegistryPage($name: String!) {
  registry(name: $name) {
    id
    name
    addr
    pullHost
    readOnly
    repositoryCount
    tagCount
    size
    health {
      reachable
      latencyMs
      message
      checkedAt
    }
    freshness {
      state
      confirmedAt
      nextAttemptAt
      lastError {
        code
        message
      }
    }
    capabilities {
      catalog
      deleteManifest
      deleteTag
      referrers
      notifications
    }
    growth: series(metric: SIZE, points: 60) {
      to
      value
    }
    lastCrawl {
      ...JobRow
    }
    protection {
      repository
      tag
    }
    viewerCanUpdate
    viewerCanDetach
  }
  namespaces(registry: $name) {
    nodes {
      path
      repositoryCount
      tagCount
      size
      hasNamespaces
    }
  }
}
    fragment JobRow on Job {
  id
  work
  state
  done
  total
  failureCount
  requestedBy
  createdAt
  finishedAt
  repositoryName
  registry {
    id
    name
  }
  viewerCanCancel
  viewerCanApprove
}`, {"hash":"sha256:e301d80993f7bfbc4501d2a1432d6a388be3ed9a7b4ff44f00f252cd59beb863"}) as unknown as TypedDocumentString<RegistryPageQuery, RegistryPageQueryVariables>;
export const RestoreTagDocument = new TypedDocumentString(`
    mutation RestoreTag($registry: String!, $repository: String!, $tag: String!) {
  restoreTag(input: {registry: $registry, repository: $repository, tag: $tag}) {
    tag {
      ...TagRow
    }
    userErrors {
      code
      message
    }
  }
}
    fragment TagRow on Tag {
  id
  name
  digest
  size
  updatedAt
  updatedAtSource
  siblingCount
  image {
    id
    kind
    platforms(first: 8) {
      name
    }
  }
}`, {"hash":"sha256:6e2aea79c14280dd684deb643af73f7c71756cc43615619ac8c40c591299949c"}) as unknown as TypedDocumentString<RestoreTagMutation, RestoreTagMutationVariables>;
export const SearchPageDocument = new TypedDocumentString(`
    query SearchPage($text: String!, $types: [SearchType!], $first: Int = 10) {
  search(query: $text, types: $types, first: $first) {
    counts {
      type
      count
      hasMore
    }
    edges {
      marks {
        of
        text
        start
        end
      }
      node {
        __typename
        ... on Registry {
          id
          name
        }
        ... on Repository {
          id
          name
          registry {
            id
            name
          }
        }
        ... on Tag {
          id
          name
          reference
        }
        ... on Image {
          id
          digest
        }
      }
    }
  }
}
    `, {"hash":"sha256:018d7acba0970ea3c25feb3653a5b93688fe24af2b88d086a3f60b6dd717f89f"}) as unknown as TypedDocumentString<SearchPageQuery, SearchPageQueryVariables>;
export const TagsPageDocument = new TypedDocumentString(`
    query TagsPage($registry: String!, $repository: String!, $filter: TagFilter, $orderBy: TagOrder = {field: UPDATED_AT, direction: DESC}, $first: Int = 100, $offset: Int) {
  repository(registry: $registry, name: $repository) {
    id
    name
    reference
    tagCount
    size
    viewerCanDelete
    freshness {
      state
      confirmedAt
    }
    pushes: series(metric: PUSHES, points: 30) {
      from
      value
    }
    tags(filter: $filter, orderBy: $orderBy, first: $first, offset: $offset) {
      totalCount
      nodes {
        ...TagRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    fragment TagRow on Tag {
  id
  name
  digest
  size
  updatedAt
  updatedAtSource
  siblingCount
  image {
    id
    kind
    platforms(first: 8) {
      name
    }
  }
}`, {"hash":"sha256:2ddb1882260682b8a7efb7c2aba88f2bff5e467f6d647f53c3e7b17dc705f36c"}) as unknown as TypedDocumentString<TagsPageQuery, TagsPageQueryVariables>;
export const TrashPageDocument = new TypedDocumentString(`
    query TrashPage($registry: String!, $first: Int = 50, $after: String) {
  formerTags(first: $first, after: $after, registries: [$registry]) {
    nodes {
      tag
      repositoryName
      digest
      until
      image {
        id
        size
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
  formerRepositories(registry: $registry) {
    nodes {
      name
      tagCount
      deletedAt
    }
  }
}
    `, {"hash":"sha256:b45ab22636445e84673d89ddd0a36080cb4754de951341c40b64884898a5c6fa"}) as unknown as TypedDocumentString<TrashPageQuery, TrashPageQueryVariables>;