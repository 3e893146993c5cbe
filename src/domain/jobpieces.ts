import {
  isEnded,
  type Job,
  type JobFailure,
  type JobKind,
  type JobState,
  jobStates,
  type PlacedJob,
  unfinished,
} from './job.js';
import { joinPaces, type PaceSum } from './jobpace.js';

/**
 * The kind of the whole, by the kind of its pieces. Nothing of a whole is written down but its id, in each piece: how
 * far it is, is told by those that somebody sees, and so nothing has to be kept in step with them.
 */
export const wholeKinds = { DELETE_TAGS: 'DELETE_SELECTION', RESTORE_TAGS: 'RESTORE_SELECTION' } as const satisfies {
  readonly [kind in JobKind]?: JobKind;
};
type PieceKind = keyof typeof wholeKinds;

export const pieceKinds = Object.keys(wholeKinds) as readonly PieceKind[];

/** Failures of pieces that are told of. */
export const mostFailures = 100;

/** A job whose pieces are jobs, each of one repository. */
export function isWholeJob({ kind }: Pick<Job, 'kind'>): boolean {
  return Object.values<JobKind>(wholeKinds).includes(kind);
}

/** Whether jobs can be pieces of it: of a run of retention the deletions are that it begins. */
export function mayHavePieces(job: Pick<Job, 'kind'>): boolean {
  return isWholeJob(job) || job.kind === 'RETENTION_RUN';
}

/** Whether a job is told of by the whole that it is a piece of. A run of retention is written down itself. */
export function isPiece<T extends Pick<Job, 'kind' | 'parentId'>>(job: T): job is T & { readonly parentId: string } {
  return job.parentId !== null && kindOfWhole(job.kind) !== null;
}

function kindOfWhole(kind: JobKind): JobKind | null {
  return pieceKinds.includes(kind as PieceKind) ? wholeKinds[kind as PieceKind] : null;
}

/** So much of a piece as rights, and the index, are asked about. */
export type PieceOutline = Pick<PlacedJob, 'id' | 'kind' | 'registryId' | 'repository' | 'state' | 'approvalExpiresAt'>;

/** The pieces of one whole that are in one state, summed up. A pair has the least and the most that any has. */
export interface PieceSum extends Pick<
  Job,
  'kind' | 'state' | 'done' | 'total' | 'requestedBy' | 'requestId' | 'requestedAccount' | 'createdAt'
> {
  readonly count: number;
  /** Pieces of which something failed. */
  readonly failed: number;
  readonly registryIds: readonly [string, string];
  readonly cancelledBy: readonly [string | null, string | null];
  readonly approvedBy: readonly [string | null, string | null];
  /** The first of them. */
  readonly approvalExpiresAt: Date | null;
  readonly startedAt: Date | null;
  /** The last of them. */
  readonly finishedAt: Date | null;
  readonly pace: PaceSum;
}

/** The whole of these pieces, with what failed of them; null: there is none. */
export function joinPieces(id: string, unordered: readonly PieceSum[], failures: readonly JobFailure[]): Job | null {
  const sums = unordered.toSorted((a, b) => jobStates.indexOf(a.state) - jobStates.indexOf(b.state));
  const [first] = sums;
  const kind = first && kindOfWhole(first.kind);
  if (!first || !kind) return null;
  const { requestedBy, requestId, requestedAccount, createdAt } = first;
  const state = judgeWhole(sums.map((sum) => sum.state));
  const add = (of: 'done' | 'total' | 'failed'): number => sums.reduce((all, sum) => all + sum[of], 0);
  return {
    id,
    kind,
    requestedBy,
    requestId,
    requestedAccount,
    createdAt,
    registryId: findSame(sums.flatMap(({ registryIds }) => registryIds)),
    repository: null,
    parentId: null,
    pieceCounts: sums.map(({ state: of, count }) => ({ state: of, count })),
    state,
    done: add('done'),
    total: add('total'),
    cancelledBy: findSame(sums.flatMap((sum) => sum.cancelledBy)),
    approvedBy: findSame(sums.flatMap((sum) => sum.approvedBy)),
    approvalExpiresAt: findFirst(sums.map((sum) => sum.approvalExpiresAt)),
    failures,
    failureCount: add('failed'),
    startedAt: findFirst(sums.map((sum) => sum.startedAt)),
    pace: joinPaces(sums),
    finishedAt: isEnded({ state }) ? findLast(sums.map((sum) => sum.finishedAt)) : null,
  };
}

/** A state of wholes: of those with a piece in one of the states `has`, and one in those of `and`, if that is given. */
interface Judgement {
  readonly state: JobState;
  readonly has: readonly JobState[];
  readonly and?: readonly JobState[];
}

/** The first that fits a whole is its state; one that none fits has succeeded. */
export const judgements: readonly Judgement[] = [
  { state: 'RUNNING', has: ['RUNNING'] },
  { state: 'RUNNING', has: ['QUEUED'], and: jobStates.filter((state) => !unfinished.includes(state)) },
  { state: 'QUEUED', has: ['QUEUED'] },
  { state: 'AWAITING_APPROVAL', has: ['AWAITING_APPROVAL'] },
  { state: 'PARTIALLY_FAILED', has: ['FAILED', 'PARTIALLY_FAILED'], and: ['SUCCEEDED', 'PARTIALLY_FAILED'] },
  { state: 'FAILED', has: ['FAILED', 'PARTIALLY_FAILED'] },
  { state: 'CANCELLED', has: ['CANCELLED'] },
];

/** The state of a whole whose pieces are in these states: at the least one, in whatever order. */
export function judgeWhole(states: readonly JobState[]): JobState {
  const isAny = (some: readonly JobState[]): boolean => some.some((state) => states.includes(state));
  return judgements.find(({ has, and }) => isAny(has) && (!and || isAny(and)))?.state ?? 'SUCCEEDED';
}

/** Whoever, or whatever, it is of all that any has; null: of none, or of several. */
function findSame(found: readonly (string | null)[]): string | null {
  const distinct = new Set(found.filter((one) => one !== null));
  return distinct.size === 1 ? [...distinct][0]! : null;
}

function findFirst(times: readonly (Date | null)[]): Date | null {
  return times.reduce((first, at) => (first === null || (at !== null && at < first) ? at : first), null);
}

function findLast(times: readonly (Date | null)[]): Date | null {
  return times.reduce((last, at) => (last === null || (at !== null && at > last) ? at : last), null);
}
