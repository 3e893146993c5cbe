import { type Kysely, sql } from 'kysely';
import type { AccountFacts, AccountFilter } from '../../domain/account.js';
import type { Page, PageRequest } from '../../domain/page.js';
import { badInput } from '../../errors.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { type NamedList, pageByName } from './pagebyname.js';
import { type Account, readAccount } from './records.js';

const maxPart = 64;

/**
 * By name. Throws BAD_USER_INPUT for a cursor of another list, naming `after`, and for a part longer than a name;
 * STORAGE_*.
 */
export async function pageAccounts(
  db: Kysely<Tables>,
  filter: AccountFilter,
  page: PageRequest,
): Promise<Page<AccountFacts>> {
  const query = selectAccounts(db, filter);
  const list: NamedList<AccountFacts> = {
    scope: 'accounts',
    nameOf: ({ username }) => username,
    async read(after, limit) {
      const rest = query.$if(after !== null, (some) => some.where('username', '>', after!));
      const rows = await rest.selectAll().orderBy('username').limit(limit).execute();
      return rows.map((row) => toFacts(readAccount(row)));
    },
    async count() {
      return (await query.select(sql<number>`count(*)`.as('total')).executeTakeFirstOrThrow()).total;
    },
  };
  return pageByName(list, page);
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
