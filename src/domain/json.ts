import { parse } from 'secure-json-parse';

/** Requests, manifests and configs nest below 8; a parser that recurses dies at thousands. */
const maxDepth = 32;

/** Why bytes from outside are not JSON to work with; `message` completes "the body cannot be read: …". */
export class JsonError extends Error {
  override readonly name = 'JsonError';
}

/** Throws JsonError for anything but UTF-8 JSON, without `__proto__` keys and not deeper than 32. */
export function decodeJson(bytes: Uint8Array): unknown {
  const text = decodeText(bytes);
  if (isDeeperThan(maxDepth, text)) throw new JsonError(`it is nested deeper than ${maxDepth}`);
  try {
    return parse(text, null, { protoAction: 'error', constructorAction: 'error' });
  } catch {
    throw new JsonError('it is not JSON');
  }
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new JsonError('it is not UTF-8 text');
  }
}

/** Counts brackets outside strings, before anything is built. */
function isDeeperThan(limit: number, text: string): boolean {
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (isQuoted) {
      if (char === '\\') at++;
      else if (char === '"') isQuoted = false;
    } else if (char === '"') isQuoted = true;
    else if (char === '{' || char === '[') {
      if (++depth > limit) return true;
    } else if (char === '}' || char === ']') depth--;
  }
  return false;
}
