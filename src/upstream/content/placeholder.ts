import { randomUUID } from 'node:crypto';
import { computeDigest, isDigest, type Digest } from '../../domain/digest.js';
import { type ImageManifest, placeholderAnnotation } from '../../domain/image.js';
import { isUuid } from '../../domain/name.js';
import { ociIndex } from './mediatype.js';
import type { RawManifest } from '../upstream.js';

const key = {
  id: placeholderAnnotation,
  originalDigest: 'io.registry-gateway.original-digest',
  at: 'io.registry-gateway.at',
};

/**
 * Makes the manifest that takes a tag from its image just before it is deleted, where the registry deletes by digest
 * only: an OCI index without entries, which needs no blobs and which nobody can run (OCI image-spec, image-index.md).
 * `originalDigest` null: nothing was behind the tag. Unique for each call: two equal ones would have one digest, and
 * deleting it would take both tags.
 */
export function describePlaceholder(originalDigest: Digest | null, at: Date): RawManifest {
  const annotations = {
    [key.id]: randomUUID(),
    ...(originalDigest && { [key.originalDigest]: originalDigest }),
    [key.at]: at.toISOString(),
  };
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: ociIndex, manifests: [], annotations }));
  return { mediaType: ociIndex, bytes, digest: computeDigest(bytes) };
}

/**
 * Recognises a placeholder that was left behind; null for anything else. Whoever may push can push one: it is proof
 * that nothing is lost with this manifest, and not that the gateway put it there.
 */
export function readPlaceholder(manifest: ImageManifest): { readonly originalDigest: Digest | null } | null {
  const { [key.id]: id, [key.originalDigest]: originalDigest, [key.at]: at } = manifest.annotations;
  const { kind, mediaType, entries, subject, problems } = manifest;
  // A list that could not be read is not empty.
  const isEmpty =
    kind === 'index' && mediaType === ociIndex && entries.length === 0 && subject === null && problems.length === 0;
  const isMarked = id !== undefined && isUuid(id) && at !== undefined && !Number.isNaN(Date.parse(at));
  if (!isEmpty || !isMarked || (originalDigest !== undefined && !isDigest(originalDigest))) return null;
  return { originalDigest: originalDigest ?? null };
}
