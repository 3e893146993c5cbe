// Written by "npm run operations" from schema.graphql and src/console/operations/layer.graphql. Do not edit.
import type { Operation } from '../pure/operation.js';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type LayerQueryVariables = Exact<{
  digest: string;
}>;


export type LayerQuery = { readonly layer: { readonly digest: string, readonly size: number | null, readonly mediaType: string, readonly repositoryCount: number, readonly images: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly digest: string | null, readonly createdAt: string | null, readonly size: number | null, readonly locations: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly repository: { readonly id: string, readonly name: string, readonly registry: { readonly id: string, readonly name: string } } | null }> } }> } } | null };

export type LayerImagesOfQueryVariables = Exact<{
  digest: string;
  after?: string | null | undefined;
}>;


export type LayerImagesOfQuery = { readonly layer: { readonly digest: string, readonly images: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly digest: string | null, readonly createdAt: string | null, readonly size: number | null, readonly locations: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly repository: { readonly id: string, readonly name: string, readonly registry: { readonly id: string, readonly name: string } } | null }> } }> } } | null };

export type LayerImagesFragment = { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly digest: string | null, readonly createdAt: string | null, readonly size: number | null, readonly locations: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly repository: { readonly id: string, readonly name: string, readonly registry: { readonly id: string, readonly name: string } } | null }> } }> };

export const layer: Operation<LayerQuery, LayerQueryVariables> = {
  text: "query Layer($digest:Digest!){layer(digest:$digest){digest size mediaType repositoryCount images(first:50){...LayerImages}}}fragment LayerImages on ImageConnection{totalCount pageInfo{hasNextPage endCursor}nodes{id digest createdAt size locations(first:3){totalCount nodes{id name repository{id name registry{id name}}}}}}",
};

export const layerImagesOf: Operation<LayerImagesOfQuery, LayerImagesOfQueryVariables> = {
  text: "query LayerImagesOf($digest:Digest!$after:String){layer(digest:$digest){digest images(first:100 after:$after){...LayerImages}}}fragment LayerImages on ImageConnection{totalCount pageInfo{hasNextPage endCursor}nodes{id digest createdAt size locations(first:3){totalCount nodes{id name repository{id name registry{id name}}}}}}",
};
