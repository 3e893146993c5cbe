import type { SharedRateLimit, TakenUnit } from '../domain/ratelimit.js';
import { GatewayError } from '../errors.js';
import type { Timer } from '../timer.js';

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

/** Milliseconds, and times: a check in another gateway, which gives its unit back where it was right, takes less. */
const lookEvery = 200;
const looksElsewhere = 5;

interface PendingGuesses {
  checking: number;
  readonly waiters: (() => void)[];
}

/** A guess takes its unit of `wrong` before it is checked: however many gateways check, no more can be wrong. */
export function createGuessLimit(wrong: SharedRateLimit, timer: Timer): GuessLimit {
  /** Holds only keys that are being checked, so requests in flight bound it. */
  const pending = new Map<string, PendingGuesses>();
  /** By key: those that wait for checks in other gateways. */
  const waitingElsewhere = new Map<string, number>();

  const enter = async (key: string): Promise<TakenUnit> => {
    for (let looks = 0; ;) {
      const asked = wrong.take(key);
      // A unit that is counted in memory is taken at once: nothing comes between the unit and the place.
      const unit = asked instanceof Promise ? await asked : asked;
      const own = pending.get(key) ?? { checking: 0, waiters: [] };
      if (!unit.isSpent) {
        own.checking += 1;
        pending.set(key, own);
        return unit;
      }
      // Those that were wrong have used all up, or others check just now, here or in another gateway.
      const isElsewhere = own.checking === 0;
      if (isElsewhere && (looks === looksElsewhere || !(asked instanceof Promise))) throw tooMany(unit.reset);
      if (own.waiters.length + (waitingElsewhere.get(key) ?? 0) >= waitersPerKey) throw tooManyAtOnce();
      if (!isElsewhere) await new Promise<void>((resolve) => own.waiters.push(resolve));
      else {
        looks += 1;
        await waitForOthers(key);
      }
    }
  };
  const waitForOthers = async (key: string): Promise<void> => {
    waitingElsewhere.set(key, (waitingElsewhere.get(key) ?? 0) + 1);
    await timer.sleep(lookEvery);
    const left = waitingElsewhere.get(key)! - 1;
    if (left > 0) waitingElsewhere.set(key, left);
    else waitingElsewhere.delete(key);
  };
  const leave = (key: string): void => {
    const own = pending.get(key)!;
    own.checking -= 1;
    // All look again: a wrong guess may have left none of them a place.
    for (const wake of own.waiters.splice(0)) wake();
    if (own.checking === 0) pending.delete(key);
  };

  return {
    async try(key, check) {
      const unit = await enter(key);
      let isWrong = false;
      try {
        const found = await check();
        isWrong = found === null;
        return found;
      } finally {
        if (!isWrong) await unit.giveBack();
        leave(key);
      }
    },
    forgive: async (key) => wrong.forget(key),
  };
}

/** Whatever it is that cannot take one more login now. */
export function tooManyAtOnce(retryAfter = 2): GatewayError {
  return new GatewayError('OVERLOADED', 'Too many logins at once. Try again in a few seconds.', { retryAfter });
}

function tooMany(retryAfter: number): GatewayError {
  return new GatewayError('RATE_LIMITED', `Too many login attempts. Try again in ${retryAfter} seconds.`, {
    retryAfter,
  });
}
