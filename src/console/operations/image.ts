// Written by "npm run operations" from schema.graphql and src/console/operations/image.graphql. Do not edit.
import type { Operation } from '../pure/operation.js';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** How the base of an image is known. */
export type BaseImageSource =
  /** Annotations name it (`org.opencontainers.image.base.name` and `.digest`): of the image, else of its entry in the index, else of the index. Whoever may push can write what they like there. */
  | 'ANNOTATION'
  /** It is known, and the image's layers begin with all of its layers; of such images it has the most. */
  | 'LAYERS';

/** Why something cannot be deleted. What a registry locks by rules of its own shows when it is tried only. */
export type DeletionBlockerReason =
  /** The registry lets the account that the gateway has there delete nothing, as it said when it was last asked. */
  | 'ACCOUNT_MAY_NOT_DELETE'
  /** The registry deletes nothing, as it said when it was last asked. */
  | 'DELETES_DISABLED'
  /** A rule of `setProtection` protects it. */
  | 'PROTECTED'
  /** An admin has set the registry read-only here. */
  | 'READ_ONLY'
  /** The registry is in its own read-only mode, as it said when it was last asked. */
  | 'REGISTRY_READ_ONLY'
  /** The viewer has no role that may delete. */
  | 'ROLE';

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

/** A tag to put back on what it pointed to before. */
export type RestoreTagInput = {
  /** A digest of the tag's own history; when absent, the latest that it no longer points to. */
  readonly digest?: string | null | undefined;
  /** The digest that the tag points to now: refused if it has moved since. Needed for a tag that is there; left out for one that is gone. */
  readonly expectedDigest?: string | null | undefined;
  /** Its id: instead of all names. */
  readonly id?: string | number | null | undefined;
  /** The registry's name, or its UUID: instead of `id`. */
  readonly registry?: string | null | undefined;
  /** The repository's full name, beside `registry`. */
  readonly repository?: string | null | undefined;
  /** The tag, which may be gone, beside `registry` and `repository`. */
  readonly tag?: string | null | undefined;
};

/** A format of software bills of materials. */
export type SbomFormat =
  /** CycloneDX, as JSON. */
  | 'CYCLONEDX'
  /** SPDX 2, as JSON. */
  | 'SPDX';

/** Where a time comes from: registries keep no push time. */
export type TimeSource =
  /** When the gateway saw it point elsewhere, or gone. */
  | 'CHANGE_SEEN'
  /** When the gateway first saw it. */
  | 'FIRST_SEEN'
  /** When the image was built, as the image's own config says: it was there before the gateway looked. */
  | 'IMAGE_CONFIG'
  /** When the registry told of the change. */
  | 'NOTIFICATION'
  /** The time that the tag had on this image before it was deleted: `restoreTag` or `undoJob` has put it back since. Lists are in the order of it, and retention goes by it, as if the tag had never been gone. */
  | 'RESTORED';

export type TagQueryVariables = Exact<{
  registry: string;
  name: string;
  tag: string;
}>;


