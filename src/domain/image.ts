import type { Digest } from './digest.js';
import type { StatedBase } from './lineage.js';

/** A reference to content: OCI image-spec, descriptor.md. `size` in bytes; null: the manifest says none that can be. */
export interface Descriptor {
  readonly digest: Digest;
  readonly size: number | null;
  readonly mediaType: string;
}

/** A layer whose `urls` point outside the registry is not stored there: it counts to the image, not to the registry. */
export interface LayerDescriptor extends Descriptor {
  readonly foreign: boolean;
}

/** OCI image-spec, image-index.md. `osVersion` tells builds of Windows apart: `10.0.20348.1487`. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string | null;
  readonly osVersion: string | null;
  readonly osFeatures: readonly string[];
}

/** As an entry of an index says it, field by field; null where it does not say, and the child's config may. */
export type StatedPlatform = { readonly [Key in keyof Platform]: Platform[Key] | null };

/** Nothing says what it runs on. */
export const unknownPlatform: Platform = {
  os: 'unknown',
  architecture: 'unknown',
  variant: null,
  osVersion: null,
  osFeatures: [],
};

/** The index's word goes before the config's, for each field that it names. */
export function completePlatform(stated: StatedPlatform | null, own: Platform | null): Platform {
  const { os, architecture, variant, osVersion, osFeatures } = own ?? unknownPlatform;
  return {
    os: stated?.os ?? os,
    architecture: stated?.architecture ?? architecture,
    variant: stated?.variant ?? variant,
    osVersion: stated?.osVersion ?? osVersion,
    osFeatures: stated?.osFeatures ?? osFeatures,
  };
}

/**
 * The kinds of entries of an index, by the media type that the index gives them:
 * - `index`: a manifest that may hold further manifests; so may one whose type the index does not say;
 * - `manifest`: a manifest that holds blobs only;
 * - `blob`: no manifest (an entry of a build cache, an archive): its bytes count, and it is not asked for as a
 *   manifest;
 * - `unknown`: of a type that the gateway does not know and that may be a manifest's: it is not asked for, and may
 *   hold anything.
 */
export type EntryRole = 'index' | 'manifest' | 'blob' | 'unknown';

/**
 * Indexes within indexes are followed this deep, everywhere: an index under a tag is at 0. What is deeper is not known.
 */
export const maxIndexDepth = 8;

/** Entries of one index whose manifests are asked for, and that are shown. Each may cost the registry a request. */
export const maxEntriesRead = 3000;

/** An entry of an index. `platform` is null when the index does not say; then the child's config does. */
export interface IndexEntry extends Descriptor {
  readonly role: EntryRole;
  readonly platform: StatedPlatform | null;
  readonly artifactType: string | null;
  /** BuildKit's provenance and SBOM children: storage, but no platform anyone runs. */
  readonly attestation: boolean;
  /** Of the image that it names, as its annotations say; null: nothing. */
  readonly base: StatedBase | null;
}

/**
 * The decoded content of a digest: one manifest, or an index over several.
 * - `image`: a config that describes a root file system, and layers.
 * - `artifact`: anything else that has layers (a Helm chart, a signature, an SBOM).
 * - `index`: children, no layers of its own.
 * - `schema1`: a leftover of Docker's first schema: readable, sizes unknown.
 * - `unknown`: bytes that are what their digest names, and cannot be read as any of these: nothing of them is used.
 */
export type ImageKind = 'image' | 'artifact' | 'index' | 'schema1' | 'unknown';

/** Why a field of an image is null, or not whole. `field` is as the manifest names it: `layers.3.size`. */
export interface ImageProblem {
  readonly field: string;
  readonly message: string;
}

/** Problems that are kept, and shown, of one image. */
export const maxProblems = 20;

export interface ImageManifest {
  readonly digest: Digest;
  readonly kind: ImageKind;
  readonly mediaType: string;
  readonly artifactType: string | null;
  /** Bytes of the manifest itself. */
  readonly manifestSize: number;
  readonly config: Descriptor | null;
  /**
   * As the manifest lists them, bottom layer first; the same digest may stand more than once. Of an index its blobs.
   */
  readonly layers: readonly LayerDescriptor[];
  /** Of an index, in its order, blobs too; empty otherwise. */
  readonly entries: readonly IndexEntry[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly subject: Digest | null;
  /** It says of every blob which it is: the bytes of config and layers are then all that it weighs. */
  readonly hasAllBlobs: boolean;
  /**
   * It may hold manifests that could not be read out of it: what else is in its repository is then never called unused.
   */
  readonly hasUnknownChildren: boolean;
  /** The first `maxProblems`. */
  readonly problems: readonly ImageProblem[];
}

export interface HistoryEntry {
  readonly createdAt: Date | null;
  readonly createdBy: string | null;
  readonly comment: string | null;
  /** True when this step made no layer. */
  readonly emptyLayer: boolean;
}

/**
 * The part of an image's config the gateway keeps: OCI image-spec, config.md. Environment variables are left out: they
 * hold secrets too often.
 */
export interface ImageConfig {
  readonly platform: Platform;
  /** As the config says; reproducible builds say 1970 or year 1, and those are null here. */
  readonly createdAt: Date | null;
  readonly author: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly history: readonly HistoryEntry[];
  readonly problems: readonly ImageProblem[];
}

/**
 * The annotation by which the gateway knows a placeholder, which it puts under a tag for the moment before its
 * deletion. Registries may hold some of earlier gateways, so it stays as it is.
 */
export const placeholderAnnotation = 'io.registry-gateway.tombstone';
