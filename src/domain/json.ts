import { parse } from 'secure-json-parse';
import { decodeUtf8, TextError } from './utf8.js';

/** Requests, manifests and configs nest below 8; a parser that recurses dies at thousands. */
const maxDepth = 32;

/** Why bytes from outside are not JSON to work with; `message` completes "the body cannot be read: …". */
export class JsonError extends TextError {
  override readonly name = 'JsonError';
}

/**
 * Throws JsonError for anything but UTF-8 JSON, without `__proto__` keys, not deeper than 32 and of no more than
 * `maxValues` values, counted as their commas and opening brackets. Nothing is built before that is known: a byte of
 * `{},` takes fifty times as long to parse as one of text, and twenty bytes of memory.
 */
export function decodeJson(bytes: Uint8Array, maxValues = Infinity): unknown {
  assertBounded(bytes, maxValues);
  try {
    return parse(decodeUtf8(bytes), null, { protoAction: 'error', constructorAction: 'error' });
  } catch (error) {
    throw new JsonError(error instanceof TextError ? error.message : 'it is not JSON');
  }
}

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const openings: ReadonlySet<number> = new Set([0x7b, 0x5b]);
const [closingBrace, closingBracket] = [0x7d, 0x5d];

/** Of the bytes outside strings: in UTF-8 none of these is a part of another character. */
function assertBounded(bytes: Uint8Array, maxValues: number): void {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === quote) at = findEnd(bytes, at);
    else if (byte === comma) values++;
    else if (byte === closingBrace || byte === closingBracket) depth--;
    else if (byte >= 0x5b && openings.has(byte)) {
      values++;
      if (++depth > maxDepth) throw new JsonError(`it is nested deeper than ${maxDepth}`);
    }
    if (values > maxValues) throw new JsonError(`it holds more than ${maxValues} values`);
  }
}

/** Where the string that begins here ends: at a quote with an even number of backslashes before it. */
function findEnd(bytes: Uint8Array, start: number): number {
  for (let end = bytes.indexOf(quote, start + 1); end !== -1; end = bytes.indexOf(quote, end + 1)) {
    let escapes = 0;
    while (bytes[end - 1 - escapes] === backslash) escapes++;
    if (escapes % 2 === 0) return end;
  }
  return bytes.length;
}
