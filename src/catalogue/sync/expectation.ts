import type { Digest } from '../../domain/digest.js';
import type { Notice } from '../../domain/notice.js';

/**
 * Milliseconds after a notice at which the registry is asked for its tag, until that shows: distribution tells of a
 * push before it writes the tag, by some milliseconds, and by more when the machine is busy.
 */
const checksAfter = [0, 20, 50, 100, 200, 350, 600, 900, 1500, 3000, 6000] as const;
/**
 * Milliseconds after a notice at which a tag that shows something else is checked once more: that may be what was there
 * before.
 */
const laterCheck = 1000;

/** Former digests that are remembered of one tag while it is expected. */
const maxPast = 20;
/** Milliseconds that a registry's Retry-After is waited for, at the most. */
const longestWait = 60_000;

/** A tag that is expected to change, or content that is expected to come. */
export interface Expectation {
  readonly notice: Notice;
  /** When the notice was received. */
  readonly at: Date;
  /** Digests that the tag was on before: seeing one of these is seeing nothing new. */
  readonly past: Set<Digest>;
}

/**
 * The result of a check: 'shown' is what was expected; 'other' something newer, or older; 'missing' what was there
 * before, or nothing; 'unreadable' a failure that no other check would mend. Any other failure has the seconds to wait
 * where the registry named some.
 */
export type CheckOutcome =
  'shown' | 'other' | 'missing' | 'unreadable' | { readonly failed: true; readonly retryAfter: number | undefined };

/** An expectation that the registry is being asked for. */
export interface PendingExpectation extends Expectation {
  /** As the timer counts. */
  readonly since: number;
  dueAt: number;
  isLast: boolean;
  readonly onMissed: readonly (() => void)[];
}

/** Returns what an expectation is kept by; a tag's name cannot be taken for a digest. */
export function keyOfNotice({ tag, digest }: Notice): string {
  return tag ?? digest ?? '';
}

/**
 * Returns an expectation whose first check is due now. What an earlier notice (`former`) of the same tag told of may
 * still show for a moment, and is the past by now.
 */
export function createPending(
  former: PendingExpectation | undefined,
  notice: Notice,
  at: Date,
  onMissed: () => void,
  now: number,
): PendingExpectation {
  const past = [...(former?.past ?? []), former?.notice.digest ?? null].filter(
    (digest) => digest !== null && digest !== notice.digest,
  );
  const missed = [...(former?.onMissed ?? []), onMissed].slice(-maxPast);
  return {
    notice,
    at,
    past: new Set(past.slice(-maxPast)) as Set<Digest>,
    since: now,
    dueAt: now,
    isLast: false,
    onMissed: missed,
  };
}

/** Sets when the next check is due. Returns false when there is none left. */
export function postpone(
  pending: PendingExpectation,
  outcome: Exclude<CheckOutcome, 'shown' | 'unreadable'>,
  now: number,
): boolean {
  const age = now - pending.since;
  if (outcome === 'other') {
    pending.isLast = true;
    pending.dueAt = now + Math.max(laterCheck - age, checksAfter[1]);
    return true;
  }
  const next = checksAfter.find((each) => each > age);
  if (next === undefined) return false;
  const rest = typeof outcome === 'object' ? Math.min((outcome.retryAfter ?? 0) * 1000, longestWait) : 0;
  pending.dueAt = Math.max(pending.since + next, now + rest);
  return true;
}
