import { computeDigest, isDigest, type Digest } from '../../domain/digest.js';
import type { ImageManifest, IndexEntry } from '../../domain/image.js';
import { decodeJson, JsonError } from '../../domain/json.js';
import { GatewayError } from '../../errors.js';
import { explainInvalid } from '../failure/answerfailure.js';
import type { Answer, Asked } from '../failure/asked.js';
import {
  createProblems,
  isObject,
  isThere,
  type JsonObject,
  maxEntries,
  maxLayers,
  maxManifestValues,
  type Note,
  readDescriptor,
  readEntry,
  readLayer,
  readList,
  readSubject,
  readTexts,
  sizeUnknown,
  unreadable,
} from './manifestfields.js';
import {
  anyBytes,
  emptyConfig,
  imageConfigs,
  isIndexType,
  isManifestType,
  isRootfsLayer,
  isSchema1,
  ociIndex,
  ociManifest,
  readMediaType,
} from './mediatype.js';
import { decodeSchema1, findSignedPayload } from './schema1.js';
import type { FetchedManifest, RawManifest } from '../upstream.js';

/**
 * OCI image-spec, manifest.md and image-index.md; Docker's image manifest v2 schema 2. Bytes that a digest vouches for
 * (the one that was asked for, or the registry's Docker-Content-Digest) always give digest, media type and size; a
 * field that is not as specified is left out, with its reason. Throws UPSTREAM_DIGEST_MISMATCH, and UPSTREAM_INVALID
 * for what no digest vouches for and is no manifest: a proxy's login page is not an image.
 */
export function decodeManifest(answer: Answer, reference: string, asked: Asked): FetchedManifest {
  const declared = readDeclaredDigest(answer, asked);
  const contentType = readMediaType(answer.headers['content-type']);
  // Only what was verified is read: the text after it could say the same fields again.
  const bytes = isSchema1(contentType) ? findSignedPayload(answer.body) : answer.body;
  const digest = verifyDigests(bytes, reference, declared, asked);
  const read = isSchema1(contentType)
    ? decodeSchema1(bytes, digest, contentType!)
    : { manifest: decodeBody(bytes, digest, contentType), config: null };
  const { kind, problems } = read.manifest;
  const isVouchedFor = declared !== null || isDigest(reference);
  if (kind === 'unknown' && !isVouchedFor) throw explainInvalid(problems[0]?.message ?? 'it is no manifest', asked);
  return read;
}

/**
 * The bytes as they came and the type to put them back under. Throws UPSTREAM_DIGEST_MISMATCH, UPSTREAM_INVALID, and
 * UPSTREAM_UNSUPPORTED for schema1: it is signed anew on each read, so that its bytes are never those that were pushed.
 */
export function readRawManifest(answer: Answer, reference: string, asked: Asked): RawManifest {
  const contentType = readMediaType(answer.headers['content-type']);
  if (isSchema1(contentType)) {
    const message =
      `${asked.what} of registry ${asked.registry} is of Docker's first schema, which cannot be put back ` +
      'once it is gone: ' +
      'push it anew in a later one.';
    throw new GatewayError('UPSTREAM_UNSUPPORTED', message, { registry: asked.registry });
  }
  const digest = verifyDigests(answer.body, reference, readDeclaredDigest(answer, asked), asked);
  const isKnown = contentType !== null && isManifestType(contentType);
  const mediaType = isKnown ? contentType : decodeManifest(answer, reference, asked).manifest.mediaType;
  return { mediaType, bytes: answer.body, digest };
}

/** The bytes must be what was asked for, when that was a digest, and what the registry calls them. */
function verifyDigests(bytes: Uint8Array, reference: string, declared: Digest | null, asked: Asked): Digest {
  if (isDigest(reference)) assertDigest(bytes, reference, asked);
  if (declared !== null) assertDigest(bytes, declared, asked);
  return isDigest(reference) ? reference : (declared ?? computeDigest(bytes));
}

/** Throws UPSTREAM_DIGEST_MISMATCH when the bytes do not hash to the digest. */
export function assertDigest(bytes: Uint8Array, digest: Digest, asked: Asked): void {
  if (computeDigest(bytes, digest) !== digest) throw explainMismatch(asked);
}

function decodeBody(bytes: Uint8Array, digest: Digest, contentType: string | null): ImageManifest {
  const { found: problems, note } = createProblems();
  const own = { digest, manifestSize: bytes.length, problems };
  const body = parseBody(bytes, note);
  const mediaType = body && chooseType(contentType, body, note);
  if (!body || mediaType === null) {
    return { ...own, ...unreadable, mediaType: readMediaType(body?.['mediaType']) ?? contentType ?? anyBytes };
  }
  const common = {
    ...own,
    mediaType,
    annotations: readTexts(body['annotations'], 'annotations', note),
    subject: readSubject(body['subject'], note),
  };
  return isIndexType(mediaType) ? { ...common, ...decodeIndex(body, note) } : { ...common, ...decodeImage(body, note) };
}

