import { z } from 'zod';
import { computeDigest, isDigest, type Digest } from '../domain/digest.js';
import type { Descriptor, ImageKind, ImageManifest, IndexEntry, LayerDescriptor } from '../domain/image.js';
import { GatewayError } from '../errors.js';
import { explainInvalid, type Answer, type Asked } from './failure.js';
import { parseJson, textMap } from './json.js';
import { decodeSchema1, findSignedPayload } from './schema1.js';
import type { FetchedManifest, RawManifest } from './upstream.js';

export const ociIndex = 'application/vnd.oci.image.index.v1+json';
const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
const dockerList = 'application/vnd.docker.distribution.manifest.list.v2+json';
const dockerManifest = 'application/vnd.docker.distribution.manifest.v2+json';

const schema1 = /^application\/vnd\.docker\.distribution\.manifest\.v1\+(?:json|prettyjws)$/;

/** On every manifest request: without all four, distribution 2.x answers 404 or rewrites the manifest to another digest. */
export const manifestAccept = [ociIndex, ociManifest, dockerList, dockerManifest].join(', ');

/** OCI image-spec, manifest.md and image-index.md; Docker's image manifest v2 schema 2. Throws UPSTREAM_DIGEST_MISMATCH and UPSTREAM_INVALID. */
export function decodeManifest(answer: Answer, reference: string, asked: Asked): FetchedManifest {
  const declared = readDeclaredDigest(answer, asked);
  const contentType = readMediaType(answer.headers['content-type']);
  if (contentType !== null && schema1.test(contentType)) {
    // Only what was verified is read: the text after it could say the same fields again.
    const payload = findSignedPayload(answer.body);
    return decodeSchema1(payload, verifyDigests(payload, reference, declared, asked), contentType, asked);
  }
  const digest = verifyDigests(answer.body, reference, declared, asked);
  const body = parseJson(answer.body, manifestBody, asked);
  const mediaType = chooseType(contentType, body, asked);
  const common = {
    digest,
    mediaType,
    manifestSize: answer.body.length,
    annotations: body.annotations ?? {},
    subject: body.subject?.digest ?? null,
  };
  const manifest = mediaType === ociIndex || mediaType === dockerList ? decodeIndex(body, common) : decodeImage(body, common, asked);
  return { manifest, config: null };
}

/**
 * The bytes as they came and the type to put them back under. Throws UPSTREAM_DIGEST_MISMATCH, UPSTREAM_INVALID, and
 * UPSTREAM_UNSUPPORTED for schema1: it is signed anew on each read, so that its bytes are never those that were pushed.
 */
export function readRawManifest(answer: Answer, reference: string, asked: Asked): RawManifest {
  const contentType = readMediaType(answer.headers['content-type']);
  if (contentType !== null && schema1.test(contentType)) {
    const message = `${asked.what} of registry ${asked.registry} is of Docker's first schema, which cannot be put back once it is gone: push it anew in a later one.`;
    throw new GatewayError('UPSTREAM_UNSUPPORTED', message, { registry: asked.registry });
  }
  const digest = verifyDigests(answer.body, reference, readDeclaredDigest(answer, asked), asked);
  const isKnown = contentType !== null && isManifestType(contentType);
  return { mediaType: isKnown ? contentType : decodeManifest(answer, reference, asked).manifest.mediaType, bytes: answer.body, digest };
}

/** The bytes must be what was asked for, when that was a digest, and what the registry calls them. */
function verifyDigests(bytes: Uint8Array, reference: string, declared: Digest | null, asked: Asked): Digest {
  if (isDigest(reference)) assertDigest(bytes, reference, asked);
  if (declared !== null) assertDigest(bytes, declared, asked);
  return isDigest(reference) ? reference : (declared ?? computeDigest(bytes));
}

/** Throws UPSTREAM_DIGEST_MISMATCH when the bytes are not what the digest names (T28). */
export function assertDigest(bytes: Uint8Array, digest: Digest, asked: Asked): void {
  if (computeDigest(bytes, digest) !== digest) throw explainMismatch(asked);
}

type Common = Pick<ImageManifest, 'digest' | 'mediaType' | 'manifestSize' | 'annotations' | 'subject'>;

const digest = z.custom<Digest>(isDigest);
export const mediaTypeText = z.string().max(255).regex(/^[\x21-\x7e]+(?: ?; ?[\x21-\x7e]+)*$/);
export const descriptor = z.object({ digest, size: z.int().min(0), mediaType: mediaTypeText });
const layer = descriptor.extend({ urls: z.array(z.string()).nullish() });
const platform = z.object({ os: z.string().max(64), architecture: z.string().max(64), variant: z.string().max(64).nullish() });
const entry = descriptor.extend({ platform: platform.nullish(), artifactType: mediaTypeText.nullish(), annotations: textMap.nullish() });
const manifestBody = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().max(255).nullish(),
  artifactType: mediaTypeText.nullish().or(z.literal('')),
  config: descriptor.nullish(),
  layers: z.array(layer).nullish(),
  manifests: z.array(entry).max(1000).nullish(),
  annotations: textMap.nullish(),
  subject: z.object({ digest }).nullish(),
});
type Body = z.infer<typeof manifestBody>;

