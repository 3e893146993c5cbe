import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { distributionCommand, hasCommand, startDistribution } from '../test/support/servers/distribution.js';
import { buildImage } from '../test/support/content/images.js';
import { push } from '../test/support/content/push.js';
import { askGateway, type GatewayReady, type GatewayState, readOnce } from './asking.js';
import { nameRepository, tagsPerRepository } from './fill.js';
import { quantile, type Served, serve } from './load.js';
import { report, skip } from './report.js';

const repositories = 200;
const largeRepositories = 10_000;
const concurrency = 8;
const megabyte = 1024 * 1024;

/** The figures of keeping the index: against a real registry, and with 100,000 tags while it serves. */
export async function benchSyncing(folder: string): Promise<void> {
  if (hasCommand(distributionCommand)) await benchColdSync(folder);
  else skip('cold sync of 200 x 10', `${distributionCommand} is not installed`);
  await benchLargeSync(folder);
}

async function benchColdSync(folder: string): Promise<void> {
  const registry = await startDistribution();
  try {
    await pushAll(registry.url);
    await wait(200);
    const ready = (mark: number): string[] => readRequests(registry.readLog().slice(mark));
    await using gateway = await serve<GatewayReady>('./gateway.js', `${folder}/syncing.db`);
    let mark = registry.readLog().length;
    const began = performance.now();
    await attach(gateway.ready, registry.url);
    await waitUntilFresh(gateway.ready, 120);
    const synced = performance.now() - began;
    await wait(300);
    const urls = ready(mark);
    // The test of the connection, the catalogue's pages, each tag list, each manifest and each config: each of them
    // once.
    const tags = repositories * tagsPerRepository;
    const minimum = new Set(urls.filter((url) => url.includes('/_catalog'))).size + 1 + repositories + 2 * tags;
    report({
      case: 'cold sync of 200 x 10, upstream requests',
      value: urls.length,
      unit: 'requests',
      target: ['<=', minimum],
      minimum,
    });
    const replays = [
      await replay(registry.url, urls),
      await replay(registry.url, urls),
      await replay(registry.url, urls),
    ];
    const plain = quantile(replays, 0.5);
    report({
      case: 'cold sync of 200 x 10 / node:http, same URLs',
      value: synced / plain,
      unit: 'times',
      target: ['<=', 1.3],
      milliseconds: synced,
      ofPeer: plain,
    });
    mark = registry.readLog().length;
    const again = performance.now();
    await refresh(gateway.ready);
    const resynced = performance.now() - again;
    await wait(300);
    const repeated = ready(mark);
    const least = new Set(repeated.filter((url) => url.includes('/_catalog'))).size + repositories + tags;
    report({
      case: 're-sync unchanged of 200 x 10, upstream requests',
      value: repeated.length,
      unit: 'requests',
      target: ['<=', least],
      minimum: least,
      milliseconds: resynced,
    });
  } finally {
    await registry.close();
  }
}

async function pushAll(url: string): Promise<void> {
  const names = Array.from({ length: repositories }, (_, repository) => repository).values();
  const work = async (): Promise<void> => {
    for (const repository of names) {
      for (let tag = 0; tag < tagsPerRepository; tag++) {
        const image = buildImage({ labels: { of: `${repository}.${tag}` }, layers: [{ size: 100, seed: 'shared' }] });
        await push(url, nameRepository(repository), `v1.0.${tag}`, image);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}

/** The paths of the requests that a part of the registry's log tells of, in order. */
function readRequests(log: string): string[] {
  return log
    .split('\n')
    .filter((line) => line.includes('response completed'))
    .map((line) => /http\.request\.uri="?([^" ]+)"?/.exec(line)?.[1] ?? '');
}

/** Fetches them with node:http alone, as many at a time as the gateway does. Milliseconds. */
async function replay(base: string, paths: readonly string[]): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const accept =
    'application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, ' +
    'application/vnd.docker.distribution.manifest.v2+json';
  const next = paths.values();
  const fetchOne = (path: string): Promise<void> =>
    new Promise((resolve, reject) => {
      request(
        `${base}${path}`,
        { agent, headers: { accept } },
        (response) => void response.resume().on('end', resolve).on('error', reject),
      )
        .on('error', reject)
        .end();
    });
  const work = async (): Promise<void> => {
    for (const path of next) await fetchOne(path);
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: concurrency }, work));
  agent.destroy();
  return performance.now() - began;
}

