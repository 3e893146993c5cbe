import { z } from 'zod';
import { decodeJson, JsonError } from '../../domain/json.js';
import { explainInvalid } from '../failure/answerfailure.js';
import type { Answer, Asked } from '../failure/asked.js';

/**
 * Parses a registry's answer into the shape it must have. Throws UPSTREAM_INVALID for anything but UTF-8 JSON of that
 * shape without `__proto__` keys, which would reach into prototypes, and not deeper than 32, which bounds the stack.
 */
export function parseJson<T>(body: Uint8Array, shape: z.ZodType<T>, asked: Asked): T {
  const read = shape.safeParse(readJson(body, asked));
  if (read.success) return read.data;
  // A path can hold a key of the registry's making.
  const at = read.error.issues[0]?.path.slice(0, 4).map((part) =>
    String(part)
      .slice(0, 32)
      .replaceAll(/[^\w.-]/g, '?'),
  );
  throw explainInvalid(at?.length ? `"${at.join('.')}" is not as specified` : 'it has the wrong shape', asked);
}

/** The codes of an OCI error body (distribution-spec, "Error Codes"); null when the body is not one. */
export function readErrorCodes(answer: Answer): string[] | null {
  try {
    const body = readJson(answer.body, { registry: '', what: '' });
    const errors = (body as { errors?: unknown } | null)?.errors;
    if (!Array.isArray(errors)) return null;
    return errors
      .map((each: unknown) => (each as { code?: unknown } | null)?.code)
      .filter((code) => typeof code === 'string');
  } catch {
    return null;
  }
}

export function hasErrorCode(answer: Answer, ...codes: string[]): boolean {
  return (readErrorCodes(answer) ?? []).some((code) => codes.includes(code));
}

/**
 * A 404 with a registry's error body. Without one it comes from a proxy or a wrong address, and proves nothing about
 * the content.
 */
export function isAbsent(answer: Answer): boolean {
  return answer.status === 404 && readErrorCodes(answer) !== null;
}

/** Labels and annotations: entries whose value is not text are left out, not refused; hand-made images have them. */
export const textMap = z
  .record(z.string(), z.unknown())
  .transform((map) =>
    Object.fromEntries(Object.entries(map).filter((each): each is [string, string] => typeof each[1] === 'string')),
  );

function readJson(body: Uint8Array, asked: Asked): unknown {
  try {
    return decodeJson(body);
  } catch (error) {
    throw error instanceof JsonError ? explainInvalid(error.message, asked) : error;
  }
}
