import { buildImage } from './support/content/images.js';
import { seed } from './support/content/push.js';
import { type Reads, type ReadWatch, watchReads } from './support/observed/reads.js';
import { createMemoryRegistry, type MemoryRegistry } from './support/registry/server.js';
import { createTestCatalogue } from './support/worlds/catalogue.js';
import { startGateway, type TestGateway } from './support/worlds/gateway.js';

const repositories = 20;
const tagsEach = 10;

interface Counts extends Reads {
  /** Those to the registry. */
  readonly requests: number;
}

/**
 * Each may take this at the most, of 20 repositories of 10 tags. A change that takes less lowers its line; one that
 * takes more has a reason to give. Requests are the least there can be. Crawls have some in hand: how their answers
 * come decides how many are written together.
 */
const allowed: Readonly<Record<string, Counts>> = {
  'the first crawl': { statements: 770, commits: 84, rows: 900, bytes: 79_000, requests: 421 },
  'an unchanged crawl': { statements: 110, commits: 3, rows: 300, bytes: 55_500, requests: 221 },
  'a page of 20 x 10, never seen': { statements: 2, commits: 0, rows: 21, bytes: 2200, requests: 0 },
  'a page of 20 x 9, never read': { statements: 3, commits: 0, rows: 221, bytes: 35_000, requests: 0 },
  'a page of 20 x 10, again': { statements: 1, commits: 0, rows: 1, bytes: 1, requests: 0 },
  'a page of 20 by date, never seen': { statements: 2, commits: 0, rows: 21, bytes: 2200, requests: 0 },
  'a page of 20 by date, again': { statements: 1, commits: 0, rows: 1, bytes: 1, requests: 0 },
  'a repository, never seen': { statements: 2, commits: 0, rows: 2, bytes: 120, requests: 0 },
  'a repository, again': { statements: 1, commits: 0, rows: 1, bytes: 1, requests: 0 },
  'a tag, never seen': { statements: 3, commits: 0, rows: 3, bytes: 370, requests: 0 },
  'a tag, again': { statements: 1, commits: 0, rows: 1, bytes: 1, requests: 0 },
  'the freshness of registries, never seen': { statements: 1, commits: 0, rows: 1, bytes: 1, requests: 0 },
  'the freshness of registries, again': { statements: 1, commits: 0, rows: 1, bytes: 1, requests: 0 },
  'a search with its count, never seen': { statements: 18, commits: 0, rows: 10, bytes: 270, requests: 0 },
  'a search with its count, again': { statements: 1, commits: 0, rows: 1, bytes: 1, requests: 0 },
  'REST, a repository, again': { statements: 3, commits: 0, rows: 3, bytes: 400, requests: 0 },
  'REST, a repository, unchanged': { statements: 1, commits: 0, rows: 1, bytes: 1, requests: 0 },
  'REST, all repositories, again': { statements: 1, commits: 0, rows: 1, bytes: 1, requests: 0 },
  'REST, all repositories, unchanged': { statements: 1, commits: 0, rows: 1, bytes: 1, requests: 0 },
};

let registry: MemoryRegistry;
let gateway: TestGateway;
let watch: ReadWatch;
const measured: Record<string, Counts> = {};

const count = async (name: string, work: () => Promise<unknown>): Promise<void> => {
  watch.take();
  const before = registry.requests.length;
  await work();
  measured[name] = { ...watch.take(), requests: registry.requests.length - before };
};

const ask = async (query: string, variables: Record<string, unknown> = {}): Promise<void> => {
  const { status, text } = await gateway.graphql(query, variables);
  expect([status, text.slice(0, 9)]).toEqual([200, '{"data":{']);
};
const read = async (path: string, headers = {}, status = 200): Promise<Headers> => {
  const answer = await gateway.rest('GET', path, { headers });
  expect(answer.status).toBe(status);
  return answer.headers;
};

const inApp = (fields: string): string => `{ repository(registry: "r", name: "team/app-07") { ${fields} } }`;
const page = `{ registry(name: "r") { repositories(first: 20) {
  nodes { name tags(first: 10) { nodes { name digest imageId size updatedAt } } } } } }`;
/** Each is asked for twice: as nobody did before, once its tags were read, and again. */
const queries: Readonly<Record<string, string>> = {
  'a page of 20 x 10': page,
  'a page of 20 by date': page.replace('first: 20', 'first: 20, orderBy: { field: UPDATED_AT, direction: DESC }'),
  'a repository': inApp('name size'),
  'a tag': inApp('tag(name: "v3") { name digest }'),
  'the freshness of registries': '{ registries { name freshness { state confirmedAt } } }',
  'a search with its count': '{ search(query: "app-07", first: 10) { totalCount nodes { __typename } } }',
};
const paths: Readonly<Record<string, string>> = {
  'REST, a repository': '/api/registries/r/repositories/team/app-07',
  'REST, all repositories': '/api/registries/r/repositories',
};

beforeAll(async () => {
  registry = await createMemoryRegistry();
  for (let at = 0; at < repositories; at++)
    for (let tag = 0; tag < tagsEach; tag++) {
      const image = buildImage({ labels: { of: `${at} ${tag}` }, layers: [{ size: 100, seed: 'shared' }] });
      seed(registry.store, `team/app-${String(at).padStart(2, '0')}`, `v${tag}`, image);
    }
  watch = watchReads();
  await using catalogue = await createTestCatalogue();
  await catalogue.attach('r', registry.url);
  await count('the first crawl', () => catalogue.crawl('r'));
  // All of it in this process: a file would be searched by another.
  gateway = await startGateway({ databaseUrl: 'sqlite::memory:' });
  await gateway.attach('r', registry.url);
  await gateway.crawl('r');
  await count('an unchanged crawl', () => gateway.crawl('r'));
  for (const [name, query] of Object.entries(queries)) {
    // What is kept of the document is made before.
    await ask(query, { unseen: 0 });
    await count(`${name}, never seen`, () => ask(query, { unseen: 1 }));
    await count(`${name}, again`, () => ask(query, { unseen: 1 }));
  }
  await count('a page of 20 x 9, never read', () => ask(page.replace('first: 10', 'first: 9')));
  for (const [name, path] of Object.entries(paths)) {
    const { etag } = Object.fromEntries(await read(path));
    await count(`${name}, again`, () => read(path));
    if (etag) await count(`${name}, unchanged`, () => read(path, { 'if-none-match': etag }, 304));
  }
});
afterAll(async () => {
  watch[Symbol.dispose]();
  await gateway[Symbol.asyncDispose]();
  await registry.close();
});

test.each(Object.entries(allowed))('%s takes no more than it may', (name, limits) => {
  const taken = Object.entries(measured[name]!) as [keyof Counts, number][];
  expect(taken.filter(([what, amount]) => amount > limits[what])).toEqual([]);
});

test('each that is counted has its limits', () => {
  expect(Object.keys(measured).sort()).toEqual(Object.keys(allowed).sort());
});
