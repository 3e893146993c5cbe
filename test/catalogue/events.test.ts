import { mostTagsTold } from '../../src/domain/event.js';
import type { RepositoryName, TagName } from '../../src/domain/name.js';
import type { Registry } from '../../src/domain/registry.js';
import { createEventLog } from '../../src/store/events/eventlog.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { createTestCatalogue, type TestCatalogue } from '../support/worlds/catalogue.js';

const [one, two] = [buildImage({ labels: { n: '1' } }), buildImage({ labels: { n: '2' } })];

let registry: MemoryRegistry;
let gateway: TestCatalogue;
let last: number;

beforeEach(async () => {
  registry = await createMemoryRegistry();
  gateway = await createTestCatalogue();
  await gateway.attach('r', registry.url);
  last = 0;
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry.close();
});

/** Crawls so often, as the schedule would, and gives what was told of since the last look. */
async function crawl(times = 1): Promise<string[]> {
  for (let n = 0; n < times; n++) {
    gateway.wait(31);
    const found = (await gateway.registries.list()).find(({ name }) => name === 'r')!;
    await (
      await gateway.catalogue.sync.crawl(found, 'schedule')
    ).ended;
  }
  return look();
}
async function look(): Promise<string[]> {
  const events = await createEventLog(gateway.database).read(last, 5000);
  last = events.at(-1)?.id ?? last;
  return events.map(({ kind, repository, tag, digest, formerDigest, tagCount }) => {
    const nameOf = (of: string): string => (of === one.digest ? 'one' : of === two.digest ? 'two' : of);
    return [kind, repository, tag, digest && nameOf(digest), formerDigest && `before ${nameOf(formerDigest)}`, tagCount]
      .filter((part) => part !== null)
      .join(' ');
  });
}

test('a first crawl tells of its repositories with their tags, and one that finds nothing new of nothing', async () => {
  for (let n = 0; n < 250; n++) seed(registry.store, 'team/app', `v${n}`, one);
  seed(registry.store, 'team/job', 'v1', two);
  const told = await crawl();
  expect([told[0], ...told.slice(1).sort()]).toEqual([
    'REGISTRY_ATTACHED',
    'REPOSITORY_APPEARED team/app 250',
    'REPOSITORY_APPEARED team/job 1',
  ]);
  expect(await crawl(2)).toEqual([]);
});

test('what changes in a registry that sends nothing is told of by crawls', async () => {
  seed(registry.store, 'app', 'v1', one);
  await crawl();
  seed(registry.store, 'app', 'v1', two);
  seed(registry.store, 'app', 'v2', one);
  expect((await crawl()).sort()).toEqual(['TAG_MOVED app v1 two before one', 'TAG_PUSHED app v2 one']);
  registry.store.deleteTag('app', 'v1');
  expect(await crawl()).toEqual(['TAG_DELETED app v1 before two']);
  registry.store.deleteTag('app', 'v2');
  expect(await crawl()).toEqual(['TAG_DELETED app v2 before one', 'REPOSITORY_EMPTIED app 1']);
  registry.store.removeRepository('app');
  expect(await crawl(2)).toEqual(['REPOSITORY_GONE app 0']);
});

test('a new tag is told of beside any number of tags whose manifests are gone', async () => {
  for (let n = 0; n <= mostTagsTold; n++) seed(registry.store, 'app', `lost${n}`, two);
  seed(registry.store, 'app', 'v1', one);
  registry.store.hideManifest('app', two.digest);
  for (let n = 0; n <= mostTagsTold; n++) registry.store.setTag('app', `lost${n}`, `sha256:${'0'.repeat(64)}`);
  expect((await crawl()).at(-1)).toBe(`REPOSITORY_APPEARED app ${mostTagsTold + 2}`);
  seed(registry.store, 'app', 'v2', one);
  expect(await crawl()).toEqual(['TAG_PUSHED app v2 one']);
});

