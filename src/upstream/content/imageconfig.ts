import { completePlatform, type HistoryEntry, type ImageConfig } from '../../domain/image.js';
import { decodeJson, JsonError } from '../../domain/json.js';
import {
  createProblems,
  isObject,
  isThere,
  type JsonObject,
  maxConfigValues,
  type Note,
  readList,
  readPlatform,
  readTexts,
} from './manifestfields.js';

/**
 * OCI image-spec, config.md, of verified bytes. Absent os or architecture are `unknown`; a field that is not as
 * specified counts as absent, with its reason, and so does everything in bytes that are no JSON object.
 */
export function decodeConfig(body: Uint8Array): ImageConfig {
  const { found: problems, note } = createProblems();
  return { ...readImageConfig(parseConfig(body, note), note), problems };
}

/** An empty object, with its reason, for bytes that are no JSON object. */
export function parseConfig(body: Uint8Array, note: Note): JsonObject {
  try {
    const json = decodeJson(body, maxConfigValues);
    if (isObject(json)) return json;
    note('config', 'it is not an object');
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    note('config', error.message);
  }
  return {};
}

/**
 * Steps of one image's history: an image may have 127 layers where it is to run. And the characters of their texts in
 * all.
 */
export const maxSteps = 1000;
const longestSteps = 262_144;
const longestAuthor = 1024;

/** Reads a config, or an entry of Docker's first schema, which has the same fields. Problems go to `note`. */
export function readImageConfig(body: JsonObject, note: Note): Omit<ImageConfig, 'problems'> {
  const config = body['config'];
  if (isThere(config) && !isObject(config)) note('config.config', 'it is not an object');
  return {
    platform: completePlatform(readPlatform(body, 'config', note), null),
    createdAt: readTime(body['created'], note),
    author: readAuthor(body['author'], note),
    labels: isObject(config) ? readTexts(config['Labels'], 'config.config.Labels', note) : {},
    history: boundTexts(readList(body['history'], 'config.history', note, maxSteps, readHistoryEntry).items, note),
  };
}

/** An entry that cannot be read stays as an empty one: layers are matched with entries by their number. */
function readHistoryEntry(item: unknown): HistoryEntry {
  const entry = isObject(item) ? item : {};
  return {
    createdAt: parseBuildTime(entry['created']),
    createdBy: readText(entry['created_by']),
    comment: readText(entry['comment']),
    emptyLayer: entry['empty_layer'] === true,
  };
}

/** Steps beyond the bound stay, without their texts: layers are matched with steps by their number. */
export function boundTexts(steps: readonly HistoryEntry[], note: Note): readonly HistoryEntry[] {
  let length = 0;
  const bounded = steps.map((step) => {
    length += (step.createdBy?.length ?? 0) + (step.comment?.length ?? 0);
    return length > longestSteps ? { ...step, createdBy: null, comment: null } : step;
  });
  if (length > longestSteps)
    note('config.history', `its texts are longer than ${longestSteps} characters, and cut there`);
  return bounded;
}

/** It stands at each layer, wherever layers are shown. */
function readAuthor(value: unknown, note: Note): string | null {
  const author = readText(value);
  if (author === null || author.length <= longestAuthor) return author;
  note('config.author', `it is longer than ${longestAuthor} characters, and cut there`);
  return author.slice(0, longestAuthor);
}

function readText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A time that is said and is none of a build has a reason; one that is not said needs none. */
function readTime(value: unknown, note: Note): Date | null {
  const time = parseBuildTime(value);
  if (time === null && isThere(value)) note('config.created', 'it is not the time of a build');
  return time;
}

/**
 * RFC 3339 to a date; null for what is not one and for the constants of reproducible builds: year 1, 1970-01-01,
 * 1980-01-01.
 */
export function parseBuildTime(value: unknown): Date | null {
  const match = rfc3339.exec(typeof value === 'string' ? value : '');
  if (!match) return null;
  const [, day, time, fraction = '', zone = 'Z'] = match;
  const date = new Date(`${day}T${time}${fraction.slice(0, 4)}${zone.toUpperCase()}`);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() <= 1) return null;
  return fakeDays.has(date.toISOString().slice(0, 10)) ? null : date;
}

const rfc3339 = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;
const fakeDays = new Set(['1970-01-01', '1980-01-01']);
