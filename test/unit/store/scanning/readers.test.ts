import { AsyncLocalStorage } from 'node:async_hooks';
import { longest } from '../../../../src/store/scanning/place.js';
import { createReaders, type Readers } from '../../../../src/store/scanning/readers.js';
import { queueLimits } from '../../../../src/store/scanning/queue.js';
import type { Reader } from '../../../../src/store/scanning/reader.js';
import { type Askers, shareReads } from '../../../../src/store/scanning/scanner.js';
import type { Row } from '../../../../src/store/scanning/statement.js';
import { createManualTimer, letRun } from '../../../support/timer.js';

interface Desk {
  readonly readers: Readers;
  readonly timer: ReturnType<typeof createManualTimer>;
  /** What runs, by its text. */
  readonly running: Map<string, { done(rows?: Row[]): void; crash(): void }>;
  readonly started: () => number;
  readonly ask: (caller: string, text: string, signal?: AbortSignal) => Promise<Row[]>;
  /** Milliseconds of CPU that every process says it has used. */
  readonly cpu: { used: number | null };
}

function openDesk(size = 2): Desk {
  const timer = createManualTimer();
  const running: Desk['running'] = new Map();
  const cpu: Desk['cpu'] = { used: 0 };
  let started = 0;
  const start = (): Reader => {
    started += 1;
    let isAlive = true;
    let fail = (_reason: unknown): void => undefined;
    return {
      get isAlive() {
        return isAlive;
      },
      run: ({ sql }) =>
        new Promise((done, failed) => {
          const leave = (reason: unknown): void => {
            running.delete(sql);
            failed(reason);
          };
          fail = leave;
          running.set(sql, {
            done: (rows = []) => {
              running.delete(sql);
              done(rows);
            },
            crash: () => {
              isAlive = false;
              leave(new Error('crashed'));
            },
          });
        }),
      readCpu: async () => cpu.used,
      ended: Promise.resolve(),
      end(reason) {
        isAlive = false;
        fail(reason);
      },
    };
  };
  const readers = createReaders({ start, size, timer });
  const ask = (caller: string, sql: string, signal?: AbortSignal): Promise<Row[]> =>
    readers.run({ sql, parameters: [] }, { caller, signal });
  return { readers, timer, running, started: () => started, ask, cpu };
}

it('leaves one process to the others, and takes callers in turn', async () => {
  const { ask, running } = openDesk();
  const all = [
    ...['a1', 'a2', 'a3', 'a4'].map((text) => ask('ann', text)),
    ...['b1', 'b2'].map((text) => ask('bob', text)),
    ask('cid', 'c1'),
  ];
  await letRun();
  expect([...running.keys()]).toEqual(['a1', 'b1']);
  running.get('b1')!.done();
  await letRun();
  expect([...running.keys()]).toEqual(['a1', 'b2']);
  running.get('a1')!.done();
  await letRun();
  expect([...running.keys()]).toEqual(['b2', 'a2']);
  running.get('b2')!.done();
  await letRun();
  expect([...running.keys()]).toEqual(['a2', 'c1']);
  for (let turn = 0; turn < 7; turn++) {
    for (const one of running.values()) one.done();
    await letRun();
  }
  expect(await Promise.all(all)).toHaveLength(7);
});

it('lets a caller have one process where there is only one', async () => {
  const { ask, running } = openDesk(1);
  const first = ask('ann', 'a1');
  const second = ask('ann', 'a2');
  await letRun();
  expect([...running.keys()]).toEqual(['a1']);
  running.get('a1')!.done([{ a: 1 }]);
  expect(await first).toEqual([{ a: 1 }]);
  await letRun();
  running.get('a2')!.done();
  await second;
});

it('refuses what one caller, or all of them, have too much of, and nobody else for the one', async () => {
  const { ask, readers, running } = openDesk();
  const waiting: Promise<unknown>[] = [];
  const crowd = (caller: string, count: number): void => {
    for (let at = 0; at < count; at++)
      waiting.push(ask(caller, `${caller}${at}`).catch((error: { code: string }) => error.code));
  };
  crowd('ann', queueLimits.ofCaller + 1);
  await letRun();
  await expect(ask('ann', 'more')).rejects.toMatchObject({ code: 'OVERLOADED', facts: { retryAfter: 2 } });
  crowd('bob', 1);
  await letRun();
  expect(running.has('bob0')).toBe(true);
  for (const caller of ['cid', 'dan', 'eve']) crowd(caller, queueLimits.ofCaller);
  await letRun();
  await expect(ask('fay', 'f')).rejects.toMatchObject({
    code: 'OVERLOADED',
    message: expect.stringContaining('all callers') as string,
  });
  readers.close();
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['STORAGE_BUSY']));
  await expect(ask('ann', 'late')).rejects.toMatchObject({ code: 'STORAGE_BUSY' });
});

