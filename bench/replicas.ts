import { askGateway, type GatewayReady, readOnce } from './asking.js';
import { listCursors } from './engines.js';
import { tagsPerRepository } from './fill.js';
import type { Installation, Scale } from './installation.js';
import { attach, waitUntilCrawled } from './live.js';
import { inTurn, quantile, type Served, serve } from './load.js';
import { report } from './report.js';

/** Requests under way at a time, of the one client. */
const concurrency = 16;
const longest = 600;

/** One, two and four gateways over one PostgreSQL, whom a client asks in turn. */
export async function benchReplicas(installation: Installation, scale: Scale): Promise<void> {
  for (const count of [1, 2, 4]) await benchCount(installation, scale, count);
}

async function benchCount({ url, readServerCpu }: Installation, scale: Scale, count: number): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const gateways: Served<GatewayReady>[] = [];
  for (let at = 0; at < count; at++) gateways.push(stack.use(await serve<GatewayReady>('./gateway.js', url)));
  const readAll = async (): Promise<number> => {
    const each = await Promise.all(gateways.map((gateway) => gateway.ask<number>('cpu')));
    return each.reduce((sum, cpu) => sum + cpu, 0);
  };
  const cursors = await listCursors(inTurn(gateways, 0).ready, scale.pages);
  await askInTurn(gateways, cursors, 1);
  const [before, serverBefore] = [await readAll(), readServerCpu()];
  const times = await askInTurn(gateways, cursors, scale.seconds);
  const [after, serverAfter] = [await readAll(), readServerCpu()];
  const of = `${count} gateway${count === 1 ? '' : 's'}, pages of 100 x 10`;
  report({ case: `${of}, answers`, value: times.length / scale.seconds, unit: '/s' });
  report({ case: `${of}, p99 of ${concurrency} callers`, value: quantile(times, 0.99), unit: 'ms' });
  report({ case: `${of}, CPU of the gateways a request`, value: (after - before) / times.length, unit: 'ms' });
  report({
    case: `${of}, CPU of the server a request`,
    value: (serverAfter - serverBefore) / times.length,
    unit: 'ms',
  });
  await benchCrawl(gateways, scale, count);
}

/** Milliseconds of each answer. */
async function askInTurn(
  gateways: readonly Served<GatewayReady>[],
  cursors: readonly string[],
  seconds: number,
): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + seconds * 1000;
  let next = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() < end) {
      const at = next++;
      // A number of its own, which no operation declares, has each answer made anew.
      const variables = { after: cursors[at % cursors.length], unseen: at };
      times.push((await readOnce(askGateway(inTurn(gateways, at).ready, variables))).milliseconds);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  return times;
}

async function benchCrawl(gateways: readonly Served<GatewayReady>[], { crawled }: Scale, count: number): Promise<void> {
  await using registry = await serve<{ readonly url: string }>('./registry.js', String(crawled));
  const name = `of-${count}`;
  const began = performance.now();
  await attach(inTurn(gateways, 0).ready, registry.ready.url, { name, maxAge: 86_400 });
  // Asked where it was not attached.
  await waitUntilCrawled(gateways.at(-1)!.ready, name, longest);
  report({
    case: `${count} gateway${count === 1 ? '' : 's'}, first crawl of ${crawled * tagsPerRepository} tags`,
    value: (performance.now() - began) / 1000,
    unit: 's',
  });
}