test('tags that a first crawl finds beside one of a notification are told of with their number', async () => {
  for (const tag of ['v1', 'v2', 'v3']) seed(registry.store, 'app', tag, one);
  const { repositories, tags } = gateway.parts;
  const [{ id }] = (await gateway.registries.list()) as [Registry];
  const { key } = await repositories.add(id, 'app' as RepositoryName, new Date(0));
  await tags.addNames(key, ['v1' as TagName], { at: new Date(0), source: 'NOTIFICATION' });
  expect(await crawl(2)).toEqual(['REGISTRY_ATTACHED', 'REPOSITORY_APPEARED app 1', 'REPOSITORY_CHANGED app 2']);
});

test('of very many tags that move, some are told of one by one, and the others by how many they are', async () => {
  const names = Array.from({ length: mostTagsTold + 250 }, (_, at) => `v${at}`);
  for (const name of names) seed(registry.store, 'app', name, one);
  seed(registry.store, 'app', `sha256-${'a'.repeat(64)}.sig`, one);
  await crawl();
  for (const name of names) registry.store.setTag('app', name, two.digest);
  seed(registry.store, 'app', names[0]!, two);
  const told = (await crawl()).map((event) => event.split(' '));
  const counted = told.filter(([kind]) => kind === 'REPOSITORY_CHANGED').map(([, , count]) => Number(count));
  const moved = told.filter(([kind]) => kind === 'TAG_MOVED').length;
  expect(moved).toBeLessThanOrEqual(mostTagsTold);
  expect(counted.length).toBeLessThanOrEqual(3);
  expect([told.length, counted.reduce((sum, count) => sum + count, moved)]).toEqual([
    moved + counted.length,
    names.length,
  ]);
  expect(await crawl()).toEqual([]);
});

test('a registry that is away is told of once, and once that it is back', async () => {
  seed(registry.store, 'app', 'v1', one);
  await crawl();
  const fault = registry.fail({ kind: 'reset' });
  expect(await crawl(3)).toEqual(['REGISTRY_UNREACHABLE']);
  fault.stop();
  await gateway.letRest(30);
  expect(await crawl(2)).toEqual(['REGISTRY_BACK']);
});

test('a crawl that was asked for, and its end, are told of, and that a registry was detached', async () => {
  await look();
  await gateway.crawl('r');
  expect(await look()).toEqual(['JOB_BEGAN', 'JOB_ENDED']);
  await gateway.query('mutation { removeRegistry(input: { registry: "r" }) { userErrors { message } } }');
  expect(await look()).toEqual(['REGISTRY_DETACHED']);
});

test('activity is what was told of, the newest first, in pages, by kind and time', async () => {
  seed(registry.store, 'app', 'v1', one);
  await crawl();
  gateway.wait(1000);
  seed(registry.store, 'app', 'v1', two);
  await crawl();
  registry.store.deleteTag('app', 'v1');
  await crawl();
  type Node = { kind: string; at: string };
  type Activity = { activity: { totalCount: number; pageInfo: { endCursor: string }; nodes: Node[] } };
  const read = async (args: string): Promise<Activity['activity']> => {
    const selection = 'totalCount pageInfo { endCursor } nodes { kind at }';
    return (await gateway.query<Activity>(`{ activity(${args}) { ${selection} } }`)).data.activity;
  };
  const kindsOf = ({ nodes }: Activity['activity']): string[] => nodes.map(({ kind }) => kind);
  const first = await read('first: 2');
  expect([first.totalCount, kindsOf(first)]).toEqual([5, ['REPOSITORY_EMPTIED', 'TAG_DELETED']]);
  const rest = await read(`first: 10, after: "${first.pageInfo.endCursor}"`);
  expect(kindsOf(rest)).toEqual(['TAG_MOVED', 'REPOSITORY_APPEARED', 'REGISTRY_ATTACHED']);
  const since = rest.nodes[0]!.at;
  expect(kindsOf(await read(`filter: { since: "${since}", kinds: [TAG_MOVED, TAG_PUSHED] }`))).toEqual(['TAG_MOVED']);
  expect(kindsOf(await read(`filter: { before: "${since}" }`))).toEqual(['REPOSITORY_APPEARED', 'REGISTRY_ATTACHED']);
  const { codes } = await gateway.query('{ activity(after: "none") { totalCount } }');
  expect(codes).toEqual(['BAD_USER_INPUT']);
});
