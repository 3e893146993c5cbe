// Written by "npm run operations" from schema.graphql and src/console/operations/shell.graphql. Do not edit.
import type { Operation } from '../pure/operation.js';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** How much the console puts on a screen. */
export type Density =
  /** Rows that are easy to tell apart. */
  | 'COMFORTABLE'
  /** Lower rows, so that more of them are seen. */
  | 'COMPACT';

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

/** The rights of an account or a token. */
export type Role =
  /** Do everything. */
  | 'ADMIN'
  /** Read only. */
  | 'REGISTRIES_READ'
  /** Read, attach and detach registries, and delete. */
  | 'REGISTRIES_WRITE';

/** Whether the console is light or dark. */
export type Theme =
  /** Always dark. */
  | 'DARK'
  /** Always light. */
  | 'LIGHT'
  /** As the system has it. */
  | 'SYSTEM';

export type ShellQueryVariables = Exact<{ [key: string]: never; }>;


export type ShellQuery = { readonly viewer: { readonly username: string, readonly roles: ReadonlyArray<Role>, readonly canAttachRegistries: boolean, readonly canSeeAccounts: boolean, readonly canSeeAuditLog: boolean, readonly preferences: { readonly theme: Theme, readonly density: Density, readonly language: string | null, readonly pullTool: PullTool | null, readonly version: number, readonly pinnedRepositories: ReadonlyArray<{ readonly registry: string, readonly repository: string }>, readonly savedViews: ReadonlyArray<{ readonly name: string, readonly path: string }> } | null } | null, readonly registries: ReadonlyArray<{ readonly id: string, readonly name: string, readonly repositoryCount: number, readonly freshness: { readonly state: FreshnessState, readonly lastError: { readonly message: string } | null } }> | null, readonly jobs: { readonly totalCount: number } | null };

export const shell: Operation<ShellQuery, ShellQueryVariables> = {
  text: "query Shell{viewer{username roles canAttachRegistries canSeeAccounts canSeeAuditLog preferences{theme density language pullTool pinnedRepositories{registry repository}savedViews{name path}version}}registries{id name repositoryCount freshness{state lastError{message}}}jobs(first:1 filter:{states:[RUNNING]}){totalCount}}",
};
