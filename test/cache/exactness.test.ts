import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createRandom } from '../support/run/random.js';
import { openWorld } from '../support/worlds/world.js';
import { type Asked, ask, get, serveSurfaces } from '../support/worlds/surfaces.js';

const list = '/api/registries/local/repositories';
const names = ['team/app', 'team/web', 'plain'];

/** Each surface, each kind of what is kept: until the data changes, and until it is due. */
const queries = [
  '{ registry(name: "local") { name repositories { nodes { name size tags { nodes { name digest size } } } } } }',
  '{ registries { name readOnly maxAge } }',
  '{ registries { name freshness { state confirmedAt lastError { code } retryAt } } }',
  '{ registry(name: "local") { droppedNames size capabilities { deleteManifest } retention { intervalHours } } }',
  ...names.map((name) => `{ repository(registry: "local", name: "${name}") { name size tagCount updatedAt } }`),
  ...names.map((name) => `{ repository(registry: "local", name: "${name}") { tag(name: "v1") { name digest } } }`),
  '{ registry(name: "local") { repository(name: "team/app") { latestTag { name } layers { digest } } } }',
];
const paths = ['/api/registries', '/api/registries/local', list, ...names.map((name) => `${list}/${name}`)];

test.each([1, 2])('kept answers are what is true at each moment, and so are their ETags: seed %i', async (start) => {
  await using world = await openWorld({}, { name: 'local' });
  const { gateway, registry } = world;
  const { parts, registries, database } = gateway;
  const random = createRandom(start);
  const pick = <T>(values: readonly T[]): T => values[random(values.length)]!;
  for (const name of names) seed(registry.store, name, 'v1', buildImage({ labels: { name } }));
  await gateway.crawl('local');
  const { id } = (await registries.list())[0]!;
  let hits = 0;
  const { generation } = database;
  const server = await serveSurfaces(gateway, { generation, runs: [], onHit: () => void (hits += 1), touched: id });
  let times = 0;
  const changes: (() => unknown)[] = [
    () => seed(registry.store, pick(names), pick(['v1', 'v2', 'v3']), buildImage({ labels: { at: `${times}` } })),
    () => registry.store.deleteTag(pick(names), pick(['v1', 'v2', 'v3'])),
    () => gateway.crawl('local'),
    () => gateway.wait(pick([0.25, 1, 10, 29.999, 30, 31])),
    () => gateway.wait(-pick([1, 60])),
    () => registries.update(id, { maxAge: pick([10, 30, 60]) }),
    () => registries.setProtection(id, { readOnly: pick([true, false]) }),
    () => registries.setRetention(id, { interval: pick([null, 1, 24]) }),
    () => registries.recordCapabilities(id, { canDelete: pick(['enabled', 'read-only'] as const) }),
    () => registries.recordNamesError(id, { code: 'UPSTREAM_TIMEOUT', message: 'Late.', at: parts.clock() }),
    () => registries.recordNames(id, { confirmedAt: parts.clock(), dropped: pick([0, 1]) }),
  ];
  const tags = new Map<string, Asked>();
  for (; times < 40; times++) {
    await pick(changes)();
    for (const question of [...queries, ...paths]) {
      const isPath = question.startsWith('/');
      const before = tags.get(question);
      const condition: Record<string, string> = before ? { 'if-none-match': String(before.headers['etag']) } : {};
      const send = (text: string, headers: Record<string, string>): Promise<Asked> =>
        isPath ? get(server, text, headers) : ask(server, text, { viewer: 'ann=admin', method: 'GET', headers });
      const kept = await send(question, condition);
      // Other text, which means the same and was never asked before.
      const made = await send(isPath ? `${question}?_=${times}` : `${question} # ${times}`, {});
      const where = { question, times };
      expect({ ...where, etag: kept.headers['etag'] }).toEqual({ ...where, etag: made.headers['etag'] });
      if (kept.status === 304) expect({ ...where, body: before?.body }).toEqual({ ...where, body: made.body });
      else expect({ ...where, body: kept.body }).toEqual({ ...where, body: made.body });
      if (before && before.body === made.body && before.headers['etag'] && made.status === 200)
        expect({ ...where, status: kept.status }).toEqual({ ...where, status: 304 });
      tags.set(question, made);
    }
  }
  expect(hits).toBeGreaterThan(100);
  await server.close();
});
