// Written by "npm run operations" from schema.graphql and src/console/operations/activity.graphql. Do not edit.
import type { Operation } from '../pure/operation.js';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Which events of the past: those that fit every field given. */
export type ActivityFilter = {
  /** Only what happened before. */
  readonly before?: string | null | undefined;
  /** Only of these kinds. */
  readonly kinds?: ReadonlyArray<EventKind> | null | undefined;
  /** Only of these registries: names of attached ones, or UUIDs; 100 at the most. */
  readonly registries?: ReadonlyArray<string> | null | undefined;
  /** Only of repositories of this full name. */
  readonly repository?: string | null | undefined;
  /** Only what happened then, or later. */
  readonly since?: string | null | undefined;
};

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

export type ActivityQueryVariables = Exact<{
  filter?: ActivityFilter | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type ActivityQuery = { readonly activity: { readonly totalCount: number, readonly newest: string, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly at: string, readonly kind: EventKind, readonly registryName: string, readonly repositoryName: string | null, readonly tagName: string | null, readonly digest: string | null, readonly formerDigest: string | null, readonly tagCount: number | null, readonly message: string | null, readonly jobId: string | null, readonly jobKind: JobKind | null, readonly jobState: JobState | null }> } | null };

export type AskersQueryVariables = Exact<{
  ids: ReadonlyArray<string | number> | string | number;
}>;


export type AskersQuery = { readonly nodes: ReadonlyArray<
    | { readonly id: string, readonly requestedBy: string }
    | Record<PropertyKey, never>
   | null> | null };

export type ToldEventFragment = { readonly id: string, readonly at: string, readonly kind: EventKind, readonly registryName: string, readonly repositoryName: string | null, readonly tagName: string | null, readonly digest: string | null, readonly formerDigest: string | null, readonly tagCount: number | null, readonly message: string | null, readonly jobId: string | null, readonly jobKind: JobKind | null, readonly jobState: JobState | null };

export const activity: Operation<ActivityQuery, ActivityQueryVariables> = {
  text: "query Activity($filter:ActivityFilter$first:Int!$after:String){activity(filter:$filter first:$first after:$after){totalCount newest pageInfo{hasNextPage endCursor}nodes{...ToldEvent}}}fragment ToldEvent on Event{id at kind registryName repositoryName tagName digest formerDigest tagCount message jobId jobKind jobState}",
};

export const askers: Operation<AskersQuery, AskersQueryVariables> = {
  text: "query Askers($ids:[ID!]!){nodes(ids:$ids){...on Job{id requestedBy}}}",
};
