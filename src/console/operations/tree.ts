// Written by "npm run operations" from schema.graphql and src/console/operations/tree.graphql. Do not edit.
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

export type TreeLevelQueryVariables = Exact<{
  registry?: string | null | undefined;
  parent?: string | null | undefined;
  filter: RepositoryFilter;
  first: number;
  after?: string | null | undefined;
}>;


export type TreeLevelQuery = { readonly namespaces: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly path: string, readonly repositoryCount: number, readonly tagCount: number, readonly size: number, readonly updatedAt: string | null }> } | null, readonly repositories: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly tagCount: number, readonly size: number | null, readonly updatedAt: string | null, readonly registry: { readonly id: string, readonly name: string } }> } | null };

export const treeLevel: Operation<TreeLevelQuery, TreeLevelQueryVariables> = {
  text: "query TreeLevel($registry:String$parent:String$filter:RepositoryFilter!$first:Int!$after:String){namespaces(registry:$registry parent:$parent first:$first after:$after){totalCount pageInfo{hasNextPage endCursor}nodes{path repositoryCount tagCount size updatedAt}}repositories(filter:$filter first:50 orderBy:{field:NAME direction:ASC}){totalCount nodes{id name tagCount size updatedAt registry{id name}}}}",
};
