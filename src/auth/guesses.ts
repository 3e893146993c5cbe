import type { SharedRateLimit } from '../domain/ratelimit.js';
import { GatewayError } from '../errors.js';

/**
 * Lets a key be wrong so many times in a window. Whoever was right has used nothing up, and guesses that are sent at
 * once are no more than those sent in turn: as many are checked at a time as may still be wrong, and the others wait
 * for them.
 */
export interface GuessLimit {
  /**
   * Gives what `check` gives; null is a wrong guess. Throws RATE_LIMITED with `retryAfter`, OVERLOADED when too many
   * wait.
   */
  try<T>(key: string, check: () => Promise<T | null>): Promise<T | null>;
  /** The wrong guesses of this key no longer count. */
  forgive(key: string): Promise<void>;
}

/** Of one key; a person sends one. */
const waitersPerKey = 50;

interface PendingGuesses {
  checking: number;
  readonly waiters: (() => void)[];
}

export function createGuessLimit(wrong: SharedRateLimit): GuessLimit {
  /** Holds only keys that are being checked, so requests in flight bound it. */
  const pending = new Map<string, PendingGuesses>();

  const enter = async (key: string): Promise<PendingGuesses> => {
    for (;;) {
      const seen = wrong.look(key);
      // Those in memory are looked at at once: nothing comes between the look and the place.
      const { isSpent, remaining, reset } = seen instanceof Promise ? await seen : seen;
      if (isSpent) throw tooMany(reset);
      const own = pending.get(key) ?? { checking: 0, waiters: [] };
      if (own.checking < remaining) {
        own.checking += 1;
        pending.set(key, own);
        return own;
      }
      if (own.waiters.length >= waitersPerKey) {
        throw new GatewayError('OVERLOADED', 'Too many logins at once. Try again in a few seconds.', { retryAfter: 2 });
      }
      await new Promise<void>((resolve) => own.waiters.push(resolve));
    }
  };
  const leave = (key: string, own: PendingGuesses): void => {
    own.checking -= 1;
    // All look again: a wrong guess may have left none of them a place.
    for (const wake of own.waiters.splice(0)) wake();
    if (own.checking === 0) pending.delete(key);
  };

  return {
    async try(key, check) {
      const own = await enter(key);
      try {
        const found = await check();
        if (found === null) await wrong.take(key);
        return found;
      } finally {
        leave(key, own);
      }
    },
    forgive: async (key) => wrong.forget(key),
  };
}

function tooMany(retryAfter: number): GatewayError {
  return new GatewayError('RATE_LIMITED', `Too many login attempts. Try again in ${retryAfter} seconds.`, {
    retryAfter,
  });
}
