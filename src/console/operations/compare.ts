// Written by "npm run operations" from schema.graphql and src/console/operations/compare.graphql. Do not edit.
import type { Operation } from '../pure/operation.js';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** How a thing differs between two images. */
export type Difference =
  /** Only the head has it. */
  | 'ADDED'
  /** Both have it, and it differs. */
  | 'CHANGED'
  /** Only the base has it. */
  | 'REMOVED'
  /** Both have it, and it is the same. */
  | 'SAME';

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

export type CompareQueryVariables = Exact<{
  base: string;
  head: string;
}>;


export type CompareQuery = { readonly compare: { readonly isSame: boolean, readonly base: { readonly id: string, readonly digest: string | null, readonly kind: ImageKind, readonly size: number | null, readonly createdAt: string | null, readonly annotations: ReadonlyArray<{ readonly key: string, readonly value: string }> }, readonly head: { readonly id: string, readonly digest: string | null, readonly kind: ImageKind, readonly size: number | null, readonly createdAt: string | null, readonly annotations: ReadonlyArray<{ readonly key: string, readonly value: string }> }, readonly choices: ReadonlyArray<{ readonly name: string, readonly difference: Difference, readonly base: { readonly digest: string } | null, readonly head: { readonly digest: string } | null }>, readonly shown: ReadonlyArray<{ readonly name: string, readonly difference: Difference, readonly base: { readonly name: string, readonly digest: string, readonly size: number | null, readonly createdAt: string | null, readonly osVersion: string | null, readonly labels: ReadonlyArray<{ readonly key: string, readonly value: string }> } | null, readonly head: { readonly name: string, readonly digest: string, readonly size: number | null, readonly createdAt: string | null, readonly osVersion: string | null, readonly labels: ReadonlyArray<{ readonly key: string, readonly value: string }> } | null, readonly sizes: { readonly added: number | null, readonly removed: number | null, readonly shared: number | null }, readonly layers: ReadonlyArray<{ readonly difference: Difference }>, readonly labels: ReadonlyArray<{ readonly key: string, readonly base: string | null, readonly head: string | null, readonly difference: Difference }>, readonly steps: ReadonlyArray<{ readonly difference: Difference, readonly base: { readonly instruction: string | null, readonly createdBy: string | null, readonly emptyLayer: boolean, readonly layer: { readonly digest: string, readonly size: number | null } | null } | null, readonly head: { readonly instruction: string | null, readonly createdBy: string | null, readonly emptyLayer: boolean, readonly layer: { readonly digest: string, readonly size: number | null } | null } | null }> }> } | null };

export type ComparePlatformQueryVariables = Exact<{
  base: string;
  head: string;
}>;


export type ComparePlatformQuery = { readonly compare: { readonly isSame: boolean, readonly shown: ReadonlyArray<{ readonly name: string, readonly difference: Difference, readonly base: { readonly name: string, readonly digest: string, readonly size: number | null, readonly createdAt: string | null, readonly osVersion: string | null, readonly labels: ReadonlyArray<{ readonly key: string, readonly value: string }> } | null, readonly head: { readonly name: string, readonly digest: string, readonly size: number | null, readonly createdAt: string | null, readonly osVersion: string | null, readonly labels: ReadonlyArray<{ readonly key: string, readonly value: string }> } | null, readonly sizes: { readonly added: number | null, readonly removed: number | null, readonly shared: number | null }, readonly layers: ReadonlyArray<{ readonly difference: Difference }>, readonly labels: ReadonlyArray<{ readonly key: string, readonly base: string | null, readonly head: string | null, readonly difference: Difference }>, readonly steps: ReadonlyArray<{ readonly difference: Difference, readonly base: { readonly instruction: string | null, readonly createdBy: string | null, readonly emptyLayer: boolean, readonly layer: { readonly digest: string, readonly size: number | null } | null } | null, readonly head: { readonly instruction: string | null, readonly createdBy: string | null, readonly emptyLayer: boolean, readonly layer: { readonly digest: string, readonly size: number | null } | null } | null }> }> } | null };

export type CompareConfigQueryVariables = Exact<{
  base: string;
  head: string;
}>;


export type CompareConfigQuery = { readonly compare: { readonly isSame: boolean, readonly platforms: ReadonlyArray<{ readonly config: ReadonlyArray<{ readonly key: string, readonly base: string | null, readonly head: string | null, readonly difference: Difference }> | null, readonly head: { readonly digest: string, readonly config: { readonly entrypoint: ReadonlyArray<string> | null, readonly cmd: ReadonlyArray<string> | null, readonly user: string | null, readonly workingDirectory: string | null, readonly shell: ReadonlyArray<string> | null, readonly stopSignal: string | null, readonly exposedPorts: ReadonlyArray<string>, readonly volumes: ReadonlyArray<string>, readonly environment: ReadonlyArray<{ readonly name: string, readonly value: string | null }>, readonly healthcheck: { readonly test: ReadonlyArray<string>, readonly intervalSeconds: number | null, readonly timeoutSeconds: number | null, readonly startPeriodSeconds: number | null, readonly startIntervalSeconds: number | null, readonly retries: number | null } | null } | null } | null }> } | null };

export type TagsNamedQueryVariables = Exact<{
  query: string;
}>;


