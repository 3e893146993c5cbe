import { isUsername } from '../../domain/account.js';
import { badCursor, decodeCursor, encodeCursor, type Page, type PageRequest } from '../../domain/page.js';
import { withStorage } from '../file/errors.js';

/** A list of what has a unique name, in the order of these. */
export interface NamedList<T> {
  /** Keeps a cursor of another list from being taken for one of this. */
  readonly scope: string;
  readonly nameOf: (item: T) => string;
  /** Those behind the name, `limit` at the most, in their order; null: from the first on. */
  readonly read: (after: string | null, limit: number) => Promise<readonly T[]>;
  readonly count: () => Promise<number>;
}

/** Throws BAD_USER_INPUT for a cursor of another list, naming `after`; STORAGE_*. */
export async function pageByName<T>(list: NamedList<T>, page: PageRequest): Promise<Page<T>> {
  const { scope, nameOf, read, count } = list;
  const after = page.after === null ? null : readPosition(scope, page.after);
  const found = await withStorage(() => read(after, page.first + 1));
  return {
    items: found.slice(0, page.first),
    hasNextPage: found.length > page.first,
    hasPreviousPage: after !== null,
    totalCount: () => withStorage(count),
    cursorOf: (item) => encodeCursor(scope, [nameOf(item)]),
  };
}

function readPosition(scope: string, after: string): string {
  const [name] = decodeCursor(scope, after, 1);
  if (typeof name === 'string' && isUsername(name)) return name;
  throw badCursor();
}
