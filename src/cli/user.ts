import type { Command } from 'commander';
import { findPasswordFault, isUsername } from '../domain/account.js';
import { badInput } from '../errors.js';
import type { Database } from '../store/database/database.js';
import {
  setUserPassword,
  changeUserRoles,
  createUser,
  deleteUser,
  disableUser,
  enableUser,
  listUsers,
  resetUser,
} from './users.js';
import { addExamples, type CommandResult, setAction } from './command.js';
import { withDatabase } from './database.js';
import type { Io } from './io.js';
import { parseRoles, rolesHelp } from './roles.js';

interface PasswordOptions {
  readonly passwordStdin?: true;
}

/** A command that is told an account, and nothing more. */
interface AccountCommand {
  readonly word: string;
  readonly description: string;
  readonly run: (database: Database, username: string) => Promise<CommandResult>;
}

const accountCommands: readonly AccountCommand[] = [
  {
    word: 'reset',
    description: 'Give an account a one-time password, good for changing it within 24 hours, and end its tokens.',
    run: resetUser,
  },
  {
    word: 'disable',
    description: 'Take password, roles and tokens from an account. Its name stays taken, and in the audit log.',
    run: disableUser,
  },
  {
    word: 'enable',
    description: 'Let an account that is disabled be used again, with the password and the roles that it still has.',
    run: enableUser,
  },
  {
    word: 'delete',
    description: 'Delete an account with its tokens and service keys. Its name can be taken again.',
    run: deleteUser,
  },
];

/** `user list|create|password|reset|…`, on the database of DATABASE_URL, also while the gateway runs. */
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
  setAction(listCommand, io, () => withDatabase(io, (database) => listUsers(database, io)));

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
    return withDatabase(io, (database) => createUser(database, name, roles, given));
  });

  const passwordCommand = user
    .command('password')
    .description('Give an account another password. Its tokens stay valid.')
    .argument('<name>', 'the account')
    .option(...stdin);
  addExamples(passwordCommand, 'user password ann');
  setAction(passwordCommand, io, async (name: string, options: PasswordOptions) => {
    const given = await readPassword(io, options);
    return withDatabase(io, (database) => setUserPassword(database, name, given));
  });

  const rolesCommand = user
    .command('roles')
    .description('Say what an account may do, from its next request on.')
    .argument('<name>', 'the account')
    .argument('<roles>', rolesHelp);
  addExamples(rolesCommand, 'user roles ann registries:ro');
  setAction(rolesCommand, io, (name: string, text: string) => {
    const roles = parseRoles(text);
    return withDatabase(io, (database) => changeUserRoles(database, name, roles));
  });

  for (const { word, description, run } of accountCommands) {
    const command = user.command(word).description(description).argument('<name>', 'the account');
    addExamples(command, `user ${word} ann`);
    setAction(command, io, (name: string) => withDatabase(io, (database) => run(database, name)));
  }
}

/** null: one is to be made. The line end of a file or an "echo" is no part of it. */
async function readPassword(io: Io, { passwordStdin }: PasswordOptions): Promise<string | null> {
  if (!passwordStdin) return null;
  const password = (await io.readInput()).replace(/\r?\n$/, '');
  const fault = findPasswordFault(password);
  if (fault !== null) throw badInput(`The password ${fault}`);
  return password;
}
