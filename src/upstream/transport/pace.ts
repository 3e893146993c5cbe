import type { Timer } from '../../timer.js';

/** A place in the order in which requests are sent. */
export interface Turn {
  /** Milliseconds until it comes; 0: now. */
  readonly waitMs: number;
  /** False once the host has wanted a pause after it was given. */
  isValid(): boolean;
}

/**
 * The rate at which a host is asked: none until it limits, then what it let through, and more again when it limits no
 * more.
 */
export interface Pace {
  take(): Turn;
  /** A request was answered. */
  notePassed(): void;
  /** The host wants a pause of these milliseconds: it is asked less often from then on. */
  slow(pauseMs: number): void;
}

/** Milliseconds between two requests: at the least, below which nothing is paced; and at the most. */
const shortestInterval = 5;
const longestInterval = 5000;
/** Requests that may follow each other at once. */
const longestBurst = 50;
/** Milliseconds without a request after which what is counted begins anew. */
const idle = 10_000;
/**
 * Milliseconds without a limit after which more is tried; twice as long each time that this was too much, six hours at
 * the most.
 */
const firstRaise = 600_000;
const longestRaise = 21_600_000;

interface Rate {
  readonly interval: number;
  readonly burst: number;
}

/**
 * A token bucket (GCRA): `burst` requests at once, then one each `interval`. Both are learnt at a limit: of what went
 * through since the one before, over the time that took with the pause at its end, nine tenths; at once half of it, and
 * half again each time.
 */
export function createPace(timer: Timer): Pace {
  let rate: Rate | null = null;
  let nextAt = -Infinity;
  let generation = 0;
  let passed = 0;
  let countedFrom = timer.elapsed();
  let lastAt = countedFrom;
  let raiseAfter = firstRaise;
  let raiseAt = Infinity;
  let isRaised = false;

  const raise = (now: number): void => {
    if (rate === null || now < raiseAt) return;
    const interval = rate.interval / 1.5;
    rate = interval < shortestInterval ? null : { interval, burst: Math.min(rate.burst * 2, longestBurst) };
    raiseAt = now + raiseAfter;
    isRaised = true;
  };

  return {
    take() {
      const now = timer.elapsed();
      if (now - lastAt > idle) [countedFrom, passed] = [now, 0];
      lastAt = now;
      raise(now);
      if (rate === null) return { waitMs: 0, isValid: () => true };
      const at = Math.max(nextAt, now);
      nextAt = at + rate.interval;
      const given = generation;
      return { waitMs: Math.max(at - (rate.burst - 1) * rate.interval - now, 0), isValid: () => given === generation };
    },
    notePassed() {
      passed += 1;
    },
    slow(pauseMs) {
      const now = timer.elapsed();
      rate = learn(rate, passed, now - countedFrom, pauseMs);
      generation += 1;
      nextAt = now + pauseMs;
      lastAt = nextAt;
      [countedFrom, passed] = [nextAt, 0];
      if (isRaised) raiseAfter = Math.min(raiseAfter * 2, longestRaise);
      isRaised = false;
      raiseAt = now + raiseAfter;
    },
  };
}

function learn(before: Rate | null, passed: number, took: number, pauseMs: number): Rate {
  // Nothing went through: somebody else may have used it up.
  const measured = passed > 0 ? (took + pauseMs) / passed / 0.9 : (before?.interval ?? Math.max(pauseMs, 100)) * 2;
  const interval = Math.min(Math.max(measured, before?.interval ?? 0, shortestInterval), longestInterval);
  const burst = Math.floor((before?.burst ?? Math.min(passed, longestBurst)) / 2);
  return { interval, burst: Math.max(burst, 1) };
}