async function benchLargeSync(folder: string): Promise<void> {
  await using registry = await serve<{ url: string }>('./registry.js', String(largeRepositories));
  await using gateway = await serve<GatewayReady>('./gateway.js', `${folder}/large.db`);
  gateway.tell('reset');
  const began = performance.now();
  await attach(gateway.ready, registry.ready.url);
  const { rss, times } = await serveMeanwhile(gateway, 90);
  const { delayP99, delayMax } = await gateway.ask<GatewayState>('state');
  const seconds = (performance.now() - began) / 1000;
  report({
    case: '100,000 tags, RSS while syncing and serving',
    value: rss / megabyte,
    unit: 'MB',
    target: ['<=', 300],
    seconds,
  });
  report({
    case: '100,000 tags, page p95 while syncing',
    value: quantile(times, 0.95),
    unit: 'ms',
    p50: quantile(times, 0.5),
    pages: times.length,
  });
  report({
    case: 'event-loop delay p99 while syncing',
    value: delayP99,
    unit: 'ms',
    target: ['<=', 50],
    max: delayMax,
  });
}

/**
 * Asks for a page every 50 ms until the crawl is over; gives the largest size of the process that was seen. Bytes,
 * milliseconds.
 */
async function serveMeanwhile(
  gateway: Served<GatewayReady>,
  seconds: number,
): Promise<{ rss: number; times: number[] }> {
  const query =
    '{ registry(name: "live") { freshness { state } repositories(first: 20) { nodes { name tags(first: 10) { nodes ' +
    '{ name digest size } } } } } }';
  const times: number[] = [];
  let rss = 0;
  for (const until = Date.now() + seconds * 1000; Date.now() < until; await wait(50)) {
    const { body, milliseconds } = await readOnce(askGateway(gateway.ready, { unseen: times.length }, query));
    times.push(milliseconds);
    ({ rss } = { rss: Math.max(rss, (await gateway.ask<GatewayState>('state')).rss) });
    if (body.includes('"state":"FRESH"')) return { rss, times };
  }
  skip('100,000 tags, end of the crawl', `it was not over after ${seconds} s`);
  return { rss, times };
}

export async function attach({ url, access }: GatewayReady, addr: string): Promise<void> {
  const body = JSON.stringify({ name: 'live', addr });
  const answer = await fetch(`${url}/api/registries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-access-token': access },
    body,
  });
  if (answer.status !== 204) throw new Error(`The registry was not attached: ${await answer.text()}`);
}

export async function waitUntilFresh(ready: GatewayReady, seconds: number): Promise<void> {
  for (const until = Date.now() + seconds * 1000; Date.now() < until; await wait(25)) {
    const { body } = await readOnce(askGateway(ready, {}, '{ registry(name: "live") { freshness { state } } }'));
    if (body.includes('"FRESH"')) return;
  }
  throw new Error(`The crawl was not over after ${seconds} s.`);
}

async function refresh(ready: GatewayReady): Promise<void> {
  const { body } = await readOnce(askGateway(ready, {}, '{ registry(name: "live") { id } }'));
  const { id } = (JSON.parse(body) as { data: { registry: { id: string } } }).data.registry;
  await readOnce(
    askGateway(
      ready,
      { id },
      'mutation R($id: ID!) { refresh(input: { id: $id, wait: true }) { job { state } userErrors { message } } }',
    ),
  );
}
