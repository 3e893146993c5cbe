import { followChanges, pollEvery, type MissedChanges } from '../../../src/console/pure/follow.js';

interface Change {
  readonly id: string;
}

/** A gateway whose streams and answers the test gives, with timers that it lets pass. */
function createGateway() {
  const streams: { after: string | null; next: (change: Change | 'gone') => void; end: () => void }[] = [];
  const timers = new Set<{ readonly milliseconds: number; readonly end: () => void }>();
  const told: (string | null)[] = [];
  const reads: (string | null)[] = [];
  let answer: MissedChanges<Change> | 'gone' | null = null;
  let stopped = 0;
  const stop = followChanges<Change>(
    {
      stream(after, next, end) {
        streams.push({ after, next, end });
        return () => void stopped++;
      },
      read: async (after) => {
        reads.push(after);
        return answer;
      },
      tell: (change) => void told.push(change?.id ?? null),
      wait(milliseconds, then) {
        const timer = { milliseconds, end: then };
        timers.add(timer);
        return () => void timers.delete(timer);
      },
    },
    null,
  );
  return {
    streams,
    told,
    reads,
    timers,
    stop,
    stopped: () => stopped,
    answer: (given: typeof answer) => void (answer = given),
    /** Lets the timers of this length pass, and what they began end. */
    pass: async (milliseconds: number): Promise<void> => {
      for (const timer of [...timers].filter((one) => one.milliseconds === milliseconds)) {
        timers.delete(timer);
        timer.end();
      }
      await Promise.resolve();
      await Promise.resolve();
    },
  };
}

test('a stream that ends is asked for again from the last change on, after longer each time', async () => {
  const { streams, told, timers, pass } = createGateway();
  streams[0]!.next({ id: '7' });
  streams[0]!.end();
  await pass(1000);
  expect(streams.map(({ after }) => after)).toEqual([null, '7']);
  streams[1]!.end();
  expect([...timers].map(({ milliseconds }) => milliseconds).toSorted((one, other) => one - other)).toEqual([
    2000,
    pollEvery,
  ]);
  expect(told).toEqual(['7']);
});

test('where no stream tells anything, what was missed is asked for, and told once', async () => {
  const { streams, told, reads, answer, pass } = createGateway();
  answer({ changes: [], hasMore: false, newest: '4' });
  await pass(pollEvery);
  // What happened before the first answer is not known.
  expect(told).toEqual([null]);
  answer({ changes: [{ id: '5' }, { id: '6' }], hasMore: false, newest: '6' });
  await pass(pollEvery);
  streams[0]!.next({ id: '5' });
  streams[0]!.next({ id: '7' });
  expect(told).toEqual([null, '5', '6', '7']);
  expect(reads).toEqual([null, '4']);
  await pass(pollEvery);
  expect(reads).toHaveLength(2);
});

test('changes that are no longer kept, and more than are given at once, are told of as missed', async () => {
  const { streams, told, reads, answer, pass } = createGateway();
  streams[0]!.next('gone');
  answer({ changes: [{ id: '8' }], hasMore: true, newest: '900' });
  await pass(pollEvery);
  answer('gone');
  await pass(pollEvery);
  answer(null);
  await pass(pollEvery);
  expect(told).toEqual([null, null, null]);
  expect(reads).toEqual([null, '900', null]);
});

test('nothing is told or asked once it has ended', async () => {
  const { streams, told, timers, stop, stopped } = createGateway();
  stop();
  streams[0]!.next({ id: '1' });
  streams[0]!.end();
  expect([told, timers.size, stopped()]).toEqual([[], 0, 1]);
});
