import { assemble, type Built, type BuiltDescriptor, content, describe, type Format } from './built.js';
import { makeLayer } from './layers.js';
import { media } from './registry/media.js';
import { sha256 } from './registry/store.js';

export interface LayerSpec {
  /** Bytes, exactly. Default 2560. */
  readonly size?: number;
  /**
   * Layers with the same seed and size are the same blob, in whatever image; without one the layer is the image's own.
   */
  readonly seed?: string;
  /** The history's `created_by`. */
  readonly command?: string;
  /** A foreign layer: its bytes are outside the registry. */
  readonly urls?: readonly string[];
}

export interface HistorySpec {
  readonly created?: string;
  readonly created_by?: string;
  readonly comment?: string;
  readonly empty_layer?: boolean;
}

export interface ImageSpec {
  readonly os?: string;
  readonly arch?: string;
  readonly variant?: string;
  readonly layers?: readonly LayerSpec[];
  readonly labels?: Readonly<Record<string, string>> | null;
  /** RFC 3339; null leaves it out. Default 2024-01-02T03:04:05Z. */
  readonly created?: string | null;
  readonly author?: string;
  readonly cmd?: readonly string[];
  readonly env?: readonly string[];
  /** Further execution parameters, as the config has them. */
  readonly execution?: Readonly<Record<string, unknown>>;
  /** Default: one entry a layer with its command, and an empty one for `cmd`. */
  readonly history?: readonly HistorySpec[];
  /** Default 'docker'. */
  readonly format?: Format;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly subject?: BuiltDescriptor;
  /** False leaves `mediaType` out of an OCI manifest, which is allowed. Default true. */
  readonly namesType?: boolean;
}

/** An image of one platform: linux/amd64 with one layer, unless said otherwise. */
export function buildImage(spec: ImageSpec = {}): Built {
  const { os = 'linux', arch = 'amd64', variant, layers = [{}], labels = {}, author, cmd, env, execution } = spec;
  const format = spec.format ?? 'docker';
  const created = spec.created === undefined ? '2024-01-02T03:04:05Z' : spec.created;
  const made = layers.map((layer, i) => ({
    ...makeLayer(layer.size ?? 2560, layer.seed ?? `${JSON.stringify(spec)} ${i}`),
    urls: layer.urls,
  }));
  const config = Buffer.from(
    JSON.stringify({
      architecture: arch,
      os,
      ...(variant && { variant }),
      ...(created !== null && { created }),
      ...(author && { author }),
      config: {
        ...(cmd && { Cmd: cmd }),
        Env: env ?? ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
        Labels: labels,
        ...execution,
      },
      rootfs: { type: 'layers', diff_ids: made.map(({ diffId }) => diffId) },
      history: spec.history ?? defaultHistory(layers, cmd, created),
    }),
  );
  return assemble({
    format,
    config: { mediaType: format === 'docker' ? media.dockerConfig : media.ociConfig, bytes: config },
    layers: made.map(({ bytes, urls }) => ({
      mediaType: format === 'docker' ? media.dockerLayer : media.ociLayer,
      bytes,
      urls,
    })),
    platform: { os, architecture: arch, ...(variant && { variant }) },
    annotations: spec.annotations,
    subject: spec.subject,
    namesType: spec.namesType,
  });
}

function defaultHistory(
  layers: readonly LayerSpec[],
  cmd: readonly string[] | undefined,
  created: string | null,
): HistorySpec[] {
  const at = created === null ? {} : { created };
  const steps = layers.map(({ command }, i) => ({
    ...at,
    created_by: command ?? `/bin/sh -c #(nop) ADD file:${i} in / `,
  }));
  return cmd
    ? [...steps, { ...at, created_by: `/bin/sh -c #(nop)  CMD ${JSON.stringify(cmd)}`, empty_layer: true }]
    : steps;
}

export interface IndexSpec {
  /** Default 'oci'. */
  readonly format?: Format;
  /** Adds BuildKit's provenance manifest for every child. Default false. */
  readonly attestation?: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly subject?: BuiltDescriptor;
  /** False leaves the platforms out of the entries. Default true. */
  readonly namesPlatforms?: boolean;
}

/** An index (or Docker list) over these children, in their order. */
export function buildIndex(children: readonly Built[], spec: IndexSpec = {}): Built {
  const mediaType = spec.format === 'docker' ? media.dockerList : media.ociIndex;
  const all = [...children, ...(spec.attestation ? children.map(buildAttestation) : [])];
  const manifests = all.map((child) => ({
    ...describe(child),
    ...(child.platform && spec.namesPlatforms !== false && { platform: child.platform }),
    ...(child.artifactType && { artifactType: child.artifactType }),
    ...(Object.keys(child.annotations).length && { annotations: child.annotations }),
  }));
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType,
      manifests,
      ...(spec.subject && { subject: describe(spec.subject) }),
      annotations: spec.annotations,
    }),
  );
  return {
    ...content(mediaType, bytes),
    bytes,
    blobs: [],
    config: null,
    layers: [],
    children: all,
    platform: null,
    annotations: {},
    artifactType: null,
  };
}

function buildAttestation(child: Built): Built {
  const payload = JSON.stringify({
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType: 'https://slsa.dev/provenance/v0.2',
    subject: [{ digest: { sha256: child.digest.slice(7) } }],
  });
  const config = {
    architecture: 'unknown',
    os: 'unknown',
    config: {},
    rootfs: { type: 'layers', diff_ids: [sha256(payload)] },
  };
  const built = assemble({
    format: 'oci',
    config: { mediaType: media.ociConfig, bytes: Buffer.from(JSON.stringify(config)) },
    layers: [{ mediaType: 'application/vnd.in-toto+json', bytes: Buffer.from(payload) }],
    platform: { architecture: 'unknown', os: 'unknown' },
  });
  return {
    ...built,
    annotations: { 'vnd.docker.reference.digest': child.digest, 'vnd.docker.reference.type': 'attestation-manifest' },
  };
}
