// Written by "npm run operations" from schema.graphql and src/console/operations/search.graphql. Do not edit.
import type { Operation } from '../pure/operation.js';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** The kind of thing that a digest names. */
export type ImageKind =
  /** Something else that is stored as an image: a Helm chart, a signature, an SBOM. */
  | 'ARTIFACT'
  /** One runnable image. */
  | 'IMAGE'
  /** Several images, one for each platform. */
  | 'INDEX'
  /** A leftover of Docker's first schema: its sizes are not known. */
  | 'SCHEMA1'
  /** Something that cannot be read as any of these: its digest, its media type and the size of its manifest are known, and it can be deleted. */
  | 'UNKNOWN';

/** A text of a thing that was found. */
export type SearchMarkField =
  /** Its digest. */
  | 'DIGEST'
  /** One of its labels, as `key=value`. */
  | 'LABEL'
  /** Its name; of a repository the full one. */
  | 'NAME'
  /** The full name of the repository that a tag is in. */
  | 'REPOSITORY_NAME';

/** A type of things that a search finds. */
export type SearchType =
  /** Images and indexes, by their digests and labels. */
  | 'IMAGE'
  /** Registries, by their names. */
  | 'REGISTRY'
  /** Repositories, by their full names. */
  | 'REPOSITORY'
  /** Tags, by their names and those of their repositories. */
  | 'TAG';

export type SearchQueryVariables = Exact<{
  query: string;
  types?: ReadonlyArray<SearchType> | SearchType | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type SearchQuery = { readonly search: { readonly totalCount: number, readonly hasMoreThanCounted: boolean, readonly counts: ReadonlyArray<{ readonly type: SearchType, readonly count: number, readonly hasMore: boolean }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly edges: ReadonlyArray<{ readonly marks: ReadonlyArray<{ readonly of: SearchMarkField, readonly text: string, readonly start: number, readonly end: number }>, readonly node:
        | { readonly __typename: 'Image', readonly id: string, readonly digest: string | null, readonly kind: ImageKind, readonly locations: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly reference: string, readonly repository: { readonly id: string, readonly name: string, readonly registry: { readonly id: string, readonly name: string } } | null }> } }
        | { readonly __typename: 'Registry', readonly id: string, readonly name: string, readonly addr: string, readonly repositoryCount: number }
        | { readonly __typename: 'Repository', readonly id: string, readonly name: string, readonly reference: string, readonly tagCount: number, readonly size: number | null, readonly registry: { readonly id: string, readonly name: string } }
        | { readonly __typename: 'Tag', readonly id: string, readonly name: string, readonly reference: string, readonly updatedAt: string | null, readonly repository: { readonly id: string, readonly name: string, readonly registry: { readonly id: string, readonly name: string } } | null }
       }> } | null };

export const search: Operation<SearchQuery, SearchQueryVariables> = {
  text: "query Search($query:String!$types:[SearchType!]$first:Int!$after:String){search(query:$query types:$types first:$first after:$after){totalCount hasMoreThanCounted counts{type count hasMore}pageInfo{hasNextPage endCursor}edges{marks{of text start end}node{__typename ...on Repository{id name reference tagCount size registry{id name}}...on Tag{id name reference updatedAt repository{id name registry{id name}}}...on Image{id digest kind locations(first:1){totalCount nodes{id name reference repository{id name registry{id name}}}}}...on Registry{id name addr repositoryCount}}}}}",
};
