import { setTimeout as wait } from 'node:timers/promises';
import { askGateway, type GatewayReady, type GatewayState, readOnce } from './asking.js';
import { tagsPerRepository } from './fill.js';
import { attach, refresh } from './live.js';
import { quantile, type Served, serve } from './load.js';
import { type AskedRequest, replay } from './replaying.js';
import { report, skip } from './report.js';

const repositories = 10_000;
const tags = repositories * tagsPerRepository;
const megabyte = 1024 * 1024;
/** Seconds that a crawl may take: twenty times what a machine at rest needs. */
const longest = 600;
/** Pages that are asked for when no crawl is under way. */
const restedPages = 200;

type Gateway = Served<GatewayReady>;
type Registry = Served<{ readonly url: string }>;

/** A registry of 100,000 tags: the first crawl, while pages are asked for, and one that finds no news. */
export async function benchLargeSync(folder: string): Promise<void> {
  await using registry: Registry = await serve('./registry.js', String(repositories));
  await using gateway: Gateway = await serve('./gateway.js', `${folder}/large.db`);
  gateway.tell('reset');
  const first = await measure(gateway, registry, async () => attach(gateway.ready, registry.ready.url));
  if (!first) return;
  await reportServing(gateway, first);
  await reportCrawl('first crawl', first, registry.ready.url);
  const again = await measure(gateway, registry, () => refresh(gateway.ready, false));
  if (!again) return;
  const pages = again.asked.filter(({ path }) => path.includes('/_catalog')).length;
  const minimum = pages + repositories + tags;
  report({
    case: '100,000 tags, unchanged crawl, upstream requests',
    value: again.asked.length,
    unit: 'requests',
    target: ['<=', minimum],
    minimum,
  });
  await reportCrawl('unchanged crawl', again, registry.ready.url);
}

async function reportServing(gateway: Gateway, { rss, times }: MeasuredCrawl): Promise<void> {
  const { delayP99, delayMax } = await gateway.ask<GatewayState>('state');
  report({
    case: '100,000 tags, RSS while syncing and serving',
    value: rss / megabyte,
    unit: 'MB',
    target: ['<=', 300],
  });
  report({
    case: 'event-loop delay p99 while syncing',
    value: delayP99,
    unit: 'ms',
    target: ['<=', 50],
  });
  report({
    case: 'event-loop delay while syncing, the longest',
    value: delayMax,
    unit: 'ms',
    target: ['<=', 100],
  });
  const rested: number[] = [];
  for (let page = 0; page < restedPages; page++, await wait(50))
    rested.push(await readPage(gateway, page - restedPages));
  const [p99, ofPeer] = [quantile(times, 0.99), quantile(rested, 0.99)];
  report({
    case: '100,000 tags, page p99 while syncing / at rest',
    value: p99 / ofPeer,
    unit: 'times',
    target: ['<=', 1.25],
    milliseconds: p99,
    ofPeer,
    p50: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    pages: times.length,
  });
}

interface MeasuredCrawl {
  readonly asked: readonly AskedRequest[];
  readonly milliseconds: number;
  /** Milliseconds of the gateway's processor time. */
  readonly cpu: number;
  /** Bytes, the most that were seen. */
  readonly rss: number;
  /** Milliseconds of each page that was asked for meanwhile. */
  readonly times: readonly number[];
}

/** Returns null for a crawl that was not over in time. */
async function measure(
  gateway: Gateway,
  registry: Registry,
  begin: () => Promise<void>,
): Promise<MeasuredCrawl | null> {
  await registry.ask<AskedRequest[]>('requests');
  const before = await readLastCrawl(gateway.ready);
  const { cpu } = await gateway.ask<GatewayState>('state');
  const began = performance.now();
  await begin();
  const served = await serveUntilCrawled(gateway, before.id);
  if (!served) {
    skip('100,000 tags, end of the crawl', `it was not over after ${longest} s`);
    return null;
  }
  const milliseconds = performance.now() - began;
  const state = await gateway.ask<GatewayState>('state');
  const asked = await registry.ask<AskedRequest[]>('requests');
  return { ...served, asked, milliseconds, cpu: (state.cpu - cpu) * 1000 };
}

async function reportCrawl(name: string, { asked, milliseconds, cpu }: MeasuredCrawl, url: string): Promise<void> {
  const peer = await replay(url, asked);
  report({
    case: `100,000 tags, ${name} / node:http, same URLs`,
    value: milliseconds / peer.milliseconds,
    unit: 'times',
    target: ['<=', 1.3],
    milliseconds,
    ofPeer: peer.milliseconds,
    requests: asked.length,
  });
  report({
    case: `100,000 tags, ${name}, CPU a request / node:http, same URLs`,
    value: cpu / asked.length / peer.cpuMsARequest,
    unit: 'times',
    cpuMs: cpu / asked.length,
    ofPeer: peer.cpuMsARequest,
  });
}

/** Milliseconds that a page takes; `unseen` is of this one alone, so that no kept answer is taken. */
async function readPage({ ready }: Gateway, unseen: number): Promise<number> {
  const query =
    '{ registry(name: "live") { freshness { state } repositories(first: 20) { nodes { name tags(first: 10) { nodes ' +
    '{ name digest size } } } } } }';
  return (await readOnce(askGateway(ready, { unseen }, query))).milliseconds;
}

/** Asks for a page every 50 ms until the next crawl after that of `before` is over; null: it took too long. */
async function serveUntilCrawled(
  gateway: Gateway,
  before: string | null,
): Promise<Pick<MeasuredCrawl, 'rss' | 'times'> | null> {
  const times: number[] = [];
  let rss = 0;
  for (const until = Date.now() + longest * 1000; Date.now() < until; await wait(50)) {
    times.push(await readPage(gateway, times.length));
    rss = Math.max(rss, (await gateway.ask<GatewayState>('state')).rss);
    // What is asked for the bench alone is not to count among what the gateway is measured by.
    if (times.length % 10 !== 0) continue;
    const { id, state } = await readLastCrawl(gateway.ready);
    if (id !== before && state !== null && !['QUEUED', 'RUNNING'].includes(state)) return { rss, times };
  }
  return null;
}

async function readLastCrawl(
  ready: GatewayReady,
): Promise<{ readonly id: string | null; readonly state: string | null }> {
  const query = '{ registries { name lastCrawl { id state } } }';
  const { body } = await readOnce(askGateway(ready, {}, query));
  const { data } = JSON.parse(body) as {
    data: { registries: { name: string; lastCrawl: { id: string; state: string } | null }[] };
  };
  const found = data.registries.find(({ name }) => name === 'live')?.lastCrawl;
  return found ?? { id: null, state: null };
}
