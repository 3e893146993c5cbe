import type { Command } from 'commander';
import { isUsername, type Role } from '../domain/account.js';
import { badInput, GatewayError } from '../errors.js';
import { isUuid, quote } from '../domain/name.js';
import { type Account, AccountStore, type TokenRecord } from '../store/accounts/accounts.js';
import type { Database } from '../store/database/database.js';
import { addExamples, type CommandResult, setAction } from './command.js';
import { withDatabase } from './database.js';
import type { Io } from './io.js';
import { keepCommandRecord } from './record.js';
import { parseRoles, rolesHelp } from './roles.js';
import { formatTable } from './table.js';

const day = 24 * 60 * 60 * 1000;

interface CreateOptions {
  readonly username: string;
  readonly roles: string;
  readonly label: string;
  readonly expires: string;
}

/** `token create|list|revoke`, on the database of DATABASE_URL, also while the gateway runs. */
export function addTokenCommands(program: Command, io: Io): void {
  const token = program
    .command('token')
    .description('Create, list and revoke tokens, in the database of DATABASE_URL.');

  const createCommand = token
    .command('create')
    .description(
      'Create a token, and its account where there is none: one that cannot log in. The token is shown once.',
    )
    .requiredOption('--username <name>', 'the account it is of')
    .requiredOption('--roles <roles>', `what it may do: ${rolesHelp}`)
    .option('--label <text>', 'what it is for, up to 100 characters', '')
    .option('--expires <days>', '1d to 365d', '90d');
  addExamples(createCommand, 'token create --username ci --roles registries:ro --label "build server" --expires 30d');
  setAction(createCommand, io, (options: CreateOptions) => {
    const wanted = parseWanted(options);
    return withAccounts(io, (accounts, database) => create(accounts, wanted, database));
  });

  const listCommand = token.command('list').description('List tokens, newest first. No token itself is shown.');
  addExamples(listCommand, 'token list', 'token list --json');
  setAction(listCommand, io, () => withAccounts(io, (accounts) => list(accounts, io)));

  const revokeCommand = token
    .command('revoke')
    .description('Revoke a token: its next request is refused.')
    .argument('<id>', 'as "token list" shows it');
  addExamples(revokeCommand, 'token revoke 0b5c3c0e-6a2f-4a57-9f0e-2d3f6f3f5f10');
  setAction(revokeCommand, io, (id: string) =>
    withAccounts(io, (accounts, database) => revoke(accounts, id, database)),
  );
}

function withAccounts(
  io: Io,
  work: (accounts: AccountStore, database: Database) => Promise<CommandResult>,
): Promise<CommandResult> {
  return withDatabase(io, async (database) => {
    const { AccountStore } = await import('../store/accounts/accounts.js');
    return work(new AccountStore(database), database);
  });
}

interface WantedToken {
  readonly username: string;
  readonly roles: Role[];
  readonly label: string;
  readonly expiresAt: Date;
}

/** Throws BAD_USER_INPUT before anything is opened. */
function parseWanted({ username, roles, label, expires }: CreateOptions): WantedToken {
  if (!isUsername(username)) throw badInput('--username must be 1 to 64 of a-z, 0-9, ".", "_", "@" and "-".');
  if (label.length > 100) throw badInput('--label has at most 100 characters.');
  return { username, roles: parseRoles(roles), label, expiresAt: new Date(Date.now() + parseDays(expires) * day) };
}

async function create(
  accounts: AccountStore,
  { username, roles, label, expiresAt }: WantedToken,
  database: Database,
): Promise<CommandResult> {
  const { createToken, hashToken } = await import('../auth/token.js');
  const account = (await accounts.find(username)) ?? (await createMachine(accounts, username, roles, database));
  const token = createToken();
  const details = { username, roles, label, expiresAt };
  const { id } = await keepCommandRecord(database, { action: 'createToken', details }, (describe) => {
    assertHasRoles(account, roles);
    return accounts.createToken({ accountId: account.id, hash: hashToken(token), label, roles, expiresAt }, (made) =>
      describe({ tokenId: made.id }),
    );
  });
  const text = `Token of ${username}, shown only now:

  ${token}

Send it as    X-Access-Token: ${username}:${token}
or as         Authorization: Bearer ${token}
Roles ${roles.join(', ')}; expires ${expiresAt.toISOString()}. Revoke it with: registry-gateway token revoke ${id}
`;
  return { data: { id, username, token, roles, label, expiresAt }, text };
}

/** An account that cannot log in. */
function createMachine(accounts: AccountStore, username: string, roles: Role[], database: Database): Promise<Account> {
  const details = { username, roles, canLogIn: false };
  return keepCommandRecord(database, { action: 'createAccount', details }, (describe) =>
    accounts.create({ username, roles, passwordHash: null }, describe()),
  );
}

function parseDays(text: string): number {
  const days = /^(\d{1,3})d$/.exec(text)?.[1];
  if (days !== undefined && Number(days) >= 1 && Number(days) <= 365) return Number(days);
  throw badInput('--expires must be 1d to 365d.');
}

/** A token never has more than its account; changing an account's roles is not this command's business. */
function assertHasRoles({ username, roles }: Account, wanted: readonly Role[]): void {
  if (wanted.every((role) => roles.includes(role))) return;
  throw new GatewayError(
    'FORBIDDEN',
    `The account ${username} has only the roles ${roles.join(', ') || '(none)'}. Use those, or another --username.`,
  );
}

async function list(accounts: AccountStore, io: Io): Promise<CommandResult> {
  const now = new Date();
  const { readGrantsOfAllTokens } = await import('../store/accounts/grants.js');
  const grants = await readGrantsOfAllTokens(accounts.kysely);
  const tokens = (await accounts.listTokens()).map(({ account, ...token }) => ({
    id: token.id,
    username: account.username,
    roles: token.roles,
    grants: (grants.get(token.id) ?? []).map(({ registry, ...grant }) => ({ registry: registry ?? '*', ...grant })),
    state: stateOf(token, now),
    createdAt: token.createdAt,
    expiresAt: token.expiresAt,
    lastUsedAt: token.lastUsedAt,
    label: token.label,
  }));
  const rows = tokens.map(({ id, username, roles, grants, state, expiresAt, lastUsedAt, label }) => [
    id,
    username,
    roles.join(','),
    state,
    expiresAt.toISOString().slice(0, 10),
    lastUsedAt?.toISOString().slice(0, 16) ?? 'never',
    label,
    grants.map(({ registry, repositories, right }) => `${registry}:${repositories}:${right.toLowerCase()}`).join(' '),
  ]);
  return {
    data: tokens,
    text: formatTable(io, ['ID', 'USER', 'ROLES', 'STATE', 'EXPIRES', 'LAST USED', 'LABEL', 'GRANTS'], rows, {
      hasIds: true,
    }),
  };
}

function stateOf(
  { revokedAt, expiresAt }: Pick<TokenRecord, 'revokedAt' | 'expiresAt'>,
  now: Date,
): 'valid' | 'expired' | 'revoked' {
  if (revokedAt) return 'revoked';
  return expiresAt <= now ? 'expired' : 'valid';
}

async function revoke(accounts: AccountStore, id: string, database: Database): Promise<CommandResult> {
  const details = { tokenId: isUuid(id) ? id : quote(id) };
  await keepCommandRecord(database, { action: 'revokeToken', details }, (describe) =>
    accounts.revokeToken(id, ({ account, label }) => describe({ username: account.username, label })),
  );
  return { data: { id, state: 'revoked' }, text: `Revoked ${id}: its next request is refused.\n` };
}
