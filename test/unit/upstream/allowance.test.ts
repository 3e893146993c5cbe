import { GatewayError } from '../../../src/errors.js';
import { createAllowance, type Allowance } from '../../../src/upstream/transport/allowance.js';
import { readQuota } from '../../../src/upstream/transport/quota.js';
import { createManualTimer, type ManualTimer } from '../../support/timer.js';

const manifest = { method: 'GET', url: new URL('https://r.example/v2/app/manifests/v1') };
const list = { method: 'GET', url: new URL('https://r.example/v2/app/tags/list') };
const refuse = (seconds: number): GatewayError =>
  new GatewayError('UPSTREAM_RATE_LIMITED', `${seconds} s`, { retryAfter: seconds });
const behind = { isBackground: true };

/** A host that takes `limit` requests in each window of `window` milliseconds, and answers 429 to the rest. */
function createHost(timer: ManualTimer, limit: number, window: number, retryAfter = Math.ceil(window / 1000)) {
  let from = 0;
  let count = 0;
  let refused = 0;
  return {
    get refused() {
      return refused;
    },
    limit,
    take(allowance: Allowance): boolean {
      const now = timer.elapsed();
      if (now - from >= window) [from, count] = [now - ((now - from) % window), 0];
      count += 1;
      if (count <= this.limit) {
        allowance.notePassed(manifest, {});
        return true;
      }
      refused += 1;
      allowance.noteLimited(now, retryAfter);
      return false;
    },
  };
}

/** Sends `count` requests, `atATime` of them at once, as a crawl does; gives the milliseconds it took. */
async function send(
  timer: ManualTimer,
  allowance: Allowance,
  host: ReturnType<typeof createHost>,
  count: number,
  atATime = 8,
): Promise<number> {
  const startedAt = timer.elapsed();
  let left = count;
  let endedAt = startedAt;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      do await allowance.admit(manifest, behind, refuse);
      while (!host.take(allowance));
      endedAt = timer.elapsed();
    }
  };
  const ended = Promise.all(Array.from({ length: atATime }, work));
  const state = { isOver: false };
  const end = (): boolean => (state.isOver = true);
  void ended.then(end, end);
  for (let step = 0; !state.isOver && step < 1000; step++) await timer.advance(1000);
  await ended;
  return endedAt - startedAt;
}

