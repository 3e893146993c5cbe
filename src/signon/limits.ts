import type { FastifyRequest } from 'fastify';
import { tooManyAtOnce } from '../auth/guesses.js';
import { networkOf } from '../domain/network.js';
import { createRateLimit } from '../domain/ratelimit.js';
import { GatewayError } from '../errors.js';
import type { Timer } from '../timer.js';

/** Keeps strangers from having the provider asked as often as they like. */
export interface LoginLimits {
  /** Throws RATE_LIMITED after too many of one address, or one IPv6 /64. */
  count(request: FastifyRequest): void;
  /** The same of questions whether a login is completed, of which each login asks many. */
  countQuestion(request: FastifyRequest): void;
  /** Runs what asks the provider. Throws OVERLOADED while too many do. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** The same for logins by device codes, which take no place from those of browsers. */
  runDevice<T>(work: () => Promise<T>): Promise<T>;
}

/** Of logins begun, answers to them, and looks for where to log out: an office behind one address logs in by these. */
const ofAddress = { points: 120, seconds: 60 } as const;
/** Of questions after logins with device codes: some fifty that wait at a time, each asking every five seconds. */
const questionsOfAddress = { points: 600, seconds: 60 } as const;
/** Logins that wait for the provider at a time. */
const mostAtOnce = { browsers: 64, devices: 16 } as const;

export function createLoginLimits(timer: Timer): LoginLimits {
  return {
    count: createCount(ofAddress, timer),
    countQuestion: createCount(questionsOfAddress, timer),
    run: createPlaces(mostAtOnce.browsers),
    runDevice: createPlaces(mostAtOnce.devices),
  };
}

function createPlaces(most: number): LoginLimits['run'] {
  let running = 0;
  return async (work) => {
    if (running >= most) throw tooManyAtOnce(5);
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
    }
  };
}

function createCount(settings: { readonly points: number; readonly seconds: number }, timer: Timer) {
  const counted = createRateLimit({ ...settings, elapsed: () => timer.elapsed() });
  return ({ ip }: FastifyRequest): void => {
    const { isSpent, reset } = counted.take(networkOf(ip));
    if (!isSpent) return;
    const message = `Too many logins from this address. Try again in ${reset} seconds.`;
    throw new GatewayError('RATE_LIMITED', message, { retryAfter: reset });
  };
}
