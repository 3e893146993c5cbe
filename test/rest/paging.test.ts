import { parseBasePath } from '../../src/domain/basepath.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { type HttpAnswer, startGateway, type TestGateway } from '../support/worlds/gateway.js';

interface Named {
  readonly name: string;
}
interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly path: readonly string[] };
}

const list = '/api/registries/local/repositories';
const names = ['alpine', 'team/api', 'team/app', 'team/tags', 'tools/build'];

let registry: MemoryRegistry;
let gateway: TestGateway;
beforeAll(async () => {
  registry = await createMemoryRegistry();
  for (const [at, name] of names.entries())
    for (const tag of ['v1', 'v2', 'v3', 'v4', 'v5'].slice(at))
      seed(registry.store, name, tag, buildImage({ labels: { name, tag } }));
  gateway = await startGateway();
  await gateway.attach('local', registry.url);
  await gateway.crawl('local');
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
});

const namesOf = ({ body }: HttpAnswer<readonly Named[]>): readonly string[] => body.map(({ name }) => name);

/** Where the answer's link leads, resolved as a client does it; null: it is the last page. */
function nextOf({ headers }: HttpAnswer, asked: string): string | null {
  const [, target] = /^<([^>]*)>; rel="next"$/.exec(headers.get('link') ?? '') ?? [];
  if (target === undefined) return null;
  const { pathname, search } = new URL(target, `http://gateway.test${asked}`);
  return pathname + search;
}

async function readPages(first: string): Promise<readonly (readonly Named[])[]> {
  const pages = [];
  for (let path: string | null = first; path !== null;) {
    const answer: HttpAnswer<readonly Named[]> = await gateway.rest('GET', path);
    expect(answer.status).toBe(200);
    pages.push(answer.body);
    path = nextOf(answer, path);
  }
  return pages;
}

test('the pages of a list of repositories are the whole list, in its form, each item once', async () => {
  const whole = await gateway.rest<readonly Named[]>('GET', list);
  expect([namesOf(whole), whole.headers.get('link')]).toEqual([names, null]);
  for (const limit of [1, 2, 5, 100]) {
    const pages = await readPages(`${list}?limit=${limit}`);
    expect(pages.map(({ length }) => length).every((length) => length <= limit)).toBe(true);
    expect(pages).toHaveLength(Math.ceil(names.length / limit));
    expect(pages.flat()).toEqual(whole.body);
  }
});

test('a kept page has its link too, and 304 and HEAD have it', async () => {
  const path = `${list}?limit=2`;
  const first = await gateway.rest<readonly Named[]>('GET', path);
  const kept = await gateway.rest('GET', path);
  const etag = String(kept.headers.get('etag'));
  const unchanged = await gateway.rest('GET', path, { headers: { 'if-none-match': etag } });
  const head = await gateway.rest('HEAD', path);
  expect([unchanged.status, head.status, kept.text]).toEqual([304, 200, first.text]);
  expect(nextOf(first, path)).not.toBeNull();
  for (const answer of [kept, unchanged, head]) expect(nextOf(answer, path)).toBe(nextOf(first, path));
  expect(nextOf(await gateway.rest('GET', path.replace('repositories', 'repositories/')), path)).toBe(
    nextOf(first, path),
  );
});

test.each([
  ['name_contains=TEAM%2Fa', ['team/api', 'team/app']],
  ['namespace=team', ['team/api', 'team/app', 'team/tags']],
  ['namespace=', ['alpine']],
  ['order=-name', names.toReversed()],
  ['order=-tag_count', names],
  ['order=tag_count&limit=2', ['tools/build', 'team/tags']],
  ['namespace=none', []],
])('repositories with %s', async (query, expected) => {
  expect(namesOf(await gateway.rest('GET', `${list}?${query}`))).toEqual(expected);
});

test('pages of a filter in an order go on in it', async () => {
  const pages = await readPages(`${list}?namespace=team&order=-name&limit=1`);
  expect(pages.flat().map(({ name }) => name)).toEqual(['team/tags', 'team/app', 'team/api']);
});

test.each([
  ['limit=0', 'limit'],
  ['limit=101', 'limit'],
  ['limit=1e1', 'limit'],
  ['limit=-1', 'limit'],
  ['limit=', 'limit'],
  ['limit=1&limit=2', 'limit'],
  ['n=5', 'n'],
  ['page=2', 'page'],
  ['__proto__=1', '__proto__'],
  ['order=tags', 'order'],
  ['order=NAME', 'order'],
  ['namespace=a&namespace=b', 'namespace'],
  ['cursor=', 'cursor'],
  ['cursor=x', 'cursor'],
])('a list of repositories with %s is refused, and the parameter is named', async (query, name) => {
  const { status, body } = await gateway.rest<ErrorBody>('GET', `${list}?${query}`);
  expect([status, body.error.code, body.error.path]).toEqual([400, 'BAD_USER_INPUT', [name]]);
  expect(body.error.message).toContain(`"${name}"`);
});

test('a cursor of another order is refused', async () => {
  const path = `${list}?limit=1&order=size`;
  const next = nextOf(await gateway.rest('GET', path), path)!;
  const { status, body } = await gateway.rest<ErrorBody>('GET', next.replace('order=size', 'order=name'));
  expect([status, body.error.path]).toEqual([400, ['cursor']]);
});

test('a link has the base path where that is known, and is the query alone elsewhere', async () => {
  const { headers } = await gateway.rest('GET', `${list}?limit=4`);
  expect(headers.get('link')).toMatch(/^<\?limit=4&cursor=[\w-]+>; rel="next"$/);
  await using below = await startGateway({ basePath: parseBasePath('/tools')! });
  await below.attach('local', registry.url);
  await below.crawl('local');
  const asked = await below.rest('GET', `/tools${list}?limit=4`);
  expect(asked.headers.get('link')).toMatch(
    /^<\/tools\/api\/registries\/local\/repositories\?limit=4&cursor=[\w-]+>; rel="next"$/,
  );
});
