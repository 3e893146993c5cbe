import type { Holdings } from '../store/inventory.js';

/** Rows that one statement reads: a few milliseconds, in which nothing else runs. */
export const rowsPerStatement = 500;

/** Waits for its turn, so that other work comes between two statements. Throws when nobody wants the rest any more. */
export type Pace = () => Promise<void>;

/** What a parent holds: pages in order, to be read once. */
export type Pages<Row> = AsyncGenerator<readonly Row[], void, undefined>;

/** The first rows of a parent, which one statement gave with those of its neighbours, and whatever follows them. */
export async function* pagesOf<Row>(holdings: Holdings<Row>, key: number, first: readonly Row[], limit: number, pace: Pace): Pages<Row> {
  if (first.length > 0) yield first;
  let [rows, asked] = [first, limit];
  while (rows.length === asked) {
    await pace();
    [rows, asked] = [await holdings.after(key, rows.at(-1)!, rowsPerStatement), rowsPerStatement];
    if (rows.length > 0) yield rows;
  }
}

/** Some parents, and how many rows to read of each at first. */
export interface Batch<T> {
  readonly parents: readonly T[];
  readonly limit: number;
}

/** Neighbours that are expected to hold few rows are read in one statement, whose rows are bounded even where they hold many. */
export function* batch<T>(parents: readonly T[], expect: (parent: T) => number): Generator<Batch<T>> {
  let [some, most]: [T[], number] = [[], 0];
  for (const parent of parents) {
    // One more than there are shows that these are all.
    const wanted = Math.min(rowsPerStatement, expect(parent) + 1);
    const limit = Math.max(most, wanted);
    if (some.length > 0 && (some.length + 1) * limit > rowsPerStatement) {
      yield { parents: some, limit: most };
      [some, most] = [[], 0];
    }
    some.push(parent);
    most = Math.max(most, wanted);
  }
  if (some.length > 0) yield { parents: some, limit: most };
}
