import type { IncomingHttpHeaders } from 'node:http';

/** The requests that a host's headers say it still takes. */
export interface Quota {
  /** Milliseconds, as of `now`, until background work may have one more, where so many gateways share the quota. */
  waitMs(now: number, sharers?: number): number;
}

/** Of what is left, the part that is for people: a tenth. */
const kept = 0.1;

/**
 * Docker Hub's `ratelimit-limit: 100;w=21600` and `ratelimit-remaining: 76;w=21600`, and the same names without `w`
 * beside `ratelimit-reset` (draft-ietf-httpapi-ratelimit-headers-03). Seconds. null where there are none, or none that
 * can be used. `now` is the timer's.
 */
export function readQuota(headers: IncomingHttpHeaders, now: number): Quota | null {
  const limit = readPair(headers['ratelimit-limit']);
  const remaining = readPair(headers['ratelimit-remaining']);
  if (!limit || !remaining || limit.count < 1) return null;
  const window = limit.window ?? remaining.window ?? readPair(headers['ratelimit-reset'])?.count;
  if (!window) return null;
  const interval = (Math.min(window, longestWindow) * 1000) / limit.count;
  const reserve = Math.min(Math.ceil(limit.count * kept), limit.count - 1);
  // The quota is taken to come back evenly over its window: a host that gives all at once is ahead of that.
  return {
    waitMs: (then, sharers = 1) => Math.max((reserve + 1 - remaining.count) * interval * sharers - (then - now), 0),
  };
}

/** A day, in seconds. */
const longestWindow = 86_400;

function readPair(
  header: string | string[] | undefined,
): { readonly count: number; readonly window: number | null } | null {
  const match = /^\s*(\d{1,9})\b(?:.*?;\s*w=(\d{1,9}))?/.exec(String(header ?? '').slice(0, 200));
  return match ? { count: Number(match[1]), window: match[2] ? Number(match[2]) : null } : null;
}
