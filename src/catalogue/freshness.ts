import type { Freshness, FreshnessState, UpstreamProblem } from '../domain/freshness.js';
import type { ErrorCode } from '../errors.js';

/** Failures of the whole registry: asking it for the next thing would fail alike. */
const wholeRegistry: readonly ErrorCode[] = [
  'UPSTREAM_UNREACHABLE',
  'UPSTREAM_TLS',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_AUTH',
  'UPSTREAM_REALM_REFUSED',
  'UPSTREAM_RATE_LIMITED',
  'UPSTREAM_BLOCKED',
];

export function isWholeRegistryFailure(code: ErrorCode): boolean {
  return wholeRegistry.includes(code);
}

/** Of these one is enough; the others may be of the one thing that was asked for. */
const certain: readonly ErrorCode[] = ['UPSTREAM_TLS', 'UPSTREAM_REALM_REFUSED', 'UPSTREAM_RATE_LIMITED'];

/** Failures of the whole registry in a row after which it is asked for nothing more. */
const failuresInARow = 5;

/** Takes the outcome of one thing after the other, null for a success; true once the registry is to be left alone. */
export type Patience = (code: ErrorCode | null) => boolean;

/** One tag that always times out, or one repository that cannot be read, must not keep the rest from being read for ever. */
export function createPatience(): Patience {
  let inARow = 0;
  return (code) => {
    inARow = code !== null && isWholeRegistryFailure(code) ? inARow + 1 : 0;
    return inARow >= failuresInARow || (code !== null && certain.includes(code));
  };
}

/** What was confirmed more than `maxAge` seconds ago, or never, is due. */
export function isDue(confirmedAt: Date | null, maxAge: number, now: Date): boolean {
  return confirmedAt === null || now.getTime() - confirmedAt.getTime() >= maxAge * 1000;
}

export function judgeFreshness(confirmedAt: Date | null, lastError: UpstreamProblem | null, maxAge: number, now: Date): Freshness {
  return { state: judgeState(confirmedAt, lastError, maxAge, now), confirmedAt, lastError };
}

function judgeState(confirmedAt: Date | null, lastError: UpstreamProblem | null, maxAge: number, now: Date): FreshnessState {
  if (lastError && isWholeRegistryFailure(lastError.code)) return 'UNREACHABLE';
  if (confirmedAt === null) return 'NEVER_INDEXED';
  return lastError || isDue(confirmedAt, maxAge, now) ? 'STALE' : 'FRESH';
}
