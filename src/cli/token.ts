import { parseArgs } from 'node:util';
import { createToken, hashToken } from '../auth/token.js';
import { readConfig } from '../config.js';
import { isUsername, isRole, type Role, roles as allRoles } from '../domain/account.js';
import { badInput, GatewayError } from '../errors.js';
import { type Account, type AccountStore, createAccountStore, type TokenRecord } from '../store/accounts.js';
import { openDatabase } from '../store/database.js';
import { runCommand } from './command.js';
import { isEntry, type Output, standardOutput } from './entry.js';

const usage = `Usage:
  npm run token -- create --username <name> --roles <role,...> [--label <text>] [--expires <days>d]
  npm run token -- list
  npm run token -- revoke <id>
Roles: ${allRoles.join(', ')}. A token expires after 90d unless --expires says otherwise, 365d at most.
It works on the database of DATABASE_URL, also while the gateway runs.
`;

const day = 24 * 60 * 60 * 1000;

/** Exit codes: 0 done, 1 refused, 64 wrong usage, 78 wrong settings. */
export async function runToken(args: readonly string[], output: Output, env?: Readonly<Record<string, string>>): Promise<number> {
  const command = parseCommand(args);
  if (!command) {
    output.err(usage);
    return 64;
  }
  return runCommand(output, async () => {
    const database = await openDatabase(readConfig(env).databaseUrl, { access: 'beside' });
    try {
      return await command(createAccountStore(database));
    } finally {
      await database.close();
    }
  });
}

/** What to print. */
type Command = (accounts: AccountStore) => Promise<string>;

function parseCommand(args: readonly string[]): Command | null {
  const [name, ...rest] = args;
  if (name === 'list' && rest.length === 0) return list;
  if (name === 'revoke' && rest.length === 1) return (accounts) => revoke(accounts, String(rest[0]));
  if (name === 'create') return parseCreate(rest);
  return null;
}

const createOptions = { username: { type: 'string' }, roles: { type: 'string' }, label: { type: 'string' }, expires: { type: 'string' } } as const;

function parseCreate(args: string[]): Command | null {
  try {
    const { username, roles, label = '', expires = '90d' } = parseArgs({ args, options: createOptions }).values;
    return username && roles ? (accounts) => create(accounts, username, roles, label, expires) : null;
  } catch {
    return null;
  }
}

async function create(accounts: AccountStore, username: string, rolesText: string, label: string, expires: string): Promise<string> {
  if (!isUsername(username)) throw badInput('--username must be 1 to 64 of a-z, 0-9, ".", "_", "@" and "-".');
  if (label.length > 100) throw badInput('--label has at most 100 characters.');
  const roles = parseRoles(rolesText);
  const expiresAt = new Date(Date.now() + parseDays(expires) * day);
  const account = (await accounts.find(username)) ?? (await accounts.create({ username, roles, passwordHash: null }));
  assertHasRoles(account, roles);
  const token = createToken();
  const { id } = await accounts.createToken({ accountId: account.id, hash: hashToken(token), label, roles, expiresAt });
  return `Token of ${username}, shown only now:

  ${token}

Send it as    X-Access-Token: ${username}:${token}
or as         Authorization: Bearer ${token}
Roles ${roles.join(', ')}; expires ${expiresAt.toISOString()}. Revoke it with: npm run token -- revoke ${id}
`;
}

function parseRoles(text: string): Role[] {
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  if (names.every(isRole)) return names;
  throw badInput(`--roles must be some of ${allRoles.join(', ')}, joined by commas.`);
}

function parseDays(text: string): number {
  const days = /^(\d{1,3})d$/.exec(text)?.[1];
  if (days !== undefined && Number(days) >= 1 && Number(days) <= 365) return Number(days);
  throw badInput('--expires must be 1d to 365d.');
}

/** A token never has more than its account; changing an account's roles is not this command's business. */
function assertHasRoles({ username, roles }: Account, wanted: readonly Role[]): void {
  if (wanted.every((role) => roles.includes(role))) return;
  throw new GatewayError('FORBIDDEN', `The account ${username} has only the roles ${roles.join(', ') || '(none)'}. Use those, or another --username.`);
}

async function list(accounts: AccountStore): Promise<string> {
  const now = new Date();
  const rows = (await accounts.listTokens()).map((token) => [
    token.id,
    token.account.username,
    token.roles.join(','),
    stateOf(token, now),
    token.expiresAt.toISOString().slice(0, 10),
    token.lastUsedAt?.toISOString().slice(0, 16) ?? 'never',
    JSON.stringify(token.label).slice(1, -1),
  ]);
  return [['ID', 'USER', 'ROLES', 'STATE', 'EXPIRES', 'LAST USED', 'LABEL'], ...rows].map((row) => `${row.join('\t')}\n`).join('');
}

function stateOf({ revokedAt, expiresAt }: TokenRecord, now: Date): string {
  if (revokedAt) return 'revoked';
  return expiresAt <= now ? 'expired' : 'valid';
}

async function revoke(accounts: AccountStore, id: string): Promise<string> {
  await accounts.revokeToken(id);
  return `Revoked ${id}: its next request is refused.\n`;
}

if (isEntry(import.meta.url)) process.exitCode = await runToken(process.argv.slice(2), standardOutput);
