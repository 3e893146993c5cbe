import { type Kysely, sql, type SqlBool } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { TokenFacts, TokenFilter } from '../../domain/account.js';
import { badCursor, decodeCursor, encodeCursor, type Page, type PageRequest } from '../../domain/page.js';
import { GatewayError } from '../../errors.js';
import type { Tables } from '../database/database.js';
import { toJsonText } from '../database/json.js';
import { dialectOf } from '../dialect/dialects.js';
import { withStorage } from '../file/errors.js';
import { insertEntry } from '../jobs/audit.js';
import {
  type DescribeToken,
  type NewToken,
  noAccount,
  noLongerValid,
  noToken,
  readAccount,
  readToken,
  type TokenConditions,
  type TokenRecord,
} from './records.js';

/**
 * Within a transaction: the token, and its entry in the audit log. Throws NOT_FOUND without the account,
 * UNAUTHENTICATED where that is disabled, or what the token was asked for with no longer counts, FORBIDDEN for too
 * many.
 */
export async function insertToken(
  trx: Kysely<Tables>,
  { accountId, roles, expiresAt, conditions = {}, hash, label, kind = 'TOKEN' }: NewToken,
  createdAt: Date,
  describe?: DescribeToken,
): Promise<TokenRecord> {
  const found = await sharedRow(trx, accountId);
  if (!found) throw noAccount();
  const account = readAccount(found);
  await assertConditions(trx, account, conditions, createdAt);
  const row = {
    id: randomUUID(),
    account_id: accountId,
    hash,
    label,
    kind,
    roles: toJsonText([...roles]),
    created_at: createdAt.getTime(),
    expires_at: expiresAt.getTime(),
    last_used_at: null,
    last_used_from: null,
    revoked_at: null,
  };
  await trx.insertInto('token').values(row).execute();
  const record = { ...readToken(row), account };
  if (describe) await insertEntry(trx, describe(record));
  return record;
}

/** PostgreSQL keeps the account as it is until the transaction ends; SQLite has one transaction at a time. */
function sharedRow(trx: Kysely<Tables>, accountId: string) {
  const query = trx.selectFrom('account').selectAll().where('id', '=', accountId);
  return (dialectOf(trx).engine === 'postgres' ? query.forShare() : query).executeTakeFirst();
}

async function assertConditions(
  trx: Kysely<Tables>,
  { id, username, disabledAt, passwordHash }: TokenRecord['account'],
  { passwordHash: asked, madeBy, most }: TokenConditions,
  now: Date,
): Promise<void> {
  if (disabledAt !== null || (asked !== undefined && asked !== passwordHash)) throw noLongerValid();
  const own = trx.selectFrom('token').where('account_id', '=', id).where(isValidAt(now));
  if (madeBy !== undefined && !(await own.select('id').where('id', '=', madeBy).executeTakeFirst()))
    throw noLongerValid();
  if (most === undefined) return;
  const counted = own.where('kind', '!=', 'LOGIN').select(sql<number>`count(*)`.as('count'));
  if ((await counted.executeTakeFirstOrThrow()).count < most) return;
  const what = `${username} has ${most} valid tokens and service keys, as many as an account may have.`;
  throw new GatewayError('FORBIDDEN', `${what} Revoke one first.`);
}

/** Within a transaction: one that is revoked already stays as it is. Throws NOT_FOUND. */
export async function endToken(
  trx: Kysely<Tables>,
  where: { readonly id: string } | { readonly hash: string },
  now: Date,
  describe?: DescribeToken,
): Promise<TokenRecord> {
  const query = trx.selectFrom('token').selectAll();
  const row = await (
    'id' in where ? query.where('id', '=', where.id) : query.where('hash', '=', where.hash)
  ).executeTakeFirst();
  if (!row) throw noToken();
  const account = await trx
    .selectFrom('account')
    .selectAll()
    .where('id', '=', row.account_id)
    .executeTakeFirstOrThrow();
  const record = { ...readToken(row), account: readAccount(account) };
  const entry = describe?.(record);
  await trx
    .updateTable('token')
    .set({ revoked_at: now.getTime() })
    .where('id', '=', row.id)
    .where('revoked_at', 'is', null)
    .execute();
  if (entry) await insertEntry(trx, entry);
  return { ...record, revokedAt: record.revokedAt ?? now };
}

/**
 * Within a transaction: ends those of an account that are valid, and gives how many; but for one, and for its service
 * keys where those are to stay.
 */
export async function endTokensOf(
  trx: Kysely<Tables>,
  accountId: string,
  now: Date,
  {
    except,
    keepsServiceKeys = false,
  }: { readonly except?: string | undefined; readonly keepsServiceKeys?: boolean } = {},
): Promise<number> {
  const ended = await trx
    .updateTable('token')
    .set({ revoked_at: now.getTime() })
    .where('account_id', '=', accountId)
    .where(isValidAt(now))
    .$if(except !== undefined, (some) => some.where('id', '!=', except!))
    .$if(keepsServiceKeys, (some) => some.where('kind', '!=', 'SERVICE_KEY'))
    .executeTakeFirst();
  return Number(ended.numUpdatedRows);
}

function isValidAt(now: Date) {
  return sql<SqlBool>`(revoked_at is null and expires_at > ${now.getTime()})`;
}

const scope = 'tokens';

/** Newest first. Throws BAD_USER_INPUT for a cursor of another list, naming `after`; STORAGE_*. */
export function pageTokens(
  db: Kysely<Tables>,
  filter: TokenFilter,
  page: PageRequest,
  now: Date,
): Promise<Page<TokenFacts>> {
  const query = selectTokens(db, filter, now);
  const after = page.after === null ? null : readPosition(page.after);
  return withStorage(async () => {
    const rows = await query
      .$if(after !== null, (some) =>
        some.where(
          sql<SqlBool>`(token.created_at < ${after?.[0]}
            or (token.created_at = ${after?.[0]} and token.id > ${after?.[1]}))`,
        ),
      )
      .selectAll('token')
      .select('account.username')
      .orderBy('token.created_at', 'desc')
      .orderBy('token.id')
      .limit(page.first + 1)
      .execute();
    return {
      items: rows.slice(0, page.first).map((row) => ({ ...readToken(row), username: row.username })),
      hasNextPage: rows.length > page.first,
      hasPreviousPage: after !== null,
      totalCount: async () => {
        const counted = query.select(sql<number>`count(*)`.as('total'));
        return (await withStorage(() => counted.executeTakeFirstOrThrow())).total;
      },
      cursorOf: ({ createdAt, id }) => encodeCursor(scope, [createdAt.getTime(), id]),
    };
  });
}

function selectTokens(db: Kysely<Tables>, { username, kind, valid }: TokenFilter, now: Date) {
  const isValid = sql<SqlBool>`(token.revoked_at is null and token.expires_at > ${now.getTime()})`;
  return db
    .selectFrom('token')
    .innerJoin('account', 'account.id', 'token.account_id')
    .$if(typeof username === 'string', (some) => some.where('account.username', '=', username!))
    .$if(typeof kind === 'string', (some) => some.where('token.kind', '=', kind!))
    .$if(typeof valid === 'boolean', (some) => some.where(valid ? isValid : sql<SqlBool>`not ${isValid}`));
}

function readPosition(after: string): readonly [number, string] {
  const [at, id] = decodeCursor(scope, after, 2);
  if (typeof at === 'number' && typeof id === 'string') return [at, id];
  throw badCursor();
}
