import { oneTimeLifetime, type Role } from '../domain/account.js';
import { nameAccount } from '../domain/audit.js';
import { notFound } from '../errors.js';
import type { Account } from '../store/accounts/accounts.js';
import type { Database } from '../store/database/database.js';
import type { CommandResult } from './command.js';
import type { Io } from './io.js';
import { keepCommandRecord } from './record.js';
import { formatTable } from './table.js';

/** The password to show, where it was made here, and its hash. */
async function hashPassword(given: string | null): Promise<{ made: string | null; passwordHash: string }> {
  const { createPasswordHasher } = await import('../auth/password.js');
  const { createRandomText } = await import('../auth/token.js');
  const made = given === null ? createRandomText(20) : null;
  return { made, passwordHash: await createPasswordHasher().hash(made ?? given ?? '') };
}

function tellPassword(made: string | null): string {
  return made === null ? '' : `Its password, shown only now: ${made}\n`;
}

export async function listUsers(database: Database, io: Io): Promise<CommandResult> {
  const { readAccounts } = await import('../store/accounts/logins.js');
  const accounts = await readAccounts(database);
  const data = accounts.map((account) => ({
    username: account.username,
    roles: account.roles,
    canLogIn: describeLogin(account) === 'yes',
    disabledAt: account.disabledAt,
    passwordExpiresAt: account.passwordExpiresAt,
    createdAt: account.createdAt,
  }));
  const rows = accounts.map((account) => [
    account.username,
    account.roles.join(',') || '(none)',
    describeLogin(account),
    account.createdAt.toISOString().slice(0, 10),
  ]);
  return { data, text: formatTable(io, ['USER', 'ROLES', 'LOGIN', 'CREATED'], rows) };
}

/** Whether it can log in; else why it cannot, where it once could. */
function describeLogin({ passwordHash, disabledAt, passwordExpiresAt }: Account): string {
  if (disabledAt !== null) return 'disabled';
  if (passwordHash === null) return 'no';
  return passwordExpiresAt === null ? 'yes' : 'one-time';
}

/** Throws CONFLICT for a name that is taken. */
export async function createUser(
  database: Database,
  username: string,
  roles: Role[],
  given: string | null,
): Promise<CommandResult> {
  const { AccountStore } = await import('../store/accounts/accounts.js');
  const { made, passwordHash } = await hashPassword(given);
  const deed = { action: 'createAccount', details: { username, roles, canLogIn: true } };
  await keepCommandRecord(database, deed, (describe) =>
    new AccountStore(database).create({ username, roles, passwordHash }, describe()),
  );
  return {
    data: { username, roles, password: made },
    text: `Created ${username} with the roles ${roles.join(', ')}.\n${tellPassword(made)}`,
  };
}

/** Throws NOT_FOUND, CONFLICT for an account that is disabled. */
export async function setUserPassword(
  database: Database,
  username: string,
  given: string | null,
): Promise<CommandResult> {
  const { setPassword } = await import('../store/accounts/logins.js');
  const { made, passwordHash } = await hashPassword(given);
  await keepCommandRecord(database, { action: 'setPassword', details: nameAccount(username) }, async (describe) => {
    const account = await findAccount(database, username);
    await setPassword(database, account.id, passwordHash, describe());
  });
  return {
    data: { username, password: made },
    text: `${username} has another password. Its tokens stay valid: see "token list".\n${tellPassword(made)}`,
  };
}

/** Throws NOT_FOUND, LAST_ADMIN. */
export async function changeUserRoles(database: Database, username: string, roles: Role[]): Promise<CommandResult> {
  const { AccountStore } = await import('../store/accounts/accounts.js');
  await keepCommandRecord(
    database,
    { action: 'setRoles', details: { ...nameAccount(username), roles } },
    async (describe) => {
      const account = await findAccount(database, username);
      await new AccountStore(database).setRoles(account.id, roles, describe({ before: account.roles }));
    },
  );
  return { data: { username, roles }, text: `${username} has the roles ${roles.join(', ')}.\n` };
}

/** Throws NOT_FOUND, LAST_ADMIN. */
export async function disableUser(database: Database, username: string): Promise<CommandResult> {
  const { takeEverything } = await import('../store/accounts/logins.js');
  await keepCommandRecord(database, { action: 'disableAccount', details: nameAccount(username) }, async (describe) => {
    const account = await findAccount(database, username);
    await takeEverything(database, account.id, new Date(), describe({ before: account.roles }));
  });
  return { data: { username, roles: [] }, text: `Disabled ${username}: its next request is refused.\n` };
}

/** An account that is not disabled stays as it is. Throws NOT_FOUND. */
export async function enableUser(database: Database, username: string): Promise<CommandResult> {
  const { changeLogin } = await import('../store/accounts/logins.js');
  const deed = { action: 'enableAccount', details: nameAccount(username) };
  const { account } = await keepCommandRecord(database, deed, async (describe) => {
    const { id } = await findAccount(database, username);
    return changeLogin(database, id, { isDisabled: false }, new Date(), () => describe());
  });
  const { roles } = account;
  const login = describeLogin(account);
  const hasAll = roles.length > 0 && login === 'yes';
  const next = hasAll ? '' : `See "user password ${username}" and "user roles ${username}".\n`;
  const text = `Enabled ${username}. Roles: ${roles.join(', ') || 'none'}. Login: ${login}.\n${next}`;
  return { data: { username, roles, canLogIn: login === 'yes' }, text };
}

/** Throws NOT_FOUND, LAST_ADMIN. */
export async function resetUser(database: Database, username: string): Promise<CommandResult> {
  const { changeLogin } = await import('../store/accounts/logins.js');
  const { made, passwordHash: hash } = await hashPassword(null);
  const now = new Date();
  const expiresAt = new Date(now.getTime() + oneTimeLifetime);
  const password = { hash, expiresAt, endsTokens: true, endsServiceKeys: true };
  const deed = { action: 'resetPassword', details: { ...nameAccount(username), expiresAt } };
  const { endedTokens } = await keepCommandRecord(database, deed, async (describe) => {
    const { id } = await findAccount(database, username);
    return changeLogin(database, id, { password }, now, ({ endedTokens }) => describe({ endedTokens }));
  });
  const next = 'It is good for "registry-gateway password" alone, for 24 hours.';
  return {
    data: { username, password: made, expiresAt, endedTokens },
    text: `${username} has a one-time password. ${next}\n${tellPassword(made)}`,
  };
}

/** Throws NOT_FOUND, LAST_ADMIN. */
export async function deleteUser(database: Database, username: string): Promise<CommandResult> {
  const { deleteLogin } = await import('../store/accounts/logins.js');
  const deed = { action: 'deleteAccount', details: nameAccount(username) };
  const { endedTokens } = await keepCommandRecord(database, deed, async (describe) => {
    const { id } = await findAccount(database, username);
    return deleteLogin(database, id, new Date(), ({ before, endedTokens }) =>
      describe({ before: before.roles, endedTokens }),
    );
  });
  return { data: { username, endedTokens }, text: `Deleted ${username}: its next request is refused.\n` };
}

async function findAccount(database: Database, username: string): Promise<Account> {
  const { AccountStore } = await import('../store/accounts/accounts.js');
  const account = await new AccountStore(database).find(username);
  if (account === null) throw notFound(`There is no account ${JSON.stringify(username)}. See "user list".`);
  return account;
}
