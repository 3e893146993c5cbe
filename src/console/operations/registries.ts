// Written by "npm run operations" from schema.graphql and src/console/operations/registries.graphql. Do not edit.
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

export type RegistriesQueryVariables = Exact<{ [key: string]: never; }>;


export type RegistriesQuery = { readonly registries: ReadonlyArray<{ readonly id: string, readonly name: string, readonly addr: string, readonly readOnly: boolean, readonly repositoryCount: number, readonly tagCount: number, readonly size: number | null, readonly health: { readonly reachable: boolean | null, readonly latencyMs: number | null, readonly checkedAt: string | null, readonly message: string | null }, readonly freshness: { readonly state: FreshnessState, readonly confirmedAt: string | null, readonly lastError: { readonly message: string } | null }, readonly capabilities: { readonly catalog: boolean | null, readonly deleteManifest: boolean | null, readonly deleteTag: boolean | null, readonly referrers: boolean | null, readonly notifications: boolean }, readonly lastCrawl: { readonly id: string, readonly state: JobState, readonly finishedAt: string | null } | null }> | null };

export const registries: Operation<RegistriesQuery, RegistriesQueryVariables> = {
  text: "query Registries{registries{id name addr readOnly repositoryCount tagCount size health{reachable latencyMs checkedAt message}freshness{state confirmedAt lastError{message}}capabilities{catalog deleteManifest deleteTag referrers notifications}lastCrawl{id state finishedAt}}}",
};
