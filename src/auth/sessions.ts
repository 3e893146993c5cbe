import { GatewayError } from '../errors.js';
import type { AccountStore, TokenRecord } from '../store/accounts/accounts.js';
import { hashToken, parseToken } from './token.js';
import { isValid, recordUse, toViewer, useInterval, type Caller } from './viewer.js';

/**
 * Says whose session a cookie is. `from`: the address that it is used from; null where nobody uses it just now, as an
 * open stream is looked at. Throws SESSION_OVER, the same for every reason; STORAGE_*.
 */
export type IdentifySession = (cookie: string, from: string | null) => Promise<Caller>;

/** `idle`: milliseconds after its last use, to the minute, at which a session is over. */
export function createSessionIdentification(
  accounts: Pick<AccountStore, 'findToken' | 'recordUse' | 'readLastUse'>,
  { clock, idle }: { readonly clock: () => Date; readonly idle: number },
): IdentifySession {
  // Uses within the interval are not written, and count all the same.
  const isIdle = (last: Date, now: Date): boolean => now.getTime() - last.getTime() >= idle + useInterval;
  return async (cookie, from) => {
    const token = parseToken(cookie, 'rgc');
    const record = token && (await accounts.findToken(hashToken(token)));
    const now = clock();
    if (!record || !isValid(record, now)) throw over();
    // Another gateway of the database may have written a use that this one was not told of.
    if (isIdle(lastUseOf(record), now)) {
      const last = await accounts.readLastUse(record.id);
      if (last === null || isIdle(last, now)) throw over();
    }
    if (from !== null) await recordUse(accounts, record, now, from);
    return { ...toViewer(record), isSession: true };
  };
}

/** Whoever logs in uses the session. */
function lastUseOf({ lastUsedAt, createdAt }: TokenRecord): Date {
  return lastUsedAt ?? createdAt;
}

function over(): GatewayError {
  const why = 'it was ended, was not used for too long, or ran out';
  return new GatewayError('SESSION_OVER', `The session is over: ${why}. Log in again.`);
}
