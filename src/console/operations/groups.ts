// Written by "npm run operations" from schema.graphql and src/console/operations/groups.graphql. Do not edit.
import type { Operation } from '../pure/operation.js';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
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

/** The order of a list of repositories by name. */
export type RepositoryGroupOrder = {
  /** The end of the list that comes first. */
  readonly direction?: OrderDirection | null | undefined;
  /** By what. */
  readonly field: RepositoryGroupOrderField;
};

/** The key by which repositories of one name are ordered. */
export type RepositoryGroupOrderField =
  /** Their full name. */
  | 'NAME'
  /** How many registries have one. */
  | 'REPOSITORY_COUNT'
  /** The bytes that they have together. */
  | 'SIZE'
  /** How many tags they have together. */
  | 'TAG_COUNT'
  /** When the latest of their tags was updated; those without a time are the oldest. */
  | 'UPDATED_AT';

export type RepositoryGroupsQueryVariables = Exact<{
  filter?: RepositoryFilter | null | undefined;
  orderBy?: RepositoryGroupOrder | null | undefined;
  atLeast: number;
  first: number;
  after?: string | null | undefined;
}>;


export type RepositoryGroupsQuery = { readonly repositoryGroups: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly name: string, readonly tagCount: number, readonly size: number, readonly drift: { readonly isNewestSame: boolean, readonly sameTagCount: number, readonly differentTagCount: number, readonly missingTagCount: number }, readonly repositories: ReadonlyArray<{ readonly id: string, readonly updatedAt: string | null, readonly registry: { readonly id: string, readonly name: string }, readonly latestTag: { readonly id: string, readonly name: string, readonly digest: string | null } | null }> }> } | null };

export const repositoryGroups: Operation<RepositoryGroupsQuery, RepositoryGroupsQueryVariables> = {
  text: "query RepositoryGroups($filter:RepositoryFilter$orderBy:RepositoryGroupOrder$atLeast:Int!$first:Int!$after:String){repositoryGroups(filter:$filter orderBy:$orderBy registryCountAtLeast:$atLeast first:$first after:$after){totalCount pageInfo{hasNextPage endCursor}nodes{name tagCount size drift{isNewestSame sameTagCount differentTagCount missingTagCount}repositories{id registry{id name}updatedAt latestTag{id name digest}}}}}",
};
