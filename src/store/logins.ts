import { notFound } from '../errors.js';
import { type Account, toAccount } from './accounts.js';
import type { Database } from './database.js';
import { Account as AccountEntity, Token as TokenEntity } from './entities/account.js';
import { withStorage } from './failure.js';

/** Every account, by name. Throws STORAGE_*. */
export function listAccounts({ orm }: Database): Promise<Account[]> {
  return withStorage(async () => {
    const rows = await orm.em.fork().findAll(AccountEntity, { orderBy: { username: 'asc' } });
    return rows.map(toAccount);
  });
}

/** `passwordHash`: an argon2id string. Tokens stay as they are. Throws NOT_FOUND, STORAGE_*. */
export async function setPassword({ orm, durably }: Database, id: string, passwordHash: string): Promise<void> {
  const changed = await durably(() => withStorage(() => orm.em.fork().nativeUpdate(AccountEntity, { id }, { passwordHash })));
  if (changed === 0) throw notFound('There is no such account.');
}

/** The account keeps its name, without password, roles and tokens: all of it, or nothing. Throws STORAGE_*. */
export async function disableAccount({ orm, durably }: Database, id: string, now: Date): Promise<void> {
  await durably(() =>
    withStorage(() =>
      orm.em.fork().transactional(async (em) => {
        await em.nativeUpdate(TokenEntity, { account: id, revokedAt: null }, { revokedAt: now });
        await em.nativeUpdate(AccountEntity, { id }, { passwordHash: null, roles: [] });
      }),
    ),
  );
}
