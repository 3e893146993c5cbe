import type { JobPace, JobState, PlacedJob } from '../../../src/domain/job.js';
import { estimateEnd, joinPaces } from '../../../src/domain/jobpace.js';

const at = (seconds: number): Date => new Date(seconds * 1000);

/** Seconds until the end of a job as it stands after a hundred seconds; null: that cannot be told. */
function endOf(job: Parameters<typeof estimateEnd>[0]): number | null {
  const end = estimateEnd(job, at(100));
  return end && end.getTime() / 1000 - 100;
}

interface Known {
  readonly state?: JobState;
  readonly done: number;
  readonly total: number;
  /** When it was taken up, and what was done by then. */
  readonly from?: readonly [seconds: number, done: number];
  readonly finishedAt?: Date;
  readonly cancelledBy?: string;
}

function createJob({ state = 'RUNNING', from, finishedAt, ...more }: Known): PlacedJob {
  const pace: JobPace | null = from ? { doneBefore: from[1], spent: 0, hands: 1, takenUp: from[0] * 1000 } : null;
  return { cancelledBy: null, ...more, state, pace, finishedAt: finishedAt ?? null } as unknown as PlacedJob;
}

function joinPieces(...pieces: readonly PlacedJob[]): PlacedJob {
  const sum = (of: 'done' | 'total'): number => pieces.reduce((all, piece) => all + piece[of], 0);
  return { ...createJob({ done: sum('done'), total: sum('total') }), pace: joinPaces(pieces.map(toSum)) };
}

/** As the store sums up one piece. */
function toSum({ state, pace, done, total, finishedAt }: PlacedJob): Parameters<typeof joinPaces>[0][number] {
  const { doneBefore, hands, takenUp } = pace ?? { doneBefore: done, hands: 0, takenUp: 0 };
  const spent = finishedAt && pace ? finishedAt.getTime() - takenUp : 0;
  return { state, pace: { doneBefore, spent, hands, takenUp, left: { all: total - done, longest: total - done } } };
}

test('the end of a job is as far away as its rest takes at the pace of what is done', () => {
  expect(endOf(createJob({ done: 10, total: 30, from: [0, 0] }))).toBe(200);
  // It took the ten twice as long, as it waited.
  expect(endOf(createJob({ done: 10, total: 30, from: [-100, 0] }))).toBe(400);
});

test('what was done before it was taken up again tells nothing of its pace', () => {
  expect(endOf(createJob({ done: 1000, total: 1010, from: [50, 990] }))).toBe(50);
});

test.each<[string, Known]>([
  ['has not begun', { state: 'QUEUED', done: 10, total: 20, from: [0, 0] }],
  ['has ended', { state: 'SUCCEEDED', done: 10, total: 10, from: [0, 0] }],
  ['is to stop', { done: 10, total: 20, from: [0, 0], cancelledBy: 'ann' }],
  ['was left', { done: 10, total: 20 }],
  ['has done too little', { done: 2, total: 20, from: [0, 0] }],
  ['has done too little since it was taken up', { done: 12, total: 20, from: [0, 10] }],
  ['does not know how much there is', { done: 10, total: 0, from: [0, 0] }],
  ['has nothing left', { done: 10, total: 10, from: [0, 0] }],
  ['would take longer than a year', { done: 10, total: 10_000_000, from: [0, 0] }],
])('nothing is told of the end of a job that %s', (_what, known) => {
  expect(endOf(createJob(known))).toBeNull();
});

test('a whole goes on at the pace of its pieces, as many at a time as are under way', () => {
  const over = createJob({ state: 'SUCCEEDED', done: 10, total: 10, from: [0, 0], finishedAt: at(30) });
  const running = createJob({ done: 10, total: 20, from: [70, 0] });
  const waiting = createJob({ state: 'QUEUED', done: 0, total: 10 });
  // Three seconds a step, of which thirty are left.
  expect(endOf(joinPieces(over, running, waiting, waiting))).toBe(90);
  // Two at a time do the same rest in half of it.
  expect(endOf(joinPieces(over, running, running, waiting))).toBe(45);
  // A piece is done by one after the other all the same.
  expect(endOf(joinPieces(over, running, running, createJob({ state: 'QUEUED', done: 0, total: 40 })))).toBe(120);
});

test('a piece that failed early has nothing left, and one that was taken up again counts from then on', () => {
  const failed = createJob({ state: 'FAILED', done: 5, total: 500, from: [0, 0], finishedAt: at(50) });
  const again = createJob({ done: 95, total: 100, from: [50, 90] });
  expect(endOf(joinPieces(failed, again))).toBe(50);
});

test.each<[string, readonly Known[]]>([
  ['one waits for a second person', [{ state: 'AWAITING_APPROVAL', done: 0, total: 5 }]],
  ['none is under way', []],
])('nothing is told of the end of a whole of whose pieces %s', (_what, more) => {
  const over = createJob({ state: 'SUCCEEDED', done: 10, total: 10, from: [0, 0], finishedAt: at(30) });
  const running = createJob({ done: 10, total: 20, from: [70, 0] });
  expect(endOf(joinPieces(over, ...(more.length > 0 ? [running] : []), ...more.map(createJob)))).toBeNull();
});
