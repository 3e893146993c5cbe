import { assemble, type Built, type BuiltDescriptor } from './built.js';
import { makeBytes, makeLayer } from './layers.js';
import { media } from './registry/media.js';
import { sha256 } from './registry/store.js';

export function buildHelmChart(chart: {
  name: string;
  version: string;
  appVersion?: string;
  description?: string;
}): Built {
  return assemble({
    format: 'oci',
    config: {
      mediaType: 'application/vnd.cncf.helm.config.v1+json',
      bytes: Buffer.from(JSON.stringify({ apiVersion: 'v2', type: 'application', ...chart })),
    },
    layers: [
      {
        mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
        bytes: makeLayer(4096, `chart ${JSON.stringify(chart)}`).bytes,
      },
    ],
    annotations: { 'org.opencontainers.image.title': chart.name, 'org.opencontainers.image.version': chart.version },
  });
}

/** A classic cosign signature: an image config without a platform. It is stored under `signatureTag(target.digest)`. */
export function buildCosignSignature(target: BuiltDescriptor, reference = 'registry.example/app'): Built {
  const payload = Buffer.from(
    JSON.stringify({
      critical: {
        identity: { 'docker-reference': reference },
        image: { 'docker-manifest-digest': target.digest },
        type: 'cosign container image signature',
      },
      optional: null,
    }),
  );
  const config = {
    architecture: '',
    created: '0001-01-01T00:00:00Z',
    history: [{ created: '0001-01-01T00:00:00Z' }],
    os: '',
    rootfs: { type: 'layers', diff_ids: [sha256(payload)] },
    config: {},
  };
  const signature = makeBytes(70, `signature ${target.digest}`).toString('base64');
  return assemble({
    format: 'oci',
    config: { mediaType: media.ociConfig, bytes: Buffer.from(JSON.stringify(config)) },
    layers: [
      {
        mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
        bytes: payload,
        annotations: { 'dev.cosignproject.cosign/signature': signature },
      },
    ],
  });
}

/** `sha256-<hex>.sig` */
export function signatureTag(digest: string): string {
  return `${fallbackTag(digest)}.sig`;
}

/**
 * `sha256-<hex>`: where referrers are listed on a registry without their API (OCI distribution-spec 1.1, "Referrers Tag
 * Schema").
 */
export function fallbackTag(digest: string): string {
  return digest.replace(':', '-');
}

export interface ArtifactSpec {
  readonly artifactType: string;
  readonly subject?: BuiltDescriptor;
  readonly payload?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An artifact as OCI 1.1 has it: the empty config, and one layer with the payload. */
export function buildArtifact(spec: ArtifactSpec): Built {
  const built = assemble({
    format: 'oci',
    config: { mediaType: media.ociEmpty, bytes: Buffer.from('{}') },
    layers: [{ mediaType: spec.artifactType, bytes: Buffer.from(spec.payload ?? `payload of ${spec.artifactType}`) }],
    annotations: spec.annotations,
    subject: spec.subject,
    artifactType: spec.artifactType,
  });
  return { ...built, annotations: spec.annotations ?? {} };
}
