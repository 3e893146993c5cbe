import type { ErrorCode } from '../errors.js';
import type { Digest } from './digest.js';
import type { TagName } from './name.js';

/**
 * - `MANIFEST`: a manifest goes, with the tags on it, which are all to go;
 * - `CHILD`: a child of an index that goes, which nothing else in the repository uses;
 * - `TAG`: a tag goes alone, since its image has other tags, or stands in an index;
 * - `RESTORE`: a tag is put back on the image that a deletion took it off: a step of no deletion.
 */
export type StepKind = 'MANIFEST' | 'CHILD' | 'TAG' | 'RESTORE';

/**
 * - `PENDING`: nothing was sent for it;
 * - `SENT`: something was, and what came of it is not known yet;
 * - `DONE`: it is gone, or back; `ABSENT`: it was gone before;
 * - `KEPT`: it was pushed meanwhile, or is of use to what still stands, and is left as it is;
 * - `FAILED`: it is still there, or that is not known; `CANCELLED`: it was not begun.
 */
export type StepState = 'PENDING' | 'SENT' | 'DONE' | 'ABSENT' | 'KEPT' | 'FAILED' | 'CANCELLED';

/** A manifest goes with all tags that were on it when the deletion was planned. */
interface PlannedManifest {
  readonly kind: 'MANIFEST';
  readonly digest: Digest;
  readonly tags: readonly TagName[];
}

interface PlannedChild {
  readonly kind: 'CHILD';
  readonly digest: Digest;
  readonly tags: readonly [];
}

interface PlannedTag {
  readonly kind: 'TAG';
  /** The tag pointed to it when the deletion was planned; null: the tag is listed, and the registry has no manifest. */
  readonly digest: Digest | null;
  readonly tags: readonly [TagName];
}

/** One piece of a deletion, as planned. */
export type PlannedStep = PlannedManifest | PlannedChild | PlannedTag;

/** One piece of a deletion, and what came of it. */
export type DeletionStep<Kind extends PlannedStep['kind'] = PlannedStep['kind']> = Extract<
  PlannedStep,
  { readonly kind: Kind }
> &
  StepProgress;

/** A tag that is to be put back. */
export interface PlannedRestoration {
  readonly kind: 'RESTORE';
  readonly digest: Digest;
  readonly tags: readonly [TagName];
}

/** A tag that is to be put back, and what came of it. */
export type RestorationStep = PlannedRestoration & StepProgress;

/** One piece of a job that changes a repository. */
export type JobStep = DeletionStep | RestorationStep;

/** How far a step is. */
export interface StepProgress {
  /** From 0, in the order in which the steps are done. */
  readonly position: number;
  readonly state: StepState;
  /** The placeholder that was put under the tag to be deleted with it; null: none was, or it is gone. */
  readonly placeholderDigest: Digest | null;
  readonly error: StepError | null;
}

/** Why a step was not done. */
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

/** Nothing more is done for a step in this state. */
export function isOver(state: StepState): boolean {
  return state !== 'PENDING' && state !== 'SENT';
}

/** The registry no longer has what a step in one of these states was to remove. */
export const goneStates: readonly StepState[] = ['DONE', 'ABSENT'];

export function isGone(state: StepState): boolean {
  return goneStates.includes(state);
}

/**
 * Whether a tag that a deletion took off can come back:
 * - `RESTORABLE`: it is gone, and the registry has its image;
 * - `PRESENT`: it is there, on that image;
 * - `MOVED`: it is there, and points elsewhere;
 * - `IMAGE_GONE`: the registry no longer has the image, or there was none behind it;
 * - `UNKNOWN`: that was not asked.
 */
export const undoStates = ['RESTORABLE', 'PRESENT', 'MOVED', 'IMAGE_GONE', 'UNKNOWN'] as const;
export type UndoState = (typeof undoStates)[number];

/** A tag that a deletion took off. */
export interface UndoneTag {
  readonly name: TagName;
  /** Of the image that it pointed to; null: nothing was behind it. */
  readonly digest: Digest | null;
  readonly state: UndoState;
}
