import { type Command, InvalidArgumentError } from 'commander';
import { addExamples, type CommandResult } from '../command.js';
import { CommandError } from '../exit.js';
import { rolesHelp } from '../roles.js';
import type { Text } from '../style.js';
import { escapeControls } from '../table.js';
import {
  createToken,
  type GrantInput,
  listTokens,
  revokeToken,
  type Role,
  type TokenKind,
  type TokenRowFragment,
} from './documents.js';
import { formatAge } from './format.js';
import { addGrant, formatGrant, formatGrants, grantHelp } from './grants.js';
import { type ListShape, printList, readPages } from './listing.js';
import { parseChoice, parseLimit } from './options.js';
import { assertDone } from './refusal.js';
import { type Remote, setRemoteAction, type Surroundings } from './remote.js';
import { describeRoles, parseRoleNames } from './roles.js';

interface TokenListOptions {
  readonly username?: string;
  readonly kind?: TokenKind;
  readonly valid?: boolean;
  readonly ended?: boolean;
  readonly limit?: number;
}

interface TokenCreateOptions {
  readonly label: string;
  readonly roles?: Role[];
  readonly grant?: GrantInput[];
  readonly expires: number;
  readonly serviceKey?: boolean;
}

const kinds: Readonly<Record<string, TokenKind>> = { login: 'LOGIN', token: 'TOKEN', 'service-key': 'SERVICE_KEY' };
const kindNames: Readonly<Record<TokenKind, string>> = {
  LOGIN: 'login',
  TOKEN: 'token',
  SERVICE_KEY: 'service key',
};

/** `tokens list|create|revoke`, of one's own account at a gateway; `token` does it in the database. */
export function addTokensCommands(program: Command, around: Surroundings): void {
  const tokens = program.command('tokens').description('List, create and revoke your tokens and service keys.');

  const list = tokens
    .command('list')
    .description('List your tokens and service keys, newest first; to admins those of all. No token itself is shown.')
    .option('--username <name>', 'only of this account')
    .option('--kind <kind>', `one of ${Object.keys(kinds).join(', ')}`, parseChoice(kinds))
    .option('--valid', 'only valid ones')
    .option('--ended', 'only those that are revoked or expired, which are kept for 30 days')
    .option('--limit <count>', 'so many at the most', parseLimit);
  addExamples(list, 'tokens list', 'tokens list --valid --kind service-key --json');
  setRemoteAction(list, around, showAll);

  const create = tokens
    .command('create')
    .description(
      'Create a token of your account, or a service key, and print it this once. Else it may what your token may.',
    )
    .option('--label <text>', 'what it is for, up to 100 characters', '')
    .option('--roles <roles>', `what it may do everywhere: ${rolesHelp}`, parseRoleNames)
    .option('--grant <grant>', `what it may do there: ${grantHelp}; several times`, addGrant)
    .option('--expires <days>', '1d to 365d', parseDays, 90)
    .option('--service-key', 'a key for a machine that speaks for itself');
  addExamples(
    create,
    'tokens create --label "build server" --roles registries:ro --expires 30d',
    'tokens create --service-key --label scanner',
    'tokens create --grant "local:team-a/*:delete"',
  );
  setRemoteAction(create, around, createOne);

  const revoke = tokens
    .command('revoke')
    .description('End a token or service key: its next request is refused.')
    .argument('[id]', 'as "tokens list" has it')
    .option('--secret-stdin', 'read the token itself from standard input, in place of its id: one that leaked');
  addExamples(revoke, 'tokens revoke 0199f2c4-0000-7000-8000-000000000000', 'tokens revoke --secret-stdin < found.txt');
  setRemoteAction(revoke, around, revokeOne);
}

function parseDays(text: string): number {
  const days = Number(/^(\d{1,3})d$/.exec(text)?.[1]);
  if (days >= 1 && days <= 365) return days;
  throw new InvalidArgumentError('It must be 1d to 365d.');
}

