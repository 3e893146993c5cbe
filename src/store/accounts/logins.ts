import type { Kysely } from 'kysely';
import type { NewAuditEntry } from '../../domain/audit.js';
import { GatewayError } from '../../errors.js';
import { type Account, toAccount } from './accounts.js';
import {
  type AccountChanges,
  changeAccount,
  type ChangedAccount,
  type DescribeChange,
  removeAccount,
} from './changes.js';
import type { Database, Tables } from '../database/database.js';
import { Account as AccountEntity } from '../entities/account.js';
import { withStorage } from '../file/errors.js';

/** Every account, by name. Throws STORAGE_*. */
export function readAccounts({ orm }: Database): Promise<Account[]> {
  return withStorage(async () => {
    const rows = await orm.em.fork().findAll(AccountEntity, { orderBy: { username: 'asc' } });
    return rows.map(toAccount);
  });
}

/**
 * `passwordHash`: an argon2id string. Tokens stay as they are. With its entry, or not at all. Throws NOT_FOUND,
 * CONFLICT for an account that is disabled, STORAGE_*.
 */
export async function setPassword(
  database: Database,
  id: string,
  passwordHash: string,
  entry: NewAuditEntry,
): Promise<void> {
  const password = { hash: passwordHash, expiresAt: null, endsTokens: false };
  await transact(database, async (trx) => {
    const { before } = await changeAccount(trx, { id }, { password }, new Date(), () => entry);
    if (before.disabledAt !== null) throw refuseDisabled(before);
  });
}

/**
 * The account keeps its name, without password, roles, grants, teams and tokens: all of it with its entry, or nothing.
 * Throws NOT_FOUND, LAST_ADMIN, STORAGE_*.
 */
export async function takeEverything(database: Database, id: string, now: Date, entry: NewAuditEntry): Promise<void> {
  const password = { hash: null, expiresAt: null, endsTokens: false };
  await transact(database, async (trx) => {
    await changeAccount(trx, { id }, { roles: [], isDisabled: true, password }, now, () => entry);
    await trx.deleteFrom('access_grant').where('account_id', '=', id).execute();
    await trx.deleteFrom('team_member').where('account_id', '=', id).execute();
  });
}

/** With the entry that `describe` gives, or not at all. Throws NOT_FOUND, LAST_ADMIN, STORAGE_*. */
export function changeLogin(
  database: Database,
  id: string,
  changes: AccountChanges,
  now: Date,
  describe: DescribeChange,
): Promise<ChangedAccount> {
  return transact(database, (trx) => changeAccount(trx, { id }, changes, now, describe));
}

/** With its tokens and service keys, and with the entry that `describe` gives. Throws as changeLogin does. */
export function deleteLogin(
  database: Database,
  id: string,
  now: Date,
  describe: DescribeChange,
): Promise<ChangedAccount> {
  return transact(database, (trx) => removeAccount(trx, { id }, now, describe));
}

function transact<T>({ kysely, durably }: Database, work: (trx: Kysely<Tables>) => Promise<T>): Promise<T> {
  return durably(() => withStorage(() => kysely.transaction().execute(work)));
}

function refuseDisabled({ username }: Account): GatewayError {
  const next = `Enable it first: registry-gateway user enable ${username}`;
  return new GatewayError('CONFLICT', `${username} is disabled: nobody logs in with its password. ${next}`);
}
