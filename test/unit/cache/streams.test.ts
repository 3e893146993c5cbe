import type { FastifyRequest } from 'fastify';
import { createStreams } from '../../../src/cache/streams.js';
import type { Viewer } from '../../../src/domain/account.js';
import { GatewayError, unauthenticated } from '../../../src/errors.js';
import { createManualTimer } from '../../support/timer.js';

const request = {} as FastifyRequest;
const ann: Viewer = { accountId: 'ann', username: 'ann', roles: ['registries:rw', 'registries:ro'] };

function open() {
  const timer = createManualTimer();
  let looks = 0;
  const state = { now: async (): Promise<Viewer | null> => ann, cuts: 0 };
  const identify = (): Promise<Viewer | null> => {
    looks += 1;
    return state.now();
  };
  const streams = createStreams({ perCaller: 1, timer, identify });
  const enter = () => streams.enter(request, ann, () => (state.cuts += 1));
  return { timer, state, enter, countLooks: () => looks };
}

test.each([
  ['whose token was revoked', () => Promise.reject(unauthenticated())],
  ['whose account lost a role', async () => ({ ...ann, roles: ['registries:ro'] as const })],
  ['whose sender nobody knows any more', async () => null],
])('an answer %s is cut within a second', async (_what, now) => {
  const { timer, state, enter } = open();
  enter();
  await timer.advance(10_000);
  expect(state.cuts).toBe(0);
  state.now = now;
  await timer.advance(999);
  expect(state.cuts).toBeGreaterThan(0);
});

test('an answer goes on while the database does not answer, and where roles come in another order', async () => {
  const { timer, state, enter } = open();
  enter();
  state.now = () => Promise.reject(new GatewayError('STORAGE_BUSY', 'Busy.'));
  await timer.advance(5000);
  state.now = async () => ({ ...ann, roles: ann.roles.toReversed() });
  await timer.advance(5000);
  expect(state.cuts).toBe(0);
});

test('a look that lasts is the only one, and none is made once the last answer is at its end', async () => {
  const { timer, state, enter, countLooks } = open();
  const leave = enter();
  const late = Promise.withResolvers<Viewer>();
  state.now = () => late.promise;
  await timer.advance(5000);
  expect(countLooks()).toBe(1);
  late.resolve(ann);
  await timer.advance(600);
  expect(countLooks()).toBe(2);
  leave();
  leave();
  expect(timer.waiting()).toEqual([]);
});
