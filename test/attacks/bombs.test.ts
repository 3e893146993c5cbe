import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { amount, isFullRun, report, rows } from '../support/run/amount.js';
import { type MeasuredGateway, startMeasuredGateway } from '../support/measured/gateway.js';
import type { Figures } from '../support/measured/meter.js';
import { type Bomb, bounds, costs } from './bombs.js';
import { fillLarge } from './large.js';

/**
 * No request may cost more: milliseconds of CPU, milliseconds of the event loop, bytes of the answer, MiB of memory.
 */
const most = { cpuMs: 1000, holdMs: 100, bytes: 8 * 1024 * 1024, growthMb: 64 };

interface Seen {
  readonly status: number;
  readonly bytes: number;
  /** The first 64 KiB. */
  readonly text: string;
}

let folder: string;
let gateway: MeasuredGateway;
const sent: (Figures & { readonly name: string; readonly bytes: number })[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bombs-'));
  const file = join(folder, 'gateway.db');
  await fillLarge(file, amount(2000, 100_000));
  gateway = await startMeasuredGateway(file);
  // What is compiled and kept on the first request is no request's cost.
  for (let n = 0; n < 5; n++)
    await send(
      {
        query: '{ registry(name: "bench") { repositories(first: 5) { nodes { tags(first: 5) { nodes { name } } } } } }',
      },
      gateway.reader,
    );
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Counts the bytes of the answer, and keeps its beginning. */
function send(body: unknown, access: string | null): Promise<Seen> {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const headers = {
    'content-type': 'application/json',
    'content-length': bytes.length,
    ...(access !== null && { 'x-access-token': access }),
  };
  return new Promise((resolve, reject) => {
    const asked = request(`${gateway.url}/graphql`, { method: 'POST', agent: false, headers }, (response) => {
      const kept: Buffer[] = [];
      let count = 0;
      response.on('data', (chunk: Buffer) => {
        if (count < 64 * 1024) kept.push(chunk);
        count += chunk.length;
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, bytes: count, text: Buffer.concat(kept).toString() }),
      );
    });
    asked.on('error', reject);
    asked.end(bytes);
  });
}

async function judge(bomb: Bomb, access: string | null, expected: (seen: Seen) => void): Promise<void> {
  const { value: seen, figures } = await gateway.measure(() => send(bomb.body, access));
  const spent = { ...figures, name: bomb.name, bytes: seen.bytes };
  sent.push(spent);
  expected(seen);
  expect(seen.text).not.toMatch(/INTERNAL|Maximum call stack|Too many errors|node_modules| {4}at |[xX]{101}/);
  expect(seen.bytes).toBeLessThanOrEqual(most.bytes);
  if (isFullRun)
    expect(Object.entries(most).filter(([figure, limit]) => spent[figure as keyof typeof most] > limit)).toEqual([]);
}

function codeOf(seen: Seen): string | null {
  return /"code":"([A-Z_]+)"/.exec(seen.text)?.[1] ?? null;
}

const principals = ['nobody', 'a reader', 'an admin'] as const;
const accessOf = { nobody: () => null, 'a reader': () => gateway.reader, 'an admin': () => gateway.admin };

describe.each(principals)('sent by %s', (who) => {
  test.each(rows(bounds, 60).map((bomb) => [bomb.name, bomb] as const))('%s', async (_, bomb) => {
    await judge(bomb, accessOf[who](), (seen) => {
      const told = [seen.status, codeOf(seen)];
      // Who has no token may be told that first.
      if (who === 'nobody' && told[0] === 401) return expect(told[1]).toBe('UNAUTHENTICATED');
      return expect(told).toEqual(
        bomb.code === null ? [who === 'nobody' ? 401 : 200, null] : [bomb.status ?? 400, bomb.code],
      );
    });
  });
});

describe('sent by a reader', () => {
  test.each(rows(costs, 25).map((bomb) => [bomb.name, bomb] as const))('%s', async (_, bomb) => {
    await judge(bomb, gateway.reader, (seen) => {
      expect([200, 400]).toContain(seen.status);
      expect([null, 'QUERY_TOO_COMPLEX', 'BAD_USER_INPUT', 'NOT_FOUND']).toContain(codeOf(seen));
    });
  });
});

test('after all of them the gateway still answers, and nothing was logged as its own fault', async () => {
  expect(await send({ query: '{ viewer { username } }' }, gateway.reader)).toMatchObject({ status: 200 });
  expect(await gateway.faults()).toEqual([]);
  const top = (figure: keyof typeof most): object => {
    const [first] = sent.toSorted((a, b) => b[figure] - a[figure]);
    return { [figure]: Math.round(first![figure]), by: first!.name };
  };
  const worst = [top('cpuMs'), top('holdMs'), top('growthMb'), top('bytes')];
  report('query bombs', {
    sent: sent.length,
    delayMs: Math.round(Math.max(...sent.map(({ delayMs }) => delayMs))),
    worst,
  });
});
