import { LRUCache } from 'lru-cache';
import { isUsername, type Viewer } from '../domain/account.js';
import type { NewAuditEntry } from '../domain/audit.js';
import { networkOf } from '../domain/network.js';
import { createOwnLimit, createRateLimit, type RateLimitSettings, type SharedRateLimit } from '../domain/ratelimit.js';
import { GatewayError } from '../errors.js';
import type { Account, AccountStore } from '../store/accounts/accounts.js';
import { systemTimer, type Timer } from '../timer.js';
import { createGuessLimit } from './guesses.js';
import type { PasswordHasher, LoginStanding } from './password.js';
import { createToken, hashToken, type TokenPrefix, type TokenText } from './token.js';
import { toViewer } from './viewer.js';

export interface LoggedIn {
  readonly token: TokenText;
  readonly viewer: Viewer;
  readonly expiresAt: Date;
}

/** Gives what a login is kept by: a token, or a session, which a cookie alone holds. */
export type LoginForm = 'token' | 'session';

export const loginPrefixes: Readonly<Record<LoginForm, TokenPrefix>> = { token: 'rgw', session: 'rgc' };

/**
 * Gives a token for 24 hours. Throws UNAUTHENTICATED, the same for an unknown user, a disabled one and a wrong
 * password; FORBIDDEN for a one-time password; RATE_LIMITED with `retryAfter`; OVERLOADED. `clientAddress` is the
 * socket's, or a trusted proxy's word. `entry` is written with the token.
 */
export type LogIn = (
  username: string,
  password: string,
  clientAddress: string,
  entry?: NewAuditEntry,
  form?: LoginForm,
) => Promise<LoggedIn>;

const loginLifetime = 24 * 60 * 60 * 1000;

/**
 * In memory, so a restart forgives, or where the gateways of one database count together; guessing costs an argon2id
 * hash each all the same. Only wrong passwords count.
 */
const limits = {
  /** For one account from one address. Not for the account alone: anyone could then lock anyone out. */
  account: { points: 5, seconds: 15 * 60 },
  /** From one address, whatever the account. */
  address: { points: 20, seconds: 60 },
  /** Remembers that an address gave a wrong password. Limits nothing: those that never did are served first. */
  suspicion: { points: 1, seconds: 15 * 60 },
} as const;

/** Pairs of an address and an account that logged in from it. */
const rememberedPairs = 10_000;

/**
 * Says whose password it is; a one-time password too, as long as it is good. Throws as a login does, and counts as one.
 */
export type CheckPassword = (username: string, password: string, clientAddress: string) => Promise<Account>;

export function createPasswordCheck(
  accounts: AccountStore,
  hasher: PasswordHasher,
  clock: () => Date = () => new Date(),
  timer: Timer = systemTimer,
  count: (name: string, settings: RateLimitSettings) => SharedRateLimit = (_name, settings) => createOwnLimit(settings),
): CheckPassword {
  const elapsed = (): number => timer.elapsed();
  const ofAddress = createGuessLimit(count('address', { ...limits.address, elapsed }), timer);
  const ofAccount = createGuessLimit(count('account', { ...limits.account, elapsed }), timer);
  const suspects = createRateLimit({ ...limits.suspicion, elapsed });
  const known = new LRUCache<string, true>({ max: rememberedPairs });

  return async (username, password, clientAddress) => {
    const address = networkOf(clientAddress);
    const pair = `${address} ${isUsername(username) ? username : ''}`;
    const standing = (): LoginStanding =>
      suspects.look(address).isSpent ? 'suspect' : known.has(pair) ? 'known' : 'unknown';
    const account = await ofAddress.try(address, () =>
      ofAccount.try(pair, () => check(username, password, standing())),
    );
    if (!account) {
      suspects.take(address);
      throw new GatewayError('UNAUTHENTICATED', 'The user name or the password is wrong.');
    }
    await ofAccount.forgive(pair);
    known.set(pair, true);
    return account;
  };

  async function check(username: string, password: string, standing: LoginStanding): Promise<Account | null> {
    const account = isUsername(username) ? await accounts.find(username) : null;
    const matches = await hasher.verify(account?.passwordHash ?? null, password, standing);
    return matches && account && isGood(account, clock()) ? account : null;
  }
}

function isGood({ disabledAt, passwordExpiresAt }: Account, now: Date): boolean {
  return disabledAt === null && (passwordExpiresAt === null || now.getTime() < passwordExpiresAt.getTime());
}

export function createLogIn(
  accounts: AccountStore,
  hasher: PasswordHasher,
  clock: () => Date = () => new Date(),
  timer: Timer = systemTimer,
  checkPassword: CheckPassword = createPasswordCheck(accounts, hasher, clock, timer),
): LogIn {
  return async (username, password, clientAddress, entry, form = 'token') => {
    const account = await checkPassword(username, password, clientAddress);
    if (account.passwordExpiresAt !== null) {
      const next = 'Change it first: changePassword, or "registry-gateway password".';
      throw new GatewayError('FORBIDDEN', `This is a one-time password, which nobody logs in with. ${next}`);
    }
    return issue(accounts, account, clock(), form, entry);
  };
}

async function issue(
  accounts: AccountStore,
  account: Account,
  now: Date,
  form: LoginForm,
  entry: NewAuditEntry | undefined,
): Promise<LoggedIn> {
  const token = createToken(loginPrefixes[form]);
  const expiresAt = new Date(now.getTime() + loginLifetime);
  const record = await accounts.createToken(
    {
      accountId: account.id,
      hash: hashToken(token),
      label: form === 'session' ? 'session' : 'login',
      kind: 'LOGIN',
      roles: account.roles,
      expiresAt,
      conditions: { passwordHash: account.passwordHash },
    },
    entry && (() => entry),
  );
  return { token, viewer: toViewer(record), expiresAt };
}
