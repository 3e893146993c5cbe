import type { Command } from 'commander';
import { addExamples, type CommandResult } from '../command.js';
import { CommandError, exitCodes } from '../exit.js';
import { rolesHelp } from '../roles.js';
import type { Text } from '../style.js';
import { escapeControls } from '../table.js';
import {
  type AccountRowFragment,
  createAccount,
  deleteAccount,
  listAccounts,
  resetPassword,
  type Role,
  updateAccount,
} from './documents.js';
import { formatAge, formatCount } from './format.js';
import { formatGrants } from './grants.js';
import { printList, readPages } from './listing.js';
import { confirm, parseChoice, parseLimit, readPassword } from './options.js';
import { assertDone } from './refusal.js';
import { type Remote, setRemoteAction, type Surroundings } from './remote.js';
import { describeRoles, parseRoleNames, parseRolesOrNone, roleValues } from './roles.js';

interface AccountListOptions {
  readonly contains?: string;
  readonly role?: Role;
  readonly disabled?: boolean;
  readonly limit?: number;
}

interface AccountAddOptions {
  readonly roles?: Role[];
  readonly askPassword?: boolean;
  readonly passwordStdin?: boolean;
  readonly machine?: boolean;
}

interface AccountUpdateOptions {
  readonly roles?: Role[];
  readonly enable?: boolean;
  readonly disable?: boolean;
  readonly yes?: boolean;
}

interface AccountEndingOptions {
  readonly yes?: boolean;
}

/** `account list|add|update|remove|reset-password`. */
export function addAccountCommands(program: Command, around: Surroundings): void {
  const account = program.command('account').description('Say who may come in, and do what. For admins.');
  addListCommand(account, around);
  addChangingCommands(account, around);
  addEndingCommands(account, around);
}

function addListCommand(account: Command, around: Surroundings): void {
  const list = account
    .command('list')
    .description('List the accounts by name: who logs in, and who may do what.')
    .option('--contains <text>', 'only those with this in their name')
    .option('--role <role>', 'only those with this role', parseChoice(roleValues))
    .option('--disabled', 'only those that are disabled')
    .option('--limit <count>', 'so many at the most', parseLimit);
  addExamples(list, 'account list', 'account list --role admin --json');
  setRemoteAction(list, around, showAll);
}

function addChangingCommands(account: Command, around: Surroundings): void {
  const add = account
    .command('add')
    .description('Make an account, and print a one-time password for it, this once, unless you give it one.')
    .argument('<name>', 'its name')
    .option(
      '--roles <roles>',
      `what it may do everywhere: ${rolesHelp}; else only what "grant add" gives`,
      parseRoleNames,
    )
    .option('--ask-password', 'ask for its password at the terminal')
    .option('--password-stdin', 'read its password from standard input')
    .option('--machine', 'it has no password, and does not log in');
  addExamples(
    add,
    'account add ann --roles registries:rw',
    'account add ann --roles admin --password-stdin < password.txt',
    'account add ci --roles registries:ro --machine',
    'account add ben',
  );
  setRemoteAction(add, around, addOne);

  const update = account
    .command('update')
    .description('Change what an account may do, from its next request on. What is not named stays as it is.')
    .argument('<name>', 'the account')
    .option('--roles <roles>', `what it may do everywhere: ${rolesHelp}; none: only its grants`, parseRolesOrNone)
    .option('--enable', 'its password is good again')
    .option('--disable', 'nobody logs in to it, and its tokens and service keys end for good')
    .option('--yes', 'do not ask');
  addExamples(update, 'account update ann --roles registries:ro', 'account update ann --disable --yes');
  setRemoteAction(update, around, updateOne);
}

function addEndingCommands(account: Command, around: Surroundings): void {
  const remove = account
    .command('remove')
    .description('Remove an account, its tokens, and the service keys that it made. Its name can be taken again.')
    .argument('<name>', 'the account')
    .option('--yes', 'do not ask');
  addExamples(remove, 'account remove ann --yes');
  setRemoteAction(remove, around, removeOne);

  const reset = account
    .command('reset-password')
    .description('Give an account a one-time password in place of its own, printed this once. Its tokens end.')
    .argument('<name>', 'the account')
    .option('--yes', 'do not ask');
  addExamples(reset, 'account reset-password ann');
  setRemoteAction(reset, around, resetOne);
}

async function showAll(remote: Remote, { contains, role, disabled, limit }: AccountListOptions): Promise<null> {
  const filter = {
    ...(contains !== undefined && { nameContains: contains }),
    ...(role && { role }),
    ...(disabled && { disabled }),
  };
  const pages = readPages(
    async (first, after) => (await remote.client.ask(listAccounts, { first, after, filter })).accounts,
    limit ?? null,
  );
  await printList(remote, pages, {
    headings: ['ACCOUNT', 'ROLES', 'LOGIN', 'CREATED', 'TEAMS', 'GRANTS'],
    toCells: (one) => toCells(one, remote.clock()),
    nothing: 'There are no such accounts.',
  });
  return null;
}

