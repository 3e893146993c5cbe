import type { FastifyRequest } from 'fastify';
import type { Viewer } from '../../src/domain/account.js';
import { GatewayError, unauthenticated } from '../../src/errors.js';
import { createOpenStreams } from '../../src/streams/openstreams.js';
import { createManualTimer } from '../support/timer.js';

const request = {} as FastifyRequest;
const ann: Viewer = { accountId: 'ann', username: 'ann', roles: ['admin'] };
const bob: Viewer = { accountId: 'bob', username: 'bob', roles: ['registries:ro'] };

function open(identify: () => Promise<Viewer | null> = async () => ann) {
  const timer = createManualTimer();
  return { timer, streams: createOpenStreams({ timer, perAccount: 2, inAll: 3, identify }) };
}

test('an account has its places, and all together have theirs; one that ends gives its place back', () => {
  const { streams } = open();
  const [first] = [streams.open(request, ann), streams.open(request, ann)];
  expect(() => streams.open(request, ann)).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }) as Error);
  streams.open(request, bob);
  expect(() => streams.open(request, bob)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }) as Error);
  first.end('gone');
  first.end('gone');
  expect(streams.size).toBe(2);
  streams.open(request, bob);
});

test('a token that no longer counts ends its stream within a second', async () => {
  let isRevoked = false;
  const { timer, streams } = open(async () => {
    if (isRevoked) throw unauthenticated();
    return ann;
  });
  const stream = streams.open(request, ann);
  await timer.advance(5000);
  expect(stream.ended).toBeNull();
  isRevoked = true;
  await timer.advance(999);
  expect([stream.ended, stream.signal.aborted]).toEqual(['refused', true]);
});

test('a role that is taken counts from the next look on, and a database that is away ends nothing', async () => {
  let now: () => Viewer = () => ann;
  const { timer, streams } = open(async () => now());
  const stream = streams.open(request, ann);
  now = () => ({ ...ann, roles: [] });
  await timer.advance(500);
  expect(stream.viewer.roles).toEqual([]);
  now = () => {
    throw new GatewayError('STORAGE_BUSY', 'Busy.');
  };
  await timer.advance(5000);
  expect(stream.ended).toBeNull();
});

test('silence is broken every twelve seconds, and by nothing else', async () => {
  const { timer, streams } = open();
  const stream = streams.open(request, ann);
  let broken = 0;
  stream.breakSilence = () => (broken += 1);
  await timer.advance(11_999);
  expect(broken).toBe(0);
  await timer.advance(25_000);
  expect(broken).toBe(3);
  stream.noteSent();
  await timer.advance(11_000);
  expect(broken).toBe(3);
});

test('nothing is looked at once all have ended', async () => {
  let looks = 0;
  const { timer, streams } = open(async () => {
    looks += 1;
    return ann;
  });
  const stream = streams.open(request, ann);
  await timer.advance(1000);
  streams.endAll();
  expect([stream.ended, timer.waiting()]).toEqual(['closing', []]);
  await timer.advance(5000);
  expect(looks).toBe(2);
});

test('a stream whose request was still being read when the gateway stopped is not opened', () => {
  const { streams, timer } = open();
  streams.endAll();
  expect(() => streams.open(request, ann)).toThrow(
    expect.objectContaining({ code: 'OVERLOADED', message: 'The gateway is being stopped.' }) as Error,
  );
  expect([streams.size, timer.waiting()]).toEqual([0, []]);
});
