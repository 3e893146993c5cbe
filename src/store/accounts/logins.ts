import type { NewAuditEntry } from '../../domain/audit.js';
import { type Account, toAccount } from './accounts.js';
import { type AccountChanges, changeAccount } from './changes.js';
import type { Database } from '../database/database.js';
import { Account as AccountEntity } from '../entities/account.js';
import { withStorage } from '../file/errors.js';

/** Every account, by name. Throws STORAGE_*. */
export function listAccounts({ orm }: Database): Promise<Account[]> {
  return withStorage(async () => {
    const rows = await orm.em.fork().findAll(AccountEntity, { orderBy: { username: 'asc' } });
    return rows.map(toAccount);
  });
}

/**
 * `passwordHash`: an argon2id string. Tokens stay as they are. With its entry, or not at all. Throws NOT_FOUND,
 * STORAGE_*.
 */
export async function setPassword(
  database: Database,
  id: string,
  passwordHash: string,
  entry?: NewAuditEntry,
): Promise<void> {
  const password = { hash: passwordHash, expiresAt: null, endsTokens: false };
  await change(database, id, { password }, new Date(), entry);
}

/**
 * The account keeps its name, without password, roles and tokens: all of it with its entry, or nothing. Throws
 * NOT_FOUND, LAST_ADMIN, STORAGE_*.
 */
export async function disableAccount(database: Database, id: string, now: Date, entry?: NewAuditEntry): Promise<void> {
  const password = { hash: null, expiresAt: null, endsTokens: false };
  await change(database, id, { roles: [], isDisabled: true, password }, now, entry);
}

async function change(
  { kysely, durably }: Database,
  id: string,
  changes: AccountChanges,
  now: Date,
  entry: NewAuditEntry | undefined,
): Promise<void> {
  const describe = entry && (() => entry);
  await durably(() =>
    withStorage(() => kysely.transaction().execute((trx) => changeAccount(trx, { id }, changes, now, describe))),
  );
}
