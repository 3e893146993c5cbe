import { type CsvPage, writeTable } from '../../src/rest/csv.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { writes } from '../support/observed/writes.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { until } from '../support/timer.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';

interface TagBody {
  readonly name: string;
  readonly digest: string;
  readonly image_id: string;
  readonly size: number;
  readonly updated_at: string;
  readonly updated_at_source: string;
}
interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly path?: readonly string[] };
}
interface PlanBody {
  readonly tags: readonly { readonly Name: string }[];
  readonly manifests: readonly string[];
  readonly plan_token: string;
}

const tags = '/api/registries/local/tags';
const image = buildImage({ labels: { name: 'app' } });

let registry: MemoryRegistry;
let gateway: TestGateway;
beforeAll(async () => {
  registry = await createMemoryRegistry();
  for (const tag of ['v1', 'v2', 'v10']) seed(registry.store, 'team/app', tag, buildImage({ labels: { tag } }));
  seed(registry.store, 'team/app', 'stable', image);
  seed(registry.store, 'team/app/tags', 'other', buildImage({ labels: { name: 'tags' } }));
  seed(registry.store, 'x', 'v1', buildImage({ labels: { name: 'x' } }));
  for (let n = 0; n < 205; n++) seed(registry.store, 'many', `n${n}`, image);
  gateway = await startGateway();
  await gateway.attach('local', registry.url);
  await gateway.crawl('local');
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
});

const namesOf = async (query: string): Promise<readonly string[]> =>
  (await gateway.rest<readonly TagBody[]>('GET', `${tags}?repository=${query}`)).body.map(({ name }) => name);

test('a tag has its digest, image id, size and time, alone as in the list', async () => {
  const list = await gateway.rest<readonly TagBody[]>('GET', `${tags}?repository=team/app`);
  const one = await gateway.rest<TagBody>('GET', `${tags}/stable?repository=team%2Fapp`);
  expect([list.status, one.status]).toEqual([200, 200]);
  expect(one.body).toEqual({
    name: 'stable',
    digest: image.digest,
    image_id: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    size: expect.any(Number) as number,
    updated_at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    updated_at_source: expect.stringMatching(/^[A-Z_]+$/) as string,
  });
  expect(list.body.find(({ name }) => name === 'stable')).toEqual(one.body);
  expect([list.headers.get('age'), list.headers.get('etag')]).toEqual([expect.any(String), expect.any(String)]);
  const etag = String(one.headers.get('etag'));
  const again = await gateway.rest('GET', `${tags}/stable?repository=team%2Fapp`, {
    headers: { 'if-none-match': etag },
  });
  expect([again.status, again.headers.get('age')]).toEqual([304, expect.any(String)]);
});

