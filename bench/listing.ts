import { execFile } from 'node:child_process';
import { Agent, get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { buildImage } from '../test/support/content/images.js';
import { push } from '../test/support/content/push.js';
import { distributionCommand, hasCommand, startDistribution } from '../test/support/servers/distribution.js';
import { askGateway, type GatewayReady, readOnce, timeEach } from './asking.js';
import { quantile, serve } from './load.js';
import { report, skip } from './report.js';
import { attach, waitUntilFresh } from './live.js';

const repository = 'team/app';
const tags = Array.from({ length: 100 }, (_, at) => `v1.0.${at}`);
/** Connections of a browser to one host. */
const connections = 6;
const rounds = 5;

/**
 * A page of 100 tags with size and date: as docker-registry-ui's browser asks for it, as a loop over skopeo does, and
 * by one query here, of which the registry must hear nothing.
 */
export async function benchListing(folder: string): Promise<void> {
  const name = 'a page of 100 tags with size and date';
  if (!hasCommand(distributionCommand)) return skip(name, `${distributionCommand} is not installed`);
  const registry = await startDistribution();
  try {
    for (const tag of tags)
      await push(registry.url, repository, tag, buildImage({ labels: { tag }, layers: [{ size: 100, seed: 'one' }] }));
    await using gateway = await serve<GatewayReady>('./gateway.js', `${folder}/listing.db`);
    await attach(gateway.ready, registry.url);
    await waitUntilFresh(gateway.ready, 60);
    // The registry writes its log a moment after it has answered.
    await wait(300);
    const heard = registry.readLog().length;
    const ours = await timeQueries(gateway.ready);
    await wait(300);
    const requests = registry.readLog().slice(heard).split('response completed').length - 1;
    report({ case: `${name}, upstream requests`, value: requests, unit: 'requests', target: ['<=', 0] });
    const peers = { 'a browser with docker-registry-ui': await timeBrowser(registry.url) };
    if (hasCommand('skopeo')) Object.assign(peers, { 'a loop over skopeo': await timeSkopeo(registry.host) });
    else skip(`${name} / a loop over skopeo`, 'skopeo is not installed');
    for (const [peer, ofPeer] of Object.entries(peers))
      for (const [kind, milliseconds] of Object.entries(ours))
        report({
          case: `${name}, ${kind} / ${peer}`,
          value: ofPeer / milliseconds,
          unit: 'times',
          target: ['>=', 50],
          milliseconds,
          ofPeer,
        });
  } finally {
    await registry.close();
  }
}

/** Milliseconds of the clock, the median: of a page that was asked for before, and of one that never was. */
async function timeQueries(ready: GatewayReady): Promise<Record<'kept' | 'never seen', number>> {
  const query =
    '{ repository(registry: "live", name: "team/app") { tags(first: 100) { nodes { name size updatedAt } } } }';
  const { body } = await readOnce(askGateway(ready, {}, query));
  if (body.split('"size":').length !== tags.length + 1) throw new Error(`The page is not whole: ${body.slice(0, 500)}`);
  // What was compiled for it is used from here on.
  await timeEach(Array.from({ length: 20 }, (_, at) => askGateway(ready, { warming: at }, query)));
  const kept = Array.from({ length: 40 }, () => askGateway(ready, {}, query));
  const unseen = Array.from({ length: 40 }, (_, at) => askGateway(ready, { unseen: at }, query));
  return {
    kept: quantile(await timeEach(kept), 0.5),
    'never seen': quantile(await timeEach(unseen), 0.5),
  };
}

/** The list, then of each tag its manifest, and of that its config. Milliseconds, the median. */
async function timeBrowser(url: string): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
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
    times.push(performance.now() - began);
    agent.destroy();
  }
  return quantile(times, 0.5);
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

/** One tag after the other, once: it takes seconds. Milliseconds. */
async function timeSkopeo(host: string): Promise<number> {
  const began = performance.now();
  for (const tag of tags)
    await run('skopeo', ['inspect', '--no-tags', '--tls-verify=false', `docker://${host}/${repository}:${tag}`]);
  return performance.now() - began;
}
