import { type Kysely, type Selectable, sql, type SqlBool } from 'kysely';
import { randomUUID } from 'node:crypto';
import { meetRoles, type TokenKind } from '../../domain/account.js';
import { GatewayError } from '../../errors.js';
import type { Tables } from '../database/database.js';
import { toJsonText } from '../database/json.js';
import { locking } from '../dialect/dialects.js';
import { insertEntry } from '../jobs/audit.js';
import { addGrants, insertTokenGrants } from './grants.js';
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

/** Tokens of logins that an account has: its newest. */
const mostLogins = 50;

/**
 * Within a transaction: the token, and its entry in the audit log. Throws NOT_FOUND without the account,
 * UNAUTHENTICATED where that is disabled, or what the token was asked for with no longer counts, FORBIDDEN for too
 * many.
 */
export async function insertToken(
  trx: Kysely<Tables>,
  wanted: NewToken,
  createdAt: Date,
  describe?: DescribeToken,
): Promise<TokenRecord> {
  const { accountId, roles, grants = [], givenBy, expiresAt, conditions = {}, hash, label, kind = 'TOKEN' } = wanted;
  const found = await lockedRow(trx, accountId, kind === 'LOGIN' ? 'forUpdate' : 'forShare');
  if (!found) throw noAccount();
  const account = readAccount(found);
  const maker = await assertConditions(trx, account, conditions, createdAt);
  const row = {
    id: randomUUID(),
    account_id: accountId,
    hash,
    label,
    kind,
    // The account may have lost some of them since they were asked for.
    roles: toJsonText(meetRoles(roles, account.roles)),
    created_at: createdAt.getTime(),
    expires_at: Math.min(expiresAt.getTime(), maker === null || maker.kind === 'LOGIN' ? Infinity : maker.expires_at),
    made_by: maker?.id ?? null,
    last_used_at: null,
    last_used_from: null,
    revoked_at: null,
  };
  await trx.insertInto('token').values(row).execute();
  if (kind === 'LOGIN') await removeOldLogins(trx, accountId, row.id);
  await insertTokenGrants(trx, row, grants, { givenBy: givenBy ?? account.username, givenAt: createdAt });
  const record = await addGrants(trx, { ...readToken(row), account });
  if (describe) await insertEntry(trx, describe(record));
  return record;
}

/** The account stays as it is until the transaction ends, and logins of it wait for each other. */
function lockedRow(trx: Kysely<Tables>, accountId: string, lock: 'forShare' | 'forUpdate') {
  const query = trx.selectFrom('account').selectAll().where('id', '=', accountId);
  return locking(trx, query, lock).executeTakeFirst();
}

/**
 * Removes all tokens of logins but this one and the newest others, so that an account has no more of them than these,
 * valid or not.
 */
async function removeOldLogins(trx: Kysely<Tables>, accountId: string, id: string): Promise<void> {
  const others = trx
    .selectFrom('token')
    .where('account_id', '=', accountId)
    .where('kind', '=', 'LOGIN')
    .where('id', '!=', id);
  const kept = await others
    .select(['id', 'created_at'])
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .offset(mostLogins - 2)
    .limit(1)
    .executeTakeFirst();
  if (!kept) return;
  const { id: oldest, created_at: at } = kept;
  const isOlder = sql<SqlBool>`(created_at < ${at} or (created_at = ${at} and id < ${oldest}))`;
  await trx
    .deleteFrom('token')
    .where('account_id', '=', accountId)
    .where('kind', '=', 'LOGIN')
    .where('id', '!=', id)
    .where(isOlder)
    .execute();
}

type Maker = Pick<Selectable<Tables['token']>, 'id' | 'kind' | 'expires_at'>;

