// Written by "npm run operations" from schema.graphql and src/console/operations/jobs.graphql. Do not edit.
import type { Operation } from '../pure/operation.js';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Which jobs: those that fit every field given. */
export type JobFilter = {
  /** Only of these kinds. */
  readonly kinds?: ReadonlyArray<JobKind> | null | undefined;
  /** List the jobs of one repository that a deletion from many is made of, in place of the whole. */
  readonly pieces?: boolean | null | undefined;
  /** Only of these registries, or with a piece there: names, or UUIDs; 100 at the most. */
  readonly registries?: ReadonlyArray<string> | null | undefined;
  /** Only about the repository of this full name. */
  readonly repository?: string | null | undefined;
  /** Only those that this account asked for, by its name: as `Job.requestedBy` has it. */
  readonly requestedBy?: string | null | undefined;
  /** Only those that are this far. */
  readonly states?: ReadonlyArray<JobState> | null | undefined;
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

export type JobsQueryVariables = Exact<{
  filter?: JobFilter | null | undefined;
  active?: JobFilter | null | undefined;
  first: number;
  after?: string | null | undefined;
  head: boolean;
}>;


export type JobsQuery = { readonly jobs: { readonly totalCount: number, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly work: JobKind, readonly state: JobState, readonly done: number, readonly total: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly requestedBy: string, readonly repositoryName: string | null, readonly failureCount: number, readonly registry: { readonly id: string, readonly name: string } | null, readonly pieceCounts: ReadonlyArray<{ readonly state: JobState, readonly count: number }> }> } | null, readonly active?: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly approvalExpiresAt: string | null, readonly viewerCanApprove: boolean, readonly id: string, readonly work: JobKind, readonly state: JobState, readonly done: number, readonly total: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly requestedBy: string, readonly repositoryName: string | null, readonly failureCount: number, readonly registry: { readonly id: string, readonly name: string } | null, readonly pieceCounts: ReadonlyArray<{ readonly state: JobState, readonly count: number }> }> } | null };

export type JobLineFragment = { readonly id: string, readonly work: JobKind, readonly state: JobState, readonly done: number, readonly total: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly requestedBy: string, readonly repositoryName: string | null, readonly failureCount: number, readonly registry: { readonly id: string, readonly name: string } | null, readonly pieceCounts: ReadonlyArray<{ readonly state: JobState, readonly count: number }> };

export const jobs: Operation<JobsQuery, JobsQueryVariables> = {
  text: "query Jobs($filter:JobFilter$active:JobFilter$first:Int!$after:String$head:Boolean!){jobs(filter:$filter first:$first after:$after){totalCount pageInfo{endCursor hasNextPage}nodes{...JobLine}}active:jobs(filter:$active first:20)@include(if:$head){totalCount nodes{...JobLine approvalExpiresAt viewerCanApprove}}}fragment JobLine on Job{id work state done total createdAt finishedAt requestedBy repositoryName registry{id name}pieceCounts{state count}failureCount}",
};
