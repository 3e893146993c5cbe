import type { Rows } from '../../data/rows.js';

/** The first row that it is, among those that are there, as it is now. */
export function findRow<Row>(rows: Pick<Rows<Row, unknown>, 'rowAt' | 'total'>, is: (row: Row) => boolean) {
  for (let index = 0; index < (rows.total ?? 0); index++) {
    const row = rows.rowAt(index);
    if (row !== undefined && is(row)) return row;
  }
  return undefined;
}
