import type { IncomingHttpHeaders } from 'node:http';

/** Longest pause a registry can ask for: a Retry-After of a day must not take it away for a day. Seconds. */
const maxRetryAfter = 300;

/**
 * Seconds, from the two forms of RFC 9110 §10.2.3, at most `longest`; null when absent or unreadable. A date is
 * compared with the answer's own Date where it has one: the clock here may be another.
 */
export function parseRetryAfter(
  headers: IncomingHttpHeaders,
  now = Date.now(),
  longest = maxRetryAfter,
): number | null {
  const text = headers['retry-after'];
  if (!text) return null;
  const then = Date.parse(headers.date ?? '');
  const seconds = /^\d{1,9}$/.test(text)
    ? Number(text)
    : Math.ceil((Date.parse(text) - (Number.isNaN(then) ? now : then)) / 1000);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), longest) : null;
}
