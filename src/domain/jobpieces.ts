import { isEnded, type Job, type JobFailure, type JobKind, type JobState, type PlacedJob } from './job.js';
import { joinPaces } from './jobpace.js';

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
const mostFailures = 100;

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

/** The whole that these are the pieces of, in the order they were made in; null: there is none. */
export function joinPieces(id: string, pieces: readonly PlacedJob[]): Job | null {
  const [first] = pieces;
  const kind = first && kindOfWhole(first.kind);
  if (!first || !kind) return null;
  const byState = Map.groupBy(pieces, ({ state }) => state);
  const state = judgeWhole([...byState.keys()]);
  const failed = pieces.filter(({ failureCount }) => failureCount > 0);
  const starts = pieces.flatMap(({ startedAt }) => startedAt ?? []);
  const expiries = pieces.flatMap(({ approvalExpiresAt }) => approvalExpiresAt ?? []);
  return {
    ...first,
    id,
    kind,
    registryId: pieces.every(({ registryId }) => registryId === first.registryId) ? first.registryId : null,
    repository: null,
    parentId: null,
    pieceCounts: [...byState].map(([of, some]) => ({ state: of, count: some.length })),
    state,
    done: pieces.reduce((sum, { done }) => sum + done, 0),
    total: pieces.reduce((sum, { total }) => sum + total, 0),
    cancelledBy: findSame(pieces, ({ cancelledBy }) => cancelledBy),
    approvedBy: findSame(pieces, ({ approvedBy }) => approvedBy),
    approvalExpiresAt: expiries.length === 0 ? null : earliest(expiries),
    failures: failed.slice(0, mostFailures).flatMap(describeFailure),
    failureCount: failed.length,
    startedAt: starts.length === 0 ? null : earliest(starts),
    pace: joinPaces(pieces),
    finishedAt: isEnded({ state }) ? latest(pieces.flatMap(({ finishedAt }) => finishedAt ?? [])) : null,
  };
}

/** The state of a whole whose pieces are in these states: at the least one, in whatever order. */
export function judgeWhole(states: readonly JobState[]): JobState {
  const has = (...some: readonly JobState[]): boolean => some.some((state) => states.includes(state));
  const hasEnded = states.some((state) => isEnded({ state }));
  if (has('RUNNING')) return 'RUNNING';
  if (has('QUEUED')) return hasEnded ? 'RUNNING' : 'QUEUED';
  if (has('AWAITING_APPROVAL')) return 'AWAITING_APPROVAL';
  if (has('FAILED', 'PARTIALLY_FAILED')) return has('SUCCEEDED', 'PARTIALLY_FAILED') ? 'PARTIALLY_FAILED' : 'FAILED';
  return has('CANCELLED') ? 'CANCELLED' : 'SUCCEEDED';
}

/** A failure for each piece: what its first was, of its repository. */
function describeFailure({ repository, failures: [first] }: PlacedJob): JobFailure[] {
  return first && repository !== null ? [{ ...first, subject: repository }] : [];
}

/** Whoever did this with any piece, where nobody else did; null: nobody, or several. */
function findSame(pieces: readonly PlacedJob[], by: (piece: PlacedJob) => string | null): string | null {
  const found = [...new Set(pieces.flatMap((piece) => by(piece) ?? []))];
  return found.length === 1 ? found[0]! : null;
}

function earliest(times: readonly Date[]): Date {
  return times.reduce((least, at) => (at < least ? at : least));
}

function latest(times: readonly Date[]): Date | null {
  return times.reduce<Date | null>((most, at) => (most === null || at > most ? at : most), null);
}
