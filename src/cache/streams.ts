import { GatewayError } from '../errors.js';

export const defaultStreamsPerCaller = 10;

/** Counts the long answers that are on their way. */
export interface Streams {
  /**
   * Takes one of an account's places, and gives what frees it, any number of times; `cut` ends the answer where it is.
   * Throws RATE_LIMITED when all are taken.
   */
  enter(accountId: string, cut: () => void): () => void;
  /** Cuts them all: one whose reader does not read would never end. */
  cutAll(): void;
}

/** Seconds after which a place may be free: nobody knows how fast the others are read. */
const retryAfter = 10;

/** Each takes a place from when it is known to be long until its last byte was taken over, or its reader has gone. */
export function createStreams(perCaller: number): Streams {
  const taken = new Map<string, number>();
  const cuts = new Set<() => void>();
  return {
    cutAll: () => cuts.forEach((cut) => cut()),
    enter(accountId, cut) {
      const others = taken.get(accountId) ?? 0;
      if (others >= perCaller) {
        const message =
          `${perCaller} long lists are being sent to this account already, as many as it may have at ` +
          'a time. Read them to their end, or close them.';
        throw new GatewayError('RATE_LIMITED', message, { retryAfter });
      }
      taken.set(accountId, others + 1);
      cuts.add(cut);
      return () => {
        if (!cuts.delete(cut)) return;
        const left = taken.get(accountId)! - 1;
        if (left > 0) taken.set(accountId, left);
        else taken.delete(accountId);
      };
    },
  };
}
