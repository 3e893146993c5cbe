import { isObject, type JsonObject } from './manifestfields.js';

/** Characters of one text of a document: what is longer is cut there. */
const longestText = 1000;

/** null for what is no text, and for an empty one. */
export function asText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, longestText) : null;
}

/** An empty object for what is none. */
export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** An empty list for what is none. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** RFC 3339; null for what is no such time. */
export function asTime(value: unknown): Date | null {
  const time = typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value) : null;
  return time !== null && Number.isFinite(time.getTime()) ? time : null;
}

/** Base64, with or without padding, to bytes; null for what is no text. */
export function asBytes(value: unknown): Buffer | null {
  return typeof value === 'string' && value !== '' ? Buffer.from(value, 'base64') : null;
}
