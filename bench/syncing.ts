import { setTimeout as wait } from 'node:timers/promises';
import {
  type Distribution,
  distributionCommand,
  hasCommand,
  startDistribution,
} from '../test/support/servers/distribution.js';
import { buildImage } from '../test/support/content/images.js';
import type { GatewayReady, GatewayState } from './asking.js';
import { benchLargeSync } from './crawling.js';
import { tagsPerRepository } from './fill.js';
import { attach, refresh, waitUntilFresh } from './live.js';
import { quantile, serve } from './load.js';
import { listPlaces, pushAll } from './pushing.js';
import { replay } from './replaying.js';
import { report, skip } from './report.js';

const repositories = 200;

/** The figures of keeping the index: against a real registry, and with 100,000 tags while it serves. */
export async function benchSyncing(folder: string): Promise<void> {
  if (hasCommand(distributionCommand)) await benchColdSync(folder);
  else skip('cold sync of 200 x 10', `${distributionCommand} is not installed`);
  await benchLargeSync(folder);
}

async function benchColdSync(folder: string): Promise<void> {
  const registry = await startDistribution();
  try {
    await pushAll(registry.url, listPlaces(repositories), (repository, tag) =>
      buildImage({ labels: { of: `${repository}:${tag}` }, layers: [{ size: 100, seed: 'shared' }] }),
    );
    await wait(200);
    await using gateway = await serve<GatewayReady>('./gateway.js', `${folder}/syncing.db`);
    const mark = registry.readLog().length;
    const { cpu } = await gateway.ask<GatewayState>('state');
    const began = performance.now();
    await attach(gateway.ready, registry.url);
    await waitUntilFresh(gateway.ready, 120);
    const synced = performance.now() - began;
    const seconds = (await gateway.ask<GatewayState>('state')).cpu - cpu;
    await wait(300);
    const urls = readRequests(registry.readLog().slice(mark));
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
    const asked = urls.map((path) => ({ path }));
    const replays = [
      await replay(registry.url, asked),
      await replay(registry.url, asked),
      await replay(registry.url, asked),
    ];
    report({
      case: 'cold sync of 200 x 10, CPU of the gateway a request',
      value: (seconds * 1000) / urls.length,
      unit: 'ms',
      target: ['<=', 1],
      ofPeer: quantile(
        replays.map(({ cpuMsARequest }) => cpuMsARequest),
        0.25,
      ),
    });
    const plain = quantile(
      replays.map(({ milliseconds }) => milliseconds),
      0.5,
    );
    report({
      case: 'cold sync of 200 x 10 / node:http, same URLs',
      value: synced / plain,
      unit: 'times',
      target: ['<=', 1.3],
      milliseconds: synced,
      ofPeer: plain,
    });
    await benchResync(gateway.ready, registry);
  } finally {
    await registry.close();
  }
}

/** A crawl of what has not changed. */
async function benchResync(ready: GatewayReady, registry: Distribution): Promise<void> {
  const mark = registry.readLog().length;
  const again = performance.now();
  await refresh(ready, true);
  const resynced = performance.now() - again;
  await wait(300);
  const repeated = readRequests(registry.readLog().slice(mark));
  const least =
    new Set(repeated.filter((url) => url.includes('/_catalog'))).size + repositories * (1 + tagsPerRepository);
  report({
    case: 're-sync unchanged of 200 x 10, upstream requests',
    value: repeated.length,
    unit: 'requests',
    target: ['<=', least],
    minimum: least,
    milliseconds: resynced,
  });
}

/** The paths of the requests that a part of the registry's log tells of, in order. */
function readRequests(log: string): string[] {
  return log
    .split('\n')
    .filter((line) => line.includes('response completed'))
    .map((line) => /http\.request\.uri="?([^" ]+)"?/.exec(line)?.[1] ?? '');
}
