import type { Holdings } from '../../store/queries/inventory.js';

/** Rows that one statement reads: a few milliseconds, in which nothing else runs. */
export const rowsPerStatement = 500;

/** Waits for its turn, so that other work comes between two statements. Throws when nobody wants the rest any more. */
export type AwaitTurn = () => Promise<void>;

/** The rows that a parent holds: pages in order, to be read once. */
export type Pages<Row> = AsyncGenerator<readonly Row[], void, undefined>;

/** A parent with its first rows; there may be more where they are as many as one statement reads. */
export interface FirstRows<T, Row> {
  readonly parent: T;
  readonly first: readonly Row[];
}

/**
 * Parents in order: as many at a time as one statement reads, however many rows each has. A key may stand for several.
 */
export async function* readBeginnings<T, Row>(
  holdings: Holdings<Row>,
  parents: readonly T[],
  keyOf: (parent: T) => number,
  pace: AwaitTurn,
): AsyncGenerator<readonly FirstRows<T, Row>[], void, undefined> {
  let start = 0;
  while (start < parents.length) {
    const wanted = parents.slice(start, start + rowsPerStatement);
    await pace();
    const found = await holdings.first([...new Set(wanted.map(keyOf))], rowsPerStatement);
    const end = wanted.findIndex((parent) => !found.has(keyOf(parent)));
    const some = end < 0 ? wanted : wanted.slice(0, end);
    yield some.map((parent) => ({ parent, first: found.get(keyOf(parent))! }));
    start += some.length;
  }
}

/** The first rows of a parent and whatever follows them. */
export async function* pagesOf<Row>(
  holdings: Holdings<Row>,
  key: number,
  first: readonly Row[],
  pace: AwaitTurn,
): Pages<Row> {
  if (first.length > 0) yield first;
  yield* pagesAfter(holdings, key, first, pace);
}

/** The pages that follow the first rows of a parent. */
export async function* pagesAfter<Row>(
  holdings: Holdings<Row>,
  key: number,
  first: readonly Row[],
  pace: AwaitTurn,
): Pages<Row> {
  let rows = first;
  while (rows.length === rowsPerStatement) {
    await pace();
    rows = await holdings.after(key, rows.at(-1)!, rowsPerStatement);
    if (rows.length > 0) yield rows;
  }
}
