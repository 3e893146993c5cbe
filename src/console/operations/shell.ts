// Written by "npm run operations" from schema.graphql and src/console/operations/shell.graphql. Do not edit.
import type { Operation } from '../pure/operation.js';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
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

/** The rights of an account or a token. */
export type Role =
  /** Do everything. */
  | 'ADMIN'
  /** Read only. */
  | 'REGISTRIES_READ'
  /** Read, attach and detach registries, and delete. */
  | 'REGISTRIES_WRITE';

export type ShellQueryVariables = Exact<{ [key: string]: never; }>;


export type ShellQuery = { readonly viewer: { readonly username: string, readonly roles: ReadonlyArray<Role>, readonly canAttachRegistries: boolean, readonly canSeeAccounts: boolean, readonly canSeeAuditLog: boolean } | null, readonly registries: ReadonlyArray<{ readonly id: string, readonly name: string, readonly repositoryCount: number, readonly freshness: { readonly state: FreshnessState, readonly lastError: { readonly message: string } | null } }> | null, readonly jobs: { readonly totalCount: number } | null };

export const shell: Operation<ShellQuery, ShellQueryVariables> = {
  text: "query Shell{viewer{username roles canAttachRegistries canSeeAccounts canSeeAuditLog}registries{id name repositoryCount freshness{state lastError{message}}}jobs(first:1 filter:{states:[RUNNING]}){totalCount}}",
};
