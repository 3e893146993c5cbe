import type { SeenRow, SeenStatement } from '../seeing/seenpattern.js';

/** A statement as it goes to a reading process. */
export type Statement = SeenStatement;

export type Row = SeenRow;

/** A message of a reading process about the statement that it runs: some of its rows, its end, or why it failed. */
export type ReaderMessage =
  | { readonly rows: readonly Row[] }
  | { readonly isDone: true }
  | { readonly fault: { readonly message: string; readonly code: string | null } };

/** Rows of one message: taking it over holds the gateway's event loop for a few milliseconds at the most. */
export const rowsPerMessage = 1000;
