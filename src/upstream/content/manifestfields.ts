import { isDigest, type Digest } from '../../domain/digest.js';
import {
  type Descriptor,
  type ImageProblem,
  type IndexEntry,
  type LayerDescriptor,
  maxProblems,
  type StatedPlatform,
} from '../../domain/image.js';
import { readStatedBase } from '../../domain/lineage.js';
import { anyBytes, isNonDistributable, judgeRole, readMediaType } from './mediatype.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Notes why something of a manifest is left out or null; `field` is its path: `layers.3.size`. */
export type Note = (field: string, message: string) => void;

/** Keeps the first problems: a manifest of a thousand wrong layers says the same thing a thousand times. */
export function createProblems(): { readonly found: ImageProblem[]; readonly note: Note } {
  const found: ImageProblem[] = [];
  return { found, note: (field, message) => void (found.length < maxProblems && found.push({ field, message })) };
}

/**
 * JSON values of one manifest, or of one config: see decodeJson. 4 MiB of descriptors have 145,000 at the most; a
 * config has a thousand steps and labels at the most that are kept.
 */
export const maxManifestValues = 150_000;
export const maxConfigValues = 50_000;

/**
 * Layers and entries of one manifest that are kept: each is a row. What is cut off is never counted as absent: its
 * image has no known size, and an index may hold anything in it.
 */
export const maxLayers = 1000;
export const maxEntries = 5000;
export const sizeUnknown = ', so that its size is not known';

/** Of bytes that cannot be read: whatever they hold is not known, so nothing that they may hold counts as unused. */
export const unreadable = {
  kind: 'unknown',
  artifactType: null,
  config: null,
  layers: [],
  entries: [],
  annotations: {},
  subject: null,
  hasAllBlobs: false,
  hasUnknownChildren: true,
} as const;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON's null and an absent field are the same: Go writes an empty list as null. */
export function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

export interface ListRead<T> {
  readonly items: readonly T[];
  /** False when some of it is left out. */
  readonly isWhole: boolean;
}

/**
 * Returns those of a list's first `most` items that can be read, in its order. Absent and null are empty. `consequence`
 * ends the problem that is noted of a longer list.
 */
export function readList<T>(
  value: unknown,
  field: string,
  note: Note,
  most: number,
  read: (item: unknown, at: string) => T | null,
  consequence = '',
): ListRead<T> {
  if (!isThere(value)) return { items: [], isWhole: true };
  if (!Array.isArray(value)) {
    note(field, 'it is not a list');
    return { items: [], isWhole: false };
  }
  if (value.length > most) note(field, `only its first ${most} are kept${consequence}`);
  const items = value.slice(0, most).flatMap((item: unknown, at) => read(item, `${field}.${at}`) ?? []);
  return { items, isWhole: items.length === value.length };
}

/** null without a digest that can be: nothing can be found by it then. Its other fields are read each by itself. */
export function readDescriptor(value: unknown, field: string, note: Note): Descriptor | null {
  const { digest, size, mediaType } = isObject(value) ? value : {};
  if (!isDigest(digest)) {
    note(`${field}.digest`, 'it is not a digest');
    return null;
  }
  const isSize = typeof size === 'number' && Number.isSafeInteger(size) && size >= 0;
  if (!isSize) note(`${field}.size`, 'it is not a number of bytes from 0 to 2^53-1');
  const type = readMediaType(mediaType);
  if (type === null) note(`${field}.mediaType`, 'it is not a media type');
  return { digest, size: isSize ? size : null, mediaType: type ?? anyBytes };
}

export function readLayer(value: unknown, field: string, note: Note): LayerDescriptor | null {
  const found = readDescriptor(value, field, note);
  const urls = isObject(value) && Array.isArray(value['urls']) ? value['urls'] : [];
  return found && { ...found, foreign: urls.length > 0 || isNonDistributable(found.mediaType) };
}

/** OCI image-spec, image-index.md, "manifests". */
export function readEntry(value: unknown, field: string, note: Note): IndexEntry | null {
  const found = readDescriptor(value, field, note);
  if (!found || !isObject(value)) return null;
  const platform = readPlatform(value['platform'], `${field}.platform`, note);
  const annotations = isObject(value['annotations']) ? value['annotations'] : {};
  return {
    ...found,
    role: judgeRole(readMediaType(value['mediaType'])),
    platform,
    artifactType: readMediaType(value['artifactType']),
    attestation:
      annotations['vnd.docker.reference.type'] === 'attestation-manifest' ||
      (platform?.os === 'unknown' && platform.architecture === 'unknown'),
    base: readStatedBase(annotations),
  };
}

/** Characters of one of its fields, and how many features. */
const longestPart = 64;
const mostFeatures = 32;

/** null when it says nothing. */
export function readPlatform(value: unknown, field: string, note: Note): StatedPlatform | null {
  if (!isThere(value)) return null;
  if (!isObject(value)) {
    note(field, 'it is not an object');
    return null;
  }
  const platform = {
    os: readPart(value['os'], `${field}.os`, note),
    architecture: readPart(value['architecture'], `${field}.architecture`, note),
    variant: readPart(value['variant'], `${field}.variant`, note),
    osVersion: readPart(value['os.version'], `${field}.os.version`, note),
    osFeatures: readFeatures(value['os.features'], `${field}.os.features`, note),
  };
  return Object.values(platform).every((part) => part === null) ? null : platform;
}

function readPart(value: unknown, field: string, note: Note): string | null {
  if (!isThere(value) || value === '') return null;
  if (typeof value === 'string' && value.length <= longestPart) return value;
  note(field, `it is not text of up to ${longestPart} characters`);
  return null;
}

function readFeatures(value: unknown, field: string, note: Note): readonly string[] | null {
  const { items } = readList(value, field, note, mostFeatures, (item, at) => readPart(item, at, note));
  return items.length === 0 ? null : items;
}

/**
 * Labels or annotations of one image, and their characters in all: whoever may push could make each list that shows
 * them slow.
 */
const mostTexts = 1000;
const longestTexts = 65_536;

/**
 * Annotations and labels: what is not text is left out; hand-made images have it. The first of them, where there are
 * too many.
 */
export function readTexts(value: unknown, field: string, note: Note): Readonly<Record<string, string>> {
  if (!isThere(value)) return {};
  if (!isObject(value)) {
    note(field, 'it is not an object');
    return {};
  }
  const texts: [string, string][] = [];
  let length = 0;
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') {
      note(field, 'some of it is not text, and is left out');
      continue;
    }
    length += key.length + text.length;
    if (texts.length === mostTexts || length > longestTexts) {
      note(field, `it is longer than ${mostTexts} entries or ${longestTexts} characters, and cut there`);
      break;
    }
    texts.push([key, text]);
  }
  return Object.fromEntries(texts);
}

export function readSubject(value: unknown, note: Note): Digest | null {
  if (!isThere(value)) return null;
  const digest = isObject(value) ? value['digest'] : undefined;
  if (isDigest(digest)) return digest;
  note('subject', 'it names no digest');
  return null;
}
