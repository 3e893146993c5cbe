import ipaddr from 'ipaddr.js';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { isUsername, type Viewer } from '../domain/account.js';
import type { NewAuditEntry } from '../domain/audit.js';
import { GatewayError } from '../errors.js';
import type { Account, AccountStore } from '../store/accounts.js';
import type { PasswordHasher } from './password.js';
import { createToken, hashToken, type TokenText } from './token.js';
import { toViewer } from './viewer.js';

/**
 * Gives a token for 24 hours. Throws UNAUTHENTICATED, the same for an unknown user and a wrong password; RATE_LIMITED with
 * `retryAfter`; OVERLOADED. `clientAddress` is the socket's, or a trusted proxy's word. `entry` is written with the token.
 */
export type LogIn = (username: string, password: string, clientAddress: string, entry?: NewAuditEntry) => Promise<{ token: TokenText; viewer: Viewer }>;

const loginLifetime = 24 * 60 * 60 * 1000;

/** In memory, so a restart forgives; guessing costs an argon2id hash each all the same. */
const limits = {
  /** Wrong passwords for one account from one address. Not for the account alone: anyone could then lock anyone out. */
  failures: { points: 5, duration: 15 * 60 },
  attempts: { points: 20, duration: 60 },
  /** Remembers that an address gave a wrong password. Limits nothing: those that never did are served first. */
  suspicion: { points: 1, duration: 15 * 60 },
} as const;

export function createLogIn(accounts: AccountStore, hasher: PasswordHasher, clock: () => Date = () => new Date()): LogIn {
  const failures = new RateLimiterMemory({ ...limits.failures, keyPrefix: 'failures' });
  const attempts = new RateLimiterMemory({ ...limits.attempts, keyPrefix: 'attempts' });
  const suspects = new RateLimiterMemory({ ...limits.suspicion, keyPrefix: 'suspects' });

  return async (username, password, clientAddress, entry) => {
    const address = networkOf(clientAddress);
    const pair = `${address} ${isUsername(username) ? username : ''}`;
    await consume(attempts, address);
    // Taken before the password is checked, so that guesses sent at once count as well; given back on success.
    await consume(failures, pair);
    const isSuspect = (await suspects.get(address)) !== null;
    const account = await check(username, password, isSuspect).catch(async (error: unknown) => {
      await failures.reward(pair);
      throw error;
    });
    if (!account) await suspects.penalty(address);
    if (!account) throw new GatewayError('UNAUTHENTICATED', 'The user name or the password is wrong.');
    await failures.delete(pair);
    return issue(accounts, account, clock(), entry);
  };

  async function check(username: string, password: string, isSuspect: boolean): Promise<Account | null> {
    const account = isUsername(username) ? await accounts.find(username) : null;
    const matches = await hasher.verify(account?.passwordHash ?? null, password, isSuspect);
    return matches ? account : null;
  }
}

/** Whoever has one IPv6 address has its whole /64 (RFC 6177), so that is what is counted. IPv4 within IPv6 counts as itself. */
export function networkOf(address: string): string {
  const zoneless = address.replace(/%.*$/, '');
  if (!ipaddr.isValid(zoneless)) return address;
  const parsed = ipaddr.process(zoneless);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return `${(parsed as ipaddr.IPv6).parts.slice(0, 4).map((part) => part.toString(16)).join(':')}::/64`;
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const retryAfter = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
    throw new GatewayError('RATE_LIMITED', `Too many login attempts. Try again in ${retryAfter} seconds.`, { retryAfter });
  }
}

async function issue(accounts: AccountStore, account: Account, now: Date, entry: NewAuditEntry | undefined): Promise<{ token: TokenText; viewer: Viewer }> {
  const token = createToken();
  const expiresAt = new Date(now.getTime() + loginLifetime);
  const record = await accounts.createToken({ accountId: account.id, hash: hashToken(token), label: 'login', roles: account.roles, expiresAt }, entry);
  return { token, viewer: toViewer(record) };
}
