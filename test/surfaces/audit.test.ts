import { adminPassword, type GraphQLAnswer, type HttpAnswer, type TestGateway } from '../support/worlds/gateway.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry } from '../support/registry/server.js';
import { createGraphQLSurface, createRestSurface, type Result, type Surface } from './surface.js';
import { openServedWorld, type World } from '../support/worlds/world.js';

interface Entry {
  readonly id: string;
  readonly actor: string;
  readonly requestId: string | null;
  readonly action: string;
  readonly registryId: string | null;
  readonly registryName: string | null;
  readonly repository: string | null;
  readonly tags: readonly string[];
  readonly outcome: string;
  readonly code: string | null;
  readonly message: string | null;
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly jobId: string | null;
}

const fields =
  'id at actor requestId action registryId registryName repository tags outcome code message details jobId';

/** What may never be in an entry: the secrets that the tests send. */
const canaries = ['canary-password-5e1d', 'canary-secret-of-events-77', adminPassword, 'rgw_'] as const;
const [password, eventsSecret] = canaries;

async function readLog(gateway: TestGateway): Promise<readonly Entry[]> {
  const { body, text } = await gateway.graphql<{ auditLog: { nodes: Entry[] } }>(
    `{ auditLog(first: 100) { nodes { ${fields} } } }`,
  );
  expect(body.errors).toBeUndefined();
  for (const canary of canaries) expect(text).not.toContain(canary);
  return body.data!.auditLog.nodes;
}

interface AuditedWorld extends World<TestGateway> {
  readonly surface: Surface;
  /** The entries that were added since it was last asked. */
  readonly added: () => Promise<readonly Entry[]>;
  /** One entry was added, with the request id of the answer, and one for the end of a deletion; gives them. */
  readonly expectOne: (
    result: Pick<Result<unknown>, 'headers'>,
    wanted: Partial<Entry>,
  ) => Promise<Entry & { readonly end: Entry | null }>;
}

async function open(createSurface: (gateway: TestGateway) => Surface): Promise<AuditedWorld> {
  const world = await openServedWorld({}, { upstream: { timeouts: { headers: 1500 } } });
  const { registry, gateway } = world;
  for (const tag of ['v1', 'v2']) seed(registry.store, 'team/app', tag, buildImage({ labels: { tag } }));
  await gateway.attach('local', registry.url);
  let last = (await readLog(gateway))[0]!.id;
  const added = async (): Promise<readonly Entry[]> => {
    const entries = (await readLog(gateway)).filter(({ id }) => Number(id) > Number(last));
    last = entries[0]?.id ?? last;
    return entries;
  };
  return {
    ...world,
    surface: createSurface(gateway),
    added,
    async expectOne({ headers }, wanted) {
      const entries = await added();
      const asked = entries.filter(({ action }) => action !== 'endOfDeletion');
      expect(asked).toMatchObject([{ requestId: headers.get('x-request-id'), ...wanted }]);
      // Of what a job went on with, its end is the later entry; nothing else has one.
      const ends = entries.filter(({ action }) => action === 'endOfDeletion');
      const isDeletion = asked[0]!.outcome === 'ACCEPTED' && asked[0]!.action.startsWith('delete');
      const { actor, registryId, repository, requestId, jobId } = asked[0]!;
      expect(ends).toMatchObject(isDeletion ? [{ actor, registryId, repository, requestId, jobId }] : []);
      return { ...asked[0]!, end: ends[0] ?? null };
    },
  };
}

async function idOf({ gateway }: AuditedWorld, name: string): Promise<string> {
  return (await gateway.rest<{ id: string }>('GET', `/api/registries/${name}`)).body.id;
}

const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/) as string;

