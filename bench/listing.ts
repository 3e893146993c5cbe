import { execFile } from 'node:child_process';
import { Agent, get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { buildImage } from '../test/support/content/images.js';
import { push } from '../test/support/content/push.js';
import { distributionCommand, hasCommand, startDistribution } from '../test/support/servers/distribution.js';
import { askGateway, type GatewayReady, readOnce, timeEach } from './asking.js';
import { attach, waitUntilFresh } from './live.js';
import { quantile, serve } from './load.js';
import { report, skip } from './report.js';
import { reportRounds } from './rounds.js';

const repository = 'team/app';
const tags = Array.from({ length: 100 }, (_, at) => `v1.0.${at}`);
/** Connections of a browser to one host. */
const connections = 6;
const rounds = 10;
/** Queries of each kind in one round. */
const queriesARound = 10;

/**
 * A page of 100 tags with size and date: as docker-registry-ui's browser asks for it, as a loop over skopeo does, and
 * by one query here, of which the registry must hear nothing. By turns, so that what else the machine does falls on
 * all of them; the median of the rounds' ratios counts.
 */
export async function benchListing(folder: string): Promise<void> {
  const name = 'a page of 100 tags with size and date';
  if (!hasCommand(distributionCommand)) return skip(name, `${distributionCommand} is not installed`);
  const registry = await startDistribution();
  try {
    for (const tag of tags)
      await push(registry.url, repository, tag, buildImage({ labels: { tag }, layers: [{ size: 100, seed: 'one' }] }));
    await using gateway = await serve<GatewayReady>('./gateway.js', `${folder}/listing.db`);
    await attach(gateway.ready, registry.url, { maxAge: 3600 });
    await waitUntilFresh(gateway.ready, 60);
    await assertWhole(gateway.ready);
    // The registry writes its log a moment after it has answered.
    await wait(300);
    const heard = registry.readLog().length;
    // What is compiled for the query is used from here on.
    for (let round = 0; round < 3; round++) await timeQueries(gateway.ready, -1 - round);
    await wait(300);
    const requests = registry.readLog().slice(heard).split('response completed').length - 1;
    report({ case: `${name}, upstream requests`, value: requests, unit: 'requests', target: ['<=', 0] });
    const hasSkopeo = hasCommand('skopeo');
    if (!hasSkopeo) skip(`${name} / a loop over skopeo`, 'skopeo is not installed');
    const times: RoundTimes[] = [];
    for (let round = 0; round < rounds; round++) {
      const ours = await timeQueries(gateway.ready, round);
      const browser = await timeBrowser(registry.url);
      times.push({ ...ours, browser, skopeo: hasSkopeo ? await timeSkopeo(registry.host, round) : null });
    }
    for (const [kind, how] of [
      ['kept', 'kept'],
      ['unseen', 'never seen'],
    ] as const) {
      const beside = (peer: 'browser' | 'skopeo') =>
        times.map((round) => ({ ours: round[kind], ofPeer: round[peer] ?? Number.NaN }));
      reportRounds(`${name}, ${how} / a browser with docker-registry-ui`, beside('browser'), 50);
      if (hasSkopeo) reportRounds(`${name}, ${how} / a loop over skopeo`, beside('skopeo'), 50);
    }
  } finally {
    await registry.close();
  }
}

/** Milliseconds of the clock for the page, in one round. */
interface RoundTimes {
  /** It was asked for before. */
  readonly kept: number;
  /** It never was. */
  readonly unseen: number;
  readonly browser: number;
  /** null: it is not there. */
  readonly skopeo: number | null;
}

const query =
  '{ repository(registry: "live", name: "team/app") { tags(first: 100) { nodes { name size updatedAt } } } }';

async function assertWhole(ready: GatewayReady): Promise<void> {
  const { body } = await readOnce(askGateway(ready, {}, query));
  if (body.split('"size":').length !== tags.length + 1) throw new Error(`The page is not whole: ${body.slice(0, 500)}`);
}

/** The medians of one round. */
async function timeQueries(ready: GatewayReady, round: number): Promise<Pick<RoundTimes, 'kept' | 'unseen'>> {
  const each = (variables: (at: number) => object) =>
    timeEach(Array.from({ length: queriesARound }, (_, at) => askGateway(ready, variables(at), query)));
  const kept = await each(() => ({}));
  const unseen = await each((at) => ({ unseen: round * queriesARound + at }));
  return { kept: quantile(kept, 0.5), unseen: quantile(unseen, 0.5) };
}

/** The list, then of each tag its manifest, and of that its config. */
async function timeBrowser(url: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const base = `${url}/v2/${repository}`;
  const began = performance.now();
  const list = await getJson<{ tags: string[] }>(agent, `${base}/tags/list`);
  await Promise.all(
    list.tags.map(async (tag) => {
      const { config } = await getJson<{ config: { digest: string } }>(agent, `${base}/manifests/${tag}`);
      await getJson(agent, `${base}/blobs/${config.digest}`);
    }),
  );
  agent.destroy();
  return performance.now() - began;
}

const accept =
  'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json, ' +
  'application/vnd.oci.image.index.v1+json';

function getJson<T>(agent: Agent, url: string): Promise<T> {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { accept } }, (response) => {
      const chunks: Buffer[] = [];
      response
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('error', reject)
        .on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (response.statusCode === 200) resolve(JSON.parse(text) as T);
          else reject(new Error(`${url} answered ${response.statusCode}: ${text.slice(0, 200)}`));
        });
    }).on('error', reject);
  });
}

const run = promisify(execFile);

/** One tag after the other; of ten each round, times ten, as all of them take seconds. */
async function timeSkopeo(host: string, round: number): Promise<number> {
  const some = tags.slice(round * 10, round * 10 + 10);
  const began = performance.now();
  for (const tag of some)
    await run('skopeo', ['inspect', '--no-tags', '--tls-verify=false', `docker://${host}/${repository}:${tag}`]);
  return ((performance.now() - began) * tags.length) / some.length;
}