export type TagQuery = { readonly repository: { readonly id: string, readonly name: string, readonly registry: { readonly id: string, readonly name: string }, readonly tag: { readonly id: string, readonly name: string, readonly digest: string | null, readonly size: number | null, readonly updatedAt: string | null, readonly updatedAtSource: TimeSource, readonly reference: string, readonly digestReference: string | null, readonly deletionBlockers: ReadonlyArray<{ readonly reason: DeletionBlockerReason, readonly message: string, readonly hint: string | null }>, readonly freshness: { readonly state: FreshnessState, readonly confirmedAt: string | null, readonly lastError: { readonly message: string } | null }, readonly byTag: ReadonlyArray<{ readonly tool: PullTool, readonly command: string }>, readonly byDigest: ReadonlyArray<{ readonly tool: PullTool, readonly command: string }>, readonly history: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly digest: string, readonly since: string, readonly sinceSource: TimeSource, readonly until: string | null, readonly untilSource: TimeSource | null }> }, readonly image: { readonly id: string, readonly digest: string | null, readonly kind: ImageKind, readonly artifactType: string | null, readonly mediaType: string, readonly createdAt: string | null, readonly size: number | null, readonly manifestSize: number, readonly problems: ReadonlyArray<{ readonly field: string, readonly message: string }>, readonly annotations: ReadonlyArray<{ readonly key: string, readonly value: string }>, readonly locations: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly digest: string | null, readonly updatedAt: string | null, readonly repository: { readonly id: string, readonly name: string, readonly registry: { readonly id: string, readonly name: string } } | null }> }, readonly choices: ReadonlyArray<{ readonly name: string, readonly digest: string, readonly size: number | null }>, readonly shown: ReadonlyArray<{ readonly name: string, readonly digest: string, readonly size: number | null, readonly createdAt: string | null, readonly author: string | null, readonly osVersion: string | null, readonly labels: ReadonlyArray<{ readonly key: string, readonly value: string }>, readonly layers: ReadonlyArray<{ readonly digest: string, readonly mediaType: string, readonly size: number | null }>, readonly history: ReadonlyArray<{ readonly createdBy: string | null, readonly instruction: string | null, readonly emptyLayer: boolean, readonly createdAt: string | null, readonly comment: string | null, readonly layer: { readonly digest: string, readonly size: number | null } | null }> }> } | null } | null } | null };

export type ImageQueryVariables = Exact<{
  digest: string;
}>;


export type ImageQuery = { readonly image: { readonly id: string, readonly digest: string | null, readonly kind: ImageKind, readonly artifactType: string | null, readonly mediaType: string, readonly createdAt: string | null, readonly size: number | null, readonly manifestSize: number, readonly held: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly digest: string | null, readonly digestReference: string | null, readonly byDigest: ReadonlyArray<{ readonly tool: PullTool, readonly command: string }> }> }, readonly problems: ReadonlyArray<{ readonly field: string, readonly message: string }>, readonly annotations: ReadonlyArray<{ readonly key: string, readonly value: string }>, readonly locations: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly digest: string | null, readonly updatedAt: string | null, readonly repository: { readonly id: string, readonly name: string, readonly registry: { readonly id: string, readonly name: string } } | null }> }, readonly choices: ReadonlyArray<{ readonly name: string, readonly digest: string, readonly size: number | null }>, readonly shown: ReadonlyArray<{ readonly name: string, readonly digest: string, readonly size: number | null, readonly createdAt: string | null, readonly author: string | null, readonly osVersion: string | null, readonly labels: ReadonlyArray<{ readonly key: string, readonly value: string }>, readonly layers: ReadonlyArray<{ readonly digest: string, readonly mediaType: string, readonly size: number | null }>, readonly history: ReadonlyArray<{ readonly createdBy: string | null, readonly instruction: string | null, readonly emptyLayer: boolean, readonly createdAt: string | null, readonly comment: string | null, readonly layer: { readonly digest: string, readonly size: number | null } | null }> }> } | null };

export type PlatformOfQueryVariables = Exact<{
  digest: string;
}>;


export type PlatformOfQuery = { readonly image: { readonly id: string, readonly platforms: ReadonlyArray<{ readonly name: string, readonly digest: string, readonly size: number | null, readonly createdAt: string | null, readonly author: string | null, readonly osVersion: string | null, readonly labels: ReadonlyArray<{ readonly key: string, readonly value: string }>, readonly layers: ReadonlyArray<{ readonly digest: string, readonly mediaType: string, readonly size: number | null }>, readonly history: ReadonlyArray<{ readonly createdBy: string | null, readonly instruction: string | null, readonly emptyLayer: boolean, readonly createdAt: string | null, readonly comment: string | null, readonly layer: { readonly digest: string, readonly size: number | null } | null }> }> } | null };

export type PlacesOfQueryVariables = Exact<{
  digest: string;
  after?: string | null | undefined;
}>;


export type PlacesOfQuery = { readonly image: { readonly id: string, readonly locations: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly digest: string | null, readonly updatedAt: string | null, readonly repository: { readonly id: string, readonly name: string, readonly registry: { readonly id: string, readonly name: string } } | null }> } } | null };

export type ConfigOfQueryVariables = Exact<{
  digest: string;
}>;