describe.each([
  ['REST', createRestSurface],
  ['GraphQL', createGraphQLSurface],
] as const)('through %s', (_name, createSurface) => {
  test('a login leaves one entry, and so does a wrong password under the name that was given', async () => {
    await using world = await open(createSurface);
    const { surface, expectOne } = world;
    const login = {
      action: 'login',
      registryId: null,
      registryName: null,
      repository: null,
      tags: [],
      jobId: null,
      details: { clientAddress: '127.0.0.1' },
    };
    await expectOne(await surface.logIn('admin', adminPassword), {
      ...login,
      actor: 'admin',
      outcome: 'DONE',
      code: null,
      message: null,
    });
    const refused = {
      ...login,
      outcome: 'REFUSED',
      code: 'UNAUTHENTICATED',
      message: 'The user name or the password is wrong.',
    };
    await expectOne(await surface.logIn('admin', 'guess'), { ...refused, actor: 'admin' });
    await expectOne(await surface.logIn('nobody', password), { ...refused, actor: 'nobody' });
    for (const name of [password.toUpperCase(), `${adminPassword}\n`, '', 'a'.repeat(65)])
      await expectOne(await surface.logIn(name, 'x'), { ...refused, actor: '(unknown)' });
  });

  test('what strangers send leaves nothing beyond what logins are let through: nobody fills the disk', async () => {
    await using world = await open(createSurface);
    const { surface, registry, added } = world;
    const codes = [];
    for (let n = 0; n < 8; n++) codes.push((await surface.logIn('admin', `guess ${n}`)).code);
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(3);
    expect(await added()).toHaveLength(5);
    for (const access of [null, 'admin:rgw_none']) {
      expect((await surface.addRegistry({ name: 'other', addr: registry.url }, access)).code).toBe('UNAUTHENTICATED');
      expect((await surface.deleteRepository('local', 'team/app', access)).code).toBe('UNAUTHENTICATED');
      expect((await surface.removeRegistry('local', access)).code).toBe('UNAUTHENTICATED');
    }
    expect(await added()).toEqual([]);
  });

  test('attaching leaves one entry, whatever comes of it', async () => {
    await using world = await open(createSurface);
    const { surface, registry, gateway, expectOne } = world;
    await using closed = await createMemoryRegistry({ auth: { mode: 'basic', users: { ann: password } } });
    const wanted = { action: 'addRegistry', actor: 'admin', repository: null, tags: [] };
    const done = await surface.addRegistry({ name: 'closed', addr: closed.url, username: 'ann', password });
    await expectOne(done, {
      ...wanted,
      outcome: 'DONE',
      registryId: await idOf(world, 'closed'),
      registryName: 'closed',
      code: null,
      message: null,
      details: {
        name: 'closed',
        addr: closed.url,
        tlsSkipVerify: false,
        maxAge: 30,
        authRealm: null,
        hasCredentials: true,
        hasCaCertificate: false,
        sendsEvents: false,
      },
    });
    const failed = { ...wanted, registryId: null, details: null };
    await expectOne(
      await surface.addRegistry({ name: 'wrong', addr: closed.url, username: 'ann', password: `${password}x` }),
      { ...failed, registryName: 'wrong', outcome: 'FAILED', code: 'UPSTREAM_AUTH' },
    );
    await expectOne(await surface.addRegistry({ name: 'away', addr: 'http://127.0.0.1:9' }), {
      ...failed,
      registryName: 'away',
      outcome: 'FAILED',
      code: 'UPSTREAM_UNREACHABLE',
    });
    await expectOne(await surface.addRegistry({ name: 'local', addr: registry.url }), {
      ...wanted,
      registryName: 'local',
      registryId: await idOf(world, 'local'),
      outcome: 'REFUSED',
      code: 'CONFLICT',
    });
    await expectOne(await surface.addRegistry({ name: 'no/name\u202e', addr: registry.url }), {
      ...failed,
      registryName: '"no/name\\u202e"',
      outcome: 'REFUSED',
      code: 'BAD_USER_INPUT',
    });
    for (const addr of [
      `ftp://ann:${password}@host`,
      `ann:${password}@host:5000`,
      `https://ann:${password}@host`,
      `"\\" ${password}`,
    ]) {
      await expectOne(await surface.addRegistry({ name: 'bad', addr }), {
        ...failed,
        registryName: 'bad',
        outcome: 'REFUSED',
        code: 'BAD_USER_INPUT',
      });
    }
    const reader = await gateway.accessAs('registries:ro');
    await expectOne(await surface.addRegistry({ name: 'mine', addr: registry.url }, reader), {
      ...failed,
      actor: reader.split(':')[0]!,
      registryName: 'mine',
      outcome: 'REFUSED',
      code: 'FORBIDDEN',
    });
  });

  test('detaching leaves one entry, whatever comes of it', async () => {
    await using world = await open(createSurface);
    const { surface, gateway, registry, added, expectOne } = world;
    const id = await idOf(world, 'local');
    const wanted = { action: 'removeRegistry', registryId: id, registryName: 'local' };
    const reader = await gateway.accessAs('registries:ro');
    await expectOne(await surface.removeRegistry('local', reader), {
      ...wanted,
      actor: reader.split(':')[0]!,
      outcome: 'REFUSED',
      code: 'FORBIDDEN',
      details: null,
    });
    await expectOne(await surface.removeRegistry('local'), {
      ...wanted,
      actor: 'admin',
      outcome: 'DONE',
      code: null,
      details: { addr: registry.url },
    });
    await expectOne(await surface.removeRegistry('local'), {
      action: 'removeRegistry',
      registryId: null,
      outcome: 'REFUSED',
      code: 'NOT_FOUND',
    });
    expect(await added()).toEqual([]);
  });

  test('deleting a repository leaves one entry, whatever comes of it', async () => {
    await using world = await open(createSurface);
    const { surface, gateway, registry, expectOne } = world;
    const wanted = {
      action: 'deleteRepository',
      actor: 'admin',
      registryId: await idOf(world, 'local'),
      registryName: 'local',
      repository: 'team/app',
    };
    const refused = { ...wanted, outcome: 'REFUSED' };
    const reader = await gateway.accessAs('registries:ro');
    await expectOne(await surface.deleteRepository('local', 'team/app', reader), {
      ...refused,
      actor: reader.split(':')[0]!,
      code: 'FORBIDDEN',
    });
    await expectOne(await surface.deleteRepository('local', 'team/none'), {
      ...refused,
      repository: 'team/none',
      code: 'NOT_FOUND',
    });
    await expectOne(await surface.deleteRepository('local', 'Team/App'), {
      ...refused,
      repository: '"Team/App"',
      code: 'BAD_USER_INPUT',
    });
    await expectOne(await surface.deleteRepository('none', 'team/app'), {
      ...refused,
      registryId: null,
      registryName: 'none',
      code: 'NOT_FOUND',
    });
    await using kept = await createMemoryRegistry({ deleteEnabled: false });
    seed(kept.store, 'team/app', 'v1', buildImage());
    await gateway.attach('kept', kept.url);
    await world.added();
    await expectOne(await surface.deleteRepository('kept', 'team/app'), {
      ...refused,
      registryId: await idOf(world, 'kept'),
      registryName: 'kept',
      code: 'DELETE_DISABLED',
    });
    const fault = registry.fail({
      kind: 'status',
      status: 500,
      body: `upstream ${password}`,
      method: 'DELETE',
      match: /sha256:(?!0{64})/,
    });
    const plan = { tagCount: 2, manifestCount: 2, method: 'MANIFEST_DELETE' };
    const accepted = {
      ...wanted,
      outcome: 'ACCEPTED',
      code: null,
      message: null,
      tags: ['v1', 'v2'],
      jobId: uuid,
      details: expect.objectContaining(plan) as Entry['details'],
    };
    const failed = await expectOne(await surface.deleteRepository('local', 'team/app'), accepted);
    expect(failed.end).toMatchObject({
      outcome: 'FAILED',
      code: 'UPSTREAM_ERROR',
      details: { kind: 'DELETE_REPOSITORY', state: 'FAILED', failureCount: 2 },
    });
    expect((failed.details!['digests'] as Record<string, string>)['v1']).toBe(
      registry.store.resolveTag('team/app', 'v1'),
    );
    fault.stop();
    const done = await expectOne(await surface.deleteRepository('local', 'team/app'), accepted);
    expect(done.end).toMatchObject({
      outcome: 'DONE',
      code: null,
      message: null,
      details: { state: 'SUCCEEDED', steps: 2, failures: [] },
    });
  });
});

