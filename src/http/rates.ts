import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isUsername } from '../domain/account.js';
import { networkOf } from '../domain/network.js';
import { type RateLimitWindow, createRateLimit } from '../domain/ratelimit.js';
import { type ErrorCode, GatewayError } from '../errors.js';
import type { Timer } from '../timer.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** As it was counted; null: it was not. */
    allowance: RateLimitWindow | null;
  }
}

/** Requests in a minute. */
export interface RequestRates {
  /** Of one account, whichever of its tokens they have; of one service key. */
  readonly requests: number;
  /** Without a valid token, from one address, or one IPv6 /64. */
  readonly anonymousRequests: number;
}

interface KnownCaller {
  readonly accountId: string;
  /** Of a service key: no name of an account. */
  readonly username: string;
  /** Absent: a proxy says who it is. */
  readonly tokenId?: string;
}

/** Says who sends a request; null for nobody that is known. Throws UNAUTHENTICATED for a token that is not valid. */
export type Identify<C> = (request: FastifyRequest) => Promise<C | null>;

const window = 60;

/**
 * Of a token that is not valid, of one that nobody can judge while its provider is away, and of a session's cookie that
 * does not count.
 */
const ofNobody: readonly ErrorCode[] = ['UNAUTHENTICATED', 'SESSION_OVER', 'FORBIDDEN', 'LOGIN_UNAVAILABLE'];

/**
 * Counts each request once, when it is asked who sends it: by its account, since who logs in again has another token,
 * or by its service key; else by its address, which no valid token of the same address suffers from. Throws
 * RATE_LIMITED when there are too many; `RateLimit-*` headers tell how many are left
 * (draft-ietf-httpapi-ratelimit-headers-07). Logins count by their own limits.
 */
export function limitRequests<C extends KnownCaller>(
  server: FastifyInstance,
  { requests, anonymousRequests }: RequestRates,
  timer: Timer,
  identify: Identify<C>,
): Identify<C> {
  const elapsed = (): number => timer.elapsed();
  const ofCaller = createRateLimit({ points: requests, seconds: window, elapsed });
  const ofAddress = createRateLimit({ points: anonymousRequests, seconds: window, elapsed });
  server.decorateRequest('allowance', null);
  const count = (request: FastifyRequest, caller: C | null): void => {
    if (request.allowance !== null) return;
    const allowance = caller ? ofCaller.take(keyOf(caller)) : ofAddress.take(networkOf(request.ip));
    request.allowance = allowance;
    if (allowance.isSpent) throw tooMany(allowance, caller);
  };
  server.addHook('onSend', ({ allowance }, reply, _payload, done) => {
    if (allowance) tell(reply, allowance);
    done();
  });
  return async (request) => {
    let caller: C | null;
    try {
      caller = await identify(request);
    } catch (error) {
      if (error instanceof GatewayError && ofNobody.includes(error.code)) count(request, null);
      throw error;
    }
    count(request, caller);
    return caller;
  };
}

function tell(reply: FastifyReply, { limit, remaining, reset, isSpent }: RateLimitWindow): void {
  reply.headers({ 'ratelimit-limit': limit, 'ratelimit-remaining': remaining, 'ratelimit-reset': reset });
  if (isSpent && reply.statusCode === 429) reply.header('retry-after', reset);
}

/** Machines with service keys of one account count apart. */
function keyOf({ accountId, username, tokenId }: KnownCaller): string {
  return isUsername(username) ? accountId : (tokenId ?? accountId);
}

function tooMany({ limit, reset }: RateLimitWindow, caller: KnownCaller | null): GatewayError {
  const known = caller && (isUsername(caller.username) ? 'of this account' : 'with this service key');
  const whose = known ?? 'without a valid token from this address';
  const message = `More than ${limit} requests a minute ${whose}. Try again in ${reset} seconds.`;
  return new GatewayError('RATE_LIMITED', message, { retryAfter: reset });
}
