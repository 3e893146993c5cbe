import { badInput } from '../../errors.js';
import type { SqliteFile } from '../file/driver.js';
import { withStorage } from '../file/errors.js';
import { type ChangedText, keyOfRow, type MovedKey, type ReadEnd, toPieces } from './ends.js';
import type { MovedColumn, MovedRow, MovedTable } from './movedtables.js';

/** Reads an SQLite file that stays open until it is closed by whoever opened it. */
export function createSqliteReading(file: SqliteFile, name: string): Omit<ReadEnd, 'close'> {
  const findOne = (statement: string, ...parameters: unknown[]): Promise<Record<string, unknown> | undefined> =>
    withStorage(() => Promise.resolve(file.prepare(statement).all(...parameters)[0]));
  return {
    name,
    async count(table) {
      return Number((await findOne(`select count(*) as rows from "${table.name}"`))?.['rows']);
    },
    async *read(table, after, note = () => undefined) {
      const rows = file.prepare(toSelect(table, after)).iterate(...toParameters(table, after));
      yield* toPieces(toRows(table, rows, note));
    },
    async lastNumber(table) {
      const row = await findOne('select cast(seq as text) as number from sqlite_sequence where name = ?', table.name);
      return row === undefined ? '0' : String(row['number']);
    },
    async findSetting(key) {
      const row = await findOne('select value from setting where key = ?', key);
      return row === undefined ? null : String(row['value']);
    },
  };
}

export function toSqliteColumn({ name, isArrival }: MovedColumn): string {
  return isArrival ? 'rowid' : `"${name}"`;
}

/** With its table's name: by its own alone the order would be that of the text which is read in its place. */
export function toSqliteKey(table: string, { name }: MovedColumn): string {
  return `"${table}"."${name}"`;
}

function toSelect({ name, columns, key }: MovedTable, after: MovedKey | null): string {
  // Numbers are read as texts: JavaScript would round those beyond 2^53.
  const list = columns.map((column) =>
    column.type === 'text' ? toSqliteColumn(column) : `cast(${toSqliteColumn(column)} as text) as "${column.name}"`,
  );
  const keys = key.map((column) => toSqliteKey(name, column)).join(', ');
  const where = after === null ? '' : `where (${keys}) > (${key.map(() => '?').join(', ')})`;
  return `select ${list.join(', ')} from "${name}" ${where} order by ${keys}`;
}

function toParameters({ key }: MovedTable, after: MovedKey | null): unknown[] {
  return (after ?? []).map((value, at) => (key[at]?.type === 'text' ? value : BigInt(value)));
}

function* toRows(
  table: MovedTable,
  rows: Iterable<Record<string, unknown>>,
  note: (text: ChangedText) => void,
): Generator<MovedRow> {
  for (const row of rows) {
    const values = table.columns.map((column) => toValue(table, column, row));
    for (const [at, value] of values.entries()) {
      if (!value?.includes('\0')) continue;
      values[at] = value.replaceAll('\0', '\ufffd');
      note({ table: table.name, column: table.columns[at]!.name, key: keyOfRow(table, values) });
    }
    yield values;
  }
}

const largest = { smallint: 2n ** 15n, int: 2n ** 31n, bigint: 2n ** 63n };

/** SQLite keeps any value in any column. Throws BAD_USER_INPUT for one that is none of the column's type. */
function toValue(table: MovedTable, column: MovedColumn, row: Record<string, unknown>): string | null {
  const value = row[column.name];
  if (value === null) return null;
  if (column.type === 'text' && typeof value === 'string') return value;
  if (column.type !== 'text' && typeof value === 'string' && /^-?\d+$/.test(value)) {
    const number = BigInt(value);
    if (number < largest[column.type] && number >= -largest[column.type]) return value;
  }
  const key = table.key.map(({ name }) => String(row[name])).join(', ');
  const shown = Buffer.isBuffer(value) ? `${value.length} bytes` : typeof value === 'string' ? value.slice(0, 40) : '';
  throw badInput(
    `The column ${column.name} of the table ${table.name} has a value in the row ${key} that PostgreSQL cannot hold ` +
      `there (${column.type}): ${JSON.stringify(shown)}. Mend the row, and begin again.`,
  );
}
