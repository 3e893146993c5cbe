import { type Kysely, sql, type SqlBool } from 'kysely';
import { isRole, meetRoles, type Role } from '../../domain/account.js';
import type { NewAuditEntry } from '../../domain/audit.js';
import { GatewayError } from '../../errors.js';
import type { Tables } from '../database/database.js';
import { fromJsonText, toJsonText } from '../database/json.js';
import { dialectOf, locking } from '../dialect/dialects.js';
import { insertEntry } from '../jobs/audit.js';
import { type Account, noAccount, noLongerValid, readAccount } from './records.js';
import { endTokensOf, isValidAt } from './tokens.js';

/** Facts that change; one that is absent stays. */
export interface AccountChanges {
  readonly roles?: readonly Role[] | undefined;
  /** true: its tokens and service keys are ended too. */
  readonly isDisabled?: boolean | undefined;
  readonly password?: PasswordChange | undefined;
}

export interface PasswordChange {
  /** An argon2id string; null: the account has no password any more. */
  readonly hash: string | null;
  /** Of a one-time password; null: it lasts. */
  readonly expiresAt: Date | null;
  /** The hash that it replaces: another one was changed meanwhile. Absent: whatever there is. */
  readonly before?: string | null;
  /** Whether tokens end, all but the one that asks; service keys that a login or the one that asks made stay. */
  readonly endsTokens: boolean;
  /** Whether all service keys end with them. */
  readonly endsServiceKeys?: boolean;
  readonly askedBy?: string | undefined;
}

export interface ChangedAccount {
  readonly before: Account;
  readonly account: Account;
  /** Tokens, and service keys, that were valid until then. */
  readonly endedTokens: number;
}

/** An account by its name, or by its id. */
export type AccountKey = { readonly username: string } | { readonly id: string };

export type DescribeChange = (changed: ChangedAccount) => NewAuditEntry;

/**
 * Within a transaction: the change, what follows from it, and its entry. Throws NOT_FOUND, LAST_ADMIN where nobody
 * would be left who can log in as an admin, and UNAUTHENTICATED where the password is not the one to be replaced.
 */
export async function changeAccount(
  trx: Kysely<Tables>,
  key: AccountKey,
  { roles, isDisabled, password }: AccountChanges,
  now: Date,
  describe?: DescribeChange,
): Promise<ChangedAccount> {
  const before = await findToChange(trx, key);
  if (password?.before !== undefined && password.before !== before.passwordHash) throw noLongerValid();
  const disabledAt = isDisabled ? (before.disabledAt ?? now) : null;
  const account: Account = {
    ...before,
    ...(roles && { roles }),
    ...(isDisabled !== undefined && { disabledAt }),
    ...(password && { passwordHash: password.hash, passwordExpiresAt: password.expiresAt }),
  };
  await trx
    .updateTable('account')
    .set({
      roles: toJsonText([...account.roles]),
      disabled_at: account.disabledAt?.getTime() ?? null,
      password_hash: account.passwordHash,
      password_expires_at: account.passwordExpiresAt?.getTime() ?? null,
    })
    .where('id', '=', account.id)
    .execute();
  if (roles) await narrowTokens(trx, account, now);
  const ended = isDisabled
    ? {}
    : password?.endsTokens
      ? { except: password.askedBy, keepsServiceKeys: !password.endsServiceKeys }
      : null;
  const endedTokens = ended ? await endTokensOf(trx, account.id, now, ended) : 0;
  if (canAdminister(before) && !canAdminister(account)) await assertAdminLeft(trx, before);
  const changed = { before, account, endedTokens };
  if (describe) await insertEntry(trx, describe(changed));
  return changed;
}

/** Within a transaction: the account, its tokens and the service keys that it made, and the entry. Throws as above. */
export async function removeAccount(
  trx: Kysely<Tables>,
  key: AccountKey,
  now: Date,
  describe?: DescribeChange,
): Promise<ChangedAccount> {
  const before = await findToChange(trx, key);
  const endedTokens = await endTokensOf(trx, before.id, now);
  await trx.deleteFrom('token').where('account_id', '=', before.id).execute();
  await trx.deleteFrom('account').where('id', '=', before.id).execute();
  if (canAdminister(before)) await assertAdminLeft(trx, before);
  const changed = { before, account: before, endedTokens };
  if (describe) await insertEntry(trx, describe(changed));
  return changed;
}

/**
 * Valid tokens lose what their account has not any more, for good: another change of its roles gives none of it back to
 * those that were made before.
 */
async function narrowTokens(trx: Kysely<Tables>, { id, roles }: Account, now: Date): Promise<void> {
  const valid = trx.selectFrom('token').where('account_id', '=', id).where(isValidAt(now));
  for (const { roles: granted } of await valid.select('roles').distinct().execute()) {
    const left = toJsonText(meetRoles(fromJsonText(granted).filter(isRole), roles));
    if (left === granted) continue;
    const held = trx.updateTable('token').set({ roles: left }).where('account_id', '=', id);
    await held.where('roles', '=', granted).where(isValidAt(now)).execute();
  }
}

/** A one-time password is not good for logging in, and may run out. */
function canAdminister({ roles, passwordHash, passwordExpiresAt, disabledAt }: Account): boolean {
  return roles.includes('admin') && passwordHash !== null && passwordExpiresAt === null && disabledAt === null;
}

/**
 * PostgreSQL runs several transactions at once: two that take the last two admins away wait for each other here, and
 * the second sees what the first did. SQLite has one at a time.
 */
async function findToChange(trx: Kysely<Tables>, key: AccountKey): Promise<Account> {
  if (dialectOf(trx).engine === 'postgres')
    await sql`select 1 from account where ${hasAdminRole} order by id for update`.execute(trx);
  const query = trx.selectFrom('account').selectAll();
  const one = 'id' in key ? query.where('id', '=', key.id) : query.where('username', '=', key.username);
  const row = await locking(trx, one, 'forUpdate').executeTakeFirst();
  if (row) return readAccount(row);
  throw noAccount();
}

const hasAdminRole = sql<SqlBool>`roles like '%"admin"%'`;

async function assertAdminLeft(trx: Kysely<Tables>, { username }: Account): Promise<void> {
  const left = await trx
    .selectFrom('account')
    .select('id')
    .where(hasAdminRole)
    .where('password_hash', 'is not', null)
    .where('password_expires_at', 'is', null)
    .where('disabled_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  if (left) return;
  const what = `${username} is the last admin who can log in`;
  throw new GatewayError('LAST_ADMIN', `${what}: nothing was changed. Make another admin first, with a password.`);
}
