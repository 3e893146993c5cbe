// Written by "npm run operations" from schema.graphql and src/console/operations/overview.graphql. Do not edit.
import type { Operation } from '../pure/operation.js';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
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

export type OverviewQueryVariables = Exact<{
  from: string;
  since: string;
  days: number;
}>;


export type OverviewQuery = { readonly registries: ReadonlyArray<{ readonly id: string, readonly name: string, readonly size: number | null, readonly repositoryCount: number, readonly tagCount: number, readonly viewerCanApplyRetention: boolean, readonly freshness: { readonly state: FreshnessState, readonly confirmedAt: string | null, readonly nextAttemptAt: string | null, readonly lastError: { readonly message: string } | null }, readonly health: { readonly latencyMs: number | null }, readonly lastCrawl: { readonly id: string, readonly state: JobState, readonly done: number, readonly total: number } | null, readonly retention: { readonly rules: ReadonlyArray<{ readonly __typename: 'RetentionRule' }> }, readonly series: ReadonlyArray<{ readonly from: string, readonly to: string, readonly value: number | null }> }> | null, readonly activity: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly at: string, readonly kind: EventKind, readonly registryName: string, readonly repositoryName: string | null, readonly tagName: string | null, readonly digest: string | null, readonly formerDigest: string | null, readonly tagCount: number | null, readonly message: string | null, readonly jobId: string | null, readonly jobKind: JobKind | null, readonly jobState: JobState | null }> } | null, readonly jobs: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly work: JobKind, readonly state: JobState, readonly done: number, readonly total: number, readonly requestedBy: string, readonly repositoryName: string | null, readonly registry: { readonly id: string, readonly name: string } | null }> } | null, readonly fastestGrowing: ReadonlyArray<{ readonly bytes: number, readonly since: string, readonly repository: { readonly id: string, readonly name: string, readonly registry: { readonly id: string, readonly name: string } } }> | null, readonly repositories: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly size: number | null, readonly registry: { readonly id: string, readonly name: string }, readonly series: ReadonlyArray<{ readonly from: string, readonly value: number | null }> }> } | null };

export type ToldEventFragment = { readonly id: string, readonly at: string, readonly kind: EventKind, readonly registryName: string, readonly repositoryName: string | null, readonly tagName: string | null, readonly digest: string | null, readonly formerDigest: string | null, readonly tagCount: number | null, readonly message: string | null, readonly jobId: string | null, readonly jobKind: JobKind | null, readonly jobState: JobState | null };

export const overview: Operation<OverviewQuery, OverviewQueryVariables> = {
  text: "query Overview($from:DateTime!$since:DateTime!$days:Int!){registries{id name size repositoryCount tagCount freshness{state confirmedAt nextAttemptAt lastError{message}}health{latencyMs}lastCrawl{id state done total}retention{rules{__typename}}viewerCanApplyRetention series(metric:SIZE points:60 from:$from){from to value}}activity(first:12 filter:{since:$since kinds:[TAG_PUSHED TAG_MOVED TAG_DELETED REPOSITORY_APPEARED REPOSITORY_GONE]}){totalCount nodes{...ToldEvent}}jobs(first:6 filter:{states:[RUNNING QUEUED AWAITING_APPROVAL]}){totalCount nodes{id work state done total requestedBy registry{id name}repositoryName}}fastestGrowing(days:$days first:6){bytes since repository{id name registry{id name}}}repositories(first:6 orderBy:{field:SIZE direction:DESC}){nodes{id name size registry{id name}series(metric:SIZE points:2){from value}}}}fragment ToldEvent on Event{id at kind registryName repositoryName tagName digest formerDigest tagCount message jobId jobKind jobState}",
};
