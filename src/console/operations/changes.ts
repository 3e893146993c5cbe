// Written by "npm run operations" from schema.graphql and src/console/operations/changes.graphql. Do not edit.
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

export type ChangesSubscriptionVariables = Exact<{
  after?: string | number | null | undefined;
}>;


export type ChangesSubscription = { readonly events: { readonly id: string, readonly kind: EventKind, readonly registryName: string, readonly repositoryName: string | null, readonly tagName: string | null, readonly jobId: string | null, readonly jobState: JobState | null } };

export type MissedChangesQueryVariables = Exact<{
  after?: string | null | undefined;
  first: number;
}>;


export type MissedChangesQuery = { readonly events: { readonly newest: string, readonly pageInfo: { readonly hasNextPage: boolean }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly kind: EventKind, readonly registryName: string, readonly repositoryName: string | null, readonly tagName: string | null, readonly jobId: string | null, readonly jobState: JobState | null }> } | null };

export type ChangeFragment = { readonly id: string, readonly kind: EventKind, readonly registryName: string, readonly repositoryName: string | null, readonly tagName: string | null, readonly jobId: string | null, readonly jobState: JobState | null };

export const changes: Operation<ChangesSubscription, ChangesSubscriptionVariables> = {
  text: "subscription Changes($after:ID){events(after:$after){...Change}}fragment Change on Event{id kind registryName repositoryName tagName jobId jobState}",
};

export const missedChanges: Operation<MissedChangesQuery, MissedChangesQueryVariables> = {
  text: "query MissedChanges($after:String$first:Int!){events(after:$after first:$first){newest pageInfo{hasNextPage}nodes{...Change}}}fragment Change on Event{id kind registryName repositoryName tagName jobId jobState}",
};
