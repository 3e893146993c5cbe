// Written by "npm run operations" from schema.graphql and src/console/operations/job.graphql. Do not edit.
import type { Operation } from '../pure/operation.js';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** The thing that one piece of a job removes. */
export type DeletionStepKind =
  /** A child of an index, which nothing else in the repository uses. */
  | 'CHILD'
  /** An image with all its tags. */
  | 'MANIFEST'
  /** None: it puts a tag back, in a job of `undoJob`. */
  | 'RESTORE'
  /** A tag whose image stays. */
  | 'TAG';

/** How far one piece of a job is. */
export type DeletionStepState =
  /** It was gone before. */
  | 'ABSENT'
  /** It was not begun. */
  | 'CANCELLED'
  /** It is gone, or, of a tag that is put back, it is back. */
  | 'DONE'
  /** It is still there, or not back, or that is not known: see `code` and `message`. */
  | 'FAILED'
  /** It was pushed meanwhile, is of use to what still stands, or was back already, and is left as it is. */
  | 'KEPT'
  /** It has not begun. */
  | 'PENDING'
  /** It was sent to the registry; what came of it is not known yet. */
  | 'SENT';

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

/** Whether a tag that a deletion took off can come back. */
export type UndoState =
  /** The registry no longer has its image, or there was none behind it: it cannot, push the image again. */
  | 'IMAGE_GONE'
  /** It is there, and points elsewhere now: it is left as it is. `restoreTag` moves it. */
  | 'MOVED'
  /** It is there again, on the same image: nothing is to be done. */
  | 'PRESENT'
  /** It is gone, and the registry has its image: it can. */
  | 'RESTORABLE'
  /** It was not asked for, as a hundred images of a repository are asked for at the most, and none of more than 20 repositories: it is tried, and the job tells. */
  | 'UNKNOWN';

export type JobQueryVariables = Exact<{
  id: string | number;
}>;


export type JobQuery = { readonly job: { readonly id: string, readonly work: JobKind, readonly state: JobState, readonly done: number, readonly total: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly estimatedEndAt: string | null, readonly requestedBy: string, readonly approvedBy: string | null, readonly cancelledBy: string | null, readonly approvalExpiresAt: string | null, readonly repositoryName: string | null, readonly failureCount: number, readonly restorableTagCount: number, readonly viewerCanApprove: boolean, readonly viewerCanCancel: boolean, readonly registry: { readonly id: string, readonly name: string } | null, readonly pieceCounts: ReadonlyArray<{ readonly state: JobState, readonly count: number }>, readonly failures: ReadonlyArray<{ readonly code: ErrorCode, readonly message: string, readonly subject: string }> } | null };

export type JobProgressSubscriptionVariables = Exact<{
  id: string | number;
}>;


export type JobProgressSubscription = { readonly job: { readonly id: string, readonly work: JobKind, readonly state: JobState, readonly done: number, readonly total: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly estimatedEndAt: string | null, readonly requestedBy: string, readonly approvedBy: string | null, readonly cancelledBy: string | null, readonly approvalExpiresAt: string | null, readonly repositoryName: string | null, readonly failureCount: number, readonly restorableTagCount: number, readonly viewerCanApprove: boolean, readonly viewerCanCancel: boolean, readonly registry: { readonly id: string, readonly name: string } | null, readonly pieceCounts: ReadonlyArray<{ readonly state: JobState, readonly count: number }>, readonly failures: ReadonlyArray<{ readonly code: ErrorCode, readonly message: string, readonly subject: string }> } };

export type JobPiecesQueryVariables = Exact<{
  id: string | number;
  state?: DeletionStepState | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type JobPiecesQuery = { readonly job: { readonly id: string, readonly pieces: { readonly totalCount: number, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean }, readonly nodes: ReadonlyArray<{ readonly kind: DeletionStepKind, readonly state: DeletionStepState, readonly tags: ReadonlyArray<string>, readonly digest: string | null, readonly code: ErrorCode | null, readonly message: string | null, readonly canRestore: boolean }> }, readonly failed: { readonly totalCount: number }, readonly kept: { readonly totalCount: number }, readonly cancelled: { readonly totalCount: number }, readonly sent: { readonly totalCount: number }, readonly pending: { readonly totalCount: number }, readonly absent: { readonly totalCount: number }, readonly done: { readonly totalCount: number } } | null };

export type JobPartsQueryVariables = Exact<{
  id: string | number;
  states?: ReadonlyArray<JobState> | JobState | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type JobPartsQuery = { readonly job: { readonly id: string, readonly pieces: { readonly totalCount: number, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly state: JobState, readonly done: number, readonly total: number, readonly repositoryName: string | null, readonly failureCount: number, readonly registry: { readonly id: string, readonly name: string } | null, readonly failures: ReadonlyArray<{ readonly message: string }> }> } } | null };

export type CancelJobMutationVariables = Exact<{
  id: string | number;
}>;


export type CancelJobMutation = { readonly cancelJob: { readonly userErrors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
    > } };

export type ApproveDeletionMutationVariables = Exact<{
  id: string | number;
}>;


export type ApproveDeletionMutation = { readonly approveDeletion: { readonly userErrors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
    > } };

