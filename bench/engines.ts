import { askGateway, type GatewayReady, pageQuery, readOnce } from './asking.js';
import { tagsPerRepository } from './fill.js';
import type { Installation, Scale } from './installation.js';
import { benchLists } from './lists.js';
import { attach, waitUntilFresh } from './live.js';
import { inTurn, quantile, type Served, serve } from './load.js';
import { report } from './report.js';

/** SQLite beside PostgreSQL in one run, asked by turns: pages that nobody has asked for, and a first crawl. */
export async function benchEngines(installation: Installation, scale: Scale): Promise<void> {
  const { file, url, readServerCpu } = installation;
  await using sqlite = await serve<GatewayReady>('./gateway.js', file);
  await using postgres = await serve<GatewayReady>('./gateway.js', url);
  const sides: readonly Side[] = [
    { name: 'SQLite', gateway: sqlite, readServerCpu: () => 0 },
    { name: 'PostgreSQL', gateway: postgres, readServerCpu },
  ];
  await benchPages(sides, scale);
  const listed = sides.map(({ name, gateway }) => ({ name, ready: gateway.ready }));
  await benchLists(listed, scale.rounds);
  await benchCrawls(sides, scale);
}

interface Side {
  readonly name: string;
  readonly gateway: Served<GatewayReady>;
  readonly readServerCpu: () => number;
}

interface Cpu {
  readonly gateway: number;
  readonly server: number;
}

/** Milliseconds. */
async function readBoth({ gateway, readServerCpu }: Side): Promise<Cpu> {
  return { gateway: await gateway.ask<number>('cpu'), server: readServerCpu() };
}

async function benchPages(sides: readonly Side[], { pages, repositories }: Scale): Promise<void> {
  const warm = 10;
  const cursors = await Promise.all(sides.map(({ gateway }) => listCursors(gateway.ready, pages + warm)));
  const times: number[][] = sides.map(() => []);
  const used: Cpu[] = sides.map(() => ({ gateway: 0, server: 0 }));
  for (let page = 0; page < pages + warm; page++)
    for (const [at, side] of sides.entries()) {
      const before = await readBoth(side);
      const { milliseconds } = await readOnce(askGateway(side.gateway.ready, { after: inTurn(cursors, at)[page] }));
      const after = await readBoth(side);
      if (page < warm) continue;
      inTurn(times, at).push(milliseconds);
      const sum = inTurn(used, at);
      used[at] = {
        gateway: sum.gateway + after.gateway - before.gateway,
        server: sum.server + after.server - before.server,
      };
    }
  const tags = (repositories * tagsPerRepository).toLocaleString('en');
  for (const [at, { name }] of sides.entries()) {
    const of = `page of 100 x 10 never seen, ${tags} tags, ${name}`;
    for (const [quality, part] of [
      ['min', 0],
      ['p50', 0.5],
      ['p99', 0.99],
    ] as const)
      report({ case: `${of}, ${quality}`, value: quantile(inTurn(times, at), part), unit: 'ms' });
    report({ case: `${of}, CPU of the gateway`, value: inTurn(used, at).gateway / pages, unit: 'ms' });
    if (inTurn(used, at).server > 0)
      report({ case: `${of}, CPU of the server`, value: inTurn(used, at).server / pages, unit: 'ms' });
  }
}

/** Those behind the first pages; none of their tags are read. */
export async function listCursors(ready: GatewayReady, count: number): Promise<string[]> {
  const query = pageQuery.replace(
    'nodes { name tags(first: 10) { nodes { name digest imageId size updatedAt } } }',
    'pageInfo { endCursor }',
  );
  const cursors: string[] = [];
  while (cursors.length < count) {
    const { body } = await readOnce(askGateway(ready, { after: cursors.at(-1) ?? null }, query));
    const { data } = JSON.parse(body) as { data: { registry: { repositories: { pageInfo: { endCursor: string } } } } };
    cursors.push(data.registry.repositories.pageInfo.endCursor);
  }
  return cursors;
}

/** Seconds that a crawl may take. */
const longest = 600;

async function benchCrawls(sides: readonly Side[], { crawled }: Scale): Promise<void> {
  await using registry = await serve<{ readonly url: string }>('./registry.js', String(crawled));
  for (const side of sides) {
    const before = await readBoth(side);
    const began = performance.now();
    await attach(side.gateway.ready, registry.ready.url, { maxAge: 86_400 });
    await waitUntilFresh(side.gateway.ready, longest);
    const seconds = (performance.now() - began) / 1000;
    const after = await readBoth(side);
    const tags = crawled * tagsPerRepository;
    const of = `first crawl of ${tags.toLocaleString('en')} tags, ${side.name}`;
    report({ case: `${of}, tags written`, value: tags / seconds, unit: '/s' });
    report({ case: `${of}, CPU of the gateway a tag`, value: (after.gateway - before.gateway) / tags, unit: 'ms' });
    if (after.server > 0)
      report({ case: `${of}, CPU of the server a tag`, value: (after.server - before.server) / tags, unit: 'ms' });
  }
}
