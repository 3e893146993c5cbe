// Written by "npm run operations" from schema.graphql and src/console/operations/preferences.graphql. Do not edit.
import type { Operation } from '../pure/operation.js';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** How much the console puts on a screen. */
export type Density =
  /** Rows that are easy to tell apart. */
  | 'COMFORTABLE'
  /** Lower rows, so that more of them are seen. */
  | 'COMPACT';

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

/** A repository to pin. It need not be there. */
export type PinnedRepositoryInput = {
  /** The registry's name. */
  readonly registry: string;
  /** The repository's full name. */
  readonly repository: string;
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

/** A screen of the console to keep under a name. */
export type SavedViewInput = {
  /** Its name, 1 to 80 characters. */
  readonly name: string;
  /** Its address below the console's own, one slash first, up to 2000 characters. */
  readonly path: string;
};

/** Preferences that change; a field that is left out stays. All of them together have 32768 bytes as JSON at the most. */
export type SetPreferencesInput = {
  /** How high the rows of lists are. */
  readonly density?: Density | null | undefined;
  /** The number of changes that `Preferences.version` told when it was read: where it is another by now, nothing is changed, and the error is a ChangedSinceReadError. Left out, the last one to change a field wins. */
  readonly expectedVersion?: number | null | undefined;
  /** A tag of BCP 47; null: as the browser has it. */
  readonly language?: string | null | undefined;
  /** All pins, in the place of those from before: 100 at the most. */
  readonly pinnedRepositories?: ReadonlyArray<PinnedRepositoryInput> | null | undefined;
  /** The tool whose commands are shown first; null: none. */
  readonly pullTool?: PullTool | null | undefined;
  /** All views, in the place of those from before: 50 at the most. */
  readonly savedViews?: ReadonlyArray<SavedViewInput> | null | undefined;
  /** Light or dark. */
  readonly theme?: Theme | null | undefined;
};

/** Whether the console is light or dark. */
export type Theme =
  /** Always dark. */
  | 'DARK'
  /** Always light. */
  | 'LIGHT'
  /** As the system has it. */
  | 'SYSTEM';

export type ReadPreferencesQueryVariables = Exact<{ [key: string]: never; }>;


export type ReadPreferencesQuery = { readonly viewer: { readonly preferences: { readonly theme: Theme, readonly density: Density, readonly language: string | null, readonly pullTool: PullTool | null, readonly version: number, readonly pinnedRepositories: ReadonlyArray<{ readonly registry: string, readonly repository: string }>, readonly savedViews: ReadonlyArray<{ readonly name: string, readonly path: string }> } | null } | null };

export type SetPreferencesMutationVariables = Exact<{
  input: SetPreferencesInput;
}>;


export type SetPreferencesMutation = { readonly setPreferences: { readonly preferences: { readonly theme: Theme, readonly density: Density, readonly language: string | null, readonly pullTool: PullTool | null, readonly version: number, readonly pinnedRepositories: ReadonlyArray<{ readonly registry: string, readonly repository: string }>, readonly savedViews: ReadonlyArray<{ readonly name: string, readonly path: string }> } | null, readonly userErrors: ReadonlyArray<
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

export const readPreferences: Operation<ReadPreferencesQuery, ReadPreferencesQueryVariables> = {
  text: "query ReadPreferences{viewer{preferences{theme density language pullTool pinnedRepositories{registry repository}savedViews{name path}version}}}",
};

export const setPreferences: Operation<SetPreferencesMutation, SetPreferencesMutationVariables> = {
  text: "mutation SetPreferences($input:SetPreferencesInput!){setPreferences(input:$input){preferences{theme density language pullTool pinnedRepositories{registry repository}savedViews{name path}version}userErrors{code message}}}",
};
