import { hash, type Options, verify } from '@node-rs/argon2';
import PQueue from 'p-queue';
import { GatewayError } from '../errors.js';
import { createRandomText } from './token.js';

/** Hashes and checks passwords; both throw OVERLOADED when too many wait. */
export interface PasswordHasher {
  /** An argon2id string with its own salt and parameters. */
  hash(password: string): Promise<string>;
  /**
   * False without a hash as well, after the same work: time does not tell whether there is such an account. `isSuspect`: it is
   * for somebody who was wrong before, and waits behind all others.
   */
  verify(stored: string | null, password: string, isSuspect?: boolean): Promise<boolean>;
}

/** argon2id with 19 MiB, 2 passes, 1 lane: OWASP Password Storage Cheat Sheet. About 20 ms, off the event loop. */
const cost: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Each takes 19 MiB and a thread that the file system and DNS need too. */
const inFlight = 2;
/** About half a second of waiting; behind that, an answer comes sooner from "try again". As many again for those who were never wrong. */
const waiting = 50;
const priority = { usual: 1, suspect: 0 };

export function createPasswordHasher(): PasswordHasher {
  const queue = new PQueue({ concurrency: inFlight });
  const run = async <T>(work: () => Promise<T>, isSuspect = false): Promise<T> => {
    const own = isSuspect ? priority.suspect : priority.usual;
    if (queue.sizeBy({ priority: own }) >= waiting) throw new GatewayError('OVERLOADED', 'Too many logins at once. Try again in a few seconds.', { retryAfter: 2 });
    return queue.add(work, { priority: own });
  };
  let decoy: Promise<string> | null = null;

  return {
    hash: (password) => run(() => hash(password, cost)),
    verify: (stored, password, isSuspect) =>
      run(async () => {
        decoy ??= hash(createRandomText(32), cost);
        const matches = await verify(stored ?? (await decoy), password);
        return stored !== null && matches;
      }, isSuspect),
  };
}
