import { askGateway, askPeer, type GatewayReady, pageQuery, readOnce } from './asking.js';
import { compareCpu } from './cpu.js';
import { fillIndex, nameRepository } from './fill.js';
import { type Served, serve } from './load.js';
import { report } from './report.js';
import { assertSame } from './serving.js';

const repositories = 50_000;
const pageSize = 100;

/** Of the second comparison, which a peer holds in memory. */
const repositoriesBefore = 1000;

/**
 * Pages of 100 repositories by CPU: those of which nothing was read before, beside Mercurius over the same file and
 * what is left when the file is read without GraphQL; and those whose rows were read before, beside Mercurius that has
 * them in memory.
 */
export async function benchUnseenPages(folder: string): Promise<void> {
  const file = `${folder}/page.db`;
  await fillIndex(file, { repositories });
  await using gateway = await serve<GatewayReady>('./gateway.js', file);
  const cursors = await listCursors(gateway.ready);
  await benchNeverSeen(gateway, file, cursors);
  await benchReadBefore(gateway, cursors.slice(0, repositoriesBefore / pageSize - 1));
}

async function benchNeverSeen(gateway: Served<GatewayReady>, file: string, cursors: readonly string[]): Promise<void> {
  await using fromFile = await serve<{ url: string }>('./peer.js', 'mercurius-sqlite', file);
  await using rows = await serve<{ url: string }>('./peer.js', 'rows', file);
  const { body } = await readOnce(askGateway(gateway.ready));
  for (const url of [fromFile.ready.url, rows.ready.url]) await assertSame(body, (await readOnce(askPeer(url))).body);
  const names = Array.from({ length: repositories }, (_, at) => nameRepository(at)).sort();
  let page = 0;
  const ask = askGateway(gateway.ready, () => {
    const after = cursors[page++];
    if (after === undefined) throw new Error('There are no more pages that were not asked for.');
    return { after };
  });
  let other = 0;
  const askOther = (url: string) => askPeer(url, () => ({ after: names[(++other * pageSize) % repositories] }));
  // 480 of 499 pages.
  const [ours = 0, ofFile = 0, ofRows = 0] = await compareCpu(
    [
      { served: gateway, target: ask },
      { served: fromFile, target: askOther(fromFile.ready.url) },
      { served: rows, target: askOther(rows.ready.url) },
    ],
    { rounds: 9, batch: 40 },
  );
  reportRatio('a page never seen, from SQLite / Mercurius+JIT over the same file', ours, ofFile, ['>=', 1.2]);
  reportRatio('a page never seen, from SQLite / node:http over the same file', ours, ofRows);
}

/** Each request carries a number of its own, which no operation declares: its answer is made anew. */
async function benchReadBefore(gateway: Served<GatewayReady>, cursors: readonly string[]): Promise<void> {
  await using fromMemory = await serve<{ url: string }>('./peer.js', 'mercurius', String(repositoriesBefore));
  let count = 0;
  const next = (): number => ++count % cursors.length;
  const [ours = 0, ofMemory = 0] = await compareCpu([
    { served: gateway, target: askGateway(gateway.ready, () => ({ after: cursors[next()], unseen: count })) },
    { served: fromMemory, target: askPeer(fromMemory.ready.url, () => ({ after: String(next() * pageSize) })) },
  ]);
  reportRatio('a page whose rows were read before / Mercurius+JIT from memory', ours, ofMemory, ['>=', 0.8]);
}

function reportRatio(of: string, ours: number, ofPeer: number, target?: readonly ['>=', number]): void {
  report({ case: `CPU of ${of}`, value: ofPeer / ours, unit: 'times', ...(target && { target }), cpuMs: ours, ofPeer });
}

/** Behind each page but the last; none of their tags are read. */
async function listCursors(ready: GatewayReady): Promise<string[]> {
  const query = pageQuery.replace(
    'nodes { name tags(first: 10) { nodes { name digest imageId size updatedAt } } }',
    'pageInfo { endCursor }',
  );
  const cursors: string[] = [];
  while (cursors.length < repositories / pageSize - 1) {
    const { body } = await readOnce(askGateway(ready, { after: cursors.at(-1) ?? null }, query));
    const { data } = JSON.parse(body) as { data: { registry: { repositories: { pageInfo: { endCursor: string } } } } };
    cursors.push(data.registry.repositories.pageInfo.endCursor);
  }
  return cursors;
}
