/** Why bytes from outside are not text to work with; `message` completes "the body cannot be read: …". */
export class TextError extends Error {
  override readonly name: string = 'TextError';
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Text that begins with an ASCII character, as JSON and forms do. Throws TextError for what is in another encoding. */
export function decodeUtf8(bytes: Uint8Array): string {
  // There is no NUL: where one stands, or a mark of theirs does, it is one of these encodings.
  const [first, second] = bytes;
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (isMarked || first === 0 || second === 0) throw new TextError('it is UTF-16 or UTF-32, and must be UTF-8');
  try {
    return utf8.decode(bytes);
  } catch {
    throw new TextError('it is not UTF-8 text');
  }
}

const exact = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text whose UTF-8 is these bytes, each of them; null where there is none. */
export function decodeExactText(bytes: Uint8Array): string | null {
  try {
    return exact.decode(bytes);
  } catch {
    return null;
  }
}
