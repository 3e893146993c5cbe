import { decodeJson } from '../../domain/json.js';

/** Characters of a registry's own words that are shown. */
const longestReason = 200;

/** Runs this long are keys, signatures or tokens; a digest is kept, since it names what the answer is about. */
const longRun = /(?:sha256:[0-9a-f]{64})|[\w+/=.~-]{48,}/gi;

/**
 * Says in the registry's own words why it refused, `"CODE: its message"`, quoted; null when it gave none. These words
 * are shown to people, so nothing in them can pass for the gateway's own: control, format and bidirectional characters
 * become blanks, double quotes single ones, and the text ends after 200 characters. `redact` takes secrets out first: a
 * registry may repeat what it was sent.
 */
export function quoteReason(body: Uint8Array, redact: (text: string) => string): string | null {
  const words = findWords(body).map((text) =>
    redact(text).replaceAll(longRun, (run) => (run.startsWith('sha256:') ? run : '…')),
  );
  const text = words
    .join(': ')
    .replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
    .replaceAll('"', "'")
    .trim();
  if (text === '') return null;
  // Not between the halves of a surrogate pair.
  const cut = text.slice(0, longestReason).replace(/[\ud800-\udbff]$/, '');
  return `"${cut.length < text.length ? `${cut}…` : text}"`;
}

/** Code and message of the first error in an OCI error body (distribution-spec, "Error Codes"). */
function findWords(body: Uint8Array): string[] {
  try {
    const { errors } = decodeJson(body) as { errors?: unknown };
    const first = (Array.isArray(errors) ? errors[0] : null) as { code?: unknown; message?: unknown } | null;
    return [first?.code, first?.message].filter((word) => typeof word === 'string' && word !== '') as string[];
  } catch {
    return [];
  }
}
