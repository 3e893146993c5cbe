import { type Incoming, type Reply, replyEmpty, replyError } from '../../../src/demo/registry/reply.js';
import type { Route } from '../../../src/demo/registry/routes.js';
import type { RateLimit } from './traits.js';

export interface Limiter {
  /** Counts the request: the 429 when there were too many, or the headers its answer gets. */
  take(route: Route, request: Incoming): Reply | Readonly<Record<string, string>>;
}

/**
 * Each client, as its User-Agent has it, has one window at a time, begun by its first request. `now` in milliseconds.
 */
export function createLimiter(limit: RateLimit | undefined, now: () => number): Limiter {
  const windows = new Map<string, { readonly began: number; taken: number }>();
  const countIn = (client: string, windowMs: number): number => {
    const open = windows.get(client);
    const window = open && now() - open.began < windowMs ? open : { began: now(), taken: 0 };
    windows.set(client, window);
    return (window.taken += 1);
  };
  return {
    take(route, request) {
      if (!limit || (limit.counts === 'manifests' && !isPull(route, request))) return {};
      const taken = countIn(String(request.headers['user-agent'] ?? ''), limit.windowMs);
      const window = `w=${limit.windowMs / 1000}`;
      const left = Math.max(limit.requests - taken, 0);
      const told: Record<string, string> = limit.told
        ? { 'RateLimit-Limit': `${limit.requests};${window}`, 'RateLimit-Remaining': `${left};${window}` }
        : {};
      if (taken <= limit.requests) return told;
      const headers = { ...told, ...(limit.retryAfter !== undefined && { 'Retry-After': limit.retryAfter }) };
      return limit.told
        ? replyError(429, 'TOOMANYREQUESTS', 'You have reached your pull rate limit.', null, headers)
        : replyEmpty(429, headers);
    },
  };
}

/** A request without a token only asks for the challenge. */
function isPull(route: Route, { method, headers }: Incoming): boolean {
  return route.kind === 'manifest' && method === 'GET' && headers.authorization !== undefined;
}
