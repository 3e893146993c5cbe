import type { Expectation, CheckOutcome } from '../../../src/catalogue/sync/expectation.js';
import { Expectations } from '../../../src/catalogue/sync/expectations.js';
import type { Digest } from '../../../src/domain/digest.js';
import type { RepositoryName, TagName } from '../../../src/domain/name.js';
import type { Notice } from '../../../src/domain/notice.js';
import { createManualTimer, letRun, type ManualTimer } from '../../support/timer.js';

const at = new Date('2026-01-02T03:04:05Z');
const digestOf = (n: number): Digest => `sha256:${n.toString(16).padStart(64, '0')}` as Digest;
const pushOf = (tag: string, n = 1, repository = 'app'): Notice => ({
  repository: repository as RepositoryName,
  action: 'push',
  tag: tag as TagName,
  digest: digestOf(n),
});

interface Stand {
  readonly timer: ManualTimer;
  readonly expectations: Expectations;
  /** For each look: when, and the tags. */
  readonly looks: { readonly at: number; readonly registryId: string; readonly expected: readonly Expectation[] }[];
  readonly missed: string[];
  readonly whole: (string | null)[];
  readonly logged: number[];
  readonly expect: (notice: Notice, registryId?: string) => void;
}

function stand(see: (expectation: Expectation, timer: ManualTimer) => CheckOutcome | undefined, took = 0): Stand {
  const timer = createManualTimer();
  const looks: Stand['looks'] = [];
  const whole: (string | null)[] = [];
  const logged: number[] = [];
  const missed: string[] = [];
  const expectations = new Expectations({
    timer,
    async check(registryId, _name, expected) {
      looks.push({ at: timer.elapsed(), registryId, expected });
      if (took > 0) await timer.sleep(took);
      return new Map(
        expected.flatMap((each) => [see(each, timer)].flatMap((sight) => (sight ? [[each, sight] as const] : []))),
      );
    },
    readWhole: (_id, name) => void whole.push(name),
    logMissed: (_id, notices) => void logged.push(notices.length),
  });
  const expect = (notice: Notice, registryId = 'r'): void =>
    expectations.expect(registryId, notice, at, () =>
      missed.push(`${notice.repository}:${notice.tag ?? notice.digest}`),
    );
  return { timer, expectations, looks, missed, whole, logged, expect };
}

test('what does not show is looked for again, ever later, up to six seconds; then it may be told of again', async () => {
  const { timer, looks, missed, logged, expect: push } = stand(() => 'missing');
  push(pushOf('v1'));
  await timer.advance(60_000);
  expect(looks.map((look) => look.at)).toEqual([0, 20, 50, 100, 200, 350, 600, 900, 1500, 3000, 6000]);
  expect([missed, logged, timer.waiting()]).toEqual([['app:v1'], [1], []]);
});

test('what shows is not looked for again', async () => {
  const {
    timer,
    looks,
    missed,
    whole,
    expect: push,
  } = stand((_, clock) => (clock.elapsed() >= 50 ? 'shown' : 'missing'));
  push(pushOf('v1'));
  await timer.advance(60_000);
  expect(looks.map((look) => look.at)).toEqual([0, 20, 50]);
  expect([missed, whole, timer.waiting()]).toEqual([[], [], []]);
});

test.each<[string, CheckOutcome[], number[], string[], (string | null)[]]>([
  ['something else is taken as it is, after one more look', ['other', 'other', 'other'], [0, 1000], [], []],
  ['something else that was there before gives way', ['other', 'shown'], [0, 1000], [], []],
  [
    'a failure that no look would mend is left to a reading of the whole',
    ['missing', 'unreadable'],
    [0, 20],
    ['app:v1'],
    ['app'],
  ],
  [
    'a registry that is busy is asked again when it said',
    ['missing', { failed: true, retryAfter: 2 }, 'shown'],
    [0, 20, 2020],
    [],
    [],
  ],
  [
    'a registry that is busy for long is waited for a minute, and then read whole',
    [
      { failed: true, retryAfter: 7200 },
      { failed: true, retryAfter: 7200 },
    ],
    [0, 60_000],
    ['app:v1'],
    ['app'],
  ],
])('%s', async (_, sights, times, forgotten, read) => {
  const left = [...sights];
  const { timer, looks, missed, whole, expect: push } = stand(() => left.shift());
  push(pushOf('v1'));
  await timer.advance(100_000);
  expect([looks.map((look) => look.at), missed, whole, timer.waiting()]).toEqual([times, forgotten, read, []]);
});

