import type { AppSettings } from '../../src/app.js';
import { parseBasePath } from '../../src/domain/basepath.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { writes } from '../support/observed/writes.js';

interface PlanBody {
  readonly tags: readonly { readonly Name: string }[];
  readonly method: string;
  readonly plan_token: string;
}
interface JobBody {
  readonly id: string;
  readonly state: string;
  readonly done: number;
  readonly total: number;
  readonly cancelled_by: string | null;
}
interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string };
}

const path = '/api/registries/local/repositories';

async function open(
  options: object = {},
  settings: Partial<AppSettings> = {},
): Promise<{ registry: MemoryRegistry; gateway: TestGateway } & AsyncDisposable> {
  const registry = await createMemoryRegistry(options);
  const gateway = await startGateway({ ...settings, upstream: { timeouts: { headers: 1000 } } });
  return {
    registry,
    gateway,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await registry.close();
    },
  };
}

/** The job as it ended. */
async function waitForEnd(gateway: TestGateway, location: string): Promise<JobBody> {
  for (;;) {
    const { body } = await gateway.rest<JobBody>('GET', location);
    if (!['QUEUED', 'RUNNING'].includes(body.state)) return body;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** As a client does it, RFC 3986 §5.2: the path that a Location leads to, with its query. */
function resolve(location: string, asked: string): string {
  const { pathname, search } = new URL(location, `http://gateway.test${asked}`);
  return pathname + search;
}

const isDelete = { method: 'DELETE', match: /sha256:(?!0{64})/ } as const;

test('a dry run shows the plan and deletes nothing; its token executes it, once', async () => {
  await using world = await open();
  for (const tag of ['a', 'b']) seed(world.registry.store, 'team/app', tag, buildImage({ labels: { tag } }));
  await world.gateway.attach('local', world.registry.url);
  const { body, status } = await world.gateway.rest<PlanBody>('DELETE', `${path}/team/app?dry_run=true`);
  expect([status, body.tags.map(({ Name }) => Name), body.method]).toEqual([200, ['a', 'b'], 'MANIFEST_DELETE']);
  expect(writes(world.registry)).toEqual([]);
  const token = encodeURIComponent(body.plan_token);
  expect((await world.gateway.rest('DELETE', `${path}/team/app?plan_token=${token}`)).status).toBe(204);
  expect(world.registry.store.tags('team/app')).toEqual([]);
  expect((await world.gateway.rest('DELETE', `${path}/team/app?plan_token=${token}`)).status).toBe(404);
});

test.each([
  ['dry_run is misspelt', '?dryrun=true', 'BAD_USER_INPUT'],
  ['dry_run is written with a dash', '?dry-run=true', 'BAD_USER_INPUT'],
  ['dry_run is 1', '?dry_run=1', 'BAD_USER_INPUT'],
  ['dry_run is empty', '?dry_run=', 'BAD_USER_INPUT'],
  ['dry_run is given twice', '?dry_run=true&dry_run=false', 'BAD_USER_INPUT'],
  ['the token is given twice', '?plan_token=a&plan_token=b', 'BAD_USER_INPUT'],
  ['the token is empty', '?plan_token=', 'PLAN_INVALID'],
  ['the token is made up', '?plan_token=v1.abc', 'PLAN_INVALID'],
])('a deletion is refused, and nothing is written, where %s', async (_what, query, code) => {
  await using world = await open();
  seed(world.registry.store, 'app', 'v1', buildImage());
  await world.gateway.attach('local', world.registry.url);
  const answer = await world.gateway.rest<ErrorBody>('DELETE', `${path}/app${query}`);
  expect([answer.status, answer.body.error.code]).toEqual([400, code]);
  expect(answer.body.error.message).toContain('Nothing was touched.');
  expect(writes(world.registry)).toEqual([]);
});

describe('library/x', () => {
  test('stands for x where there is no library/x, in a dry run too', async () => {
    await using world = await open();
    seed(world.registry.store, 'x', 'v1', buildImage());
    await world.gateway.attach('local', world.registry.url);
    const { body } = await world.gateway.rest<PlanBody>('DELETE', `${path}/library/x?dry_run=true`);
    expect(writes(world.registry)).toEqual([]);
    expect(
      (await world.gateway.rest('DELETE', `${path}/library/x?plan_token=${encodeURIComponent(body.plan_token)}`))
        .status,
    ).toBe(204);
    expect(world.registry.store.tags('x')).toEqual([]);
  });

  test.each(['2.8', '3.1'])(
    'library/x is deleted once, and not x when it is deleted again: distribution %s',
    async (flavour) => {
      await using world = await open({ flavour });
      for (const name of ['library/x', 'x']) seed(world.registry.store, name, 'v1', buildImage({ labels: { name } }));
      await world.gateway.attach('local', world.registry.url);
      expect((await world.gateway.rest('DELETE', `${path}/library/x`)).status).toBe(204);
      expect((await world.gateway.rest('DELETE', `${path}/library/x`)).status).toBe(404);
      expect(world.registry.store.tags('x')).toEqual(['v1']);
    },
  );
});

test('a caller who prefers not to wait gets the address of the job, which tells its progress until it has ended', async () => {
  await using world = await open();
  for (const tag of ['a', 'b', 'c']) seed(world.registry.store, 'app', tag, buildImage({ labels: { tag } }));
  await world.gateway.attach('local', world.registry.url);
  world.registry.fail({ kind: 'delay', ms: 30, ...isDelete });
  const answer = await world.gateway.rest<JobBody>('DELETE', `${path}/app`, { headers: { prefer: 'respond-async' } });
  expect([answer.status, answer.headers.get('location'), answer.headers.get('preference-applied')]).toEqual([
    202,
    `../../../jobs/${answer.body.id}`,
    'respond-async',
  ]);
  const seen = await world.gateway.rest<JobBody>('GET', `/api/jobs/${answer.body.id}`);
  expect([seen.headers.get('cache-control'), seen.headers.get('etag'), seen.body.total]).toEqual(['no-store', null, 3]);
  expect(await waitForEnd(world.gateway, `/api/jobs/${answer.body.id}`)).toMatchObject({
    state: 'SUCCEEDED',
    done: 3,
    total: 3,
  });
});

test.each(['a', 'team/app', 'team%2Fapp', 'a/b/c', 'a/b%2Fc/', 'a?dry_run=false', 'library/a?dry_run=false'])(
  'the address of the job of %s holds below a path of a proxy',
  async (name) => {
    await using world = await open();
    for (const one of ['a', 'team/app', 'a/b/c'])
      for (const tag of ['v1', 'v2']) seed(world.registry.store, one, tag, buildImage({ labels: { tag } }));
    await world.gateway.attach('local', world.registry.url);
    const asked = `${path}/${name}`;
    const answer = await world.gateway.rest<JobBody>('DELETE', asked, { headers: { prefer: 'respond-async' } });
    const location = answer.headers.get('location')!;
    const { id } = answer.body;
    expect(answer.status).toBe(202);
    // A proxy may have decoded it, or not, after it was sent in either form.
    const sent = [asked, asked.replaceAll(/(?<=repositories.*\w)\/(?=\w)/g, '%2F')];
    for (const path of asked.includes('%2F') ? [asked] : sent) {
      const led = [resolve(location, path), resolve(location, `/gw/deep${path}`)];
      expect(led[1]).toBe(`/gw/deep${led[0]}`);
      expect((await world.gateway.rest<JobBody>('GET', led[0]!)).body).toMatchObject({ id, kind: 'DELETE_REPOSITORY' });
    }
  },
);

test.each(['a', 'team/app', 'team%2Fapp', 'a/b%2Fc/'])(
  'where the base path is known, the address of the job of %s has it',
  async (name) => {
    await using world = await open({}, { basePath: parseBasePath('/gw')! });
    for (const one of ['a', 'team/app', 'a/b/c'])
      seed(world.registry.store, one, 'v1', buildImage({ labels: { one } }));
    await world.gateway.attach('local', world.registry.url);
    const answer = await world.gateway.rest<JobBody>('DELETE', `/gw${path}/${name}`, {
      headers: { prefer: 'respond-async' },
    });
    const location = answer.headers.get('location')!;
    expect([answer.status, location]).toEqual([202, `/gw/api/jobs/${answer.body.id}`]);
    expect((await world.gateway.rest<JobBody>('GET', location)).body.id).toBe(answer.body.id);
  },
);

test('a job at the path of a repository is read there, by whoever may see it, and not cancelled: a proxy that drops queries would delete', async () => {
  await using world = await open();
  for (const tag of ['v1', 'v2']) seed(world.registry.store, 'team/app', tag, buildImage({ labels: { tag } }));
  await world.gateway.attach('local', world.registry.url);
  const {
    body: { id },
  } = await world.gateway.rest<JobBody>('DELETE', `${path}/team/app`, { headers: { prefer: 'respond-async' } });
  const asked = `${path}/team/app?job=${id}`;
  expect((await world.gateway.rest('GET', asked, { access: null })).status).toBe(401);
  for (const [method, query, status] of [
    ['DELETE', `job=${id}`, 400],
    ['GET', 'job=none', 404],
    ['GET', 'job=', 404],
    ['GET', `job=${id}&job=${id}`, 400],
  ] as const) {
    expect([method, query, (await world.gateway.rest(method, `${path}/team/app?${query}`)).status]).toEqual([
      method,
      query,
      status,
    ]);
  }
  expect(await waitForEnd(world.gateway, asked)).toMatchObject({ id, state: 'SUCCEEDED' });
});

describe('a request that changes something takes no parameter it does not know, and a DELETE no body', () => {
  const all: readonly [string, string, string, object][] = [
    ['DELETE', '/api/registries/local', '?dry_run=true', {}],
    ['DELETE', '/api/registries/local', '?DRY_RUN=true', {}],
    ['DELETE', '/api/registries/local', '?a=1&a=2', {}],
    ['DELETE', '/api/registries/local', '?__proto__=1', {}],
    ['DELETE', '/api/registries/local/', '?', { body: { dry_run: true } }],
    ['DELETE', '/api/registries/local', '', { body: [1] }],
    ['DELETE', '/api/registries/local', '', { body: true }],
    ['DELETE', `${path}/app`, '?DRY_RUN=true', {}],
    ['DELETE', `${path}/app`, '', { body: { dry_run: true } }],
    ['DELETE', '/api/jobs/7b4d261c-5ac4-481a-b1fa-1808355becf8', '?dry_run=true', {}],
    ['DELETE', '/api/jobs/7b4d261c-5ac4-481a-b1fa-1808355becf8', '', { body: { dry_run: true } }],
    ['POST', '/api/registries', '?dry_run=true', { body: { name: 'other', addr: 'http://127.0.0.1:1' } }],
  ];
  test.each(all)('%s %s%s', async (method, asked, query, options) => {
    await using world = await open();
    seed(world.registry.store, 'app', 'v1', buildImage());
    await world.gateway.attach('local', world.registry.url);
    const answer = await world.gateway.rest<ErrorBody>(method, `${asked}${query}`, options);
    expect([answer.status, answer.body.error.code]).toEqual([400, 'BAD_USER_INPUT']);
    expect(answer.body.error.message).toContain('Nothing was touched.');
    expect((await world.gateway.rest<unknown[]>('GET', '/api/registries')).body).toHaveLength(1);
    expect(writes(world.registry)).toEqual([]);
  });

  test.each(['null', '{}', ''])('a body of %j says nothing, as clients of the documented API send it', async (body) => {
    await using world = await open();
    await world.gateway.attach('local', world.registry.url);
    expect((await world.gateway.rest('DELETE', '/api/registries/local', { body })).status).toBe(204);
  });
});

test('a reader sees a job and may not cancel it; of an unknown one there is nothing', async () => {
  await using world = await open();
  for (const tag of ['a', 'b', 'c']) seed(world.registry.store, 'app', tag, buildImage({ labels: { tag } }));
  await world.gateway.attach('local', world.registry.url);
  world.registry.fail({ kind: 'delay', ms: 100, ...isDelete });
  const { body } = await world.gateway.rest<JobBody>('DELETE', `${path}/app`, { headers: { prefer: 'respond-async' } });
  const access = await world.gateway.accessAs('registries:ro');
  expect((await world.gateway.rest<JobBody>('GET', `/api/jobs/${body.id}`, { access })).body).toMatchObject({
    id: body.id,
    cancelled_by: null,
  });
  expect((await world.gateway.rest<ErrorBody>('DELETE', `/api/jobs/${body.id}`, { access })).status).toBe(403);
  const node = await world.gateway.graphql<{ node: object }>(
    'query ($id: ID!) { node(id: $id) { __typename id ... on Job { repository: repositoryName } } }',
    { id: body.id },
    { access },
  );
  expect(node.body.data).toEqual({ node: { __typename: 'Job', id: body.id, repository: 'app' } });
  const cancelled = await world.gateway.rest<JobBody>('DELETE', `/api/jobs/${body.id}`);
  expect([cancelled.status, cancelled.body.state, cancelled.body.cancelled_by]).toEqual([200, 'CANCELLED', 'admin']);
  expect(world.registry.store.tags('app').length).toBeGreaterThan(0);
  for (const id of ['nothing', 'c0ffee00-0000-4000-8000-000000000000']) {
    for (const method of ['GET', 'DELETE'])
      expect((await world.gateway.rest(method, `/api/jobs/${id}`)).status).toBe(404);
  }
});

test('what the registry says it deleted, and still has, is no success, and the answer names the job', async () => {
  await using world = await open();
  for (const tag of ['a', 'b']) seed(world.registry.store, 'app', tag, buildImage({ labels: { tag } }));
  await world.gateway.attach('local', world.registry.url);
  world.registry.fail({ kind: 'status', status: 202, body: '', ...isDelete, times: 1 });
  const answer = await world.gateway.rest<ErrorBody>('DELETE', `${path}/app`);
  expect([answer.status, answer.body.error.code]).toEqual([502, 'DELETE_INCOMPLETE']);
  const job = await world.gateway.rest<JobBody>('GET', resolve(answer.headers.get('location')!, `${path}/app`));
  expect(job.body).toMatchObject({ state: 'PARTIALLY_FAILED', done: 2, total: 2 });
});

test('a tag that was pushed again while its repository was deleted is no success', async () => {
  await using world = await open();
  const old = ['a', 'b'].map((tag) => buildImage({ labels: { tag } }));
  seed(world.registry.store, 'app', 'a', old[0]!);
  seed(world.registry.store, 'app', 'b', old[1]!);
  await world.gateway.attach('local', world.registry.url);
  let deletes = 0;
  // While the last piece is asked for, the tag of the first is pushed again.
  const pushAgain = ({ method, path: asked }: { method: string; path: string }): boolean => {
    if (method === 'DELETE' && /sha256:(?!0{64})/.test(asked) && ++deletes === 2)
      seed(world.registry.store, 'app', 'a', buildImage({ labels: { pushed: 'again' } }));
    return false;
  };
  world.registry.fail({ kind: 'delay', ms: 0, match: pushAgain });
  const answer = await world.gateway.rest<ErrorBody>('DELETE', `${path}/app`);
  expect([answer.status, answer.body.error?.code]).toEqual([502, 'DELETE_INCOMPLETE']);
  expect(answer.body.error.message).toContain('app:a of local was pushed meanwhile');
  expect(world.registry.store.tags('app')).toEqual(['a']);
});