function toCells(account: AccountRowFragment, now: Date): Text[] {
  const { username, roles, grants, teams, createdAt } = account;
  const login = describeLogin(account, now);
  return [username, describeRoles(roles), login, createdAt.slice(0, 10), teams.join(' '), formatGrants(grants)];
}

function describeLogin({ hasPassword, passwordExpiresAt, disabledAt }: AccountRowFragment, now: Date): string {
  if (disabledAt !== null) return `disabled ${formatAge(disabledAt, now)}`;
  if (passwordExpiresAt === null) return hasPassword ? 'yes' : 'no';
  const verb = new Date(passwordExpiresAt) <= now ? 'ended' : 'ends';
  return `one-time password, ${verb} ${formatAge(passwordExpiresAt, now)}`;
}

async function addOne(remote: Remote, username: string, options: AccountAddOptions): Promise<CommandResult> {
  const { roles = [], askPassword = false, passwordStdin = false, machine = false } = options;
  if ([askPassword, passwordStdin, machine].filter(Boolean).length > 1)
    throw new CommandError('USAGE', 'Give one of --ask-password, --password-stdin and --machine.');
  const password = askPassword || passwordStdin ? await readNewPassword(remote, username, passwordStdin) : undefined;
  const input = { username, roles, canLogIn: !machine, ...(password !== undefined && { password }) };
  const { account, oneTimePassword, userErrors } = (await remote.client.ask(createAccount, { input })).createAccount;
  assertDone(userErrors);
  const made = `${escapeControls(account?.username ?? username)} is made: ${describeRoles(roles, ', ')}.\n`;
  const tokens = machine ? "Its tokens are made on the gateway's own machine: registry-gateway token create\n" : '';
  return { data: { account, oneTimePassword }, text: `${made}${tokens}${tellPassword(oneTimePassword)}` };
}

/** Typed unseen it is typed twice. */
async function readNewPassword(remote: Remote, username: string, isStdin: boolean): Promise<string> {
  const password = await readPassword(remote, isStdin, `Password of ${username}: `);
  if (isStdin || password === (await readPassword(remote, false, 'The same again: '))) return password;
  throw new CommandError('USAGE', 'The two are not the same. Nothing was changed.');
}

function tellPassword(password: string | null): string {
  if (password === null) return '';
  const use = 'It is good for 24 hours, and for: registry-gateway password';
  return `Its one-time password, which is not shown again:\n${escapeControls(password)}\n${use}\n`;
}

const nothingChanged: Pick<CommandResult, 'text' | 'exitCode'> = {
  text: 'Nothing was changed.\n',
  exitCode: exitCodes.refused,
};

async function updateOne(remote: Remote, username: string, options: AccountUpdateOptions): Promise<CommandResult> {
  const { roles, enable = false, disable = false, yes = false } = options;
  if (enable && disable) throw new CommandError('USAGE', 'Give one of --enable and --disable.');
  if (!roles && !enable && !disable) throw new CommandError('USAGE', 'Say what to change: see --help.');
  if (disable && !(await confirm(remote, yes, `Disable ${username}, and end its tokens and service keys?`)))
    return { data: { account: null, endedTokens: null }, ...nothingChanged };
  const input = { username, ...(roles && { roles }), ...((enable || disable) && { disabled: disable }) };
  const { account, endedTokens, userErrors } = (await remote.client.ask(updateAccount, { input })).updateAccount;
  assertDone(userErrors);
  const state = disable ? 'is disabled' : enable ? 'is enabled' : 'is changed';
  const may = account === null ? '' : ` It has the roles ${describeRoles(account.roles, ', ')}.`;
  const ended = endedTokens ? ` ${formatCount(endedTokens, 'token')} ended.` : '';
  return {
    data: { account, endedTokens },
    text: `${escapeControls(account?.username ?? username)} ${state}.${may}${ended}\n`,
  };
}

async function removeOne(
  remote: Remote,
  username: string,
  { yes = false }: AccountEndingOptions,
): Promise<CommandResult> {
  if (!(await confirm(remote, yes, `Remove ${username}, its tokens and its service keys?`)))
    return { data: { removed: null }, ...nothingChanged };
  const { deletedUsername, userErrors } = (await remote.client.ask(deleteAccount, { input: { username } }))
    .deleteAccount;
  assertDone(userErrors);
  return { data: { removed: deletedUsername }, text: `${escapeControls(deletedUsername ?? username)} is removed.\n` };
}

async function resetOne(
  remote: Remote,
  username: string,
  { yes = false }: AccountEndingOptions,
): Promise<CommandResult> {
  if (!(await confirm(remote, yes, `Take the password of ${username}, and end its tokens?`)))
    return { data: { account: null, oneTimePassword: null }, ...nothingChanged };
  const payload = (await remote.client.ask(resetPassword, { input: { username } })).resetPassword;
  const { account, oneTimePassword, userErrors } = payload;
  assertDone(userErrors);
  const told = `The password of ${escapeControls(account?.username ?? username)} is reset.\n`;
  return { data: { account, oneTimePassword }, text: `${told}${tellPassword(oneTimePassword)}` };
}
