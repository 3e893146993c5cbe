import type { Freshness, FreshnessState, UpstreamProblem } from '../domain/freshness.js';
import type { ErrorCode } from '../errors.js';

/** Failures of the whole registry: asking it for the next thing would fail alike. */
const wholeRegistry: readonly ErrorCode[] = [
  'UPSTREAM_UNREACHABLE',
  'UPSTREAM_TLS',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_PROXY',
  'UPSTREAM_AUTH',
  'UPSTREAM_REALM_REFUSED',
  'UPSTREAM_RATE_LIMITED',
  'UPSTREAM_BLOCKED',
];

function isWholeRegistryFailure(code: ErrorCode): boolean {
  return wholeRegistry.includes(code);
}

/** Failures of which one is enough; the others may be of the one thing that was asked for. */
const certain: readonly ErrorCode[] = ['UPSTREAM_TLS', 'UPSTREAM_REALM_REFUSED', 'UPSTREAM_RATE_LIMITED'];

/** Failures of the whole registry in a row after which it is asked for nothing more. */
const failuresInARow = 5;

/** Takes the outcome of one thing after the other, null for a success; true once the registry is to be left alone. */
export type FailureLimit = (code: ErrorCode | null) => boolean;

/**
 * Gives up after several failures of the whole registry in a row: one tag that always times out, or one repository that
 * cannot be read, must not keep the rest from being read for ever.
 */
export function createFailureLimit(): FailureLimit {
  let inARow = 0;
  return (code) => {
    inARow = code !== null && isWholeRegistryFailure(code) ? inARow + 1 : 0;
    return inARow >= failuresInARow || (code !== null && certain.includes(code));
  };
}

/**
 * Times that the registry was found to answer after all, with nothing read in between, after which it is left alone all
 * the same.
 */
const longestLeniency = 10;

/** Takes what came of one thing after the other, null for a success; true once the registry is to be left alone. */
export type Watch = (problem: Pick<UpstreamProblem, 'code' | 'host'> | null) => Promise<boolean>;

/**
 * Where failures of the whole registry follow each other, its ping tells whether it is away, or they are of the things
 * that were asked for. Refusals are of those, and enough of them of all in one repository.
 */
export function createWatch(ping: () => Promise<unknown>): Watch {
  let inARow = 0;
  let reprieves = 0;
  let asking: Promise<boolean> | null = null;
  const reprieve = (): boolean => {
    inARow = 0;
    reprieves += 1;
    return false;
  };
  const isAway = (): Promise<boolean> => {
    const answer = asking ?? ping().then(reprieve, () => true);
    asking = answer;
    return answer.finally(() => (asking = null));
  };
  return async (problem) => {
    if (problem === null) inARow = reprieves = 0;
    if (problem === null || !isWholeRegistryFailure(problem.code)) return false;
    inARow += 1;
    const isCertain = problem.host === undefined && certain.includes(problem.code);
    if (isCertain && problem.code === 'UPSTREAM_RATE_LIMITED') return true;
    if (inARow < failuresInARow && !isCertain) return false;
    return problem.code === 'UPSTREAM_AUTH' || reprieves >= longestLeniency || isAway();
  };
}

/**
 * Returns whether a state that was confirmed then is to be read again: `maxAge` seconds ago or more, never, or in the
 * future, before the clock was set back.
 */
export function isDue(confirmedAt: Date | null, maxAge: number, now: Date): boolean {
  if (confirmedAt === null) return true;
  const age = now.getTime() - confirmedAt.getTime();
  return age < 0 || age >= maxAge * 1000;
}

export function judgeFreshness(
  confirmedAt: Date | null,
  lastError: UpstreamProblem | null,
  maxAge: number,
  now: Date,
): Freshness {
  return { state: judgeState(confirmedAt, lastError, maxAge, now), confirmedAt, lastError };
}

function judgeState(
  confirmedAt: Date | null,
  lastError: UpstreamProblem | null,
  maxAge: number,
  now: Date,
): FreshnessState {
  if (lastError?.code === 'UPSTREAM_RATE_LIMITED') return 'RATE_LIMITED';
  if (lastError && isWholeRegistryFailure(lastError.code)) return 'UNREACHABLE';
  if (confirmedAt === null) return 'NEVER_INDEXED';
  return lastError || isDue(confirmedAt, maxAge, now) ? 'STALE' : 'FRESH';
}

/**
 * Returns the freshness to show where the registry itself answers: then the failure is of what was asked for alone,
 * such as its catalogue.
 */
export function showAnswering(freshness: Freshness, doesAnswer: boolean): Freshness {
  if (freshness.state !== 'UNREACHABLE' || !doesAnswer) return freshness;
  return { ...freshness, state: freshness.confirmedAt === null ? 'NEVER_INDEXED' : 'STALE' };
}

/**
 * Returns the freshness to show while the registry takes no requests for `pause` milliseconds, or its last failure was
 * such a limit.
 */
export function holdBack(freshness: Freshness, pause: number, now: Date): Freshness {
  const { state, lastError } = freshness;
  const isHeld = pause > 0 && state !== 'FRESH' && state !== 'UNREACHABLE';
  if (!isHeld && lastError?.code !== 'UPSTREAM_RATE_LIMITED') return freshness;
  return { ...freshness, state: 'RATE_LIMITED', retryAt: pause > 0 ? new Date(now.getTime() + pause) : null };
}

/** Returns the freshness to show while some of the registry was never read, unless less can be said. */
export function showIndexing(freshness: Freshness): Freshness {
  return freshness.state === 'UNREACHABLE' ? freshness : { ...freshness, state: 'INDEXING' };
}