export type ConfigOfQuery = { readonly image: { readonly id: string, readonly platforms: ReadonlyArray<{ readonly digest: string, readonly config: { readonly digest: string, readonly size: number, readonly entrypoint: ReadonlyArray<string> | null, readonly cmd: ReadonlyArray<string> | null, readonly user: string | null, readonly workingDirectory: string | null, readonly shell: ReadonlyArray<string> | null, readonly stopSignal: string | null, readonly exposedPorts: ReadonlyArray<string>, readonly volumes: ReadonlyArray<string>, readonly environment: ReadonlyArray<{ readonly name: string, readonly value: string | null }>, readonly healthcheck: { readonly test: ReadonlyArray<string>, readonly intervalSeconds: number | null, readonly timeoutSeconds: number | null, readonly startPeriodSeconds: number | null, readonly startIntervalSeconds: number | null, readonly retries: number | null } | null, readonly problems: ReadonlyArray<{ readonly field: string, readonly message: string }> } | null }> } | null };

export type ReferrersOfQueryVariables = Exact<{
  digest: string;
}>;


export type ReferrersOfQuery = { readonly image: { readonly id: string, readonly referrers: ReadonlyArray<{ readonly digest: string, readonly artifactType: string | null, readonly size: number | null, readonly annotations: ReadonlyArray<{ readonly key: string, readonly value: string }> }> } | null };

export type ReferrerContentsQueryVariables = Exact<{
  digest: string;
  artifactType?: string | null | undefined;
  upTo: number;
  blobs: number;
  packages: number;
}>;


export type ReferrerContentsQuery = { readonly image: { readonly id: string, readonly referrers: ReadonlyArray<{ readonly digest: string, readonly contents: ReadonlyArray<{ readonly digest: string, readonly mediaType: string, readonly size: number | null, readonly problem: { readonly message: string } | null, readonly sbom: { readonly format: SbomFormat, readonly version: string | null, readonly name: string | null, readonly createdAt: string | null, readonly tools: ReadonlyArray<string>, readonly packageCount: number, readonly packages: ReadonlyArray<{ readonly name: string | null, readonly version: string | null, readonly licence: string | null, readonly purl: string | null }> } | null, readonly signature: { readonly hasSignature: boolean, readonly identity: string | null, readonly issuer: string | null, readonly signedDigest: string | null, readonly signedReference: string | null, readonly validFrom: string | null, readonly validUntil: string | null } | null, readonly statement: { readonly predicateType: string | null, readonly buildType: string | null, readonly builderId: string | null, readonly subjectCount: number, readonly subjects: ReadonlyArray<{ readonly name: string | null, readonly digest: string | null }> } | null }> | null }> } | null };

export type LineageOfQueryVariables = Exact<{
  digest: string;
  after?: string | null | undefined;
}>;


export type LineageOfQuery = { readonly image: { readonly id: string, readonly platforms: ReadonlyArray<{ readonly digest: string, readonly baseImages: ReadonlyArray<{ readonly knownBy: BaseImageSource, readonly name: string | null, readonly digest: string | null, readonly layerCount: number | null, readonly image: { readonly id: string, readonly digest: string | null, readonly createdAt: string | null, readonly size: number | null, readonly locations: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly repository: { readonly id: string, readonly name: string, readonly registry: { readonly id: string, readonly name: string } } | null }> } } | null }>, readonly derivedImages: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly digest: string | null, readonly createdAt: string | null, readonly size: number | null, readonly locations: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly repository: { readonly id: string, readonly name: string, readonly registry: { readonly id: string, readonly name: string } } | null }> } }> } }> } | null };

export type RawOfQueryVariables = Exact<{
  digest: string;
  platform: string;
}>;


export type RawOfQuery = { readonly image: { readonly id: string, readonly digest: string | null, readonly kind: ImageKind, readonly rawManifest: string | null } | null, readonly platform: { readonly id: string, readonly digest: string | null, readonly rawManifest: string | null, readonly platforms: ReadonlyArray<{ readonly digest: string, readonly config: { readonly digest: string, readonly raw: string | null } | null }> } | null };

export type PutBackMutationVariables = Exact<{
  input: RestoreTagInput;
}>;