export type TagsNamedQuery = { readonly search: { readonly nodes: ReadonlyArray<
      | { readonly id: string, readonly name: string, readonly repository: { readonly id: string, readonly name: string, readonly registry: { readonly id: string, readonly name: string } } | null }
      | Record<PropertyKey, never>
    > } | null };

export type SideFragment = { readonly id: string, readonly digest: string | null, readonly kind: ImageKind, readonly size: number | null, readonly createdAt: string | null, readonly annotations: ReadonlyArray<{ readonly key: string, readonly value: string }> };

export type ComparedPartsFragment = { readonly name: string, readonly difference: Difference, readonly base: { readonly name: string, readonly digest: string, readonly size: number | null, readonly createdAt: string | null, readonly osVersion: string | null, readonly labels: ReadonlyArray<{ readonly key: string, readonly value: string }> } | null, readonly head: { readonly name: string, readonly digest: string, readonly size: number | null, readonly createdAt: string | null, readonly osVersion: string | null, readonly labels: ReadonlyArray<{ readonly key: string, readonly value: string }> } | null, readonly sizes: { readonly added: number | null, readonly removed: number | null, readonly shared: number | null }, readonly layers: ReadonlyArray<{ readonly difference: Difference }>, readonly labels: ReadonlyArray<{ readonly key: string, readonly base: string | null, readonly head: string | null, readonly difference: Difference }>, readonly steps: ReadonlyArray<{ readonly difference: Difference, readonly base: { readonly instruction: string | null, readonly createdBy: string | null, readonly emptyLayer: boolean, readonly layer: { readonly digest: string, readonly size: number | null } | null } | null, readonly head: { readonly instruction: string | null, readonly createdBy: string | null, readonly emptyLayer: boolean, readonly layer: { readonly digest: string, readonly size: number | null } | null } | null }> };

export type ComparedPlatformFragment = { readonly name: string, readonly digest: string, readonly size: number | null, readonly createdAt: string | null, readonly osVersion: string | null, readonly labels: ReadonlyArray<{ readonly key: string, readonly value: string }> };

export type ComparedStepFragment = { readonly instruction: string | null, readonly createdBy: string | null, readonly emptyLayer: boolean, readonly layer: { readonly digest: string, readonly size: number | null } | null };

export type ConfigFragment = { readonly entrypoint: ReadonlyArray<string> | null, readonly cmd: ReadonlyArray<string> | null, readonly user: string | null, readonly workingDirectory: string | null, readonly shell: ReadonlyArray<string> | null, readonly stopSignal: string | null, readonly exposedPorts: ReadonlyArray<string>, readonly volumes: ReadonlyArray<string>, readonly environment: ReadonlyArray<{ readonly name: string, readonly value: string | null }>, readonly healthcheck: { readonly test: ReadonlyArray<string>, readonly intervalSeconds: number | null, readonly timeoutSeconds: number | null, readonly startPeriodSeconds: number | null, readonly startIntervalSeconds: number | null, readonly retries: number | null } | null };

export const compare: Operation<CompareQuery, CompareQueryVariables> = {
  text: "query Compare($base:String!$head:String!){compare(base:$base head:$head){isSame base{...Side}head{...Side}choices:platforms(first:100){name difference base{digest}head{digest}}shown:platforms(first:1){...ComparedParts}}}fragment Side on Image{id digest kind size createdAt annotations{key value}}fragment ComparedParts on PlatformComparison{name difference base{...ComparedPlatform}head{...ComparedPlatform}sizes{added removed shared}layers{difference}labels{key base head difference}steps(first:500){difference base{...ComparedStep}head{...ComparedStep}}}fragment ComparedPlatform on Platform{name digest size createdAt osVersion labels{key value}}fragment ComparedStep on HistoryEntry{instruction createdBy emptyLayer layer{digest size}}",
};

export const comparePlatform: Operation<ComparePlatformQuery, ComparePlatformQueryVariables> = {
  text: "query ComparePlatform($base:String!$head:String!){compare(base:$base head:$head){isSame shown:platforms(first:1){...ComparedParts}}}fragment ComparedParts on PlatformComparison{name difference base{...ComparedPlatform}head{...ComparedPlatform}sizes{added removed shared}layers{difference}labels{key base head difference}steps(first:500){difference base{...ComparedStep}head{...ComparedStep}}}fragment ComparedPlatform on Platform{name digest size createdAt osVersion labels{key value}}fragment ComparedStep on HistoryEntry{instruction createdBy emptyLayer layer{digest size}}",
};

export const compareConfig: Operation<CompareConfigQuery, CompareConfigQueryVariables> = {
  text: "query CompareConfig($base:String!$head:String!){compare(base:$base head:$head){isSame platforms(first:1){config{key base head difference}head{digest config{...Config}}}}}fragment Config on ImageConfig{entrypoint cmd user workingDirectory shell stopSignal exposedPorts volumes environment{name value}healthcheck{test intervalSeconds timeoutSeconds startPeriodSeconds startIntervalSeconds retries}}",
};

export const tagsNamed: Operation<TagsNamedQuery, TagsNamedQueryVariables> = {
  text: "query TagsNamed($query:String!){search(query:$query types:[TAG]first:20){nodes{...on Tag{id name repository{id name registry{id name}}}}}}",
};
