import type { Command } from 'commander';
import { findPasswordFault, isUsername, type Role } from '../domain/account.js';
import { nameAccount } from '../domain/audit.js';
import { badInput, GatewayError, notFound } from '../errors.js';
import type { Account } from '../store/accounts/accounts.js';
import type { Database } from '../store/database/database.js';
import { addExamples, type CommandResult, setAction } from './command.js';
import { withDatabase } from './database.js';
import type { Io } from './io.js';
import { keepCommandRecord } from './record.js';
import { parseRoles, rolesHelp } from './roles.js';
import { formatTable } from './table.js';

interface PasswordOptions {
  readonly passwordStdin?: true;
}

/** `user list|create|password|roles|disable`, on the database of DATABASE_URL, also while the gateway runs. */
export function addUserCommands(program: Command, io: Io): void {
  const user = program
    .command('user')
    .description('List, create and change accounts, in the database of DATABASE_URL.');
  const stdin = [
    '--password-stdin',
    'read the password from standard input; without it one is made and printed once',
  ] as const;

  const listCommand = user.command('list').description('List accounts: who can log in, and who may do what.');
  addExamples(listCommand, 'user list');
  setAction(listCommand, io, () => withDatabase(io, (database) => list(database, io)));

  const createCommand = user
    .command('create')
    .description('Create an account that can log in.')
    .argument('<name>', 'its name')
    .requiredOption('--roles <roles>', `what it may do: ${rolesHelp}`)
    .option(...stdin);
  addExamples(
    createCommand,
    'user create ann --roles registries:rw',
    'user create ann --roles admin --password-stdin < password',
  );
  setAction(createCommand, io, async (name: string, options: PasswordOptions & { roles: string }) => {
    if (!isUsername(name)) throw badInput('The name must be 1 to 64 of a-z, 0-9, ".", "_", "@" and "-".');
    const roles = parseRoles(options.roles);
    const given = await readPassword(io, options);
    return withDatabase(io, (database) => create(database, name, roles, given));
  });

  const passwordCommand = user
    .command('password')
    .description('Give an account another password. Its tokens stay valid.')
    .argument('<name>', 'the account')
    .option(...stdin);
  addExamples(passwordCommand, 'user password ann');
  setAction(passwordCommand, io, async (name: string, options: PasswordOptions) => {
    const given = await readPassword(io, options);
    return withDatabase(io, (database) => changePassword(database, name, given));
  });

  const rolesCommand = user
    .command('roles')
    .description('Say what an account may do, from its next request on.')
    .argument('<name>', 'the account')
    .argument('<roles>', rolesHelp);
  addExamples(rolesCommand, 'user roles ann registries:ro');
  setAction(rolesCommand, io, (name: string, text: string) => {
    const roles = parseRoles(text);
    return withDatabase(io, (database) => changeRoles(database, name, roles));
  });

  const disableCommand = user
    .command('disable')
    .description('Take password, roles and tokens from an account. Its name stays taken, and in the audit log.')
    .argument('<name>', 'the account');
  addExamples(disableCommand, 'user disable ann');
  setAction(disableCommand, io, (name: string) => withDatabase(io, (database) => disable(database, name)));
}

/** null: one is to be made. The line end of a file or an "echo" is no part of it. */
async function readPassword(io: Io, { passwordStdin }: PasswordOptions): Promise<string | null> {
  if (!passwordStdin) return null;
  const password = (await io.readInput()).replace(/\r?\n$/, '');
  const fault = findPasswordFault(password);
  if (fault !== null) throw badInput(`The password ${fault}`);
  return password;
}

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

async function list(database: Database, io: Io): Promise<CommandResult> {
  const { listAccounts } = await import('../store/accounts/logins.js');
  const accounts = (await listAccounts(database)).map(({ username, roles, passwordHash, createdAt }) => ({
    username,
    roles,
    canLogIn: passwordHash !== null,
    createdAt,
  }));
  const rows = accounts.map(({ username, roles, canLogIn, createdAt }) => [
    username,
    roles.join(',') || '(none)',
    canLogIn ? 'yes' : 'no',
    createdAt.toISOString().slice(0, 10),
  ]);
  return { data: accounts, text: formatTable(io, ['USER', 'ROLES', 'LOGIN', 'CREATED'], rows) };
}

async function create(
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

async function changePassword(database: Database, username: string, given: string | null): Promise<CommandResult> {
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

async function changeRoles(database: Database, username: string, roles: Role[]): Promise<CommandResult> {
  const { AccountStore } = await import('../store/accounts/accounts.js');
  await keepCommandRecord(
    database,
    { action: 'setRoles', details: { ...nameAccount(username), roles } },
    async (describe) => {
      const account = await findAccount(database, username);
      if (!roles.includes('admin')) await assertNotLastAdmin(database, account);
      await new AccountStore(database).setRoles(account.id, roles, describe({ before: account.roles }));
    },
  );
  return { data: { username, roles }, text: `${username} has the roles ${roles.join(', ')}.\n` };
}

async function disable(database: Database, username: string): Promise<CommandResult> {
  const { disableAccount } = await import('../store/accounts/logins.js');
  await keepCommandRecord(database, { action: 'disableAccount', details: nameAccount(username) }, async (describe) => {
    const account = await findAccount(database, username);
    await assertNotLastAdmin(database, account);
    await disableAccount(database, account.id, new Date(), describe({ before: account.roles }));
  });
  return { data: { username, roles: [] }, text: `Disabled ${username}: its next request is refused.\n` };
}

async function findAccount(database: Database, username: string): Promise<Account> {
  const { AccountStore } = await import('../store/accounts/accounts.js');
  const account = await new AccountStore(database).find(username);
  if (account === null) throw notFound(`There is no account ${JSON.stringify(username)}. See "user list".`);
  return account;
}

/** Without anybody who can log in, the next start would make a new admin. */
async function assertNotLastAdmin(database: Database, account: Account): Promise<void> {
  const { listAccounts } = await import('../store/accounts/logins.js');
  const isAdmin = ({ roles, passwordHash }: Account): boolean => roles.includes('admin') && passwordHash !== null;
  if (!isAdmin(account) || (await listAccounts(database)).some((other) => other.id !== account.id && isAdmin(other)))
    return;
  throw new GatewayError(
    'CONFLICT',
    `${account.username} is the last admin who can log in. Make another first: registry-gateway user create <name> ` +
      '--roles admin',
  );
}
