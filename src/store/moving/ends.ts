import type { MovedRow, MovedTable } from './movedtables.js';

/** The values of a row's primary key. */
export type MovedKey = readonly string[];

/** A database that is read. What it throws are the faults of storage. */
export interface ReadEnd {
  /** For people, without a password. */
  readonly name: string;
  count(table: MovedTable): Promise<number>;
  /** The rows behind a key, in the order of keys; null: all of them. `note` is told of each text that is changed. */
  read(
    table: MovedTable,
    after: MovedKey | null,
    note?: (text: ChangedText) => void,
  ): AsyncIterable<readonly MovedRow[]>;
  /** The last number that was given to a row of a numbered table; '0': none. */
  lastNumber(table: MovedTable): Promise<string>;
  /** The value of a setting; null: there is none. */
  findSetting(key: string): Promise<string | null>;
  close(): Promise<void>;
}

export interface MoveSource extends ReadEnd {
  /** Throws STORAGE_BUSY when a gateway has come meanwhile. */
  assertAlone(): Promise<void>;
}

/** A database that is filled. */
export interface MoveTarget extends ReadEnd {
  /** The key of the last row that is there; null: there is none. */
  lastKey(table: MovedTable): Promise<MovedKey | null>;
  /** All of the rows, or none. */
  write(table: MovedTable, rows: readonly MovedRow[]): Promise<void>;
  setLastNumber(table: MovedTable, number: string): Promise<void>;
  /** From now on a gateway may open it. */
  finish(): Promise<void>;
}

/** A text with the character 0, which has U+FFFD in its place at the target. */
export interface ChangedText {
  readonly table: string;
  readonly column: string;
  readonly key: MovedKey;
}

/** Rows that are in memory at a time, and characters of them: a row may have megabytes of texts. */
export const largestPiece = { rows: 1000, characters: 1_000_000 };

/** The rows a piece at a time; one that is larger than a piece is one by itself. */
export function* toPieces(rows: Iterable<MovedRow>): Generator<readonly MovedRow[]> {
  let piece: MovedRow[] = [];
  let characters = 0;
  for (const row of rows) {
    piece.push(row);
    characters += countCharacters(row);
    if (piece.length < largestPiece.rows && characters < largestPiece.characters) continue;
    yield piece;
    piece = [];
    characters = 0;
  }
  if (piece.length > 0) yield piece;
}

/** Of a row. */
export function countCharacters(row: MovedRow): number {
  return row.reduce((sum, value) => sum + (value?.length ?? 0), 0);
}

/** The values of its key. */
export function keyOfRow({ columns, key }: MovedTable, row: MovedRow): MovedKey {
  return key.map((column) => row[columns.indexOf(column)] ?? '');
}
