import type { Digest } from '../../domain/digest.js';
import type { Notice } from '../../domain/notice.js';

/**
 * Milliseconds after a notice at which its tag is looked at, until it shows: distribution tells of a push before it
 * writes the tag, by some milliseconds, and by more when the machine is busy.
 */
const looks = [0, 20, 50, 100, 200, 350, 600, 900, 1500, 3000, 6000] as const;
/**
 * Milliseconds after a notice at which a tag that shows something else is looked at once more: that may be what was
 * there before.
 */
const laterLook = 1000;

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
 * What a look gave: what was expected; something newer, or older; what was there before, or nothing; or a failure, with
 * the seconds to wait where the registry named some. 'unreadable' is a failure that no other look would mend.
 */
export type Sight =
  'shown' | 'other' | 'missing' | 'unreadable' | { readonly failed: true; readonly retryAfter: number | undefined };

/** One that is looked for. */
export interface Entry extends Expectation {
  /** As the timer counts. */
  readonly since: number;
  dueAt: number;
  isLast: boolean;
  readonly onMissed: readonly (() => void)[];
}

/** A tag's name cannot be taken for a digest. */
export function subjectOf({ tag, digest }: Notice): string {
  return tag ?? digest ?? '';
}

/** What an earlier notice of the same tag told of may show for a moment: it is the past by now. */
export function createEntry(
  former: Entry | undefined,
  notice: Notice,
  at: Date,
  onMissed: () => void,
  now: number,
): Entry {
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

/** False when it was looked for to the end. */
export function postpone(entry: Entry, sight: Exclude<Sight, 'shown' | 'unreadable'>, now: number): boolean {
  const age = now - entry.since;
  if (sight === 'other') {
    entry.isLast = true;
    entry.dueAt = now + Math.max(laterLook - age, looks[1]);
    return true;
  }
  const next = looks.find((each) => each > age);
  if (next === undefined) return false;
  const rest = typeof sight === 'object' ? Math.min((sight.retryAfter ?? 0) * 1000, longestWait) : 0;
  entry.dueAt = Math.max(entry.since + next, now + rest);
  return true;
}
