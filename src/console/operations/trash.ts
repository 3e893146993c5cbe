// Written by "npm run operations" from schema.graphql and src/console/operations/trash.graphql. Do not edit.
import type { Operation } from '../pure/operation.js';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
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

/** A tag to put back on what it pointed to before. */
export type RestoreTagInput = {
  /** A digest of the tag's own history; when absent, the latest that it no longer points to. */
  readonly digest?: string | null | undefined;
  /** The digest that the tag points to now: refused if it has moved since. Needed for a tag that is there; left out for one that is gone. */
  readonly expectedDigest?: string | null | undefined;
  /** Its id: instead of all names. */
  readonly id?: string | number | null | undefined;
  /** The registry's name, or its UUID: instead of `id`. */
  readonly registry?: string | null | undefined;
  /** The repository's full name, beside `registry`. */
  readonly repository?: string | null | undefined;
  /** The tag, which may be gone, beside `registry` and `repository`. */
  readonly tag?: string | null | undefined;
};

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

export type FormerTagsQueryVariables = Exact<{
  registries?: ReadonlyArray<string> | string | null | undefined;
  nameContains?: string | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type FormerTagsQuery = { readonly formerTags: { readonly totalCount: number, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean }, readonly nodes: ReadonlyArray<{ readonly tag: string, readonly repositoryName: string, readonly digest: string, readonly until: string | null, readonly untilSource: TimeSource | null, readonly registry: { readonly id: string, readonly name: string }, readonly image: { readonly id: string, readonly size: number | null } | null }> } | null };

export type FormerRepositoriesQueryVariables = Exact<{
  registry: string;
  first: number;
  after?: string | null | undefined;
}>;


export type FormerRepositoriesQuery = { readonly formerRepositories: { readonly totalCount: number, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean }, readonly nodes: ReadonlyArray<{ readonly name: string, readonly tagCount: number, readonly deletedAt: string, readonly registry: { readonly id: string, readonly name: string } }> } | null };

export type FormerTagsOfQueryVariables = Exact<{
  registry: string;
  repository: string;
}>;


export type FormerTagsOfQuery = { readonly registry: { readonly id: string, readonly name: string, readonly tagHistory: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly tag: string, readonly repositoryName: string, readonly until: string | null }> } } | null };

export type RestoreTagMutationVariables = Exact<{
  input: RestoreTagInput;
}>;


export type RestoreTagMutation = { readonly restoreTag: { readonly userErrors: ReadonlyArray<
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

export const formerTags: Operation<FormerTagsQuery, FormerTagsQueryVariables> = {
  text: "query FormerTags($registries:[String!]$nameContains:String$first:Int!$after:String){formerTags(registries:$registries nameContains:$nameContains first:$first after:$after){totalCount pageInfo{endCursor hasNextPage}nodes{tag repositoryName digest until untilSource registry{id name}image{id size}}}}",
};

export const formerRepositories: Operation<FormerRepositoriesQuery, FormerRepositoriesQueryVariables> = {
  text: "query FormerRepositories($registry:String!$first:Int!$after:String){formerRepositories(registry:$registry first:$first after:$after){totalCount pageInfo{endCursor hasNextPage}nodes{name tagCount deletedAt registry{id name}}}}",
};

export const formerTagsOf: Operation<FormerTagsOfQuery, FormerTagsOfQueryVariables> = {
  text: "query FormerTagsOf($registry:String!$repository:String!){registry(name:$registry){id name tagHistory(repository:$repository formerOnly:true first:100){totalCount nodes{tag repositoryName until}}}}",
};

export const restoreTag: Operation<RestoreTagMutation, RestoreTagMutationVariables> = {
  text: "mutation RestoreTag($input:RestoreTagInput!){restoreTag(input:$input){userErrors{code message}}}",
};
