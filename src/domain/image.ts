import type { Digest } from './digest.js';

/** A reference to content: OCI image-spec, descriptor.md. `size` in bytes. */
export interface Descriptor {
  readonly digest: Digest;
  readonly size: number;
  readonly mediaType: string;
}

/** A layer whose `urls` point outside the registry is not stored there: it counts to the image, not to the registry. */
export interface LayerDescriptor extends Descriptor {
  readonly foreign: boolean;
}

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string | null;
}

/** An entry of an index. `platform` is null when the index does not say; then the child's config does. */
export interface IndexEntry extends Descriptor {
  readonly platform: Platform | null;
  readonly artifactType: string | null;
  /** BuildKit's provenance and SBOM children: storage, but no platform anyone runs. */
  readonly attestation: boolean;
}

/**
 * What a digest names, decoded: one manifest, or an index over several.
 * - `image`: a config that describes a root file system, and layers.
 * - `artifact`: anything else that has layers (a Helm chart, a signature, an SBOM).
 * - `index`: children, no layers of its own.
 * - `schema1`: a leftover of Docker's first schema: readable, sizes unknown.
 */
export type ImageKind = 'image' | 'artifact' | 'index' | 'schema1';

export interface ImageManifest {
  readonly digest: Digest;
  readonly kind: ImageKind;
  readonly mediaType: string;
  readonly artifactType: string | null;
  /** Bytes of the manifest itself. */
  readonly manifestSize: number;
  readonly config: Descriptor | null;
  /** As the manifest lists them, bottom layer first; the same digest may stand more than once. */
  readonly layers: readonly LayerDescriptor[];
  /** Of an index, in its order; empty otherwise. */
  readonly entries: readonly IndexEntry[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly subject: Digest | null;
}

export interface HistoryEntry {
  readonly createdAt: Date | null;
  readonly createdBy: string | null;
  readonly comment: string | null;
  /** True when this step made no layer. */
  readonly emptyLayer: boolean;
}

/** The part of an image's config the gateway keeps: OCI image-spec, config.md. Environment variables are left out: they hold secrets too often. */
export interface ImageConfig {
  readonly platform: Platform;
  /** As the config says; reproducible builds say 1970 or year 1, and those are null here. */
  readonly createdAt: Date | null;
  readonly author: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly history: readonly HistoryEntry[];
}

/** The annotation by which the gateway knows what it puts under a tag for the moment before its deletion. */
export const tombstoneAnnotation = 'io.registry-gateway.tombstone';
