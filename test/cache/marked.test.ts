import Fastify from 'fastify';
import { gunzipSync } from 'node:zlib';
import type { Made } from '../../src/cache/surface.js';
import { createCompressor } from '../../src/coding/compress.js';
import { watchRequests } from '../../src/http/requests.js';
import { systemTimer } from '../../src/timer.js';
import { openAnswers } from '../support/worlds/answers.js';

const begun = Date.parse('2026-01-02T03:04:05Z');
const filling = 'x'.repeat(2000);

interface Asked {
  readonly text: string;
  readonly etag: unknown;
  readonly status: unknown;
}

/** A surface with one answer that may be marked, and a database that is away for as long as `away` says. */
async function open() {
  const counts = { made: 0, marked: 0 };
  const state: { away: number | null; now: number } = { away: null, now: begun };
  const compressed: Buffer[] = [];
  const compressor = createCompressor();
  const answers = openAnswers(
    { value: 1 },
    {
      awayFor: () => state.away,
      clock: () => new Date(state.now),
      compressor: {
        ...compressor,
        compress(compression, bytes) {
          compressed.push(bytes);
          return compressor.compress(compression, bytes);
        },
      },
    },
  );
  const make = async (): Promise<Made> => {
    counts.made += 1;
    const body = JSON.stringify({ data: filling, extensions: { cost: 1 } });
    return { contentType: 'application/json', body, isCacheable: true, touched: [] };
  };
  const server = Fastify();
  watchRequests(server, { timer: systemTimer, onEnd: () => undefined });
  server.get('/', (request, reply) =>
    answers.send(request, reply, {
      viewer: { accountId: 'a', username: 'ann', roles: ['admin'] },
      key: ['page'],
      kind: 'page',
      make,
      mark(body, { since }) {
        counts.marked += 1;
        return { at: body.length - 2, text: `,"since":"${since}"` };
      },
    }),
  );
  const ask = async (coding = 'gzip'): Promise<Asked> => {
    const { rawPayload, headers } = await server.inject({ url: '/', headers: { 'accept-encoding': coding } });
    const bytes = headers['content-encoding'] === undefined ? rawPayload : gunzipSync(rawPayload);
    return { text: bytes.toString(), etag: headers['etag'], status: headers['cache-status'] };
  };
  return { ask, counts, state, compressed, [Symbol.asyncDispose]: () => server.close() };
}

const whole = (since?: string): string =>
  JSON.stringify({ data: filling, extensions: { cost: 1, ...(since && { since }) } });

test('an answer is marked and compressed once while the database is away, however many ask for it', async () => {
  await using world = await open();
  const { ask, counts, state, compressed } = world;
  await ask();
  compressed.length = 0;
  [state.away, state.now] = [4000, begun + 60_000];
  const since = '2026-01-02T03:05:01.000Z';
  const at4 = { text: whole(since), etag: undefined, status: 'registry-gateway; hit; ttl=-4; detail=STORAGE_BUSY' };
  expect(await Promise.all([ask(), ask(), ask(), ask()])).toEqual([at4, at4, at4, at4]);
  expect([counts, new Set(compressed).size]).toEqual([{ made: 1, marked: 1 }, 1]);
  const before = compressed.length;
  // The two clocks are read one after the other.
  [state.away, state.now] = [34_003, begun + 90_004];
  const at34 = { ...at4, status: 'registry-gateway; hit; ttl=-35; detail=STORAGE_BUSY' };
  expect([await ask(), await ask('identity'), await ask()]).toEqual([at34, at34, at34]);
  expect([counts, compressed.length - before]).toEqual([{ made: 1, marked: 1 }, 0]);
});

test('an answer has no mark, and the tag that it had, once the database is back, and another when it is away again', async () => {
  await using world = await open();
  const { ask, counts, state, compressed } = world;
  const first = await ask();
  expect(first).toEqual({ text: whole(), etag: expect.stringMatching(/^".+"$/) as unknown, status: undefined });
  [state.away, state.now] = [1000, begun + 1000];
  expect((await ask()).text).toBe(whole('2026-01-02T03:04:05.000Z'));
  [state.away, state.now] = [null, begun + 20_000];
  compressed.length = 0;
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([first, first, first]);
  expect([await ask(), new Set(compressed).size]).toEqual([first, 1]);
  [state.away, state.now] = [1000, begun + 60_000];
  expect((await ask()).text).toBe(whole('2026-01-02T03:05:04.000Z'));
  // One that was marked, and was not asked for in between, says the time that holds now.
  [state.away, state.now] = [1000, begun + 120_000];
  expect((await ask()).text).toBe(whole('2026-01-02T03:06:04.000Z'));
  expect(counts).toEqual({ made: 1, marked: 3 });
});