export type PutBackMutation = { readonly restoreTag: { readonly userErrors: ReadonlyArray<
      | { readonly message: string }
      | { readonly message: string }
      | { readonly message: string }
      | { readonly message: string }
      | { readonly message: string }
      | { readonly message: string }
      | { readonly message: string }
      | { readonly message: string }
      | { readonly message: string }
      | { readonly message: string }
      | { readonly message: string }
      | { readonly message: string }
      | { readonly message: string }
      | { readonly message: string }
      | { readonly message: string }
      | { readonly message: string }
    > } };

export type ImageHeadFragment = { readonly id: string, readonly digest: string | null, readonly kind: ImageKind, readonly artifactType: string | null, readonly mediaType: string, readonly createdAt: string | null, readonly size: number | null, readonly manifestSize: number, readonly problems: ReadonlyArray<{ readonly field: string, readonly message: string }>, readonly annotations: ReadonlyArray<{ readonly key: string, readonly value: string }>, readonly locations: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly digest: string | null, readonly updatedAt: string | null, readonly repository: { readonly id: string, readonly name: string, readonly registry: { readonly id: string, readonly name: string } } | null }> }, readonly choices: ReadonlyArray<{ readonly name: string, readonly digest: string, readonly size: number | null }>, readonly shown: ReadonlyArray<{ readonly name: string, readonly digest: string, readonly size: number | null, readonly createdAt: string | null, readonly author: string | null, readonly osVersion: string | null, readonly labels: ReadonlyArray<{ readonly key: string, readonly value: string }>, readonly layers: ReadonlyArray<{ readonly digest: string, readonly mediaType: string, readonly size: number | null }>, readonly history: ReadonlyArray<{ readonly createdBy: string | null, readonly instruction: string | null, readonly emptyLayer: boolean, readonly createdAt: string | null, readonly comment: string | null, readonly layer: { readonly digest: string, readonly size: number | null } | null }> }> };

export type PlacesFragment = { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly digest: string | null, readonly updatedAt: string | null, readonly repository: { readonly id: string, readonly name: string, readonly registry: { readonly id: string, readonly name: string } } | null }> };

export type RelativeFragment = { readonly id: string, readonly digest: string | null, readonly createdAt: string | null, readonly size: number | null, readonly locations: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly repository: { readonly id: string, readonly name: string, readonly registry: { readonly id: string, readonly name: string } } | null }> } };

export type PlatformPartsFragment = { readonly name: string, readonly digest: string, readonly size: number | null, readonly createdAt: string | null, readonly author: string | null, readonly osVersion: string | null, readonly labels: ReadonlyArray<{ readonly key: string, readonly value: string }>, readonly layers: ReadonlyArray<{ readonly digest: string, readonly mediaType: string, readonly size: number | null }>, readonly history: ReadonlyArray<{ readonly createdBy: string | null, readonly instruction: string | null, readonly emptyLayer: boolean, readonly createdAt: string | null, readonly comment: string | null, readonly layer: { readonly digest: string, readonly size: number | null } | null }> };

export const tag: Operation<TagQuery, TagQueryVariables> = {
  text: "query Tag($registry:String!$name:String!$tag:String!){repository(registry:$registry name:$name){id name registry{id name}tag(name:$tag){id name digest size updatedAt updatedAtSource deletionBlockers{reason message hint}reference digestReference freshness{state confirmedAt lastError{message}}byTag:pullCommands(by:TAG){tool command}byDigest:pullCommands(by:DIGEST){tool command}history(first:20){totalCount nodes{digest since sinceSource until untilSource}}image{...ImageHead}}}}fragment ImageHead on Image{id digest kind artifactType mediaType createdAt size manifestSize problems{field message}annotations{key value}locations(first:20){...Places}choices:platforms(first:100){name digest size}shown:platforms(first:1){...PlatformParts}}fragment Places on TagConnection{totalCount pageInfo{hasNextPage endCursor}nodes{id name digest updatedAt repository{id name registry{id name}}}}fragment PlatformParts on Platform{name digest size createdAt author osVersion labels{key value}layers(first:500){digest mediaType size}history(first:1000){createdBy instruction emptyLayer createdAt comment layer{digest size}}}",
};

