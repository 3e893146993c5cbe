import type { FastifyRequest } from 'fastify';
import type { Pieces } from '../cache/pieces.js';
import { maxPageSize } from '../domain/page.js';
import { badInput } from '../errors.js';

/** RFC 4180, with the names of the columns first. */
export const csvType = 'text/csv; charset=utf-8; header=present';

/** The content of one cell; null: it is empty. */
export type CsvCell = string | number | null;

/** Items of a page that a table is read by: no more than that is held of a list of any length. */
export const csvPageSize = maxPageSize;

/** A page of rows, with the cursor of the next one; null: it is the last. */
export interface CsvPage {
  readonly rows: readonly (readonly CsvCell[])[];
  readonly next: string | null;
}

/**
 * A table of all pages, of which the first is read already. `pace` is waited for before each of the others, and throws
 * once nobody reads any more.
 */
export async function* writeTable(
  columns: readonly string[],
  first: CsvPage,
  readPage: (after: string) => Promise<CsvPage>,
  pace: () => Promise<void>,
): Pieces {
  yield writeRow(columns);
  for (let page = first; ; page = await readPage(page.next)) {
    yield page.rows.map(writeRow).join('');
    if (page.next === null) return;
    await pace();
  }
}

function writeRow(cells: readonly CsvCell[]): string {
  return `${cells.map(writeCell).join(',')}\r\n`;
}

/**
 * A program of tables runs a text that begins like a formula: an apostrophe before it has that shown as text. Names are
 * a registry's own words.
 */
function writeCell(cell: CsvCell): string {
  if (cell === null || typeof cell === 'number') return String(cell ?? '');
  const text = /^[=+\-@\t\r\n]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Tells whether a request wants its list as a table, which is always whole. Throws BAD_USER_INPUT. */
export function wantsTable(request: FastifyRequest, { format }: { readonly format?: 'csv' | undefined }): boolean {
  if (format === undefined) return false;
  const given = ['limit', 'cursor'].find((name) => Object.hasOwn(request.query as object, name));
  if (given !== undefined)
    throw badInput(`The parameter "${given}" is of pages, and a table is whole: leave one of both out.`, given);
  return true;
}
