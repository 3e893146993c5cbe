import type { IncomingHttpHeaders } from 'node:http';
import type { GatewayError } from '../../errors.js';
import type { Timer } from '../../timer.js';
import { createPace } from './pace.js';
import { readQuota, type Quota } from './quota.js';
import type { CallOptions } from '../upstream.js';

/**
 * Knows how many requests one host takes, learnt from its answers: pauses that it asks for, the pace at which it asked
 * for none, and the quota that its headers name. A request that nobody waits for (`CallOptions.isBackground`) is put
 * off; a person's request is sent, or fails at once.
 */
export interface Allowance {
  /** Milliseconds that the host wants no requests; 0 when it takes them. */
  readonly pauseMs: number;
  /** Whether what was admitted may still be sent: other answers may have come since. */
  isOpen(request: Countable, call: CallOptions): boolean;
  /**
   * Resolves when a request may be sent. Throws what `refuse` makes of the seconds to wait: for a person during a
   * pause; for what waits when the host has let nothing through for long, or its quota comes back too slowly to be
   * waited for.
   */
  admit(request: Countable, call: CallOptions, refuse: (seconds: number) => GatewayError): Promise<void>;
  /** The host has answered with anything but 429. */
  notePassed(request: Countable, headers: IncomingHttpHeaders): void;
  /** The host has answered 429 to what was sent at `sentAt`, by the timer. */
  noteLimited(sentAt: number, retryAfter: number): void;
}

/** The part of a request by which a host decides whether it counts: Docker Hub counts GETs of manifests only. */
export interface Countable {
  readonly method: string;
  readonly url: URL;
}

/** Pauses in a row that let nothing through, and milliseconds of them, after which nothing waits any more. */
const longestStrike = 8;
const longestStandstill = 600_000;
/** Milliseconds of one pause. Each that let nothing through doubles the next. */
const longestPause = 300_000;
/** Milliseconds that a place of a quota is waited for. */
const longestQuotaWait = 60_000;

/** `sharers`: how many gateways share the host's quota, this one included. */
export function createAllowance(timer: Timer, sharers: () => number = () => 1): Allowance {
  const pace = createPace(timer);
  const quotas = new Map<string, Quota>();
  let pausedAt = -Infinity;
  let pausedUntil = -Infinity;
  let strikes = 0;
  let stoodSince = 0;

  const pauseMs = (): number => Math.max(pausedUntil - timer.elapsed(), 0);
  const isGivenUp = (): boolean =>
    strikes >= longestStrike || (strikes > 0 && timer.elapsed() - stoodSince >= longestStandstill);

  const quotaWait = (request: Countable, call: CallOptions): number =>
    call.isBackground ? (quotas.get(kindOf(request))?.waitMs(timer.elapsed(), sharers()) ?? 0) : 0;

  return {
    get pauseMs() {
      return pauseMs();
    },
    isOpen: (request, call) => pauseMs() === 0 && quotaWait(request, call) === 0,
    async admit(request, call, refuse) {
      for (;;) {
        const slow = quotaWait(request, call);
        const wait = Math.max(pauseMs(), slow);
        if (wait === 0) break;
        if (!call.isBackground || isGivenUp() || slow > longestQuotaWait) throw refuse(Math.ceil(wait / 1000));
        await timer.sleep(wait, call.signal);
      }
      const turn = pace.take();
      if (turn.waitMs === 0 || !call.isBackground) return;
      await timer.sleep(turn.waitMs, call.signal);
      // A host that wanted a pause meanwhile gives turns anew.
      if (!turn.isValid()) return this.admit(request, call, refuse);
    },
    notePassed(request, headers) {
      strikes = 0;
      pace.notePassed();
      const quota = readQuota(headers, timer.elapsed());
      if (quota) quotas.set(kindOf(request), quota);
    },
    noteLimited(sentAt, retryAfter) {
      const now = timer.elapsed();
      if (sentAt <= pausedAt || sentAt < pausedUntil) {
        // Sent before the host was heard to want a pause: the same limit once more.
        pausedUntil = Math.max(pausedUntil, now + Math.min(retryAfter * 1000, longestPause));
        return;
      }
      if (strikes === 0) stoodSince = now;
      const pause = Math.min(Math.max(retryAfter, strikes > 0 ? 1 : 0) * 1000 * 2 ** strikes, longestPause);
      strikes = Math.min(strikes + 1, longestStrike);
      pausedAt = now;
      pausedUntil = now + pause;
      pace.slow(pause);
    },
  };
}

/** Hosts whose allowance is remembered: the registry's own, its token server, and the stores it redirects to. */
const rememberedHosts = 16;

/** One for each host: that a blob store wants a pause says nothing of the registry. */
export function createAllowances(timer: Timer, sharers?: () => number): (host: string) => Allowance {
  const known = new Map<string, Allowance>();
  return (host) => {
    const found = known.get(host) ?? createAllowance(timer, sharers);
    known.delete(host);
    known.set(host, found);
    if (known.size > rememberedHosts) known.delete(known.keys().next().value!);
    return found;
  };
}

function kindOf({ method, url }: Countable): string {
  return `${method} ${/\/(manifests|blobs|tags|referrers)\//.exec(url.pathname)?.[1] ?? ''}`;
}
