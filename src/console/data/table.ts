/** Bytes of a table that a page holds: some 200,000 tags. */
export const largestTable = 20_000_000;

/** The table; that it is larger than `largestTable`; or why there is none, as the gateway says. null: it is silent. */
export type TableRead =
  | { readonly blob: Blob }
  | { readonly isTooLarge: true }
  | { readonly isTooLarge: false; readonly message: string | null };

/**
 * Reads a table over REST, by the session of the page: its cookie counts beside a header alone that no link sends, so
 * that a link to the table would not do. `path` is below the gateway's address.
 */
export async function readTable(path: string, signal: AbortSignal): Promise<TableRead> {
  try {
    const response = await fetch(new URL(path, document.baseURI), {
      credentials: 'same-origin',
      headers: { 'apollo-require-preflight': 'true', accept: 'text/csv, application/json' },
      signal,
    });
    if (!response.ok) return { isTooLarge: false, message: readMessage(await response.json()) };
    return await readBody(response);
  } catch {
    return { isTooLarge: false, message: null };
  }
}

async function readBody({ body }: Response): Promise<TableRead> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const reader = body!.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { blob: new Blob(pieces, { type: 'text/csv' }) };
    bytes += value.byteLength;
    pieces.push(value);
    if (bytes <= largestTable) continue;
    await reader.cancel();
    return { isTooLarge: true };
  }
}

function readMessage(problem: unknown): string | null {
  const { error } = (problem ?? {}) as { readonly error?: unknown };
  return typeof error === 'string' ? error : null;
}
