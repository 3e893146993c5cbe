// Written by "npm run operations" from schema.graphql and src/console/operations/retentionyield.graphql. Do not edit.
import type { Operation } from '../pure/operation.js';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type RetentionYieldQueryVariables = Exact<{
  registry: string;
}>;


export type RetentionYieldQuery = { readonly registryRetentionPreview: { readonly bytes: number, readonly goingTagCount: number } | null };

export const retentionYield: Operation<RetentionYieldQuery, RetentionYieldQueryVariables> = {
  text: "query RetentionYield($registry:String!){registryRetentionPreview(registry:$registry){bytes goingTagCount}}",
};
