import { parse } from 'secure-json-parse';
import { z } from 'zod';
import { explainInvalid, type Answer, type Asked } from './failure.js';

/** Real manifests and configs nest below 8; a parser that recurses dies at thousands. */
const maxDepth = 32;

/**
 * What a registry sent, as the shape it must have. Throws UPSTREAM_INVALID for anything but UTF-8 JSON of that shape
 * without `__proto__` keys and not deeper than 32 (T29).
 */
export function parseJson<T>(body: Uint8Array, shape: z.ZodType<T>, asked: Asked): T {
  const read = shape.safeParse(readJson(body, asked));
  if (read.success) return read.data;
  // A path can hold a key of the registry's making.
  const at = read.error.issues[0]?.path.slice(0, 4).map((part) => String(part).slice(0, 32).replaceAll(/[^\w.-]/g, '?'));
  throw explainInvalid(at?.length ? `"${at.join('.')}" is not as specified` : 'it has the wrong shape', asked);
}

/** The codes of an OCI error body (distribution-spec, "Error Codes"); null when the body is not one. */
export function readErrorCodes(answer: Answer): string[] | null {
  try {
    const body = readJson(answer.body, { registry: '', what: '' });
    const errors = (body as { errors?: unknown } | null)?.errors;
    if (!Array.isArray(errors)) return null;
    return errors.map((each: unknown) => (each as { code?: unknown } | null)?.code).filter((code) => typeof code === 'string');
  } catch {
    return null;
  }
}

/** Labels and annotations: entries whose value is not text are left out, not refused; hand-made images have them. */
export const textMap = z
  .record(z.string(), z.unknown())
  .transform((map) => Object.fromEntries(Object.entries(map).filter((each): each is [string, string] => typeof each[1] === 'string')));

function readJson(body: Uint8Array, asked: Asked): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw explainInvalid('it is not UTF-8 text', asked);
  }
  if (isDeeperThan(maxDepth, text)) throw explainInvalid(`it is nested deeper than ${maxDepth}`, asked);
  try {
    return parse(text, null, { protoAction: 'error', constructorAction: 'error' });
  } catch {
    throw explainInvalid('it is not JSON', asked);
  }
}

/** Counts brackets outside strings before anything is built. */
function isDeeperThan(limit: number, text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (quoted) {
      if (c === 0x5c) i++;
      else if (c === 0x22) quoted = false;
    } else if (c === 0x22) quoted = true;
    else if (c === 0x7b || c === 0x5b) {
      if (++depth > limit) return true;
    } else if (c === 0x7d || c === 0x5d) depth--;
  }
  return false;
}