export type RejectDeletionMutationVariables = Exact<{
  id: string | number;
}>;


export type RejectDeletionMutation = { readonly rejectDeletion: { readonly userErrors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
    > } };

export type PlanUndoMutationVariables = Exact<{
  id: string | number;
}>;


export type PlanUndoMutation = { readonly undoJob: { readonly undo: { readonly tagCount: number, readonly restorable: number, readonly unknown: number, readonly present: number, readonly moved: number, readonly imageGone: number, readonly tags: ReadonlyArray<{ readonly name: string, readonly state: UndoState, readonly digest: string | null, readonly repositoryName: string, readonly registry: { readonly id: string, readonly name: string } }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
    > } };

export type UndoJobMutationVariables = Exact<{
  id: string | number;
}>;


export type UndoJobMutation = { readonly undoJob: { readonly job: { readonly id: string } | null, readonly userErrors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
    > } };

export type JobNowFragment = { readonly id: string, readonly work: JobKind, readonly state: JobState, readonly done: number, readonly total: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly estimatedEndAt: string | null, readonly requestedBy: string, readonly approvedBy: string | null, readonly cancelledBy: string | null, readonly approvalExpiresAt: string | null, readonly repositoryName: string | null, readonly failureCount: number, readonly restorableTagCount: number, readonly viewerCanApprove: boolean, readonly viewerCanCancel: boolean, readonly registry: { readonly id: string, readonly name: string } | null, readonly pieceCounts: ReadonlyArray<{ readonly state: JobState, readonly count: number }>, readonly failures: ReadonlyArray<{ readonly code: ErrorCode, readonly message: string, readonly subject: string }> };

export const job: Operation<JobQuery, JobQueryVariables> = {
  text: "query Job($id:ID!){job(id:$id){...JobNow}}fragment JobNow on Job{id work state done total createdAt finishedAt estimatedEndAt requestedBy approvedBy cancelledBy approvalExpiresAt repositoryName registry{id name}pieceCounts{state count}failureCount failures{code message subject}restorableTagCount viewerCanApprove viewerCanCancel}",
};

export const jobProgress: Operation<JobProgressSubscription, JobProgressSubscriptionVariables> = {
  text: "subscription JobProgress($id:ID!){job(id:$id){...JobNow}}fragment JobNow on Job{id work state done total createdAt finishedAt estimatedEndAt requestedBy approvedBy cancelledBy approvalExpiresAt repositoryName registry{id name}pieceCounts{state count}failureCount failures{code message subject}restorableTagCount viewerCanApprove viewerCanCancel}",
};

export const jobPieces: Operation<JobPiecesQuery, JobPiecesQueryVariables> = {
  text: "query JobPieces($id:ID!$state:DeletionStepState$first:Int!$after:String){job(id:$id){id pieces:steps(first:$first after:$after state:$state){totalCount pageInfo{endCursor hasNextPage}nodes{kind state tags digest code message canRestore}}failed:steps(first:1 state:FAILED){totalCount}kept:steps(first:1 state:KEPT){totalCount}cancelled:steps(first:1 state:CANCELLED){totalCount}sent:steps(first:1 state:SENT){totalCount}pending:steps(first:1 state:PENDING){totalCount}absent:steps(first:1 state:ABSENT){totalCount}done:steps(first:1 state:DONE){totalCount}}}",
};

export const jobParts: Operation<JobPartsQuery, JobPartsQueryVariables> = {
  text: "query JobParts($id:ID!$states:[JobState!]$first:Int!$after:String){job(id:$id){id pieces(states:$states first:$first after:$after){totalCount pageInfo{endCursor hasNextPage}nodes{id state done total repositoryName registry{id name}failureCount failures{message}}}}}",
};

export const cancelJob: Operation<CancelJobMutation, CancelJobMutationVariables> = {
  text: "mutation CancelJob($id:ID!){cancelJob(input:{id:$id}){userErrors{code message}}}",
};

export const approveDeletion: Operation<ApproveDeletionMutation, ApproveDeletionMutationVariables> = {
  text: "mutation ApproveDeletion($id:ID!){approveDeletion(input:{id:$id}){userErrors{code message}}}",
};

export const rejectDeletion: Operation<RejectDeletionMutation, RejectDeletionMutationVariables> = {
  text: "mutation RejectDeletion($id:ID!){rejectDeletion(input:{id:$id}){userErrors{code message}}}",
};

export const planUndo: Operation<PlanUndoMutation, PlanUndoMutationVariables> = {
  text: "mutation PlanUndo($id:ID!){undoJob(input:{id:$id dryRun:true}){undo{tagCount restorable:tagCount(state:RESTORABLE)unknown:tagCount(state:UNKNOWN)present:tagCount(state:PRESENT)moved:tagCount(state:MOVED)imageGone:tagCount(state:IMAGE_GONE)tags{name state digest repositoryName registry{id name}}}userErrors{code message}}}",
};

export const undoJob: Operation<UndoJobMutation, UndoJobMutationVariables> = {
  text: "mutation UndoJob($id:ID!){undoJob(input:{id:$id wait:false}){job{id}userErrors{code message}}}",
};
