import type { FastifyRequest } from 'fastify';
import { nameRights, type Viewer } from '../domain/account.js';
import { GatewayError, isOfNobody } from '../errors.js';
import { repeat, type Timer } from '../timer.js';

export const defaultStreamsPerCaller = 10;

export interface StreamsParts {
  /** Long answers of one account at a time. */
  readonly perCaller: number;
  readonly timer: Timer;
  /** Says who sent the request, as of now. Throws UNAUTHENTICATED when its token no longer counts. */
  readonly identify: (request: FastifyRequest) => Promise<Viewer | null>;
}

/**
 * Counts the long answers that are on their way, and looks at each twice a second: one is cut whose viewer may read
 * less than when it was begun, or whose token no longer counts.
 */
export interface Streams {
  /**
   * Takes one of an account's places, and gives what frees it, any number of times; `cut` ends the answer where it is.
   * Throws RATE_LIMITED when all are taken.
   */
  enter(request: FastifyRequest, viewer: Viewer | null, cut: () => void): () => void;
  /** Cuts them all: one whose reader does not read would never end. */
  cutAll(): void;
}

/** Seconds after which a place may be free: nobody knows how fast the others are read. */
const retryAfter = 10;

/** Milliseconds between two looks: a token that is revoked ends what is sent for it within twice this. */
const lookEvery = 500;

interface SentAnswer {
  readonly request: FastifyRequest;
  readonly rights: string;
  readonly cut: () => void;
  isLookedAt: boolean;
}

/** Each takes a place from when it is known to be long until its last byte was taken over, or its reader has gone. */
export function createStreams({ perCaller, timer, identify }: StreamsParts): Streams {
  const taken = new Map<string, number>();
  const sent = new Set<SentAnswer>();
  let stop = (): void => undefined;
  const look = (): void => sent.forEach((one) => void lookAt(one, identify));
  return {
    cutAll: () => sent.forEach(({ cut }) => cut()),
    enter(request, viewer, cut) {
      const accountId = viewer?.accountId ?? '';
      const others = taken.get(accountId) ?? 0;
      if (others >= perCaller) {
        const message =
          `${perCaller} long lists are being sent to this account already, as many as it may have at ` +
          'a time. Read them to their end, or close them.';
        throw new GatewayError('RATE_LIMITED', message, { retryAfter });
      }
      taken.set(accountId, others + 1);
      const one = { request, rights: rightsOf(viewer), cut, isLookedAt: false };
      if (sent.size === 0) stop = repeat(timer, lookEvery, look);
      sent.add(one);
      return () => {
        if (!sent.delete(one)) return;
        if (sent.size === 0) stop();
        const left = taken.get(accountId)! - 1;
        if (left > 0) taken.set(accountId, left);
        else taken.delete(accountId);
      };
    },
  };
}

/** A database that does not answer just now says nothing of the token. */
async function lookAt(sent: SentAnswer, identify: StreamsParts['identify']): Promise<void> {
  if (sent.isLookedAt) return;
  sent.isLookedAt = true;
  try {
    if (rightsOf(await identify(sent.request)) !== sent.rights) sent.cut();
  } catch (error) {
    if (isOfNobody(error)) sent.cut();
  } finally {
    sent.isLookedAt = false;
  }
}

/** Equal texts: the same may be read. */
function rightsOf(viewer: Viewer | null): string {
  return JSON.stringify(viewer && [viewer.accountId, nameRights(viewer)]);
}
