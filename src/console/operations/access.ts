// Written by "npm run operations" from schema.graphql and src/console/operations/access.graphql. Do not edit.
import type { Operation } from '../pure/operation.js';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Which accounts: those that fit every field given. */
export type AccountFilter = {
  /** true: only disabled ones; false: only the others. */
  readonly disabled?: boolean | null | undefined;
  /** A part of the name; upper and lower case are the same. */
  readonly nameContains?: string | null | undefined;
  /** With this role among theirs. */
  readonly role?: Role | null | undefined;
};

/** An account to make. */
export type CreateAccountInput = {
  /** false: a machine, which has no password. */
  readonly canLogIn?: boolean | null | undefined;
  /** 8 to 1,024 characters. Absent: a one-time password is made, and is in the payload. */
  readonly password?: string | null | undefined;
  /** The rights of the account; none: it may only change its password. */
  readonly roles: ReadonlyArray<Role>;
  /** The name of the account. */
  readonly username: string;
};

/** A team to make. */
export type CreateTeamInput = {
  /** Its purpose: up to 200 characters. */
  readonly description?: string | null | undefined;
  /** Names of accounts: up to 500, each in 10 teams at the most. */
  readonly members?: ReadonlyArray<string> | null | undefined;
  /** The name of the team. */
  readonly name: string;
};

/** A token or service key to make. */
export type CreateTokenInput = {
  /** Days that it is valid: 1 to 365. */
  readonly expiresInDays?: number | null | undefined;
  /** Rights in places, up to 100: within those of the token that asks, by its roles or grants, or FORBIDDEN. They count as far as the account has them at the time. None where there are only `roles`. */
  readonly grants?: ReadonlyArray<GrantInput> | null | undefined;
  /** The way that it is to be sent. */
  readonly kind?: CreatedTokenKind | null | undefined;
  /** Its purpose: up to 100 characters. */
  readonly label?: string | null | undefined;
  /** The roles of it: never more than of the token that asks, whose roles and grants it has where both are absent; none where there are only `grants`. */
  readonly roles?: ReadonlyArray<Role> | null | undefined;
};

/** A kind of token that can be made. */
export type CreatedTokenKind =
  /** It speaks for itself: `X-Service-Key: key`. */
  | 'SERVICE_KEY'
  /** It speaks for its account: `X-Access-Token: username:token`. */
  | 'TOKEN';

/** An account to remove. */
export type DeleteAccountInput = {
  /** The name of the account. */
  readonly username: string;
};

/** A team to remove. */
export type DeleteTeamInput = {
  /** The name of the team. */
  readonly name: string;
};

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

/** An account or a team, and a right that it gets in a place. */
export type GrantAccessInput = {
  /** The name of the account: this or `team`. */
  readonly account?: string | null | undefined;
  /** The registry's name, or its UUID; `*`: every registry, those attached later too. */
  readonly registry: string;
  /** A pattern of repositories' full names: `*` is any text, slashes too, and `?` any one character. `*` alone: all. Up to 255 characters, and 10 `*`. */
  readonly repositories: string;
  /** The right, with all those before it. */
  readonly right: Right;
  /** The name of the team: this or `account`. */
  readonly team?: string | null | undefined;
};

/** A right in a place. */
export type GrantInput = {
  /** The registry's name, or its UUID; `*`: every registry, those attached later too. */
  readonly registry: string;
  /** A pattern of repositories' full names: `*` is any text, slashes too, and `?` any one character. `*` alone: all. Up to 255 characters, and 10 `*`. */
  readonly repositories: string;
  /** The right, with all those before it. */
  readonly right: Right;
};

/** An account that gets a one-time password. */
export type ResetPasswordInput = {
  /** Whether its service keys end too: whoever knew the password may have made some. */
  readonly endServiceKeys?: boolean | null | undefined;
  /** The name of the account. */
  readonly username: string;
};

/** A grant to take back. */
export type RevokeGrantInput = {
  /** Its id, as `Account.grants` and `Team.grants` have it. */
  readonly id: string | number;
};

/** A token or service key to end: by its `id`, or by itself. */
export type RevokeTokenInput = {
  /** The id, as `tokens` has it. */
  readonly id?: string | number | null | undefined;
  /** The kind that it must be of: NOT_FOUND for another. */
  readonly kind?: TokenKind | null | undefined;
  /** The token or key itself, in place of the id: whoever has it may end it. */
  readonly secret?: string | null | undefined;
};

/** A right to repositories, beside what roles give everywhere. Each has those before it. */
export type Right =
  /** Delete tags of them, and put tags back. */
  | 'DELETE'
  /** See them, and have them read again. */
  | 'READ'
  /** Say which tags are deleted by themselves, and have it done. */
  | 'RETAIN';

/** The rights of an account or a token. */
export type Role =
  /** Do everything. */
  | 'ADMIN'
  /** Read only. */
  | 'REGISTRIES_READ'
  /** Read, attach and detach registries, and delete. */
  | 'REGISTRIES_WRITE';

