import { hash, type Options, verify } from '@node-rs/argon2';
import PQueue from 'p-queue';
import { tooManyAtOnce } from './guesses.js';
import { createRandomText } from './token.js';

/**
 * Who a password is checked for: an address that logged in to the account before, one that nothing is known of, or one
 * that gave a wrong password lately. The first go first, the last go last.
 */
export type LoginStanding = 'known' | 'unknown' | 'suspect';

/** Hashes and checks passwords; both throw OVERLOADED when too many wait. */
export interface PasswordHasher {
  /** An argon2id string with its own salt and parameters. */
  hash(password: string): Promise<string>;
  /** False without a hash as well, after the same work: time does not tell whether there is such an account. */
  verify(stored: string | null, password: string, standing?: LoginStanding): Promise<boolean>;
}

/** Where the work is done, of one call each. */
export interface Argon2 {
  hash(password: string, options: Options): Promise<string>;
  verify(stored: string, password: string): Promise<boolean>;
}

/** argon2id with 19 MiB, 2 passes, 1 lane: OWASP Password Storage Cheat Sheet. About 20 ms, off the event loop. */
const cost: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Each takes 19 MiB and a thread that the file system and DNS need too. */
const inFlight = 2;
/**
 * Of each standing: about half a second of waiting; behind that, an answer comes sooner from "try again". So whoever
 * fills one part of the queue takes no place of the others.
 */
const waiting = 50;
const priorities: Readonly<Record<LoginStanding, number>> = { known: 2, unknown: 1, suspect: 0 };

/** `argon2` does the work; a test gives its own. */
export function createPasswordHasher(argon2: Argon2 = { hash, verify }): PasswordHasher {
  const queue = new PQueue({ concurrency: inFlight });
  const run = async <T>(work: () => Promise<T>, standing: LoginStanding = 'unknown'): Promise<T> => {
    const priority = priorities[standing];
    if (queue.sizeBy({ priority }) >= waiting) throw tooManyAtOnce();
    return queue.add(work, { priority });
  };
  let decoy: Promise<string> | null = null;

  return {
    hash: (password) => run(() => argon2.hash(password, cost)),
    verify: (stored, password, standing) =>
      run(async () => {
        decoy ??= argon2.hash(createRandomText(32), cost);
        const matches = await argon2.verify(stored ?? (await decoy), password);
        return stored !== null && matches;
      }, standing),
  };
}
