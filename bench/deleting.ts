import { setTimeout as wait } from 'node:timers/promises';
import { distributionCommand, hasCommand, startDistribution } from '../test/support/servers/distribution.js';
import { buildImage } from '../test/support/content/images.js';
import { askGateway, type GatewayReady, type GatewayState, readOnce } from './asking.js';
import { attach, waitUntilFresh } from './live.js';
import { quantile, type Served, serve } from './load.js';
import { listPlaces, pushAll } from './pushing.js';
import { report, skip } from './report.js';

const largeTags = 3000;
const otherRepositories = 50;
/** Seconds of reading before. */
const warming = 5;
/** Seconds after which the rest of the deletion is not waited for: some ten thousand pages are read by then. */
const patience = 300;

/**
 * A repository of 3,000 images on a real registry is deleted as a job, while pages of the others are read: by turns of
 * this gateway, and of a twin that knows the same and deletes nothing. What the machine and the registry do falls on
 * both.
 */
export async function benchDeleting(folder: string): Promise<void> {
  const name = `delete of ${largeTags} tags`;
  if (!hasCommand(distributionCommand)) return skip(name, `${distributionCommand} is not installed`);
  const registry = await startDistribution();
  try {
    const large = Array.from({ length: largeTags }, (_, tag) => ['large', `v1.0.${tag}`] as const);
    await pushAll(registry.url, [...large, ...listPlaces(otherRepositories)], (repository, tag) =>
      buildImage({
        format: 'oci',
        annotations: { of: `${repository}:${tag}` },
        layers: [{ size: 100, seed: 'shared' }],
      }),
    );
    await using gateway = await serve<GatewayReady>('./gateway.js', `${folder}/deleting.db`);
    await using twin = await serve<GatewayReady>('./gateway.js', `${folder}/twin.db`);
    for (const { ready } of [gateway, twin]) {
      await attach(ready, registry.url, { maxAge: 3600 });
      await waitUntilFresh(ready, 120);
    }
    await readPages([gateway, twin], async () => true, warming);
    for (const one of [gateway, twin]) one.tell('reset');
    await measureDeletion(gateway, twin, name);
  } finally {
    await registry.close();
  }
}

interface SeenJob {
  readonly state: string;
  readonly done: number;
  readonly total: number;
  readonly failureCount: number;
}

async function measureDeletion(gateway: Served<GatewayReady>, twin: Served<GatewayReady>, name: string): Promise<void> {
  const began = performance.now();
  const [before, twinBefore] = [await gateway.ask<GatewayState>('state'), await twin.ask<GatewayState>('state')];
  const id = await beginDeletion(gateway.ready);
  let job: SeenJob | null = null;
  const goesOn = async (): Promise<boolean> => {
    job = await readJob(gateway.ready, id);
    return job?.state === 'QUEUED' || job?.state === 'RUNNING';
  };
  const [during = [], usual = []] = await readPages([gateway, twin], goesOn, patience);
  const milliseconds = performance.now() - began;
  const [busy, idle] = [await gateway.ask<GatewayState>('state'), await twin.ask<GatewayState>('state')];
  const { done = 0, ...seen }: Partial<SeenJob> = job ?? {};
  // Both have read the same pages.
  const [spent, twinSpent] = [busy.cpu - before.cpu, idle.cpu - twinBefore.cpu];
  const cpuMsATag = ((spent - twinSpent) * 1000) / Math.max(done, 1);
  report({ case: name, value: milliseconds / 1000, unit: 's', ...seen, done, cpuMsATag });
  const [p99, usualP99] = [quantile(during, 0.99), quantile(usual, 0.99)];
  report({
    case: `page p99 during the ${name} / of a gateway that deletes nothing`,
    value: p99 / usualP99,
    unit: 'times',
    target: ['<=', 1.1],
    milliseconds: p99,
    ofPeer: usualP99,
    p50: quantile(during, 0.5),
    usualP50: quantile(usual, 0.5),
    pages: during.length,
    usualDelayP99: idle.delayP99,
    usualDelayMax: idle.delayMax,
  });
  const { delayP99, delayMax } = busy;
  report({
    case: `event-loop delay max during the ${name}`,
    value: delayMax,
    unit: 'ms',
    target: ['<=', 100],
    delayP99,
  });
}

async function beginDeletion(ready: GatewayReady): Promise<string> {
  const mutation =
    'mutation { deleteRepository(input: { registry: "live", repository: "large", wait: false }) { job { id } ' +
    'userErrors { message } } }';
  const { body } = await readOnce(askGateway(ready, {}, mutation));
  return (JSON.parse(body) as { data: { deleteRepository: { job: { id: string } } } }).data.deleteRepository.job.id;
}

async function readJob(ready: GatewayReady, id: string): Promise<SeenJob | null> {
  const query = 'query J($id: ID!) { job(id: $id) { state done total failureCount } }';
  const { body } = await readOnce(askGateway(ready, { id }, query));
  return (JSON.parse(body) as { data: { job: SeenJob | null } }).data.job;
}

/**
 * Of each gateway a page every 20 ms, each with arguments of its own, until `goesOn` says no or the seconds are over.
 * Milliseconds of each.
 */
async function readPages(
  gateways: readonly Served<GatewayReady>[],
  goesOn: () => Promise<boolean>,
  seconds: number,
): Promise<number[][]> {
  const query =
    '{ registry(name: "live") { repositories(first: 20) { nodes { name size tags(first: 10) { nodes { name digest ' +
    'size updatedAt } } } } } }';
  const times: number[][] = gateways.map(() => []);
  let turn = 0;
  for (const until = Date.now() + seconds * 1000; Date.now() < until; await wait(20)) {
    turn += 1;
    // Each is the first as often as the other.
    const all = [...gateways.entries()];
    for (const [which, { ready }] of turn % 2 === 0 ? all : all.toReversed()) {
      const target = askGateway(ready, { unseen: `${Date.now()} ${turn}` }, query);
      times[which]?.push((await readOnce(target)).milliseconds);
    }
    if (turn % 10 === 0 && !(await goesOn())) break;
  }
  return times;
}
