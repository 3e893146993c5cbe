import { fork } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { cpus, loadavg } from 'node:os';
import { distributionCommand, hasCommand, startDistribution } from '../test/support/servers/distribution.js';
import { buildImage } from '../test/support/content/images.js';
import { push } from '../test/support/content/push.js';
import { askGateway, type GatewayReady, readOnce } from './asking.js';
import { attach } from './live.js';
import { quantile, serve } from './load.js';
import { report, skip } from './report.js';

const pushes = 200;
/** Milliseconds after which a push counts as lost. */
const patience = 15_000;
const secret = 'notification-secret-of-the-bench';

/**
 * From the answer to a push until the gateway shows it, on a registry that notifies: at rest, and with every core kept
 * busy by others.
 */
export async function benchNotifying(folder: string): Promise<void> {
  if (!hasCommand(distributionCommand))
    return skip('notified push to visible', `${distributionCommand} is not installed`);
  await using gateway = await serve<GatewayReady>('./gateway.js', `${folder}/notifying.db`);
  const headers = { Authorization: [`Bearer ${secret}`] };
  const registry = await startDistribution({ notify: { url: `${gateway.ready.url}/events/live`, headers } });
  try {
    // A crawl of its own would show the push too: the next is not due before the end.
    await attach(gateway.ready, registry.url, { maxAge: 3600, eventsSecret: secret });
    await measure(gateway.ready, registry.url, 'at rest', 0);
    const busy = cpus().map(() => fork(new URL('./busy.js', import.meta.url)));
    try {
      await measure(gateway.ready, registry.url, 'every core busy', 1);
    } finally {
      for (const child of busy) child.kill('SIGKILL');
    }
  } finally {
    await registry.close();
  }
}

async function measure(ready: GatewayReady, url: string, name: string, round: number): Promise<void> {
  const places: Record<string, (n: number) => [string, string]> = {
    'new repositories': (n) => [`new-${round}/app-${n}`, 'v1'],
    'new tags': (n) => [`known-${round}/app-${n % 10}`, `v${n}`],
    'moved tags': (n) => [`known-${round}/app-${n % 10}`, 'latest'],
  };
  for (const [kind, place] of Object.entries(places)) {
    const times: number[] = [];
    for (let n = 0; n < pushes; n++) times.push(await timePush(ready, url, place(n), `${name} ${kind} ${n}`));
    const lost = times.filter((time) => time >= patience).length;
    const details = { p50: quantile(times, 0.5), max: Math.max(...times), pushes, lost, load: loadavg()[0] };
    report({
      case: `notified push to visible, ${kind}, ${name}, p99`,
      value: quantile(times, 0.99),
      unit: 'ms',
      target: ['<=', 1000],
      ...details,
    });
  }
}

/** Milliseconds until the digest shows, as a reader who asks each 10 ms sees it; `patience` when it never does. */
async function timePush(
  ready: GatewayReady,
  url: string,
  [repository, tag]: [string, string],
  label: string,
): Promise<number> {
  const image = buildImage({ labels: { label }, layers: [{ size: 100, seed: 'shared' }] });
  await push(url, repository, tag, image);
  const began = performance.now();
  const query = `query S($name: String!) { registry(name: "live") { repositories(first: 20, filter:
  { nameContains: $name }) {
    nodes { name tags(first: 100) { nodes { digest } } } } } }`;
  while (performance.now() - began < patience) {
    const { body } = await readOnce(askGateway(ready, { name: repository }, query));
    if (body.includes(image.digest)) return performance.now() - began;
    await wait(10);
  }
  return patience;
}
