import { isDigest, type Digest } from '../../domain/digest.js';
import type { HistoryEntry, ImageManifest, LayerDescriptor } from '../../domain/image.js';
import { decodeJson, JsonError } from '../../domain/json.js';
import { boundTexts, maxSteps, parseBuildTime, readImageConfig } from './imageconfig.js';
import {
  createProblems,
  isObject,
  type JsonObject,
  maxConfigValues,
  maxLayers,
  maxManifestValues,
  type Note,
  readList,
  unreadable,
} from './manifestfields.js';
import type { FetchedManifest } from '../upstream.js';

const layerType = 'application/vnd.docker.image.rootfs.diff.tar.gzip';

/**
 * Returns the bytes that the digest of a signed manifest is of: the text without its signatures, which are made anew on
 * each read. Each signature's protected header says where it was cut, and what stood after the cut (libtrust's pretty
 * JWS).
 */
export function findSignedPayload(bytes: Buffer): Buffer {
  const encoded = /"protected"\s*:\s*"([A-Za-z0-9_-]{1,4096})"/.exec(bytes.toString('latin1'))?.[1];
  if (encoded === undefined) return bytes;
  const head = /"formatLength"\s*:\s*(\d{1,8})\b/.exec(Buffer.from(encoded, 'base64url').toString('latin1'))?.[1];
  const tail = /"formatTail"\s*:\s*"([A-Za-z0-9_-]{0,64})"/.exec(
    Buffer.from(encoded, 'base64url').toString('latin1'),
  )?.[1];
  if (head === undefined || tail === undefined) return bytes;
  return Buffer.concat([bytes.subarray(0, Number(head)), Buffer.from(tail, 'base64url')]);
}

/**
 * Docker's image manifest v2 schema 1, a leftover that is read and never written. It tells no sizes, which stand as 0;
 * both lists have the newest layer first. A field that is not as specified is left out, with its reason.
 */
export function decodeSchema1(bytes: Uint8Array, digest: Digest, mediaType: string): FetchedManifest {
  const { found: problems, note } = createProblems();
  const own: Pick<ImageManifest, 'digest' | 'mediaType' | 'manifestSize' | 'problems'> = {
    digest,
    mediaType,
    manifestSize: bytes.length,
    problems,
  };
  const body = parseObject(bytes, 'manifest', maxManifestValues, note);
  if (!body || body['schemaVersion'] !== 1 || !Array.isArray(body['fsLayers'])) {
    if (body) note('fsLayers', 'it is no manifest of schema 1');
    return { manifest: { ...own, ...unreadable }, config: null };
  }
  const layers = readList(body['fsLayers'], 'fsLayers', note, maxLayers, readLayer(note));
  const { items: steps } = readList(body['history'], 'history', note, maxSteps, (item, at) => readStep(item, at, note));
  const content = { layers: layers.items.toReversed(), hasAllBlobs: layers.isWhole, hasUnknownChildren: false };
  const config = readImageConfig(steps[0] ?? {}, note);
  const history = boundTexts(steps.map(describeStep), note).toReversed();
  return {
    manifest: { ...own, ...unreadable, kind: 'schema1', ...content },
    config: { ...config, history, problems: [] },
  };
}

function readLayer(note: Note): (item: unknown, at: string) => LayerDescriptor | null {
  return (item, at) => {
    const digest = isObject(item) ? item['blobSum'] : undefined;
    if (isDigest(digest)) return { digest, size: 0, mediaType: layerType, foreign: false };
    note(`${at}.blobSum`, 'it is not a digest');
    return null;
  };
}

/**
 * JSON values of each step but the newest, which has the config of the image. A thousand of them are a large
 * manifest's.
 */
const maxStepValues = 250;

/** A step that cannot be read stays as an empty one: layers are matched with steps by their number. */
function readStep(item: unknown, at: string, note: Note): JsonObject {
  const text = isObject(item) ? item['v1Compatibility'] : undefined;
  const values = at === 'history.0' ? maxConfigValues : maxStepValues;
  return parseObject(Buffer.from(typeof text === 'string' ? text : ''), `${at}.v1Compatibility`, values, note) ?? {};
}

function parseObject(bytes: Uint8Array, field: string, maxValues: number, note: Note): JsonObject | null {
  try {
    const json = decodeJson(bytes, maxValues);
    if (isObject(json)) return json;
    note(field, 'it is not an object');
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    note(field, error.message);
  }
  return null;
}

/** An entry of Docker's first schema, one per layer, has the fields of a config, and the command as a list. */
function describeStep(step: JsonObject): HistoryEntry {
  const { created, comment, throwaway, container_config: container } = step;
  const command = isObject(container) ? container['Cmd'] : undefined;
  return {
    createdAt: parseBuildTime(created),
    createdBy: Array.isArray(command) ? command.filter((word) => typeof word === 'string').join(' ') || null : null,
    comment: typeof comment === 'string' && comment !== '' ? comment : null,
    emptyLayer: throwaway === true,
  };
}