/** Which tokens: those that fit every field given. */
export type TokenFilter = {
  /** Of this kind. */
  readonly kind?: TokenKind | null | undefined;
  /** Of this account. */
  readonly username?: string | null | undefined;
  /** true: only valid ones; false: only those that are revoked or expired, which are kept for 30 days. */
  readonly valid?: boolean | null | undefined;
};

/** The way that a token came to be, and is sent. */
export type TokenKind =
  /** It was given for a password, or by single sign-on. */
  | 'LOGIN'
  /** A machine speaks for itself by it: `X-Service-Key: key`. Changes of passwords leave it, resets end it. */
  | 'SERVICE_KEY'
  /** It was made by `createToken`, or by a command: `X-Access-Token: username:token`. */
  | 'TOKEN';

/** An account, and what changes. What is absent stays. */
export type UpdateAccountInput = {
  /** true: nobody logs in to it, and its tokens and service keys are ended, for good; false: its password is good again. */
  readonly disabled?: boolean | null | undefined;
  /** The rights it has from its next request on, in place of those before. */
  readonly roles?: ReadonlyArray<Role> | null | undefined;
  /** The name of the account. */
  readonly username: string;
};

/** A team, and what changes. What is absent stays. */
export type UpdateTeamInput = {
  /** Names of accounts that are members from now on. */
  readonly addMembers?: ReadonlyArray<string> | null | undefined;
  /** Its purpose: up to 200 characters. */
  readonly description?: string | null | undefined;
  /** The name of the team. */
  readonly name: string;
  /** Names of accounts that are no members any more. */
  readonly removeMembers?: ReadonlyArray<string> | null | undefined;
};

export type AccountsQueryVariables = Exact<{
  after?: string | null | undefined;
  first: number;
  filter?: AccountFilter | null | undefined;
}>;


export type AccountsQuery = { readonly accounts: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly username: string, readonly roles: ReadonlyArray<Role>, readonly teams: ReadonlyArray<string>, readonly createdAt: string, readonly disabledAt: string | null, readonly hasPassword: boolean, readonly grants: ReadonlyArray<{ readonly id: string, readonly allRegistries: boolean, readonly repositories: string, readonly right: Right, readonly registry: { readonly id: string, readonly name: string } | null }> }>, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean } } | null };

export type AccountRowFragment = { readonly id: string, readonly username: string, readonly roles: ReadonlyArray<Role>, readonly teams: ReadonlyArray<string>, readonly createdAt: string, readonly disabledAt: string | null, readonly hasPassword: boolean, readonly grants: ReadonlyArray<{ readonly id: string, readonly allRegistries: boolean, readonly repositories: string, readonly right: Right, readonly registry: { readonly id: string, readonly name: string } | null }> };

export type TokensQueryVariables = Exact<{
  after?: string | null | undefined;
  first: number;
  filter?: TokenFilter | null | undefined;
}>;


export type TokensQuery = { readonly tokens: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly username: string, readonly label: string, readonly kind: TokenKind, readonly roles: ReadonlyArray<Role>, readonly createdAt: string, readonly expiresAt: string, readonly lastUsedAt: string | null, readonly lastUsedFrom: string | null, readonly revokedAt: string | null }>, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean } } | null };

export type TeamsQueryVariables = Exact<{
  after?: string | null | undefined;
  first: number;
}>;


export type TeamsQuery = { readonly teams: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly members: ReadonlyArray<string>, readonly createdAt: string, readonly grants: ReadonlyArray<{ readonly id: string, readonly allRegistries: boolean, readonly repositories: string, readonly right: Right, readonly registry: { readonly id: string, readonly name: string } | null }> }>, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean } } | null };

export type TeamRowFragment = { readonly id: string, readonly name: string, readonly description: string, readonly members: ReadonlyArray<string>, readonly createdAt: string, readonly grants: ReadonlyArray<{ readonly id: string, readonly allRegistries: boolean, readonly repositories: string, readonly right: Right, readonly registry: { readonly id: string, readonly name: string } | null }> };

export type CreateAccountMutationVariables = Exact<{
  input: CreateAccountInput;
}>;