async function showAll(remote: Remote, options: TokenListOptions): Promise<null> {
  const { username, kind, valid = false, ended = false, limit } = options;
  if (valid && ended) throw new CommandError('USAGE', 'Give one of --valid and --ended.');
  const filter = {
    ...(username !== undefined && { username }),
    ...(kind && { kind }),
    ...((valid || ended) && { valid }),
  };
  const pages = readPages(
    async (first, after) => (await remote.client.ask(listTokens, { first, after, filter })).tokens,
    limit ?? null,
  );
  const shape: ListShape<TokenRowFragment> = {
    headings: ['TOKEN', 'ACCOUNT', 'KIND', 'ROLES', 'STATE', 'EXPIRES', 'LAST USED', 'LABEL', 'GRANTS'],
    toCells: (one) => toCells(one, remote.clock()),
    nothing: 'There are no such tokens.',
    hasIds: true,
  };
  await printList(remote, pages, shape);
  return null;
}

function toCells(token: TokenRowFragment, now: Date): Text[] {
  const { id, username, kind, roles, grants, expiresAt, lastUsedAt, lastUsedFrom, label } = token;
  const from = lastUsedAt !== null && lastUsedFrom !== null ? ` from ${lastUsedFrom}` : '';
  const used = lastUsedAt === null ? 'never' : `${formatAge(lastUsedAt, now)}${from}`;
  const state = describeState(token, now);
  const facts = [describeRoles(roles), state, expiresAt.slice(0, 10), used, label];
  return [id, username, kindNames[kind], ...facts, formatGrants(grants)];
}

function describeState({ revokedAt, expiresAt }: TokenRowFragment, now: Date): string {
  if (revokedAt !== null) return 'revoked';
  return new Date(expiresAt) <= now ? 'expired' : 'valid';
}

async function createOne(remote: Remote, options: TokenCreateOptions): Promise<CommandResult> {
  const { label, roles, grant: grants, expires: expiresInDays, serviceKey = false } = options;
  const kind = serviceKey ? 'SERVICE_KEY' : 'TOKEN';
  const input = { kind, label, expiresInDays, ...(roles && { roles }), ...(grants && { grants }) } as const;
  const { token, secret, userErrors } = (await remote.client.ask(createToken, { input })).createToken;
  assertDone(userErrors);
  if (token === null || secret === null) throw new CommandError('INTERNAL', 'The gateway gave no token.');
  const way = serviceKey ? `X-Service-Key: ${secret}` : `X-Access-Token: ${token.username}:${secret}`;
  const lines = [
    `${serviceKey ? 'The service key' : `The token of ${token.username}`}, which is not shown again:`,
    secret,
    `Send it as ${way}`,
    `It has the roles ${describeRoles(token.roles, ', ')}${describeGrants(token)}, and expires ${token.expiresAt}.`,
    `End it: registry-gateway tokens revoke ${token.id}`,
  ];
  return { data: { token, secret }, text: lines.map((line) => `${escapeControls(line)}\n`).join('') };
}

function describeGrants({ grants }: TokenRowFragment): string {
  return grants.length === 0 ? '' : ` and the grants ${grants.map(formatGrant).join(', ')}`;
}

async function revokeOne(
  remote: Remote,
  id: string | undefined,
  { secretStdin = false }: { readonly secretStdin?: boolean },
): Promise<CommandResult> {
  if ((id === undefined) === !secretStdin)
    throw new CommandError('USAGE', 'Name the id of the token, or give it itself on standard input: --secret-stdin.');
  const input = secretStdin ? { secret: (await remote.io.readInput()).trim() } : { id: id ?? '' };
  const { token, userErrors } = (await remote.client.ask(revokeToken, { input })).revokeToken;
  assertDone(userErrors);
  const what = token === null ? 'The token' : `${token.id} of ${token.username}`;
  return { data: token, text: `${escapeControls(what)} is revoked: its next request is refused.\n` };
}
