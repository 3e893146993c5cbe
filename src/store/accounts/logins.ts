import type { NewAuditEntry } from '../../domain/audit.js';
import { type Account, changeAccount, toAccount } from './accounts.js';
import { persistEntry } from '../jobs/audit.js';
import type { Database } from '../database/database.js';
import { Account as AccountEntity, Token as TokenEntity } from '../entities/account.js';
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
  { orm, durably }: Database,
  id: string,
  passwordHash: string,
  entry?: NewAuditEntry,
): Promise<void> {
  await durably(() => withStorage(() => changeAccount(orm, id, { passwordHash }, entry)));
}

/**
 * The account keeps its name, without password, roles and tokens: all of it with its entry, or nothing. Throws
 * STORAGE_*.
 */
export async function disableAccount(
  { orm, durably }: Database,
  id: string,
  now: Date,
  entry?: NewAuditEntry,
): Promise<void> {
  await durably(() =>
    withStorage(() =>
      orm.em.fork().transactional(async (em) => {
        await em.nativeUpdate(TokenEntity, { account: id, revokedAt: null }, { revokedAt: now });
        await em.nativeUpdate(AccountEntity, { id }, { passwordHash: null, roles: [] });
        if (entry) persistEntry(em, entry);
      }),
    ),
  );
}