export type CreateAccountMutation = { readonly createAccount: { readonly oneTimePassword: string | null, readonly userErrors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type UpdateAccountMutationVariables = Exact<{
  input: UpdateAccountInput;
}>;


export type UpdateAccountMutation = { readonly updateAccount: { readonly userErrors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type DeleteAccountMutationVariables = Exact<{
  input: DeleteAccountInput;
}>;


export type DeleteAccountMutation = { readonly deleteAccount: { readonly userErrors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type ResetPasswordMutationVariables = Exact<{
  input: ResetPasswordInput;
}>;


export type ResetPasswordMutation = { readonly resetPassword: { readonly oneTimePassword: string | null, readonly userErrors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type GrantAccessMutationVariables = Exact<{
  input: GrantAccessInput;
}>;


export type GrantAccessMutation = { readonly grantAccess: { readonly userErrors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type RevokeGrantMutationVariables = Exact<{
  input: RevokeGrantInput;
}>;


export type RevokeGrantMutation = { readonly revokeGrant: { readonly userErrors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type CreateTokenMutationVariables = Exact<{
  input: CreateTokenInput;
}>;


export type CreateTokenMutation = { readonly createToken: { readonly secret: string | null, readonly userErrors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type RevokeTokenMutationVariables = Exact<{
  input: RevokeTokenInput;
}>;


export type RevokeTokenMutation = { readonly revokeToken: { readonly userErrors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type CreateTeamMutationVariables = Exact<{
  input: CreateTeamInput;
}>;


export type CreateTeamMutation = { readonly createTeam: { readonly userErrors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type UpdateTeamMutationVariables = Exact<{
  input: UpdateTeamInput;
}>;


export type UpdateTeamMutation = { readonly updateTeam: { readonly userErrors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type DeleteTeamMutationVariables = Exact<{
  input: DeleteTeamInput;
}>;


export type DeleteTeamMutation = { readonly deleteTeam: { readonly userErrors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export const accounts: Operation<AccountsQuery, AccountsQueryVariables> = {
  text: "query Accounts($after:String$first:Int!$filter:AccountFilter){accounts(after:$after first:$first filter:$filter){totalCount nodes{...AccountRow}pageInfo{endCursor hasNextPage}}}fragment AccountRow on Account{id username roles teams createdAt disabledAt hasPassword grants{id allRegistries registry{id name}repositories right}}",
};

export const tokens: Operation<TokensQuery, TokensQueryVariables> = {
  text: "query Tokens($after:String$first:Int!$filter:TokenFilter){tokens(after:$after first:$first filter:$filter){totalCount nodes{id username label kind roles createdAt expiresAt lastUsedAt lastUsedFrom revokedAt}pageInfo{endCursor hasNextPage}}}",
};

export const teams: Operation<TeamsQuery, TeamsQueryVariables> = {
  text: "query Teams($after:String$first:Int!){teams(after:$after first:$first){totalCount nodes{...TeamRow}pageInfo{endCursor hasNextPage}}}fragment TeamRow on Team{id name description members createdAt grants{id allRegistries registry{id name}repositories right}}",
};

export const createAccount: Operation<CreateAccountMutation, CreateAccountMutationVariables> = {
  text: "mutation CreateAccount($input:CreateAccountInput!){createAccount(input:$input){oneTimePassword userErrors{code message path}}}",
};

export const updateAccount: Operation<UpdateAccountMutation, UpdateAccountMutationVariables> = {
  text: "mutation UpdateAccount($input:UpdateAccountInput!){updateAccount(input:$input){userErrors{code message path}}}",
};

export const deleteAccount: Operation<DeleteAccountMutation, DeleteAccountMutationVariables> = {
  text: "mutation DeleteAccount($input:DeleteAccountInput!){deleteAccount(input:$input){userErrors{code message path}}}",
};

export const resetPassword: Operation<ResetPasswordMutation, ResetPasswordMutationVariables> = {
  text: "mutation ResetPassword($input:ResetPasswordInput!){resetPassword(input:$input){oneTimePassword userErrors{code message path}}}",
};

export const grantAccess: Operation<GrantAccessMutation, GrantAccessMutationVariables> = {
  text: "mutation GrantAccess($input:GrantAccessInput!){grantAccess(input:$input){userErrors{code message path}}}",
};

export const revokeGrant: Operation<RevokeGrantMutation, RevokeGrantMutationVariables> = {
  text: "mutation RevokeGrant($input:RevokeGrantInput!){revokeGrant(input:$input){userErrors{code message path}}}",
};

export const createToken: Operation<CreateTokenMutation, CreateTokenMutationVariables> = {
  text: "mutation CreateToken($input:CreateTokenInput!){createToken(input:$input){secret userErrors{code message path}}}",
};

export const revokeToken: Operation<RevokeTokenMutation, RevokeTokenMutationVariables> = {
  text: "mutation RevokeToken($input:RevokeTokenInput!){revokeToken(input:$input){userErrors{code message path}}}",
};

export const createTeam: Operation<CreateTeamMutation, CreateTeamMutationVariables> = {
  text: "mutation CreateTeam($input:CreateTeamInput!){createTeam(input:$input){userErrors{code message path}}}",
};

export const updateTeam: Operation<UpdateTeamMutation, UpdateTeamMutationVariables> = {
  text: "mutation UpdateTeam($input:UpdateTeamInput!){updateTeam(input:$input){userErrors{code message path}}}",
};

export const deleteTeam: Operation<DeleteTeamMutation, DeleteTeamMutationVariables> = {
  text: "mutation DeleteTeam($input:DeleteTeamInput!){deleteTeam(input:$input){userErrors{code message path}}}",
};