describe('a host that limits', () => {
  test.each([
    ['15 in a second', 15, 1000, 61],
    ['100 in a minute', 100, 60_000, 250],
    ['1 in a second', 1, 1000, 20],
  ])('%s: all of it gets through, and the next time it is not met again and again', async (_, limit, window, count) => {
    const timer = createManualTimer();
    const allowance = createAllowance(timer);
    const host = createHost(timer, limit, window);
    await send(timer, allowance, host, count);
    const first = host.refused;
    expect(first).toBeGreaterThan(0);
    // A few times until the pace is known.
    expect(first).toBeLessThanOrEqual(24);
    await send(timer, allowance, host, count);
    const second = host.refused - first;
    await send(timer, allowance, host, count);
    expect(second + host.refused - first).toBeLessThanOrEqual(first + 8);
    const known = host.refused;
    await send(timer, allowance, host, count);
    expect(host.refused - known).toBeLessThanOrEqual(1);
  });

  test('a host that limits is asked more often again when it limits no more', async () => {
    const timer = createManualTimer();
    const allowance = createAllowance(timer);
    const host = createHost(timer, 5, 1000);
    await send(timer, allowance, host, 30);
    const slow = await send(timer, allowance, host, 30);
    Object.assign(host, { limit: 1000 });
    for (let n = 0; n < 20; n++) {
      await timer.advance(600_000);
      await send(timer, allowance, host, 30);
    }
    expect(await send(timer, allowance, host, 30)).toBeLessThan(slow / 10);
  });

  test('lets a person fail at once with the time to wait, and nothing of it waits', async () => {
    const timer = createManualTimer();
    const allowance = createAllowance(timer);
    await allowance.admit(list, {}, refuse);
    allowance.noteLimited(timer.elapsed(), 7);
    await expect(allowance.admit(list, {}, refuse)).rejects.toMatchObject({ facts: { retryAfter: 7 } });
    await timer.advance(7000);
    await expect(allowance.admit(list, {}, refuse)).resolves.toBeUndefined();
    expect(timer.waiting()).toEqual([]);
  });

  test('for ever is given up after a bounded time, and asked once by whoever comes later', async () => {
    const timer = createManualTimer();
    const allowance = createAllowance(timer);
    const host = createHost(timer, 0, 1000, 1);
    const failed = send(timer, allowance, host, 1, 1).catch((error: unknown) => error);
    expect(await failed).toMatchObject({ code: 'UPSTREAM_RATE_LIMITED' });
    expect(host.refused).toBeLessThanOrEqual(8);
    expect(timer.elapsed()).toBeLessThanOrEqual(200_000);
    await timer.advance(600_000);
    const asked = host.refused;
    expect(await send(timer, allowance, host, 1, 1).catch((error: unknown) => error)).toMatchObject({
      code: 'UPSTREAM_RATE_LIMITED',
    });
    expect(host.refused).toBe(asked + 1);
  });

  test('a host that limits is limited once, not many times, where it says so of everything under way', async () => {
    const timer = createManualTimer();
    const allowance = createAllowance(timer);
    await timer.advance(1000);
    for (let n = 0; n < 8; n++) allowance.noteLimited(1000, 2);
    expect(allowance.pauseMs).toBe(2000);
  });

  test('a wait ends when its signal does', async () => {
    const timer = createManualTimer();
    const allowance = createAllowance(timer);
    allowance.noteLimited(timer.elapsed(), 100);
    const leaving = new AbortController();
    const waiting = allowance.admit(list, { ...behind, signal: leaving.signal }, refuse);
    leaving.abort(new Error('left'));
    await expect(waiting).rejects.toThrow('left');
    expect(timer.waiting()).toEqual([]);
  });
});

describe('a quota in headers', () => {
  test.each([
    ['with enough left', { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '76;w=21600' }, 0],
    [
      'with the part for people left',
      { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '10;w=21600' },
      216_000,
    ],
    ['used up', { 'ratelimit-limit': '60', 'ratelimit-remaining': '0', 'ratelimit-reset': '60' }, 7000],
    ['of one', { 'ratelimit-limit': '1;w=10', 'ratelimit-remaining': '0' }, 10_000],
  ])('%s', (_, headers, wait) => {
    const quota = readQuota(headers, 0)!;
    expect(quota.waitMs(0)).toBe(wait);
    expect(quota.waitMs(wait)).toBe(0);
    expect([quota.waitMs(0, 3), quota.waitMs(3 * wait, 3)]).toEqual([3 * wait, 0]);
  });

  test.each([
    {},
    { 'ratelimit-limit': '100;w=21600' },
    { 'ratelimit-limit': '0;w=60', 'ratelimit-remaining': '0' },
    { 'ratelimit-limit': 'many', 'ratelimit-remaining': '5' },
    { 'ratelimit-limit': '100', 'ratelimit-remaining': '5' },
    { 'ratelimit-limit': '9'.repeat(500), 'ratelimit-remaining': '5' },
  ])('a quota in headers that cannot be used is none: %j', (headers) => {
    expect(readQuota(headers, 0)).toBeNull();
  });

  test('counts for what it was sent with only, and is not waited for when it comes back slowly', async () => {
    const timer = createManualTimer();
    const allowance = createAllowance(timer);
    allowance.notePassed(manifest, { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '0;w=21600' });
    await expect(allowance.admit(manifest, behind, refuse)).rejects.toMatchObject({ facts: { retryAfter: 2376 } });
    await expect(allowance.admit(list, behind, refuse)).resolves.toBeUndefined();
    await expect(allowance.admit(manifest, {}, refuse)).resolves.toBeUndefined();
  });
});
