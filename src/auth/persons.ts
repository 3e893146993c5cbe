import type { AuditTrail } from '../catalogue/audit.js';
import type { RequestContext } from '../catalogue/context.js';
import { isUsername } from '../domain/account.js';
import type { NewAuditEntry } from '../domain/audit.js';
import { hashSecret } from '../domain/digest.js';
import type { ProviderIdentity } from '../domain/singlesignon.js';
import { GatewayError } from '../errors.js';
import type { AccountStore, TokenRecord } from '../store/accounts/accounts.js';
import { enterPerson, expelPerson } from '../store/accounts/persons.js';
import { insertToken } from '../store/accounts/tokens.js';
import { type LoggedIn, type LoginForm, loginPrefixes } from './login.js';
import { createToken, hashToken } from './token.js';
import { toViewer } from './viewer.js';

export interface PersonLoginParts {
  readonly accounts: AccountStore;
  readonly clock: () => Date;
  readonly audit: Pick<AuditTrail, 'audited'>;
  /** Of a request in which nobody is known yet. */
  readonly open: (requestId: string) => RequestContext;
  readonly issuer: string;
  /** Hours that a login is good. */
  readonly sessionHours: number;
  /** Whether accounts are in the teams that are called as their groups. */
  readonly areTeamsGroups: boolean;
}

/** The request that a login ends with. */
export interface LoginRequest {
  readonly requestId: string;
  /** The socket's, or a trusted proxy's word. */
  readonly clientAddress: string;
  /** `device`: by a code, which was entered in a browser that may be somewhere else (RFC 8628). */
  readonly way: 'browser' | 'device';
  readonly form: LoginForm;
}

/**
 * Gives a token to somebody whom the provider vouches for, of the account that is theirs; it is made with the first
 * login, and has the roles of their groups as they are now. Leaves its entry in the audit log. Throws FORBIDDEN for
 * whoever is not let in, has a disabled account, or would have no right at all; LAST_ADMIN; STORAGE_*.
 */
export type LogInPerson = (identity: ProviderIdentity, request: LoginRequest) => Promise<LoggedIn>;

/** Characters of a name that are left where it has something behind it. */
const longestStem = 53;
/** Of tokens, by the way that they were come by. */
const labels = { browser: 'single sign-on', device: 'single sign-on by a device code' } as const;
const hour = 60 * 60 * 1000;

export function createPersonLogin(parts: PersonLoginParts): LogInPerson {
  const { accounts, audit, open, issuer } = parts;
  return async (identity, { requestId, clientAddress, way, form }) => {
    const { subject } = identity;
    const known = await accounts.findPersonRemembered({ issuer, subject });
    const username = known?.account.username ?? (await chooseName(accounts, issuer, identity));
    const isSession = form === 'session';
    const ways = { ...(way === 'device' && { device: true }), ...(isSession && { session: true }) };
    const details = { clientAddress, issuer, subject, ...ways };
    const attempt = { action: 'login', username, details };
    return audit.audited(
      open(requestId),
      attempt,
      ({ deed }) =>
        deed.commit((entry) => {
          const label = isSession ? `${labels[way]}, session` : labels[way];
          return logIn(parts, username, identity, { entry: entry(), label, form });
        }),
      () => null,
    );
  };
}

async function logIn(
  parts: PersonLoginParts,
  username: string,
  { subject, groups, roles, isLetIn }: ProviderIdentity,
  { entry, label, form }: { readonly entry: NewAuditEntry; readonly label: string; readonly form: LoginForm },
): Promise<LoggedIn> {
  const { accounts, issuer, areTeamsGroups } = parts;
  const now = parts.clock();
  const person = { issuer, subject, username, roles, groups: areTeamsGroups ? groups : null };
  if (!isLetIn) {
    await accounts.transact((trx) => expelPerson(trx, person, now));
    const message = `${username} is not in the group that this gateway lets in. Ask whoever runs it.`;
    throw new GatewayError('FORBIDDEN', message);
  }
  const token = createToken(loginPrefixes[form]);
  const expiresAt = new Date(now.getTime() + parts.sessionHours * hour);
  const record = await accounts.transact(async (trx): Promise<TokenRecord> => {
    const account = await enterPerson(trx, person, now);
    const made = { accountId: account.id, hash: hashToken(token), label, expiresAt } as const;
    const described = { ...entry, details: { ...entry.details, roles } };
    return insertToken(trx, { ...made, kind: 'LOGIN', roles: account.roles }, now, () => described);
  });
  return { token, viewer: toViewer(record), expiresAt };
}

/**
 * The name of an account that is made: the provider's, in small letters, where an account can be called so and none
 * is. A name that is taken is somebody else's, and has a part behind it that is of this person alone.
 */
async function chooseName(
  accounts: Pick<AccountStore, 'find'>,
  issuer: string,
  { name, subject }: ProviderIdentity,
): Promise<string> {
  const own = hashSecret(`${issuer} ${subject}`).slice(0, 10);
  const wanted = name?.toLowerCase() ?? '';
  if (!isUsername(wanted)) return `sso-${own}`;
  return (await accounts.find(wanted)) === null ? wanted : `${wanted.slice(0, longestStem)}-${own}`;
}
