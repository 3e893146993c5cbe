import { z } from 'zod';
import type { EntryRole } from '../../domain/image.js';

export const ociIndex = 'application/vnd.oci.image.index.v1+json';
export const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
const dockerList = 'application/vnd.docker.distribution.manifest.list.v2+json';
const dockerManifest = 'application/vnd.docker.distribution.manifest.v2+json';

/** Drafts of OCI 1.1 had it: `blobs` instead of `layers`, and no config. It is read and never asked for. */
const artifactManifest = 'application/vnd.oci.artifact.manifest.v1+json';
const schema1 = /^application\/vnd\.docker\.distribution\.manifest\.v1\+(?:json|prettyjws)$/;

/**
 * For every manifest request: without all four, distribution 2.x answers 404 or rewrites the manifest to another
 * digest.
 */
export const manifestAccept = [ociIndex, ociManifest, dockerList, dockerManifest].join(', ');

/** For content of which nothing says what it is: RFC 2046 §4.5.1. */
export const anyBytes = 'application/octet-stream';

/** RFC 6838 §4.2, with parameters. */
export const mediaTypeText = z
  .string()
  .max(255)
  .regex(/^[\x21-\x7e]+(?: ?; ?[\x21-\x7e]+)*$/);

export const imageConfigs: ReadonlySet<string> = new Set([
  'application/vnd.docker.container.image.v1+json',
  'application/vnd.oci.image.config.v1+json',
]);
export const emptyConfig = 'application/vnd.oci.empty.v1+json';

const rootfsLayer =
  /^application\/(?:vnd\.docker\.(?:container\.)?image\.rootfs\.|vnd\.oci\.image\.layer\.|octet-stream$|x-gzip$|gzip$)/;

/** True for layers of a root file system; a signature or an attestation has an image's config and other layers. */
export function isRootfsLayer(mediaType: string): boolean {
  return rootfsLayer.test(mediaType);
}

export function isNonDistributable(mediaType: string): boolean {
  return mediaType.includes('.nondistributable.') || mediaType.includes('.rootfs.foreign.');
}

/** Of a Content-Type header or a `mediaType`: without parameters, in lower case; null for what is no media type. */
export function readMediaType(text: unknown): string | null {
  const bare = typeof text === 'string' ? text.split(';', 1)[0]?.trim().toLowerCase() : undefined;
  return bare && mediaTypeText.safeParse(bare).success && bare.includes('/') ? bare : null;
}

export function isIndexType(mediaType: string): boolean {
  return mediaType === ociIndex || mediaType === dockerList;
}

/** The types whose fields the gateway knows, schema1 excepted. */
export function isManifestType(mediaType: string): boolean {
  return isIndexType(mediaType) || [ociManifest, dockerManifest, artifactManifest].includes(mediaType);
}

export function isSchema1(mediaType: string | null): boolean {
  return mediaType !== null && schema1.test(mediaType);
}

/** See `EntryRole`. Every manifest is JSON: a type that says otherwise is a blob's, and so is a config's. */
export function judgeRole(mediaType: string | null): EntryRole {
  if (mediaType === null || isIndexType(mediaType)) return 'index';
  if (isManifestType(mediaType) || isSchema1(mediaType)) return 'manifest';
  const isConfig = imageConfigs.has(mediaType) || mediaType === emptyConfig || /[./]config(?:[.+]|$)/.test(mediaType);
  return isConfig || !/\bmanifest\b|\bindex\b|json\b|jws\b/.test(mediaType) ? 'blob' : 'unknown';
}