test('lists are tables with format=csv: whole, in their order, with the keys of JSON as their columns', async () => {
  const table = await gateway.rest('GET', `${tags}?repository=team/app&format=csv&order=-semver`);
  expect([table.status, table.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8; header=present']);
  const [head, ...rows] = table.text.split('\r\n');
  expect(head).toBe('name,digest,image_id,size,updated_at,updated_at_source');
  const { body } = await gateway.rest<readonly TagBody[]>('GET', `${tags}?repository=team/app&order=-semver`);
  expect(rows).toEqual([...body.map((tag) => Object.values(tag).join(',')), '']);
  const found = await gateway.rest('GET', '/api/registries/local/repositories?format=csv&name_contains=team');
  expect(found.text.split('\r\n').map((row) => row.split(',').slice(0, 2).join(' '))).toEqual([
    'name tag_count',
    'team/app 4',
    'team/app/tags 1',
    '',
  ]);
  expect(table.headers.get('age')).not.toBeNull();
  const many = await gateway.rest('GET', `${tags}?repository=many&format=csv`);
  const names = many.text
    .split('\r\n')
    .slice(1, -1)
    .map((row) => row.split(',')[0]);
  expect([names.length, new Set(names).size]).toEqual([205, 205]);
});

test('a table has no pages, and is of no other form than csv', async () => {
  for (const [query, parameter] of [
    ['format=csv&limit=1', 'limit'],
    ['format=csv&cursor=x', 'cursor'],
    ['format=xlsx', 'format'],
  ]) {
    const answer = await gateway.rest<ErrorBody>('GET', `${tags}?repository=team/app&${query}`);
    expect([answer.status, answer.body.error.path]).toEqual([400, [parameter]]);
  }
  expect((await gateway.rest('GET', `${tags}?repository=none&format=csv`)).status).toBe(404);
});

test('a table is read page by page, and what begins like a formula is text in it', async () => {
  const asked: string[] = [];
  const readPage = async (after: string): Promise<CsvPage> => {
    asked.push(after);
    return {
      rows: [
        ['@SUM(A1)', null],
        ['a,"b"', 1],
      ],
      next: null,
    };
  };
  const table = writeTable(['name', '-n'], { rows: [['=1+1', -1]], next: 'second' }, readPage, async () => undefined);
  const pieces = [(await table.next()).value, (await table.next()).value];
  expect([pieces, asked]).toEqual([["name,'-n\r\n", "'=1+1,-1\r\n"], []]);
  expect([(await table.next()).value, asked]).toEqual(['\'@SUM(A1),\r\n"a,""b""",1\r\n', ['second']]);
  expect((await table.next()).done).toBe(true);
});

test('a repository that is called as a route is told from it', async () => {
  expect(await namesOf('team/app/tags')).toEqual(['other']);
  expect((await gateway.rest('GET', '/api/registries/local/repositories/team/app/tags')).body).toMatchObject({
    name: 'team/app/tags',
  });
});

test.each([
  ['team/app', ['stable', 'v1', 'v10', 'v2']],
  ['team/app&order=-name', ['v2', 'v10', 'v1', 'stable']],
  ['team/app&order=semver&name_contains=V', ['v1', 'v2', 'v10']],
  ['team/app&limit=1', ['stable']],
  ['library/x', ['v1']],
  ['_/x', ['v1']],
])('the tags of %s', async (query, expected) => {
  expect(await namesOf(query)).toEqual(expected);
});

test('pages of tags lead to all of them', async () => {
  const seen = [];
  for (let query = '?repository=team/app&limit=3&order=-name'; query;) {
    const { body, headers } = await gateway.rest<readonly TagBody[]>('GET', `${tags}${query}`);
    seen.push(body.map(({ name }) => name));
    query = /^<(\?.*)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1] ?? '';
  }
  expect(seen).toEqual([['v2', 'v10', 'v1'], ['stable']]);
});

test.each([
  ['GET', '', 400, 'BAD_USER_INPUT'],
  ['GET', '?repository=a&repository=b', 400, 'BAD_USER_INPUT'],
  ['GET', '?repository=none', 404, 'NOT_FOUND'],
  ['GET', '?repository=team/app&cursor=x', 400, 'BAD_USER_INPUT'],
  ['GET', '?repository=team/app&size=1', 400, 'BAD_USER_INPUT'],
  ['GET', '/none?repository=team/app', 404, 'NOT_FOUND'],
  ['GET', '/v1', 400, 'BAD_USER_INPUT'],
  ['DELETE', '/v1', 400, 'BAD_USER_INPUT'],
  ['DELETE', '/v1?repository=team/app&dryrun=true', 400, 'BAD_USER_INPUT'],
  ['DELETE', '/v1?repository=team/app&dry_run=1', 400, 'BAD_USER_INPUT'],
  ['DELETE', '/v1?repository=team/app&with_siblings=yes', 400, 'BAD_USER_INPUT'],
  ['DELETE', '/v1?repository=team/app&plan_token=x', 400, 'PLAN_INVALID'],
  ['DELETE', '/none?repository=team/app', 404, 'NOT_FOUND'],
])('%s of tags%s is refused', async (method, query, status, code) => {
  const answer = await gateway.rest<ErrorBody>(method, `${tags}${query}`);
  expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  expect(writes(registry)).toEqual([]);
});

test('a dry run shows what goes, and its token deletes just that tag', async () => {
  const path = `${tags}/v2?repository=team/app`;
  const plan = await gateway.rest<PlanBody>('DELETE', `${path}&dry_run=true`);
  expect([plan.status, plan.body.tags.map(({ Name }) => Name)]).toEqual([200, ['v2']]);
  expect(plan.body.manifests).toHaveLength(1);
  expect(writes(registry)).toEqual([]);
  const token = encodeURIComponent(plan.body.plan_token);
  const done = await gateway.rest('DELETE', `${path}&plan_token=${token}`);
  expect([done.status, done.headers.get('location')]).toEqual([204, null]);
  expect(registry.store.tags('team/app').toSorted()).toEqual(['stable', 'v1', 'v10']);
  expect(await namesOf('team/app')).toEqual(['stable', 'v1', 'v10']);
});

test('a deletion that nobody waits for answers with its job, which is in the list of jobs', async () => {
  const answer = await gateway.rest<{ id: string }>('DELETE', `${tags}/v10?repository=team/app`, {
    headers: { prefer: 'respond-async' },
  });
  expect([answer.status, answer.headers.get('location')]).toEqual([202, `../../../jobs/${answer.body.id}`]);
  await until(async () => {
    const job = await gateway.rest<{ state: string }>('GET', `/api/jobs/${answer.body.id}`);
    return job.body.state === 'SUCCEEDED';
  });
  const jobs = await gateway.rest<readonly { id: string; kind: string; registry: string }[]>(
    'GET',
    '/api/jobs?kind=DELETE_TAGS&registry=local&limit=1',
  );
  expect(jobs.body).toMatchObject([{ id: answer.body.id, kind: 'DELETE_TAGS', registry: 'local' }]);
  expect(jobs.headers.get('link')).toMatch(/^<\?kind=DELETE_TAGS&registry=local&limit=1&cursor=[^>]+>; rel="next"$/);
  expect((await gateway.rest('GET', '/api/jobs?kind=RETENTION')).body).toEqual([]);
  for (const query of ['kind=delete', 'state=DONE', 'registry=none', 'repository=a', 'limit=0'])
    expect([query, (await gateway.rest('GET', `/api/jobs?${query}`)).status]).toEqual([
      query,
      query === 'registry=none' ? 404 : 400,
    ]);
});

test('one plan over repositories and its token are one job, with its pieces, and what it took off is put back', async () => {
  const shared = buildImage({ labels: { is: 'shared' } });
  for (const name of ['many/a', 'many/b']) for (const tag of ['old', 'new']) seed(registry.store, name, tag, shared);
  await gateway.crawl('local');
  const body = { registries: ['local'], repositories: ['many/*'], tags: 'o*' };
  const plan = await gateway.rest<PlanBody & { readonly repositories: readonly object[] }>('POST', '/api/deletions', {
    body: { ...body, dry_run: true },
  });
  expect([plan.status, plan.body]).toMatchObject([200, { tag_count: 2, repository_count: 2, protected_tag_count: 0 }]);
  expect(plan.body.repositories).toContainEqual(
    expect.objectContaining({
      registry: 'local',
      repository: 'many/a',
      tags: [{ Name: 'old', digest: shared.digest }],
    }),
  );
  const wrong = await gateway.rest<ErrorBody>('POST', '/api/deletions', { body: { ...body, tag: 'x', dry_run: true } });
  expect([wrong.status, wrong.body.error.path]).toEqual([422, ['tag']]);
  const begun = await gateway.rest<{ id: string }>('POST', '/api/deletions', {
    body: { ...body, plan_token: plan.body.plan_token },
  });
  const { id } = begun.body;
  expect([begun.status, begun.headers.get('location')]).toEqual([202, `jobs/${id}`]);
  const read = async (path: string) => (await gateway.rest<Record<string, unknown>>('GET', `/api/jobs/${path}`)).body;
  await until(async () => (await read(id))['state'] === 'SUCCEEDED');
  expect(await read(id)).toMatchObject({ kind: 'DELETE_SELECTION', registry: 'local', pieces: { SUCCEEDED: 2 } });
  expect(await read(`${id}/pieces?state=SUCCEEDED`)).toMatchObject([
    { parent: id, repository: expect.stringMatching(/^many\//) as string },
    { parent: id, kind: 'DELETE_TAGS', done: 1 },
  ]);
  const dry = await gateway.rest('POST', `/api/jobs/${id}/undo?dry_run=true`);
  expect([dry.status, dry.body]).toEqual([
    200,
    { tag_count: 2, restorable: 2, unknown: 0, present: 0, moved: 0, gone: 0 },
  ]);
  const undone = await gateway.rest<{ id: string }>('POST', `/api/jobs/${id}/undo`);
  expect([undone.status, undone.headers.get('location')]).toEqual([202, `../../jobs/${undone.body.id}`]);
  await until(async () => (await read(undone.body.id))['state'] === 'SUCCEEDED');
  expect(registry.store.tags('many/b').toSorted()).toEqual(['new', 'old']);
});

test('a search finds what there is, each with its place', async () => {
  const { body, headers } = await gateway.rest<readonly { type: string }[]>('GET', '/api/search?q=stable');
  expect(body).toMatchObject([{ type: 'tag', registry: 'local', repository: 'team/app', name: 'stable' }]);
  expect(headers.get('etag')).not.toBeNull();
  const app = await gateway.rest<readonly { type: string }[]>('GET', '/api/search?q=team/app&limit=1');
  expect(app.body).toMatchObject([{ type: 'repository', registry: 'local', name: 'team/app', tag_count: 2 }]);
  expect(app.headers.get('link')).toMatch(/; rel="next"$/);
  expect((await gateway.rest('GET', `/api/search?q=${image.digest}`)).body).toContainEqual(
    expect.objectContaining({ type: 'image', digest: image.digest }),
  );
  expect((await gateway.rest('GET', '/api/search?q=local')).body).toContainEqual(
    expect.objectContaining({ type: 'registry', name: 'local', addr: registry.url }),
  );
  expect((await gateway.rest<ErrorBody>('GET', '/api/search?q=%20')).body.error).toMatchObject({
    message: expect.stringMatching(/^"q" must/) as string,
    path: ['q'],
  });
  for (const query of ['', '?q=a&q=b', '?q=a&limit=x', '?query=a'])
    expect((await gateway.rest('GET', `/api/search${query}`)).status).toBe(400);
});