const imageConfigs = new Set(['application/vnd.docker.container.image.v1+json', 'application/vnd.oci.image.config.v1+json']);
const emptyConfig = 'application/vnd.oci.empty.v1+json';
/** Layers of a root file system; a signature or an attestation has an image's config and other layers. */
const rootfsLayer = /^application\/(?:vnd\.docker\.(?:container\.)?image\.rootfs\.|vnd\.oci\.image\.layer\.|octet-stream$|x-gzip$|gzip$)/;

function decodeImage(body: Body, common: Common, asked: Asked): ImageManifest {
  if (!body.config || !body.layers) throw explainInvalid('it has no config or no layers', asked);
  const layers: LayerDescriptor[] = body.layers.map((each) => ({
    ...pickDescriptor(each),
    foreign: (each.urls ?? []).length > 0 || isNonDistributable(each.mediaType),
  }));
  const isImage = imageConfigs.has(body.config.mediaType) && layers.every((each) => rootfsLayer.test(each.mediaType));
  const kind: ImageKind = isImage ? 'image' : 'artifact';
  const artifactType = body.artifactType || (isImage ? null : findArtifactType(body));
  return { ...common, kind, artifactType, config: pickDescriptor(body.config), layers, entries: [] };
}

function decodeIndex(body: Body, common: Common): ImageManifest {
  const entries: IndexEntry[] = (body.manifests ?? []).map((each) => ({
    ...pickDescriptor(each),
    platform: each.platform ? { os: each.platform.os, architecture: each.platform.architecture, variant: each.platform.variant || null } : null,
    artifactType: each.artifactType ?? null,
    attestation:
      each.annotations?.['vnd.docker.reference.type'] === 'attestation-manifest' ||
      (each.platform?.os === 'unknown' && each.platform.architecture === 'unknown'),
  }));
  return { ...common, kind: 'index', artifactType: body.artifactType || null, config: null, layers: [], entries };
}

/** OCI image-spec: without `artifactType` the config's type says it; classic signatures have an image's config, so their layer says it. */
function findArtifactType(body: Body): string | null {
  const config = body.config?.mediaType;
  if (config !== undefined && config !== emptyConfig && !imageConfigs.has(config)) return config;
  return body.layers?.[0]?.mediaType ?? null;
}

function isNonDistributable(mediaType: string): boolean {
  return mediaType.includes('.nondistributable.') || mediaType.includes('.rootfs.foreign.');
}

function pickDescriptor({ digest, size, mediaType }: Descriptor): Descriptor {
  return { digest, size, mediaType };
}

/**
 * The type by header and by body must agree (a manifest read as an index, or the other way round, has been used to hide
 * content); a header that names no manifest type is not believed either way, then body and fields decide.
 */
function chooseType(contentType: string | null, body: Body, asked: Asked): string {
  const said = new Set([contentType, readMediaType(body.mediaType ?? undefined)].filter((each) => each !== null && isManifestType(each)));
  if (said.size > 1) throw explainInvalid('its header and its body name different types', asked);
  const isIndex = !!body.manifests;
  if (isIndex && (body.layers ?? body.config)) throw explainInvalid('it is an index and an image at once', asked);
  const type = [...said][0] ?? (isIndex ? ociIndex : ociManifest);
  if ((type === ociIndex || type === dockerList) !== isIndex) throw explainInvalid('its type does not fit its fields', asked);
  return type;
}

function isManifestType(text: string): boolean {
  return text === ociIndex || text === ociManifest || text === dockerList || text === dockerManifest;
}

function readMediaType(text: string | undefined): string | null {
  return text?.split(';', 1)[0]?.trim().toLowerCase() || null;
}

/** Docker-Content-Digest; null when the registry does not say. Throws UPSTREAM_INVALID. */
export function readDeclaredDigest(answer: Answer, asked: Asked): Digest | null {
  const text = answer.headers['docker-content-digest'];
  if (text === undefined || text === '') return null;
  if (isDigest(text)) return text;
  throw explainInvalid('its Docker-Content-Digest is not a digest', asked);
}

function explainMismatch(asked: Asked): GatewayError {
  return new GatewayError(
    'UPSTREAM_DIGEST_MISMATCH',
    `Registry ${asked.registry} sent other content for ${asked.what} than its digest names; nothing of it is used. Check the registry's storage.`,
    { registry: asked.registry },
  );
}
