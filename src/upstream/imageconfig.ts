import { completePlatform, type HistoryEntry, type ImageConfig } from '../domain/image.js';
import { decodeJson, JsonError } from '../domain/json.js';
import {
  createProblems,
  isObject,
  isThere,
  type JsonObject,
  type Note,
  readList,
  readPlatform,
  readTexts,
} from './manifestfields.js';

/**
 * OCI image-spec, config.md, of verified bytes. Absent os or architecture are `unknown`; a field that is not as specified counts
 * as absent, with its reason, and so does everything in bytes that are no JSON object.
 */
export function decodeConfig(body: Uint8Array): ImageConfig {
  const { found: problems, note } = createProblems();
  return { ...readConfig(parseConfig(body, note), note), problems };
}

function parseConfig(body: Uint8Array, note: Note): JsonObject {
  try {
    const json = decodeJson(body);
    if (isObject(json)) return json;
    note('config', 'it is not an object');
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    note('config', error.message);
  }
  return {};
}

/** Steps of one image's history: an image may have 127 layers where it is to run. */
const mostSteps = 1000;

/** What Docker's first schema kept per layer has the same fields. */
export function readConfig(body: JsonObject, note: Note): Omit<ImageConfig, 'problems'> {
  const config = body['config'];
  if (isThere(config) && !isObject(config)) note('config.config', 'it is not an object');
  return {
    platform: completePlatform(readPlatform(body, 'config', note), null),
    createdAt: readTime(body['created'], note),
    author: readText(body['author']),
    labels: isObject(config) ? readTexts(config['Labels'], 'config.config.Labels', note) : {},
    history: readList(body['history'], 'config.history', note, readHistoryEntry, mostSteps).items,
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

function readText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A time that is said and is none of a build has a reason; one that is not said needs none. */
function readTime(value: unknown, note: Note): Date | null {
  const time = parseBuildTime(value);
  if (time === null && isThere(value)) note('config.created', 'it is not the time of a build');
  return time;
}

/** RFC 3339 to a date; null for what is not one and for the constants of reproducible builds: year 1, 1970-01-01, 1980-01-01. */
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
