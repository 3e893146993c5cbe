import { quote } from './name.js';
import { decodeUtf8, TextError } from './utf8.js';

/** Bytes of a form: what logs in, each of its characters escaped. */
export const longestForm = 16 * 1024;

/** Fields of a form: those that are used, and what a page sends beside them. */
const mostFields = 32;

/**
 * The fields of `application/x-www-form-urlencoded` (WHATWG URL Standard §5.1), each once. Throws TextError where that
 * standard makes something of it all the same: of bytes that are not UTF-8, of a `%` that escapes nothing, of a name
 * that comes twice.
 */
export function decodeForm(bytes: Uint8Array): Readonly<Record<string, string>> {
  const text = decodeUtf8(bytes);
  // Clients that are not told a type send JSON as a form.
  const isJson = /^\s*[{[]/.test(text);
  if (isJson) throw new TextError('it is JSON, and said to be a form: send it with "Content-Type: application/json"');
  const parts = text.split('&', mostFields + 1);
  if (parts.length > mostFields) throw new TextError(`it has more than ${mostFields} fields`);
  const fields = new Map<string, string>();
  for (const part of parts) {
    if (part === '') continue;
    const mark = part.indexOf('=');
    const name = unescape(mark === -1 ? part : part.slice(0, mark));
    if (fields.has(name)) throw new TextError(`the field ${quote(name)} comes more than once`);
    fields.set(name, mark === -1 ? '' : unescape(part.slice(mark + 1)));
  }
  return Object.fromEntries(fields);
}

function unescape(text: string): string {
  if (/%(?![\da-f]{2})/i.test(text)) throw new TextError('a "%" in it must be followed by two hex digits');
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new TextError('what its "%" escapes is not UTF-8 text');
  }
}
