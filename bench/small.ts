import { askGateway, askPeer, type GatewayReady, getFrom, pageQuery, readOnce, restPath } from './asking.js';
import { type Contender, compareCpu } from './cpu.js';
import { fillIndex, nameRepository, registryName } from './fill.js';
import { refresh, waitUntilCrawled } from './live.js';
import { serve } from './load.js';
import { report } from './report.js';

const repositories = 1000;
const place = `registry: "${registryName}", name: "${nameRepository(7)}"`;

/** Questions that a frontend asks over and over. */
const questions: Readonly<Record<string, string>> = {
  '{repository{name size}}': `{ repository(${place}) { name size } }`,
  '{repository{tag{name digest}}}': `{ repository(${place}) { tag(name: "v1.0.3") { name digest } } }`,
  '{registries{freshness}}': '{ registries { name freshness { state confirmedAt } } }',
};

/** Each beside its peer, by CPU: rates of requests this small would be those of the client. */
export async function benchSmall(folder: string): Promise<void> {
  const file = `${folder}/small.db`;
  await using registry = await serve<{ url: string }>('./registry.js', String(repositories));
  // What is said of one that does not answer is never kept.
  await fillIndex(file, { repositories, addr: registry.ready.url });
  await using gateway = await serve<GatewayReady>('./gateway.js', file);
  await using plain = await serve<{ url: string }>('./peer.js', 'plain');
  await using fastify = await serve<{ url: string }>('./peer.js', 'fastify');
  await using mercurius = await serve<{ url: string }>('./peer.js', 'mercurius', String(repositories));
  const { ready } = gateway;
  // It holds other images than the index: while they are found, what was kept is let go.
  await refresh(ready, false, registryName);
  await waitUntilCrawled(ready, registryName, 120);
  for (const [name, query] of Object.entries(questions)) {
    const [ours, theirs] = [askGateway(ready, {}, query), askPeer(mercurius.ready.url, {}, query)];
    const peer = { served: mercurius, target: theirs };
    await compareOne(`${name} / Mercurius+JIT from memory`, 0.5, { served: gateway, target: ours }, peer);
  }
  const one = getFrom(ready, `${restPath}/${nameRepository(7)}`);
  const put = { method: 'PUT', headers: { 'content-type': 'application/json' } };
  await fetch(fastify.ready.url, { ...put, body: (await readOnce(one)).body });
  const object = { served: fastify, target: { url: fastify.ready.url } };
  await compareOne('REST, one repository / Fastify', 0.5, { served: gateway, target: one }, object);
  const pages = {
    'page kept, POST': askGateway(ready),
    'page kept, GET with its ETag': getFrom(ready, `/graphql?query=${encodeURIComponent(pageQuery)}`),
  };
  for (const [name, target] of Object.entries(pages)) {
    const { body } = await readOnce(target);
    for (const { ready: peer } of [plain, fastify])
      await fetch(peer.url, { method: 'PUT', headers: { 'content-type': 'application/octet-stream' }, body });
    const ours = { served: gateway, target };
    await compareOne(`${name} / node:http`, 0.9, ours, { served: plain, target: { url: plain.ready.url } });
    // The share of the gap that a gateway on Fastify cannot close.
    await compareOne(`${name} / Fastify alone`, null, ours, {
      served: fastify,
      target: { ...target, url: fastify.ready.url },
    });
  }
}

async function compareOne(name: string, target: number | null, ours: Contender, theirs: Contender): Promise<void> {
  const [cpuMs = Number.NaN, ofPeer = Number.NaN] = await compareCpu([ours, theirs], { batch: 200 });
  const aim = target === null ? {} : { target: ['>=', target] as const };
  report({ case: `CPU: ${name}`, value: ofPeer / cpuMs, unit: 'times', ...aim, cpuMs, ofPeer });
}
