import type { Digest } from '../domain/digest.js';
import { media } from './registry/media.js';
import { type MemoryStore, sha256 } from './registry/store.js';

export interface BuiltDescriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
}

/** A manifest or index with everything it needs to be stored. The same arguments give the same bytes. */
export interface Built extends BuiltDescriptor {
  readonly bytes: Buffer;
  /** Config first, then layers as listed; foreign layers are not here. */
  readonly blobs: readonly { readonly digest: Digest; readonly bytes: Buffer }[];
  /** null for an index. */
  readonly config: BuiltDescriptor | null;
  readonly layers: readonly BuiltDescriptor[];
  /** Of an index, in its order, attestations included. */
  readonly children: readonly Built[];
  readonly platform: Readonly<Record<string, string>> | null;
  readonly annotations: Readonly<Record<string, string>>;
  readonly artifactType: string | null;
}

export type Format = 'docker' | 'oci';

export interface Assembly {
  readonly format: Format;
  readonly config: { readonly mediaType: string; readonly bytes: Buffer };
  readonly layers: readonly {
    readonly mediaType: string;
    readonly bytes: Buffer;
    readonly urls?: readonly string[] | undefined;
    readonly annotations?: Readonly<Record<string, string>>;
  }[];
  readonly platform?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly subject?: BuiltDescriptor | undefined;
  readonly artifactType?: string;
  readonly namesType?: boolean | undefined;
}

/** The manifest of this config and these layers, with the bytes of both. */
export function assemble({
  format,
  config,
  layers,
  platform,
  annotations,
  subject,
  artifactType,
  namesType,
}: Assembly): Built {
  const mediaType = format === 'docker' ? media.dockerManifest : media.ociManifest;
  const listed = layers.map((layer) => ({
    ...content(layer.mediaType, layer.bytes),
    ...(layer.urls && { urls: layer.urls }),
    ...(layer.annotations && { annotations: layer.annotations }),
  }));
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      ...(namesType !== false && { mediaType }),
      artifactType,
      config: content(config.mediaType, config.bytes),
      layers: listed,
      ...(subject && { subject: describe(subject) }),
      annotations,
    }),
  );
  const blobs = [config, ...layers.filter(({ urls }) => !urls)].map((part) => ({
    digest: sha256(part.bytes),
    bytes: part.bytes,
  }));
  return {
    ...content(mediaType, bytes),
    bytes,
    blobs,
    config: content(config.mediaType, config.bytes),
    layers: listed.map(describe),
    children: [],
    platform: platform ?? null,
    annotations: {},
    artifactType: artifactType ?? null,
  };
}

export function content(mediaType: string, bytes: Buffer): BuiltDescriptor {
  return { mediaType, digest: sha256(bytes), size: bytes.length };
}

export function describe({ mediaType, digest, size }: BuiltDescriptor): BuiltDescriptor {
  return { mediaType, digest, size };
}

/** Puts the content into the store without a request. A null tag leaves it untagged. */
export function seed(store: MemoryStore, repository: string, tag: string | null, built: Built): void {
  for (const { bytes } of built.blobs) store.putBlob(repository, bytes);
  for (const child of built.children) seed(store, repository, null, child);
  store.putManifest(repository, tag, built.mediaType, built.bytes);
}