it('ends what runs too long, and starts a new process for the next', async () => {
  const { ask, running, timer, started } = openDesk();
  const slow = ask('ann', 'slow');
  const fault = expect(slow).rejects.toMatchObject({ code: 'OPERATION_TIMEOUT' });
  await letRun();
  await timer.advance(longest - 1);
  expect(running.has('slow')).toBe(true);
  await timer.advance(1);
  await fault;
  const next = ask('ann', 'next');
  await letRun();
  expect(started()).toBe(2);
  running.get('next')!.done();
  await next;
});

it('takes what waits out of the queue at its signal', async () => {
  const { ask, running } = openDesk(1);
  const leaving = new AbortController();
  const first = ask('ann', 'a1');
  const waits = ask('ann', 'a2', leaving.signal);
  const fault = expect(waits).rejects.toThrow('left');
  leaving.abort(new Error('left'));
  await fault;
  await expect(ask('ann', 'a3', leaving.signal)).rejects.toThrow('left');
  running.get('a1')!.done();
  await first;
  await letRun();
  expect(running.size).toBe(0);
});

it('answers for a process that ends by itself, and replaces it', async () => {
  const { ask, running, started } = openDesk();
  const work = ask('ann', 'a1');
  const fault = expect(work).rejects.toThrow('crashed');
  await letRun();
  running.get('a1')!.crash();
  await fault;
  const next = ask('ann', 'a2');
  await letRun();
  running.get('a2')!.done();
  await next;
  expect(started()).toBe(2);
});

it('gives a process up after a minute without work', async () => {
  const { ask, running, timer, started } = openDesk();
  for (const [at, rest] of [59_999, 60_000, 0].entries()) {
    const work = ask('ann', `a${at}`);
    await letRun();
    running.get(`a${at}`)!.done();
    await work;
    await timer.advance(rest);
  }
  expect(started()).toBe(2);
  expect(timer.waiting()).toEqual([60_000]);
});

describe('the budget of an operation', () => {
  const dear = {
    code: 'QUERY_TOO_COMPLEX',
    message:
      'The searches and filters of the operation took more than 1 s of CPU and were ended. Narrow them: by a ' +
      'registry, a repository, or a longer word; or ask for fewer at a time.',
  };

  it('ends a statement that is beyond it, refuses those that follow, and leaves other operations of the caller alone', async () => {
    const { readers, timer, running, cpu } = openDesk();
    const operation = { caller: 'ann', budget: 1000 };
    const first = expect(readers.run({ sql: 'first', parameters: [] }, operation)).rejects.toMatchObject(dear);
    const second = expect(readers.run({ sql: 'second', parameters: [] }, operation)).rejects.toMatchObject(dear);
    await letRun();
    cpu.used = 1000;
    await timer.advance(100);
    expect([...running.keys()]).toEqual(['first']);
    cpu.used = 1010;
    await timer.advance(100);
    await first;
    await second;
    const other = readers.run({ sql: 'other', parameters: [] }, { caller: 'ann', budget: 1000 });
    await letRun();
    running.get('other')!.done();
    expect(await other).toEqual([]);
  });

  it('the budget of an operation is spent by many cheap statements as by one that is dear', async () => {
    const { readers, running, cpu } = openDesk();
    const operation = { caller: 'ann', budget: 1000 };
    for (let used = 400; used <= 1200; used += 400) {
      const statement = readers.run({ sql: `at ${used}`, parameters: [] }, operation);
      await letRun();
      cpu.used = used;
      running.get(`at ${used}`)!.done();
      expect(await statement).toEqual([]);
      await letRun();
    }
    await expect(readers.run({ sql: 'one more', parameters: [] }, operation)).rejects.toMatchObject(dear);
  });

  it('does not hold for what several have use for, which is read once and ends when all have left', async () => {
    const { readers, timer, running, cpu } = openDesk();
    const askers: Askers = new AsyncLocalStorage();
    const share = shareReads(askers);
    let runs = 0;
    const ask = (caller: string, signal?: AbortSignal): Promise<unknown> =>
      askers.run({ caller, signal, budget: 1000 }, () =>
        share('size of big', () => {
          runs += 1;
          return readers.run({ sql: 'big', parameters: [] }, askers.getStore()!);
        }),
      );
    const [ann, bob] = [new AbortController(), new AbortController()];
    const left = expect(ask('ann', ann.signal)).rejects.toThrow('ann left');
    const stays = ask('bob', bob.signal);
    cpu.used = 3000;
    await timer.advance(200);
    ann.abort(new Error('ann left'));
    await left;
    running.get('big')!.done();
    expect([await stays, runs]).toEqual([[], 1]);

    const alone = expect(ask('bob', bob.signal)).rejects.toThrow('bob left');
    bob.abort(new Error('bob left'));
    await alone;
    await letRun();
    expect([running.has('big'), runs]).toEqual([false, 2]);
  });

  it('does not hold where the system says nothing of a process', async () => {
    const { readers, timer, running, cpu } = openDesk();
    cpu.used = null;
    const statement = readers.run({ sql: 'x', parameters: [] }, { caller: 'ann', budget: 1 });
    await timer.advance(5000);
    running.get('x')!.done();
    expect(await statement).toEqual([]);
  });
});
