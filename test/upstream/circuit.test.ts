import { GatewayError, type ErrorCode } from '../../src/errors.js';
import { createCircuit, type Circuit } from '../../src/upstream/transport/circuit.js';
import type { Answer, Asked } from '../../src/upstream/failure/asked.js';
import { createManualTimer, letRun, type ManualTimer } from '../support/timer.js';
import { catchFacts } from './wire.js';

const asked: Asked = { registry: 'r', what: 'the tags of app' };
const pingAsked: Asked = { registry: 'r', what: 'the ping' };

interface WatchedCircuit {
  readonly timer: ManualTimer;
  readonly circuit: Circuit;
  readonly told: string[];
  readonly closing: AbortController;
  /** Sent so far. */
  pings: number;
  sent: number;
  /** What a ping gives; undefined: nothing, until it is given up. */
  ping: (() => Promise<Answer>) | undefined;
  fail(code?: ErrorCode, times?: number): Promise<void>;
  answer(status?: number): Promise<unknown>;
}

function answerWith(status: number): Promise<Answer> {
  return Promise.resolve({ status, headers: {}, body: Buffer.alloc(0), elapsedMs: 1 });
}

const failWith = (code: ErrorCode): Promise<Answer> =>
  Promise.reject(new GatewayError(code, `It failed with ${code}.`, { registry: 'r' }));

function open(hasPing = true): WatchedCircuit {
  const timer = createManualTimer();
  const closing = new AbortController();
  const told: string[] = [];
  const send = (signal: AbortSignal): Promise<Answer> => {
    world.pings += 1;
    return (
      world.ping?.() ??
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
    );
  };
  const circuit = createCircuit({
    timer,
    closing: closing.signal,
    ping: hasPing ? { asked: pingAsked, send } : null,
    onChange: (outage) => told.push(outage ? `away: ${outage.error.code}` : 'back'),
  });
  const run = (work: () => Promise<Answer>): Promise<unknown> =>
    catchFacts(
      circuit.run(asked, {}, () => {
        world.sent += 1;
        return work();
      }),
    );
  const world: WatchedCircuit = {
    timer,
    circuit,
    told,
    closing,
    pings: 0,
    sent: 0,
    ping: () => failWith('UPSTREAM_TIMEOUT'),
    async fail(code = 'UPSTREAM_UNREACHABLE', times = 1) {
      for (let n = 0; n < times; n++) await run(() => failWith(code));
      await letRun();
    },
    async answer(status = 200) {
      const facts = await run(() => answerWith(status));
      await letRun();
      return facts;
    },
  };
  return world;
}

