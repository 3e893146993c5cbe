import type { ErrorCode } from '../errors.js';
import type { Digest } from './digest.js';
import type { TagName } from './name.js';

/**
 * - `MANIFEST`: a manifest goes, with the tags on it, which are all to go;
 * - `CHILD`: a child of an index that goes, which nothing else in the repository uses;
 * - `TAG`: a tag goes alone, since its image has other tags, or stands in an index.
 */
export type StepKind = 'MANIFEST' | 'CHILD' | 'TAG';

/**
 * - `PENDING`: nothing was sent for it;
 * - `SENT`: something was, and what came of it is not known yet;
 * - `DONE`: it is gone; `ABSENT`: it was gone before;
 * - `KEPT`: it was pushed meanwhile, or is of use to what still stands, and is left as it is;
 * - `FAILED`: it is still there, or that is not known; `CANCELLED`: it was not begun.
 */
export type StepState = 'PENDING' | 'SENT' | 'DONE' | 'ABSENT' | 'KEPT' | 'FAILED' | 'CANCELLED';

/** One piece of a deletion, as planned. */
export interface PlannedStep {
  readonly kind: StepKind;
  /** What the tags pointed to when it was planned; null: the tag is listed, and the registry has nothing behind it. */
  readonly digest: Digest | null;
  /** The tags that go with it: of a CHILD none, of a TAG one. */
  readonly tags: readonly TagName[];
}

/** One piece of a deletion, and what came of it. */
export interface DeletionStep extends PlannedStep {
  readonly position: number;
  readonly state: StepState;
  /** What was put under the tag to be deleted with it; null: nothing was, or it is gone. */
  readonly placeholderDigest: Digest | null;
  readonly error: StepError | null;
}

export interface StepError {
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * How tags are taken off that go alone; `MANIFEST_DELETE` when none does, `UNSUPPORTED` where nothing can be deleted.
 */
export type DeletionMethod = 'MANIFEST_DELETE' | 'TAG_DELETE' | 'PLACEHOLDER_THEN_DELETE' | 'UNSUPPORTED';

/** Why something cannot be deleted, as far as is known before it is tried. */
export type BlockerReason =
  'ROLE' | 'READ_ONLY' | 'PROTECTED' | 'DELETES_DISABLED' | 'REGISTRY_READ_ONLY' | 'ACCOUNT_MAY_NOT_DELETE';

/** One such reason, worded for people; `hint` says what to change where. */
export interface DeletionBlocker {
  readonly reason: BlockerReason;
  readonly message: string;
  readonly hint: string | null;
}

export function isOver(state: StepState): boolean {
  return state !== 'PENDING' && state !== 'SENT';
}

export function isGone(state: StepState): boolean {
  return state === 'DONE' || state === 'ABSENT';
}