test('of one tag the last notice counts, and what the ones before told of is the past', async () => {
  const { timer, looks, missed, expect: push } = stand(() => 'missing');
  for (const n of [1, 2, 3]) push(pushOf('v1', n));
  await timer.advance(10);
  expect(looks.map(({ expected }) => expected.map(({ notice }) => notice.digest))).toEqual([
    [digestOf(1)],
    [digestOf(3)],
  ]);
  expect([...looks[1]!.expected[0]!.past]).toEqual([digestOf(1), digestOf(2)]);
  for (let n = 4; n < 1000; n++) push(pushOf('v1', n));
  await timer.advance(10_000);
  expect(looks.at(-1)!.expected[0]!.past.size).toBeLessThanOrEqual(20);
  expect([new Set(missed), missed.length <= 20]).toEqual([new Set(['app:v1']), true]);
});

test('a thousand tags of one repository are looked at together, each once, though they come one by one', async () => {
  const { timer, looks, whole, expect: push } = stand(() => 'shown', 10);
  for (let n = 0; n < 1000; n++) push(pushOf(`v${n}`));
  await timer.advance(1000);
  expect(looks.map(({ expected }) => expected.length)).toEqual([1, 200, 200, 200, 200, 199]);
  expect(new Set(looks.flatMap(({ expected }) => expected.map(({ notice }) => notice.tag))).size).toBe(1000);
  // It rests as long as a look takes.
  expect([looks.map((look) => look.at), whole]).toEqual([[0, 20, 40, 60, 80, 100], []]);
});

test('of more than a thousand the oldest are left to a reading of the repository', async () => {
  const { timer, whole, missed, expect: push } = stand(() => 'missing', 50);
  for (let n = 0; n < 1500; n++) push(pushOf(`v${n}`));
  await letRun();
  expect([whole.length, new Set(whole), missed.length]).toEqual([500, new Set(['app']), 500]);
  await timer.advance(60_000);
  expect(timer.waiting()).toEqual([]);
});

test('a registry with more than can be expected is read whole, and another is looked at all the same', async () => {
  const { timer, looks, whole, expectations, expect: push } = stand(() => 'missing');
  for (let n = 0; n < 6000; n++) push(pushOf('v1', 1, `app-${n}`));
  push(pushOf('v1'), 'other');
  await letRun();
  expect([whole.length, new Set(whole)]).toEqual([1000, new Set([null])]);
  expect(looks.filter(({ registryId }) => registryId === 'other')).toHaveLength(1);
  expectations.stop();
  expect(timer.waiting()).toEqual([]);
});

test('a flood of what never shows costs a hundred looks a second, after a burst', async () => {
  const { timer, looks, expectations, expect: push } = stand(() => 'missing');
  for (let second = 0; second < 60; second++) {
    for (let n = 0; n < 300; n++) push(pushOf(`v${second}-${n}`, 1, `app-${n % 7}`));
    await timer.advance(1000);
  }
  const asked = looks.reduce((sum, { expected }) => sum + expected.length, 0);
  expect(asked).toBeGreaterThan(3000);
  expect(asked).toBeLessThanOrEqual(3000 + 60 * 100);
  expectations.stop();
});

test('a look that gives nothing counts as one that shows nothing, and nothing is looked for after the end', async () => {
  const { timer, looks, expectations, expect: push } = stand(() => undefined);
  push(pushOf('v1'));
  await timer.advance(60);
  expectations.stop();
  await timer.advance(60_000);
  expect(looks.map((look) => look.at)).toEqual([0, 20, 50]);
  push(pushOf('v2'));
  await timer.advance(60_000);
  expect(looks).toHaveLength(3);
});
