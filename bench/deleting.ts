import { setTimeout as wait } from 'node:timers/promises';
import { distributionCommand, hasCommand, startDistribution } from '../test/support/servers/distribution.js';
import { buildImage } from '../test/support/content/images.js';
import { push } from '../test/support/content/push.js';
import { askGateway, type GatewayReady, type GatewayState, readOnce } from './asking.js';
import { nameRepository, tagsPerRepository } from './fill.js';
import { attach, waitUntilFresh } from './live.js';
import { quantile, type Served, serve } from './load.js';
import { report, skip } from './report.js';

const largeTags = 3000;
const otherRepositories = 50;
const concurrency = 8;
/** Seconds of reading before, to be compared with. */
const before = 20;
/** Seconds after which the rest of the deletion is not waited for. */
const patience = 300;

/** A repository of 3,000 images on a real registry is deleted as a job, while pages of the others are read. */
export async function benchDeleting(folder: string): Promise<void> {
  const name = `delete of ${largeTags} tags`;
  if (!hasCommand(distributionCommand)) return skip(name, `${distributionCommand} is not installed`);
  const registry = await startDistribution();
  try {
    await pushAll(registry.url);
    await using gateway = await serve<GatewayReady>('./gateway.js', `${folder}/deleting.db`);
    await attach(gateway.ready, registry.url, { maxAge: 3600 });
    await waitUntilFresh(gateway.ready, 120);
    await readPages(gateway.ready, async () => true, 5);
    gateway.tell('reset');
    const usual = await readPages(gateway.ready, async () => true, before);
    const quiet = await gateway.ask<GatewayState>('state');
    gateway.tell('reset');
    await measureDeletion(gateway, name, usual, quiet);
  } finally {
    await registry.close();
  }
}

async function measureDeletion(
  gateway: Served<GatewayReady>,
  name: string,
  usual: readonly number[],
  quiet: GatewayState,
): Promise<void> {
  const { ready } = gateway;
  const began = performance.now();
  const mutation =
    'mutation { deleteRepository(input: { registry: "live", repository: "large", wait: false }) { job { id } ' +
    'userErrors { message } } }';
  const begun = readOnce(askGateway(ready, {}, mutation));
  const seen: { job?: { state: string; done: number; total: number; failureCount: number } } = {};
  let id: string | null = null;
  void begun.then(
    ({ body }) =>
      (id = (JSON.parse(body) as { data: { deleteRepository: { job: { id: string } } } }).data.deleteRepository.job.id),
  );
  const during = await readPages(
    ready,
    async () => {
      if (id === null) return true;
      const { body } = await readOnce(
        askGateway(ready, { id }, 'query J($id: ID!) { job(id: $id) { state done total failureCount } }'),
      );
      Object.assign(seen, (JSON.parse(body) as { data: typeof seen }).data);
      return seen.job?.state === 'QUEUED' || seen.job?.state === 'RUNNING';
    },
    patience,
  );
  const { delayP99, delayMax } = await gateway.ask<GatewayState>('state');
  const [p99, usualP99] = [quantile(during, 0.99), quantile(usual, 0.99)];
  report({ case: name, value: (performance.now() - began) / 1000, unit: 's', ...seen.job });
  const delays = { delayP99, delayMax, usualDelayP99: quiet.delayP99, usualDelayMax: quiet.delayMax };
  const more = {
    milliseconds: p99,
    ofPeer: usualP99,
    p50: quantile(during, 0.5),
    usualP50: quantile(usual, 0.5),
    max: Math.max(...during),
    pages: during.length,
    ...delays,
  };
  report({
    case: `page p99 during the ${name} / before`,
    value: p99 / usualP99,
    unit: 'times',
    target: ['<=', 1.1],
    ...more,
  });
}

/**
 * A page every 20 ms, each with arguments of its own, until `goesOn` says no or the seconds are over. Milliseconds of
 * each.
 */
async function readPages(ready: GatewayReady, goesOn: () => Promise<boolean>, seconds: number): Promise<number[]> {
  const query =
    '{ registry(name: "live") { repositories(first: 20) { nodes { name size tags(first: 10) { nodes { name digest ' +
    'size updatedAt } } } } } }';
  const times: number[] = [];
  for (const until = Date.now() + seconds * 1000; Date.now() < until; await wait(20)) {
    times.push((await readOnce(askGateway(ready, { unseen: `${Date.now()} ${times.length}` }, query))).milliseconds);
    if (times.length % 10 === 0 && !(await goesOn())) break;
  }
  return times;
}

/** All share their layer: distribution takes a push of a manifest in some milliseconds. */
async function pushAll(url: string): Promise<void> {
  const all = [
    ...Array.from({ length: largeTags }, (_, tag) => ['large', `v1.0.${tag}`] as const),
    ...Array.from(
      { length: otherRepositories * tagsPerRepository },
      (_, at) => [nameRepository(at % otherRepositories), `v1.0.${Math.floor(at / otherRepositories)}`] as const,
    ),
  ].values();
  const work = async (): Promise<void> => {
    for (const [repository, tag] of all)
      await push(
        url,
        repository,
        tag,
        buildImage({
          format: 'oci',
          annotations: { of: `${repository}:${tag}` },
          layers: [{ size: 100, seed: 'shared' }],
        }),
      );
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}
