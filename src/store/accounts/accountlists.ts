import { type Kysely, sql } from 'kysely';
import { type AccountFacts, type AccountFilter, isUsername } from '../../domain/account.js';
import { badCursor, decodeCursor, encodeCursor, type Page, type PageRequest } from '../../domain/page.js';
import { badInput } from '../../errors.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { withStorage } from '../file/errors.js';
import { type Account, readAccount } from './records.js';

const scope = 'accounts';
const maxPart = 64;

/**
 * By name. Throws BAD_USER_INPUT for a cursor of another list, naming `after`, and for a part longer than a name;
 * STORAGE_*.
 */
export function pageAccounts(
  db: Kysely<Tables>,
  filter: AccountFilter,
  page: PageRequest,
): Promise<Page<AccountFacts>> {
  const query = selectAccounts(db, filter);
  const after = page.after === null ? null : readPosition(page.after);
  return withStorage(async () => {
    const rows = await query
      .$if(after !== null, (some) => some.where('username', '>', after!))
      .selectAll()
      .orderBy('username')
      .limit(page.first + 1)
      .execute();
    return {
      items: rows.slice(0, page.first).map((row) => toFacts(readAccount(row))),
      hasNextPage: rows.length > page.first,
      hasPreviousPage: after !== null,
      totalCount: async () => {
        const counted = query.select(sql<number>`count(*)`.as('total'));
        return (await withStorage(() => counted.executeTakeFirstOrThrow())).total;
      },
      cursorOf: ({ username }) => encodeCursor(scope, [username]),
    };
  });
}

/** An account without the hash of its password. */
export function toFacts({ passwordHash, ...facts }: Account): AccountFacts {
  return { ...facts, hasPassword: passwordHash !== null };
}

function selectAccounts(db: Kysely<Tables>, { nameContains, role, disabled }: AccountFilter) {
  const { contains, includes } = dialectOf(db);
  if (nameContains && nameContains.length > maxPart)
    throw badInput(
      `"nameContains" takes up to ${maxPart} characters, got ${nameContains.length}.`,
      'filter',
      'nameContains',
    );
  return db
    .selectFrom('account')
    .$if(Boolean(nameContains), (some) => some.where(contains(sql`username`, nameContains!)))
    .$if(typeof role === 'string', (some) => some.where(includes(sql`roles`, `"${role}"`)))
    .$if(typeof disabled === 'boolean', (some) => some.where('disabled_at', disabled ? 'is not' : 'is', null));
}

function readPosition(after: string): string {
  const [username] = decodeCursor(scope, after, 1);
  if (typeof username === 'string' && isUsername(username)) return username;
  throw badCursor();
}