function parseBody(bytes: Uint8Array, note: Note): JsonObject | null {
  try {
    const json = decodeJson(bytes, maxManifestValues);
    if (isObject(json) && json['schemaVersion'] === 2) return json;
    note('schemaVersion', 'it is no manifest of schema 2');
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    note('manifest', error.message);
  }
  return null;
}

type Common = 'digest' | 'mediaType' | 'manifestSize' | 'annotations' | 'subject' | 'problems';
type ManifestContent = Omit<ImageManifest, Common>;

function decodeImage(body: JsonObject, note: Note): ManifestContent {
  const hasBlobs = !isThere(body['layers']) && isThere(body['blobs']);
  const field = hasBlobs ? 'blobs' : 'layers';
  const hasConfig = isThere(body['config']);
  const config = hasConfig ? readDescriptor(body['config'], 'config', note) : null;
  if (!hasConfig && !hasBlobs) note('config', 'it names none');
  if (!isThere(body[field])) note(field, 'it lists none');
  const layers = readList(body[field], field, note, maxLayers, (item, at) => readLayer(item, at, note), sizeUnknown);
  const isRootfs = layers.items.every((each) => isRootfsLayer(each.mediaType));
  const isImage = config !== null && imageConfigs.has(config.mediaType) && isRootfs;
  const guessed = isImage ? null : findArtifactType(config?.mediaType, layers.items[0]?.mediaType);
  return {
    kind: isImage ? 'image' : 'artifact',
    artifactType: readArtifactType(body, note) ?? guessed,
    config,
    layers: layers.items,
    entries: [],
    hasAllBlobs: layers.isWhole && (config !== null || !hasConfig),
    hasUnknownChildren: false,
  };
}

function decodeIndex(body: JsonObject, note: Note): ManifestContent {
  const field = 'manifests';
  const read = (item: unknown, at: string): IndexEntry | null => readEntry(item, at, note);
  const { items: entries, isWhole } = readList(body[field], field, note, maxEntries, read, sizeUnknown);
  const blobs = entries.filter(({ role }) => role === 'blob');
  return {
    kind: 'index',
    artifactType: readArtifactType(body, note),
    config: null,
    layers: blobs.map(({ digest, size, mediaType }) => ({ digest, size, mediaType, foreign: false })),
    entries,
    hasAllBlobs: isWhole,
    hasUnknownChildren: !isWhole,
  };
}

function readArtifactType({ artifactType }: JsonObject, note: Note): string | null {
  const type = readMediaType(artifactType);
  if (type === null && isThere(artifactType) && artifactType !== '') note('artifactType', 'it is not a media type');
  return type;
}

/**
 * OCI image-spec: without `artifactType` the config's type says it. Classic signatures have an image's config: their
 * layer says it.
 */
function findArtifactType(config: string | undefined, layer: string | undefined): string | null {
  if (config !== undefined && config !== emptyConfig && !imageConfigs.has(config)) return config;
  return layer ?? null;
}

/**
 * The type by header and by body must agree, and fit the fields (a manifest read as an index, or the other way round,
 * has been used to hide content); a header that names no manifest type is not believed either way, then body and fields
 * decide. null: nothing of it is used.
 */
function chooseType(contentType: string | null, body: JsonObject, note: Note): string | null {
  const refuse = (message: string): null => {
    note('mediaType', message);
    return null;
  };
  const own = readMediaType(body['mediaType']);
  const said = new Set([contentType, own].filter((each): each is string => each !== null && isManifestType(each)));
  if (said.size > 1) return refuse('its header and its body name different types');
  const isIndex = isThere(body['manifests']);
  const isImage = ['config', 'layers', 'blobs'].some((field) => isThere(body[field]));
  if (isIndex && isImage) return refuse('it is an index and an image at once');
  const [type] = said;
  if (type !== undefined) {
    const fits = isIndexType(type) ? !isImage : !isIndex;
    return fits ? type : refuse('its type does not fit its fields');
  }
  if (!isIndex && !isImage) return refuse('neither its type nor its fields are those of a manifest');
  return isIndex ? ociIndex : ociManifest;
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
    `Registry ${asked.registry} sent other content for ${asked.what} than its digest names; nothing of it is used. ` +
      `Check the registry's storage.`,
    { registry: asked.registry },
  );
}
