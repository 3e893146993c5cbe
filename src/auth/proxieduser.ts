import type { AuditTrail } from '../catalogue/audit.js';
import type { RequestContext } from '../catalogue/context.js';
import { isUsername, type Role } from '../domain/account.js';
import type { NewAuditEntry } from '../domain/audit.js';
import { valuesOfHeader } from '../domain/rawheaders.js';
import { type GroupRole, rolesOfGroups } from '../domain/singlesignon.js';
import { GatewayError } from '../errors.js';
import type { AccountStore } from '../store/accounts/accounts.js';
import type { Caller } from './viewer.js';

/** A request that a proxy names somebody in. */
export interface ProxiedRequest {
  readonly rawHeaders: readonly string[];
  readonly requestId: string;
  /** The socket's, or a trusted proxy's word. */
  readonly clientAddress: string;
  /** false: it is asked about again, as a stream is while it is open. Its groups are of the time when it came. */
  readonly isNew: boolean;
}

/**
 * Says whom a proxy names in its header, of a request that has no token or key of its own: an account, with its roles
 * and grants. null: the header is not there, or empty, as of somebody whom the proxy does not know. Throws
 * UNAUTHENTICATED for a name that no account has, a disabled account, and a header that is there twice. Where the proxy
 * names groups too the account is made, and its roles are those of its groups: CONFLICT, LAST_ADMIN, STORAGE_*.
 */
export type IdentifyProxied = (request: ProxiedRequest) => Promise<Caller | null>;

export interface ProxiedUserParts {
  /** In small letters. */
  readonly header: string;
  /** null: the roles of accounts are no business of the proxy's. */
  readonly groups: ProxiedGroups | null;
  readonly accounts: Pick<AccountStore, 'findRemembered' | 'create' | 'setRoles'>;
  readonly audit: Pick<AuditTrail, 'audited'>;
  /** Of a request in which nobody is known yet. */
  readonly open: (requestId: string) => RequestContext;
}

export interface ProxiedGroups {
  /** In small letters. */
  readonly header: string;
  readonly roles: readonly GroupRole[];
}

type NamedAccount = NonNullable<Awaited<ReturnType<AccountStore['findRemembered']>>>;

export function createProxiedIdentification(parts: ProxiedUserParts): IdentifyProxied {
  const { header, groups, accounts } = parts;
  /** Holds only names that are being written: a page sends several requests at once. */
  const entering = new Map<string, Promise<unknown>>();
  const enterOnce = async (name: string, known: NamedAccount | null, request: ProxiedRequest, own: ProxiedGroups) => {
    const roles = rolesOfGroups(readGroups(request.rawHeaders, own.header), own.roles);
    if (known === null && roles.length === 0) return null;
    if (known !== null && isSame(known.roles, roles)) return known;
    const key = `${name} ${roles.join(' ')}`;
    const running = entering.get(key) ?? enter(parts, { name, known, roles }, request);
    entering.set(key, running);
    await running.finally(() => entering.delete(key));
    return accounts.findRemembered(name);
  };
  return async (request) => {
    const { rawHeaders } = request;
    const names = valuesOfHeader(rawHeaders, header);
    if (hasOwn(rawHeaders) || names.every((name) => name === '')) return null;
    const [name = ''] = names;
    if (names.length !== 1 || !isUsername(name)) throw unknown(header);
    const known = await accounts.findRemembered(name);
    if (known !== null && known.disabledAt !== null) throw unknown(header);
    const account = groups === null || !request.isNew ? known : await enterOnce(name, known, request, groups);
    if (account === null) throw unknown(header);
    const { id: accountId, username, roles, grants } = account;
    return { accountId, username, roles, ...(grants.length > 0 && { grants }) };
  };
}

/** Whom the proxy names, with the roles of their groups. */
interface EnteringUser {
  readonly name: string;
  /** null: they have no account yet. */
  readonly known: NamedAccount | null;
  readonly roles: readonly Role[];
}

/** Makes the account, or gives it these roles, and leaves an entry in the audit log. */
async function enter(
  { accounts, audit, open }: ProxiedUserParts,
  user: EnteringUser,
  { requestId, clientAddress }: ProxiedRequest,
): Promise<void> {
  const details = { clientAddress, proxied: true, roles: user.roles };
  await audit.audited(
    open(requestId),
    { action: 'login', username: user.name, details },
    ({ deed }) => deed.commit((entry) => writeRoles(accounts, user, entry())),
    () => null,
  );
}

async function writeRoles(
  accounts: ProxiedUserParts['accounts'],
  { name, known, roles }: EnteringUser,
  entry: NewAuditEntry,
): Promise<void> {
  if (known === null) await accounts.create({ username: name, roles, passwordHash: null }, entry);
  else await accounts.setRoles(known.id, roles, entry);
}

/**
 * The groups of one header or several, with commas or bars between, as oauth2-proxy, Authelia and Authentik write them.
 * Proxies send UTF-8, which Node reads as Latin-1.
 */
function readGroups(rawHeaders: readonly string[], header: string): readonly string[] {
  return valuesOfHeader(rawHeaders, header)
    .flatMap((value) => Buffer.from(value, 'latin1').toString().split(/[,|]/))
    .map((group) => group.trim())
    .filter(Boolean);
}

function isSame(held: readonly Role[], roles: readonly Role[]): boolean {
  return held.length === roles.length && held.every((role) => roles.includes(role));
}

/** A Basic password is the proxy's own: what it let somebody in by. */
function hasOwn(rawHeaders: readonly string[]): boolean {
  const has = (name: string): boolean => valuesOfHeader(rawHeaders, name).length > 0;
  const isBearer = valuesOfHeader(rawHeaders, 'authorization').some((value) => /^bearer /i.test(value));
  return has('x-access-token') || has('x-service-key') || isBearer;
}

function unknown(header: string): GatewayError {
  const what = `The proxy names somebody in ${header} who has no account here, or a disabled one.`;
  const next =
    'An admin makes one of that name: createAccount; or AUTH_PROXY_ROLES gives a role to one of their groups.';
  return new GatewayError('UNAUTHENTICATED', `${what} ${next}`);
}