describe('a circuit', () => {
  test('opens at the fifth failure in a row when the ping fails too: nothing is sent for thirty seconds, and each call says when', async () => {
    const world = open();
    await world.fail('UPSTREAM_UNREACHABLE', 4);
    expect([world.circuit.outage, world.pings]).toEqual([null, 0]);
    await world.fail();
    expect([world.sent, world.pings, world.told]).toEqual([5, 1, ['away: UPSTREAM_TIMEOUT']]);
    await world.timer.advance(1500);
    expect(await world.answer()).toEqual({
      name: 'GatewayError',
      code: 'UPSTREAM_TIMEOUT',
      message:
        'Registry r was not asked for the tags of app, since it is away, and is asked again in 29 s. Its last ' +
        'failure: It failed with UPSTREAM_TIMEOUT.',
      registry: 'r',
      retryAfter: 29,
    });
    expect([world.sent, world.circuit.outage]).toMatchObject([5, { ageMs: 1500, restMs: 28_500 }]);
  });

  test('a circuit is tried by one ping: that failing, it stays open for as long again, and is told of once', async () => {
    const world = open();
    await world.fail('UPSTREAM_UNREACHABLE', 5);
    await world.timer.advance(29_999);
    await world.answer();
    expect(world.pings).toBe(1);
    await world.timer.advance(1);
    await world.answer();
    await world.answer();
    expect([world.pings, world.sent, world.told]).toEqual([2, 5, ['away: UPSTREAM_TIMEOUT']]);
    await world.timer.advance(30_000);
    world.ping = () => answerWith(401);
    expect(await world.answer()).toMatchObject({ returned: { status: 200 } });
    expect([world.pings, world.sent, world.circuit.outage, world.told]).toEqual([
      3,
      6,
      null,
      ['away: UPSTREAM_TIMEOUT', 'back'],
    ]);
  });

  test('a circuit is half-open for one: others fail at once, and what nobody waits for waits for the ping', async () => {
    const world = open();
    await world.fail('UPSTREAM_UNREACHABLE', 5);
    await world.timer.advance(30_000);
    const { promise, resolve } = Promise.withResolvers<Answer>();
    world.ping = () => promise;
    const first = world.circuit.run(asked, {}, () => answerWith(200));
    const behind = world.circuit.run(asked, { isBackground: true }, () => answerWith(201));
    expect(await world.answer()).toMatchObject({ code: 'UPSTREAM_TIMEOUT', retryAfter: 1 });
    resolve(await answerWith(200));
    expect([(await first).status, (await behind).status, world.pings]).toEqual([200, 201, 2]);
  });

  test('a caller who leaves takes the ping along: the circuit stays open, and is tried again', async () => {
    const world = open();
    await world.fail('UPSTREAM_UNREACHABLE', 5);
    await world.timer.advance(30_000);
    world.ping = undefined;
    const leaving = new AbortController();
    const left = catchFacts(world.circuit.run(asked, { signal: leaving.signal }, () => answerWith(200)));
    await letRun();
    leaving.abort(new Error('left'));
    expect(await left).toMatchObject({ message: 'left' });
    await letRun();
    expect(world.circuit.outage).toMatchObject({ restMs: 30_000, error: { code: 'UPSTREAM_TIMEOUT' } });
  });

  test.each<[string, (world: WatchedCircuit) => Promise<unknown>]>([
    ['a 401', (world) => world.answer(401)],
    ['a 429', (world) => world.answer(429)],
    ['a 404', (world) => world.answer(404)],
    ['a login that is refused', (world) => world.fail('UPSTREAM_AUTH')],
    ['a body that is too large', (world) => world.fail('UPSTREAM_TOO_LARGE')],
    ['what is no HTTP', (world) => world.fail('UPSTREAM_INVALID')],
  ])('%s is an answer: none of fifty opens it, and one ends a row', async (_, answer) => {
    const world = open();
    for (let n = 0; n < 50; n++) await answer(world);
    await world.fail('UPSTREAM_TIMEOUT', 4);
    await answer(world);
    await world.fail('UPSTREAM_TIMEOUT', 4);
    expect([world.circuit.outage, world.pings]).toEqual([null, 0]);
  });

  test('a status of 500 counts of the registry itself', async () => {
    const world = open();
    for (let n = 0; n < 5; n++) await world.answer(502);
    world.ping = () => answerWith(503);
    expect(world.circuit.outage).toMatchObject({ error: { code: 'UPSTREAM_TIMEOUT' } });
    await world.timer.advance(30_000);
    expect(await world.answer()).toMatchObject({ code: 'UPSTREAM_ERROR', upstreamStatus: 503 });
  });

  test('half of twenty calls in thirty seconds are enough, and what is older does not count', async () => {
    const world = open();
    for (let n = 0; n < 10; n++) {
      await world.fail();
      await world.answer();
      await world.timer.advance(3100);
    }
    expect([world.circuit.outage, world.pings]).toEqual([null, 0]);
    await world.timer.advance(30_000);
    for (let n = 0; n < 9; n++) {
      await world.fail();
      await world.answer();
    }
    expect(world.pings).toBe(0);
    await world.fail();
    await world.fail();
    expect(world.told).toEqual(['away: UPSTREAM_TIMEOUT']);
  });

  test('a registry whose ping is answered is asked on, for one thing that cannot be read; one that answers nothing else is not', async () => {
    const world = open();
    world.ping = () => answerWith(200);
    for (let n = 0; n < 40; n++) await world.answer(500);
    expect([world.circuit.outage, world.pings]).toEqual([null, 8]);
    await world.fail('UPSTREAM_TIMEOUT', 19);
    expect(world.circuit.outage).toBeNull();
    await world.fail('UPSTREAM_TIMEOUT');
    expect(world.told).toEqual(['away: UPSTREAM_TIMEOUT']);
    await world.timer.advance(30_000);
    await world.fail('UPSTREAM_TIMEOUT');
    expect(world.told).toEqual(['away: UPSTREAM_TIMEOUT', 'back', 'away: UPSTREAM_TIMEOUT']);
  });

  test('a long wait has the ping asked: answered, it is waited on; else it opens', async () => {
    const world = open();
    world.ping = () => answerWith(200);
    world.circuit.doubt();
    await letRun();
    expect([world.pings, world.circuit.outage]).toEqual([1, null]);
    world.ping = () => failWith('UPSTREAM_TIMEOUT');
    world.circuit.doubt();
    world.circuit.doubt();
    await letRun();
    expect([world.pings, world.told]).toEqual([2, ['away: UPSTREAM_TIMEOUT']]);
  });

  test('what was sent before it opened says nothing after it', async () => {
    const world = open();
    const late = Promise.withResolvers<Answer>();
    const slow = world.circuit.run(asked, {}, () => late.promise);
    await world.fail('UPSTREAM_UNREACHABLE', 5);
    late.resolve(await answerWith(200));
    expect((await slow).status).toBe(200);
    expect(world.circuit.outage).not.toBeNull();
  });

  test('what is given up is no failure', async () => {
    const world = open();
    for (let n = 0; n < 30; n++) {
      const leaving = new AbortController();
      leaving.abort(new GatewayError('UPSTREAM_UNREACHABLE', 'closed'));
      await catchFacts(
        world.circuit.run(asked, { signal: leaving.signal }, () => Promise.reject(leaving.signal.reason as Error)),
      );
    }
    expect([world.circuit.outage, world.pings]).toEqual([null, 0]);
  });

  test('of a host without a ping five failures open it, and the next call tries', async () => {
    const world = open(false);
    for (let n = 0; n < 30; n++) await world.answer(500);
    await world.fail('UPSTREAM_UNREACHABLE', 5);
    expect(world.told).toEqual(['away: UPSTREAM_UNREACHABLE']);
    await world.timer.advance(30_000);
    expect(await world.answer()).toMatchObject({ returned: { status: 200 } });
    expect(world.told).toEqual(['away: UPSTREAM_UNREACHABLE', 'back']);
  });

  test('closed, it tells nothing and sends no ping', async () => {
    const world = open();
    world.closing.abort();
    await world.fail('UPSTREAM_UNREACHABLE', 30);
    expect([world.pings, world.told]).toEqual([0, []]);
  });
});