/** Whoever ends it on PostgreSQL waits until what it makes is there, and ends that too. */
async function findMaker(trx: Kysely<Tables>, accountId: string, id: string, now: Date): Promise<Maker> {
  const query = trx.selectFrom('token').select(['id', 'kind', 'expires_at']).where('id', '=', id);
  const valid = query.where('account_id', '=', accountId).where(isValidAt(now));
  const maker = await locking(trx, valid, 'forShare').executeTakeFirst();
  if (maker) return maker;
  throw noLongerValid();
}

async function assertConditions(
  trx: Kysely<Tables>,
  { id, username, disabledAt, passwordHash }: TokenRecord['account'],
  { passwordHash: asked, madeBy, most }: TokenConditions,
  now: Date,
): Promise<Maker | null> {
  if (disabledAt !== null || (asked !== undefined && asked !== passwordHash)) throw noLongerValid();
  const own = trx.selectFrom('token').where('account_id', '=', id).where(isValidAt(now));
  const maker = madeBy === undefined ? null : await findMaker(trx, id, madeBy, now);
  if (most === undefined) return maker;
  const counted = own.where('kind', '!=', 'LOGIN').select(sql<number>`count(*)`.as('count'));
  if ((await counted.executeTakeFirstOrThrow()).count < most) return maker;
  const what = `${username} has ${most} valid tokens and service keys, as many as an account may have.`;
  throw new GatewayError('FORBIDDEN', `${what} Revoke one first.`);
}

/** A token by its id or by its hash, of any kind or of one. */
export type TokenPlace = ({ readonly id: string } | { readonly hash: string }) & { readonly kind?: TokenKind };

/** Within a transaction: one that is revoked already stays as it is. Throws NOT_FOUND. */
export async function endToken(
  trx: Kysely<Tables>,
  where: TokenPlace,
  now: Date,
  describe?: DescribeToken,
): Promise<TokenRecord> {
  const query = trx.selectFrom('token').selectAll();
  const row = await (
    'id' in where ? query.where('id', '=', where.id) : query.where('hash', '=', where.hash)
  ).executeTakeFirst();
  if (!row || (where.kind !== undefined && row.kind !== where.kind)) throw noToken();
  const account = await trx
    .selectFrom('account')
    .selectAll()
    .where('id', '=', row.account_id)
    .executeTakeFirstOrThrow();
  const record = await addGrants(trx, { ...readToken(row), account: readAccount(account) });
  const entry = describe?.(record);
  await trx
    .updateTable('token')
    .set({ revoked_at: now.getTime() })
    .where('id', '=', row.id)
    .where('revoked_at', 'is', null)
    .execute();
  if (record.kind !== 'LOGIN') await endMadeBy(trx, row.id, now);
  if (entry) await insertEntry(trx, entry);
  return { ...record, revokedAt: record.revokedAt ?? now };
}

/** Ends what a token made, and what that made: somebody who leaves takes none of it along. */
async function endMadeBy(trx: Kysely<Tables>, id: string, now: Date): Promise<void> {
  await sql`with recursive made(id) as (
      select id from token where made_by = ${id}
      union select token.id from token join made on token.made_by = made.id
    ) update token set revoked_at = ${now.getTime()} where id in (select id from made) and revoked_at is null`.execute(
    trx,
  );
}

/**
 * Within a transaction: ends those of an account that are valid, and gives how many; but for one; where its
 * service keys are to stay, they do, but for those that a token made which ends.
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
    .$if(keepsServiceKeys, (some) => some.where(isNoKeyThatStays(accountId, except)))
    .executeTakeFirst();
  return Number(ended.numUpdatedRows);
}

function isNoKeyThatStays(accountId: string, except: string | undefined) {
  return sql<SqlBool>`(kind <> 'SERVICE_KEY' or made_by in (
    select maker.id from token maker
    where maker.account_id = ${accountId} and maker.kind = 'TOKEN' and maker.id <> ${except ?? ''}))`;
}

export function isValidAt(now: Date) {
  return sql<SqlBool>`(revoked_at is null and expires_at > ${now.getTime()})`;
}
