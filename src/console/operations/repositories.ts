// Written by "npm run operations" from schema.graphql and src/console/operations/repositories.graphql. Do not edit.
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

/** One label. */
export type KeyValueInput = {
  /** The key, exactly. */
  readonly key: string;
  /** The value, exactly. */
  readonly value: string;
};

/** The end of a list that comes first. */
export type OrderDirection =
  /** The lowest, oldest or smallest first. */
  | 'ASC'
  /** The highest, newest or largest first. */
  | 'DESC';

/** A platform that an image runs on. */
export type PlatformInput = {
  /** The architecture: `amd64`. */
  readonly architecture: string;
  /** The operating system: `linux`. */
  readonly os: string;
  /** The version of the operating system, or its first parts: `10.0.20348` finds `10.0.20348.1487`; any when absent. */
  readonly osVersion?: string | null | undefined;
  /** The architecture's variant: `v8`; any when absent. */
  readonly variant?: string | null | undefined;
};

/** Which repositories: those that fit every field given. */
export type RepositoryFilter = {
  /** true: only those without tags; false: only those with tags, or not read yet; null: both. */
  readonly empty?: boolean | null | undefined;
  /** Only repositories whose full name one of these patterns names: `*` is any text, slashes too, `?` any character, with ten "*" at the most; up to 20 patterns. */
  readonly globs?: ReadonlyArray<string> | null | undefined;
  /** Only those with an image that has this label itself, or on one of its platforms. */
  readonly label?: KeyValueInput | null | undefined;
  /** A part of the full name; upper and lower case are the same. */
  readonly nameContains?: string | null | undefined;
  /** All before the last slash of the name; empty for names without one. */
  readonly namespace?: string | null | undefined;
  /** Only those with an image for this platform, or an index that has one. */
  readonly platform?: PlatformInput | null | undefined;
  /** Only in these registries: names, or UUIDs. A registry's own list ignores it. */
  readonly registries?: ReadonlyArray<string> | null | undefined;
  /** Updated after this. */
  readonly updatedAfter?: string | null | undefined;
  /** Updated before this. */
  readonly updatedBefore?: string | null | undefined;
};

/** The order of a list of repositories. */
export type RepositoryOrder = {
  /** The end of the list that comes first. */
  readonly direction?: OrderDirection | null | undefined;
  /** By what. */
  readonly field: RepositoryOrderField;
};

/** The key by which repositories are ordered. */
export type RepositoryOrderField =
  /** Their full name. */
  | 'NAME'
  /** The bytes the registry stores for them. */
  | 'SIZE'
  /** How many tags they have. */
  | 'TAG_COUNT'
  /** When the latest of their tags was updated; those without a time are the oldest. */
  | 'UPDATED_AT';

export type RepositoriesQueryVariables = Exact<{
  filter?: RepositoryFilter | null | undefined;
  orderBy?: RepositoryOrder | null | undefined;
  offset: number;
  first: number;
  head: boolean;
}>;


export type RepositoriesQuery = { readonly repositories: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly reference: string, readonly tagCount: number, readonly size: number | null, readonly uniqueSize: number, readonly updatedAt: string | null, readonly registry: { readonly id: string, readonly name: string }, readonly latestTag: { readonly id: string, readonly name: string } | null }>, readonly sources?: ReadonlyArray<{ readonly registry: { readonly id: string, readonly name: string }, readonly freshness: { readonly state: FreshnessState, readonly confirmedAt: string | null, readonly lastError: { readonly message: string } | null } }> } | null, readonly repositoryFacets?: { readonly registries: ReadonlyArray<{ readonly value: string, readonly count: number }>, readonly namespaces: ReadonlyArray<{ readonly value: string, readonly count: number }>, readonly platforms: ReadonlyArray<{ readonly value: string, readonly count: number }> } | null };

export const repositories: Operation<RepositoriesQuery, RepositoriesQueryVariables> = {
  text: "query Repositories($filter:RepositoryFilter$orderBy:RepositoryOrder$offset:Int!$first:Int!$head:Boolean!){repositories(filter:$filter orderBy:$orderBy first:$first offset:$offset){totalCount nodes{id name reference registry{id name}tagCount size uniqueSize updatedAt latestTag{id name}}sources@include(if:$head){registry{id name}freshness{state confirmedAt lastError{message}}}}repositoryFacets(filter:$filter)@include(if:$head){registries{value count}namespaces(first:30){value count}platforms{value count}}}",
};
