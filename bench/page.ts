import { askGateway, askPeer, type GatewayReady, pageQuery, readOnce } from './asking.js';
import { compareCpu } from './cpu.js';
import { fillIndex, nameRepository } from './fill.js';
import { serve } from './load.js';
import { report } from './report.js';
import { assertSame } from './serving.js';

const repositories = 1000;

/**
 * Pages that nobody asked for before, by CPU: beside Mercurius over the same file, Mercurius from memory, and what is
 * left when the file is read without GraphQL. Each request carries a number of its own, which no operation declares,
 * and asks for another page than the one before.
 */
export async function benchUnseenPages(folder: string): Promise<void> {
  const file = `${folder}/page.db`;
  await fillIndex(file, { repositories });
  await using gateway = await serve<GatewayReady>('./gateway.js', file);
  await using fromFile = await serve<{ url: string }>('./peer.js', 'mercurius-sqlite', file);
  await using fromMemory = await serve<{ url: string }>('./peer.js', 'mercurius', String(repositories));
  await using rows = await serve<{ url: string }>('./peer.js', 'rows', file);
  const { ready } = gateway;
  const cursors = await listCursors(ready);
  const names = Array.from({ length: repositories }, (_, at) => nameRepository(at)).sort();
  let count = 0;
  const next = (): number => ++count % cursors.length;
  const targets = {
    gateway: askGateway(ready, () => ({ after: cursors[next()], unseen: count })),
    file: askPeer(fromFile.ready.url, () => ({ after: names[next()] })),
    memory: askPeer(fromMemory.ready.url, () => ({ after: String(next()) })),
    rows: askPeer(rows.ready.url, () => ({ after: names[next()] })),
  };
  const { body } = await readOnce(askGateway(ready));
  for (const url of [fromFile.ready.url, fromMemory.ready.url, rows.ready.url])
    await assertSame(body, (await readOnce(askPeer(url))).body);
  const [ours = 0, ofFile = 0, ofMemory = 0, ofRows = 0] = await compareCpu([
    { served: gateway, target: targets.gateway },
    { served: fromFile, target: targets.file },
    { served: fromMemory, target: targets.memory },
    { served: rows, target: targets.rows },
  ]);
  const reportRatio = (peer: string, other: number, target?: readonly ['>=', number]): void =>
    void report({
      case: `CPU of a page never seen, from SQLite / ${peer}`,
      value: other / ours,
      unit: 'times',
      ...(target && { target }),
      cpuMs: ours,
      ofPeer: other,
    });
  reportRatio('Mercurius+JIT over the same file', ofFile, ['>=', 1.2]);
  reportRatio('Mercurius+JIT from memory', ofMemory, ['>=', 0.8]);
  reportRatio('node:http over the same file', ofRows);
}

/** Those of the first 900 repositories: 100 more follow each. */
async function listCursors(ready: GatewayReady): Promise<string[]> {
  const query = pageQuery.replace(
    'nodes { name tags(first: 10) { nodes { name digest imageId size updatedAt } } }',
    'edges { cursor }',
  );
  const cursors: string[] = [];
  while (cursors.length < repositories - 100) {
    const { body } = await readOnce(askGateway(ready, { after: cursors.at(-1) ?? null }, query));
    const { data } = JSON.parse(body) as { data: { registry: { repositories: { edges: { cursor: string }[] } } } };
    cursors.push(...data.registry.repositories.edges.map(({ cursor }) => cursor));
  }
  return cursors;
}