export const image: Operation<ImageQuery, ImageQueryVariables> = {
  text: "query Image($digest:Digest!){image(digest:$digest){...ImageHead held:locations(first:20){nodes{id digest digestReference byDigest:pullCommands(by:DIGEST){tool command}}}}}fragment ImageHead on Image{id digest kind artifactType mediaType createdAt size manifestSize problems{field message}annotations{key value}locations(first:20){...Places}choices:platforms(first:100){name digest size}shown:platforms(first:1){...PlatformParts}}fragment Places on TagConnection{totalCount pageInfo{hasNextPage endCursor}nodes{id name digest updatedAt repository{id name registry{id name}}}}fragment PlatformParts on Platform{name digest size createdAt author osVersion labels{key value}layers(first:500){digest mediaType size}history(first:1000){createdBy instruction emptyLayer createdAt comment layer{digest size}}}",
};

export const platformOf: Operation<PlatformOfQuery, PlatformOfQueryVariables> = {
  text: "query PlatformOf($digest:Digest!){image(digest:$digest){id platforms(first:1){...PlatformParts}}}fragment PlatformParts on Platform{name digest size createdAt author osVersion labels{key value}layers(first:500){digest mediaType size}history(first:1000){createdBy instruction emptyLayer createdAt comment layer{digest size}}}",
};

export const placesOf: Operation<PlacesOfQuery, PlacesOfQueryVariables> = {
  text: "query PlacesOf($digest:Digest!$after:String){image(digest:$digest){id locations(first:100 after:$after){...Places}}}fragment Places on TagConnection{totalCount pageInfo{hasNextPage endCursor}nodes{id name digest updatedAt repository{id name registry{id name}}}}",
};

export const configOf: Operation<ConfigOfQuery, ConfigOfQueryVariables> = {
  text: "query ConfigOf($digest:Digest!){image(digest:$digest){id platforms(first:1){digest config{digest size entrypoint cmd user workingDirectory shell stopSignal exposedPorts volumes environment{name value}healthcheck{test intervalSeconds timeoutSeconds startPeriodSeconds startIntervalSeconds retries}problems{field message}}}}}",
};

export const referrersOf: Operation<ReferrersOfQuery, ReferrersOfQueryVariables> = {
  text: "query ReferrersOf($digest:Digest!){image(digest:$digest){id referrers(first:200){digest artifactType size annotations(first:30){key value}}}}",
};

export const referrerContents: Operation<ReferrerContentsQuery, ReferrerContentsQueryVariables> = {
  text: "query ReferrerContents($digest:Digest!$artifactType:String$upTo:Int!$blobs:Int!$packages:Int!){image(digest:$digest){id referrers(artifactType:$artifactType first:$upTo){digest contents(first:$blobs){digest mediaType size problem{message}sbom{format version name createdAt tools packageCount packages(first:$packages){name version licence purl}}signature{hasSignature identity issuer signedDigest signedReference validFrom validUntil}statement{predicateType buildType builderId subjectCount subjects(first:20){name digest}}}}}}",
};

export const lineageOf: Operation<LineageOfQuery, LineageOfQueryVariables> = {
  text: "query LineageOf($digest:Digest!$after:String){image(digest:$digest){id platforms(first:1){digest baseImages{knownBy name digest layerCount image{...Relative}}derivedImages(first:20 after:$after){totalCount pageInfo{hasNextPage endCursor}nodes{...Relative}}}}}fragment Relative on Image{id digest createdAt size locations(first:3){totalCount nodes{id name repository{id name registry{id name}}}}}",
};

export const rawOf: Operation<RawOfQuery, RawOfQueryVariables> = {
  text: "query RawOf($digest:Digest!$platform:Digest!){image(digest:$digest){id digest kind rawManifest}platform:image(digest:$platform){id digest rawManifest platforms(first:1){digest config{digest raw}}}}",
};

export const putBack: Operation<PutBackMutation, PutBackMutationVariables> = {
  text: "mutation PutBack($input:RestoreTagInput!){restoreTag(input:$input){userErrors{message}}}",
};