type Mutate = (
  mutation: string,
  variables?: Record<string, unknown>,
  access?: string,
) => Promise<HttpAnswer<GraphQLAnswer<Record<string, { userErrors: { code: string }[] }>>>>;

/** `mutation` is the name and the selection apart from `userErrors`; the input is one variable of the input's type. */
function createMutate(gateway: TestGateway): Mutate {
  return (name, input, access = gateway.access) =>
    gateway.graphql(
      `mutation ($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ` +
        'userErrors { code } } }',
      { input },
      { access },
    );
}

describe('what only GraphQL has', () => {
  test('changing a registry tells what changed, and of secrets only that they did', async () => {
    await using world = await open(createGraphQLSurface);
    const { gateway, registry, expectOne } = world;
    const mutate = createMutate(gateway);
    const id = await idOf(world, 'local');
    const wanted = { action: 'updateRegistry', actor: 'admin', registryId: id, outcome: 'DONE', code: null };
    const credentials = { username: 'ann', password };
    const authRealm = `https://auth.example.test/token?key=${password}`;
    await expectOne(
      await mutate('updateRegistry', { id, name: 'renamed', maxAge: 60, credentials, eventsSecret, authRealm }),
      {
        ...wanted,
        registryName: 'renamed',
        details: {
          name: { from: 'local', to: 'renamed' },
          maxAge: { from: 30, to: 60 },
          authRealm: { from: null, to: 'https://auth.example.test/token' },
          credentials: 'set',
          eventsSecret: 'set',
        },
      },
    );
    await expectOne(await mutate('updateRegistry', { id, name: 'renamed', maxAge: 60 }), {
      ...wanted,
      registryName: 'renamed',
      details: {},
    });
    // Another origin, so what was given for the old one goes.
    const addr = registry.url.replace('127.0.0.1', 'localhost');
    await expectOne(await mutate('updateRegistry', { id, addr, eventsSecret: null }), {
      ...wanted,
      details: {
        addr: { from: registry.url, to: addr },
        authRealm: { from: 'https://auth.example.test/token', to: null },
        credentials: 'removed',
        eventsSecret: 'removed',
      },
    });
    const refused = { ...wanted, registryName: 'renamed', outcome: 'REFUSED', details: null };
    await expectOne(await mutate('updateRegistry', { id, eventsSecret: `${eventsSecret} ` }), {
      ...refused,
      code: 'BAD_USER_INPUT',
    });
    await expectOne(await mutate('updateRegistry', { id, authRealm: `https://:${password}@auth.example.test` }), {
      ...refused,
      code: 'BAD_USER_INPUT',
      message: '"…" is not the address of a token server: expected https://host/path.',
    });
    await expectOne(await mutate('updateRegistry', { id: 'renamed', maxAge: 1 }), { ...refused, code: 'NOT_FOUND' });
    await expectOne(await mutate('updateRegistry', { id: `${id}0`, maxAge: 1 }), {
      ...refused,
      registryId: null,
      registryName: `${id}0`,
      code: 'NOT_FOUND',
    });
    const reader = await gateway.accessAs('registries:ro');
    await expectOne(await mutate('updateRegistry', { id, maxAge: 1 }, reader), {
      ...refused,
      actor: reader.split(':')[0]!,
      code: 'FORBIDDEN',
    });
    registry.fail({ kind: 'reset' });
    await expectOne(await mutate('updateRegistry', { id, maxAge: 1 }), {
      ...refused,
      outcome: 'FAILED',
      code: 'UPSTREAM_UNREACHABLE',
    });
  });

  test('protecting a registry tells what was protected before and what is now', async () => {
    await using world = await open(createGraphQLSurface);
    const { gateway, expectOne } = world;
    const mutate = createMutate(gateway);
    const registry = await idOf(world, 'local');
    const wanted = {
      action: 'setProtection',
      actor: 'admin',
      registryId: registry,
      registryName: 'local',
      outcome: 'DONE',
      code: null,
    };
    const rules = [{ repository: 'team/*', tag: 'v*' }];
    await expectOne(await mutate('setProtection', { registry, readOnly: true, rules }), {
      ...wanted,
      details: { readOnly: { from: false, to: true }, rules: { from: [], to: rules } },
    });
    const refused = { ...wanted, outcome: 'REFUSED', details: null };
    await expectOne(await mutate('deleteTags', { registry: 'local', repository: 'team/app', tags: ['v1'] }), {
      ...refused,
      action: 'deleteTags',
      tags: ['v1'],
      code: 'READ_ONLY',
    });
    await expectOne(await mutate('setProtection', { registry, readOnly: false }), {
      ...wanted,
      details: { readOnly: { from: true, to: false } },
    });
    await expectOne(await mutate('deleteTags', { registry: 'local', repository: 'team/app', tags: ['v1'] }), {
      ...refused,
      action: 'deleteTags',
      tags: ['v1'],
      code: 'PROTECTED',
    });
    const writer = await gateway.accessAs('registries:rw');
    await expectOne(await mutate('setProtection', { registry, readOnly: false }, writer), {
      ...refused,
      actor: writer.split(':')[0]!,
      code: 'FORBIDDEN',
    });
  });

  test('reading again leaves one entry, with the job that goes on', async () => {
    await using world = await open(createGraphQLSurface);
    const { gateway, expectOne } = world;
    const mutate = createMutate(gateway);
    const id = await idOf(world, 'local');
    const wanted = {
      action: 'refresh',
      actor: 'admin',
      registryId: id,
      registryName: 'local',
      repository: null,
      code: null,
    };
    await expectOne(await mutate('refresh', { id, wait: true }), { ...wanted, outcome: 'ACCEPTED', jobId: uuid });
    const found = await gateway.graphql<{ repository: { id: string } }>(
      '{ repository(registry: "local", name: "team/app") { id } }',
    );
    await expectOne(await mutate('refresh', { id: found.body.data!.repository.id, wait: true }), {
      ...wanted,
      repository: 'team/app',
      outcome: 'DONE',
      jobId: null,
    });
    const refused = { ...wanted, registryId: null, outcome: 'REFUSED', jobId: null };
    await expectOne(await mutate('refresh', { id: 'no id' }), {
      ...refused,
      registryName: '"no id"',
      code: 'BAD_USER_INPUT',
    });
  });

  test('deleting tags leaves one entry with their names; of a dry run only its refusal', async () => {
    await using world = await open(createGraphQLSurface);
    const { gateway, registry, added, expectOne } = world;
    const mutate = createMutate(gateway);
    const input = { registry: 'local', repository: 'team/app', tags: ['v1'] };
    const wanted = {
      action: 'deleteTags',
      actor: 'admin',
      registryId: await idOf(world, 'local'),
      registryName: 'local',
      repository: 'team/app',
      tags: ['v1'],
    };
    const refused = { ...wanted, outcome: 'REFUSED' };
    expect((await mutate('deleteTags', { ...input, dryRun: true })).body.data?.['deleteTags']?.userErrors).toEqual([]);
    expect(
      (await mutate('addRegistry', { name: 'other', addr: registry.url, dryRun: true })).body.data?.['addRegistry']
        ?.userErrors,
    ).toEqual([]);
    expect(await added()).toEqual([]);
    await expectOne(await mutate('deleteTags', { ...input, tags: ['none'], dryRun: true }), {
      ...refused,
      tags: ['none'],
      code: 'NOT_FOUND',
      details: { dryRun: true },
    });
    const reader = await gateway.accessAs('registries:ro');
    await expectOne(await mutate('deleteTags', { ...input, dryRun: true }, reader), {
      ...refused,
      actor: reader.split(':')[0]!,
      code: 'FORBIDDEN',
      details: { dryRun: true },
    });
    await expectOne(await mutate('addRegistry', { name: 'away', addr: 'http://127.0.0.1:9', dryRun: true }), {
      action: 'addRegistry',
      outcome: 'FAILED',
      code: 'UPSTREAM_UNREACHABLE',
      details: { dryRun: true },
    });
    await expectOne(await mutate('deleteTags', { ...input, tags: [] }), {
      ...refused,
      tags: [],
      code: 'BAD_USER_INPUT',
    });
    await expectOne(await mutate('deleteTags', { ...input, tags: Array.from({ length: 600 }, (_, n) => `t${n}`) }), {
      ...refused,
      tags: Array.from({ length: 500 }, (_, n) => `t${n}`),
      code: 'BAD_USER_INPUT',
    });
    await expectOne(await mutate('deleteTags', { ...input, tags: ['no tag'] }), {
      ...refused,
      tags: ['"no tag"'],
      code: 'BAD_USER_INPUT',
    });
    await expectOne(await mutate('deleteTags', { ...input, planToken: password }), {
      ...refused,
      message: expect.not.stringContaining(password) as string,
    });
    const done = await expectOne(await mutate('deleteTags', input), { ...wanted, outcome: 'ACCEPTED', code: null });
    expect(done.end).toMatchObject({ outcome: 'DONE', details: { kind: 'DELETE_TAGS' } });
  });

  test('rules of retention and their runs leave entries, each deletion of a run too', async () => {
    await using world = await open(createGraphQLSurface);
    const { gateway, added, expectOne } = world;
    const mutate = createMutate(gateway);
    const id = await idOf(world, 'local');
    const rules = [{ repository: 'team/*', keepMatching: ['v2'] }];
    const wanted = { actor: 'admin', registryId: id, registryName: 'local', code: null };
    await expectOne(await mutate('setRetention', { registry: id, rules }), {
      ...wanted,
      action: 'setRetention',
      outcome: 'DONE',
      details: { rules: [expect.objectContaining(rules[0]!)] },
    });
    await expectOne(await mutate('setRetention', { registry: id, intervalHours: 0 }), {
      ...wanted,
      action: 'setRetention',
      outcome: 'REFUSED',
      code: 'BAD_USER_INPUT',
    });
    const { headers } = await mutate('applyRetention', { registry: 'local' });
    const entries: Entry[] = [];
    for (let wait = 0; wait < 200 && !entries.some(({ action }) => action === 'endOfDeletion'); wait++) {
      entries.unshift(...(await added()));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const ofRun = { ...wanted, requestId: headers.get('x-request-id'), jobId: uuid };
    expect(entries.toReversed()).toMatchObject([
      { ...ofRun, action: 'applyRetention', outcome: 'ACCEPTED' },
      { ...ofRun, action: 'retention', repository: 'team/app', tags: ['v1'], outcome: 'ACCEPTED' },
      { ...ofRun, action: 'endOfDeletion', outcome: 'DONE' },
    ]);
  });

  test('cancelling a job leaves one entry with the job', async () => {
    await using world = await open(createGraphQLSurface);
    const { gateway, expectOne } = world;
    const mutate = createMutate(gateway);
    await expectOne(await mutate('cancelJob', { id: 'no job' }), {
      action: 'cancelJob',
      outcome: 'REFUSED',
      code: 'NOT_FOUND',
      jobId: null,
    });
    const deleted = await expectOne(
      await mutate('deleteTags', { registry: 'local', repository: 'team/app', tags: ['v1'] }),
      { outcome: 'ACCEPTED' },
    );
    const wanted = { action: 'cancelJob', registryName: 'local', repository: 'team/app', jobId: deleted.jobId };
    await expectOne(await mutate('cancelJob', { id: deleted.jobId }), { ...wanted, outcome: 'DONE' });
    const reader = await gateway.accessAs('registries:ro');
    await expectOne(await mutate('cancelJob', { id: deleted.jobId }, reader), {
      ...wanted,
      actor: reader.split(':')[0]!,
      outcome: 'REFUSED',
      code: 'FORBIDDEN',
    });
  });

  test('a plan that no longer holds is a refusal like any other', async () => {
    await using world = await open(createGraphQLSurface);
    const { gateway, registry, expectOne } = world;
    const input = { registry: 'local', repository: 'team/app', tags: ['v1'] };
    const planned = await gateway.graphql<{ deleteTags: { plan: { token: string } } }>(
      'mutation ($input: DeleteTagsInput!) { deleteTags(input: $input) { plan { token } } }',
      { input: { ...input, dryRun: true } },
    );
    seed(registry.store, 'team/app', 'v1', buildImage({ labels: { tag: 'moved' } }));
    const { token: planToken } = planned.body.data!.deleteTags.plan;
    const entry = await expectOne(await createMutate(gateway)('deleteTags', { ...input, planToken }), {
      action: 'deleteTags',
      outcome: 'REFUSED',
      code: 'CHANGED_SINCE_PLAN',
      tags: ['v1'],
    });
    expect(JSON.stringify(entry)).not.toContain(planToken);
  });

  test('putting a tag back leaves one entry, with the digest it pointed to', async () => {
    await using world = await open(createGraphQLSurface);
    const { gateway, registry, expectOne } = world;
    const mutate = createMutate(gateway);
    const [before, now] = ['v1', 'moved'].map((text) => buildImage({ labels: { tag: text } }));
    await gateway.crawl('local');
    seed(registry.store, 'team/app', 'v1', now!);
    await gateway.crawl('local');
    await world.added();
    const tag = { registry: 'local', repository: 'team/app', tag: 'v1' };
    const wanted = {
      action: 'restoreTag',
      actor: 'admin',
      registryId: await idOf(world, 'local'),
      registryName: 'local',
      repository: 'team/app',
      tags: ['v1'],
    };
    await expectOne(await mutate('restoreTag', { ...tag, tag: 'no tag' }), {
      ...wanted,
      tags: ['"no tag"'],
      outcome: 'REFUSED',
      code: 'BAD_USER_INPUT',
      details: null,
    });
    const move = { from: now!.digest, to: before!.digest };
    await expectOne(await mutate('restoreTag', tag), {
      ...wanted,
      outcome: 'REFUSED',
      code: 'BAD_USER_INPUT',
      details: move,
    });
    await expectOne(await mutate('restoreTag', { ...tag, expectedDigest: now!.digest }), {
      ...wanted,
      outcome: 'DONE',
      code: null,
      details: move,
    });
  });

  test('each mutation of one request leaves its own entry, under one request id', async () => {
    await using world = await open(createGraphQLSurface);
    const { gateway, added } = world;
    const remove = (id: string): string => `removeRegistry(input: { id: "${id}" }) { userErrors { code } }`;
    const { headers } = await gateway.graphql(
      `mutation { a: ${remove('one')} b: ${remove(await idOf(world, 'local'))} c: ${remove('two')} }`,
    );
    const requestId = headers.get('x-request-id');
    expect(await added()).toMatchObject([
      { requestId, registryName: 'two', outcome: 'REFUSED' },
      { requestId, registryName: 'local', outcome: 'DONE' },
      { requestId, registryName: 'one', outcome: 'REFUSED' },
    ]);
  });
});

describe('the list', () => {
  test('the audit log is for admins alone', async () => {
    await using world = await open(createGraphQLSurface);
    const { gateway } = world;
    const query = '{ auditLog { nodes { id } totalCount } }';
    for (const role of ['registries:ro', 'registries:rw'] as const) {
      const { body } = await gateway.graphql(query, {}, { access: await gateway.accessAs(role) });
      expect([body.data, body.errors?.map(({ extensions }) => extensions.code)]).toEqual([
        { auditLog: null },
        ['FORBIDDEN'],
      ]);
    }
    expect((await gateway.graphql(query, {}, { access: null })).status).toBe(401);
    expect((await gateway.graphql(query)).body.data).toMatchObject({ auditLog: { totalCount: 2 } });
  });

  test('has every entry at once, narrowed and in pages', async () => {
    await using world = await open(createGraphQLSurface);
    const { gateway, surface } = world;
    const query =
      'query ($first: Int! $after: String $filter: AuditFilter) { auditLog(first: $first, after: ' +
      '$after, filter: $filter) { totalCount nodes { action code } pageInfo { hasNextPage endCursor } } }';
    interface Listed {
      readonly auditLog: {
        readonly totalCount: number;
        readonly nodes: readonly { readonly action: string; readonly code: string | null }[];
        readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
      };
    }
    const list = async (variables: object): Promise<Listed['auditLog']> =>
      (await gateway.graphql<Listed>(query, { first: 2, ...variables })).body.data!.auditLog;
    await list({});
    await surface.deleteRepository('local', 'team/none');
    const first = await list({});
    expect(first).toMatchObject({
      totalCount: 3,
      nodes: [{ action: 'deleteRepository', code: 'NOT_FOUND' }, { action: 'addRegistry' }],
      pageInfo: { hasNextPage: true },
    });
    expect(await list({ after: first.pageInfo.endCursor })).toMatchObject({
      nodes: [{ action: 'login' }],
      pageInfo: { hasNextPage: false },
    });
    const ofRegistry = {
      registry: await idOf(world, 'local'),
      since: '2020-01-01T00:00:00Z',
      until: '2100-01-01T00:00:00Z',
    };
    expect(await list({ filter: ofRegistry })).toMatchObject({ totalCount: 2 });
    expect(
      await list({
        filter: {
          ...ofRegistry,
          actor: 'admin',
          action: 'deleteRepository',
          repository: 'team/none',
          outcome: 'REFUSED',
        },
      }),
    ).toMatchObject({ totalCount: 1 });
    expect(await list({ filter: { until: '2020-01-01T00:00:00Z' } })).toMatchObject({ totalCount: 0, nodes: [] });
    const { body } = await gateway.graphql(query, { first: 101 });
    expect(body.errors?.[0]?.extensions.code).toMatch(/BAD_USER_INPUT|QUERY_TOO_COMPLEX/);
  });
});
