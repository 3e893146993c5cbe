import { rows } from '../support/run/amount.js';
import { startGateway, type RequestOptions, type TestGateway } from '../support/worlds/gateway.js';
import { buildImage, buildIndex } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import type { Flavour } from '../support/registry/options.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { writes } from '../support/observed/writes.js';

interface UserError {
  readonly __typename: string;
  readonly code: string;
  readonly message: string;
  readonly path: readonly string[] | null;
  readonly registryName?: string;
  readonly tags?: readonly string[];
  readonly hint?: string;
}

interface Rule {
  readonly repository?: string;
  readonly tag?: string;
}

interface Settings {
  readonly readOnly?: boolean | null;
  readonly rules?: readonly Rule[] | null;
}

const userErrors =
  'userErrors { __typename code message path ... on ReadOnlyError { registryName hint } ... on ' +
  'ProtectedError { registryName tags hint } }';

let registry: MemoryRegistry;
let gateway: TestGateway;
let id: string;

async function begin(flavour: Flavour): Promise<void> {
  registry = await createMemoryRegistry({ flavour });
  gateway = await startGateway();
  const [image, other] = [buildImage(), buildImage({ labels: { other: 'one' } })];
  for (const tag of ['v1', 'stable']) seed(registry.store, 'team/app', tag, image);
  seed(registry.store, 'team/app', 'v2', other);
  seed(registry.store, 'team/tool', 'v1', other);
  await gateway.attach('r', registry.url);
  id = (await gateway.rest<{ id: string }>('GET', '/api/registries/r')).body.id;
}

async function end(): Promise<void> {
  await gateway[Symbol.asyncDispose]();
  await registry.close();
}

/** What came of a mutation: its payload, or the code of the top-level error. */
async function mutate<P>(
  name: string,
  type: string,
  fields: string,
  input: object,
  options?: RequestOptions,
): Promise<P & { readonly userErrors: readonly UserError[] }> {
  const { body } = await gateway.graphql<Record<string, P & { userErrors: UserError[] }>>(
    `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} ${userErrors} } }`,
    { input },
    options,
  );
  expect(body.errors ?? []).toEqual([]);
  return body.data![name]!;
}

interface Protected {
  readonly registry: { readonly readOnly: boolean; readonly protection: readonly Rule[] } | null;
}

const protect = (settings: Settings & { readonly registry?: string }, options?: RequestOptions) =>
  mutate<Protected>(
    'setProtection',
    'SetProtectionInput',
    'registry { readOnly protection { repository tag } }',
    { registry: id, ...settings },
    options,
  );

const readProtection = async (): Promise<Protected['registry']> =>
  (await gateway.graphql<Protected>('{ registry(name: "r") { readOnly protection { repository tag } } }')).body.data!
    .registry;

type Deletion = (
  more?: object,
  options?: RequestOptions,
) => Promise<{ readonly code: string | null; readonly tags: readonly string[] }>;

const toOutcome = ({
  userErrors: [error],
}: {
  readonly userErrors: readonly UserError[];
}): Awaited<ReturnType<Deletion>> => ({ code: error?.code ?? null, tags: error?.tags ?? [] });

const deleteTags =
  (...tags: string[]): Deletion =>
  async (more = {}, options) =>
    toOutcome(
      await mutate(
        'deleteTags',
        'DeleteTagsInput',
        'deletedTagIds',
        { registry: 'r', repository: 'team/app', tags, ...more },
        options,
      ),
    );

/** As its plan showed it: with the tags that were not asked for. */
const deleteImage =
  (tag: string): Deletion =>
  async (_more, options) => {
    const input = { registry: 'r', repository: 'team/app', tags: [tag], withSiblings: true };
    const planned = await mutate<{ plan: { token: string } | null }>(
      'deleteTags',
      'DeleteTagsInput',
      'plan { token }',
      { ...input, dryRun: true },
      options,
    );
    if (planned.plan === null) return toOutcome(planned);
    return toOutcome(
      await mutate(
        'deleteTags',
        'DeleteTagsInput',
        'deletedTagIds',
        { ...input, planToken: planned.plan.token },
        options,
      ),
    );
  };

const deleteRepository: Deletion = async (more = {}, options) =>
  toOutcome(
    await mutate(
      'deleteRepository',
      'DeleteRepositoryInput',
      'deletedRepositoryId',
      { registry: 'r', name: 'team/app', ...more },
      options,
    ),
  );

const restDelete: Deletion = async (_more, options) => {
  const { status, body } = await gateway.rest<{ error?: { code: string; tags?: string[] } }>(
    'DELETE',
    '/api/registries/r/repositories/team/app',
    options,
  );
  expect([204, 423]).toContain(status);
  return status === 204 ? { code: null, tags: [] } : { code: body.error!.code, tags: body.error!.tags ?? [] };
};

/** Each deletion, with the tags it is of and those that are there when it was done. */
const deletions: readonly [string, Deletion, readonly string[], readonly string[]][] = [
  ['a tag', deleteTags('stable'), ['stable'], ['v1', 'v2']],
  ['a tag whose sibling is protected', deleteTags('v1'), ['v1'], ['stable', 'v2']],
  ['all tags of a digest', deleteTags('v1', 'stable'), ['stable', 'v1'], ['v2']],
  ['an image with all its tags', deleteImage('v1'), ['stable', 'v1'], ['v2']],
  ['the repository', deleteRepository, ['stable', 'v1', 'v2'], []],
  ['the repository by REST', restDelete, ['stable', 'v1', 'v2'], []],
];

/** Each protection, with the tags of team/app that it names; null: it is not by tags. */
const protections: readonly [string, Settings, readonly string[] | null, string | null][] = [
  ['read-only', { readOnly: true }, null, 'READ_ONLY'],
  ['read-only, whatever the rules', { readOnly: true, rules: [{ repository: 'other', tag: 'x' }] }, null, 'READ_ONLY'],
  ['protected by name', { rules: [{ repository: 'team/app', tag: 'stable' }] }, ['stable'], 'PROTECTED'],
  [
    'protected by pattern',
    {
      rules: [
        { repository: 'x', tag: '*' },
        { repository: 't*p', tag: 'stab??' },
      ],
    },
    ['stable'],
    'PROTECTED',
  ],
  ['protected whole', { rules: [{ repository: 'team/*', tag: '*' }] }, null, 'PROTECTED'],
  [
    'protected elsewhere',
    {
      rules: [
        { repository: 'team', tag: '*' },
        { repository: 'team/app', tag: 'STABLE' },
        { repository: '*/tool', tag: 'stable' },
      ],
    },
    [],
    null,
  ],
];

describe.each<Flavour>(rows(['2.8', '3.1'], 1))('on a registry like distribution %s', (flavour) => {
  beforeEach(() => begin(flavour));
  afterEach(end);

  describe.each(protections)('a registry that is %s', (_how, settings, named, code) => {
    test.each(deletions)(
      '%s goes only if nothing of it is protected; the registry is written to only then',
      async (_what, run, asked, left) => {
        expect((await protect(settings)).userErrors).toEqual([]);
        const hit = named === null ? asked : asked.filter((tag) => named.includes(tag));
        const before = registry.store.tags('team/app').toSorted();
        const { code: got, tags } = await run();
        if (hit.length === 0) {
          expect([got, registry.store.tags('team/app').toSorted()]).toEqual([null, left]);
          expect(writes(registry)).not.toEqual([]);
          return;
        }
        expect([got, writes(registry), registry.store.tags('team/app').toSorted()]).toEqual([code, [], before]);
        if (named !== null) expect(tags).toEqual(hit);
        // Nor did anybody lose the image by another way.
        for (const tag of before)
          expect(registry.store.findManifest('team/app', registry.store.resolveTag('team/app', tag)!)).not.toBeNull();
      },
    );
  });

  test('the neighbours of what is protected are deleted, and it can be deleted once an admin cleared the rules', async () => {
    await protect({ rules: [{ repository: 'team/app', tag: 'v1' }] });
    expect((await gateway.rest('DELETE', '/api/registries/r/repositories/team/tool')).status).toBe(204);
    expect(await deleteTags('v2', 'stable')()).toEqual({ code: null, tags: [] });
    expect(await deleteTags('v1')()).toEqual({ code: 'PROTECTED', tags: ['v1'] });
    await protect({ rules: [] });
    expect(await deleteTags('v1')()).toEqual({ code: null, tags: [] });
    expect(registry.store.tags('team/app')).toEqual([]);
  });
});

describe('protecting', () => {
  beforeEach(() => begin('2.8'));
  afterEach(end);

  test('a repository that is protected whole is not even read; of one with protected tags only what tells them is', async () => {
    await gateway.crawl('r');
    await protect({ rules: [{ repository: 'team/app', tag: '*' }] });
    registry.forget();
    for (const [, run] of deletions) expect((await run()).code).toBe('PROTECTED');
    await protect({ readOnly: true });
    for (const [, run] of deletions) expect((await run()).code).toBe('READ_ONLY');
    await protect({ readOnly: false, rules: [{ tag: 'stable' }] });
    expect((await deleteTags('stable', 'v1')()).code).toBe('PROTECTED');
    expect(registry.requests).toEqual([]);
    expect((await deleteRepository()).code).toBe('PROTECTED');
    expect([registry.requests.length > 0, writes(registry)]).toEqual([true, []]);
  });

  test('a tag that was pushed just now is protected by the rules that stand', async () => {
    await gateway.crawl('r');
    await protect({ rules: [{ tag: 'v3' }] });
    seed(registry.store, 'team/app', 'v3', buildImage({ labels: { pushed: 'now' } }));
    expect(await restDelete()).toEqual({ code: 'PROTECTED', tags: ['v3'] });
    expect(writes(registry)).toEqual([]);
  });

  test('a signature is a tag like any other: a rule can name it', async () => {
    const signature = `sha256-${'a'.repeat(64)}.sig`;
    seed(registry.store, 'team/app', signature, buildImage({ labels: { of: 'signature' } }));
    await protect({ rules: [{ tag: 'sha256-*.sig' }] });
    expect(await deleteRepository()).toEqual({ code: 'PROTECTED', tags: [signature] });
    expect(writes(registry)).toEqual([]);
  });

  test('a dry run is refused like the deletion, and so is a plan that was made before', async () => {
    const plan = async (): Promise<string> => {
      const input = { registry: 'r', repository: 'team/app', tags: ['v1'], dryRun: true };
      return (await mutate<{ plan: { token: string } }>('deleteTags', 'DeleteTagsInput', 'plan { token }', input)).plan
        .token;
    };
    const planToken = await plan();
    await protect({ rules: [{ tag: 'v1' }] });
    expect((await deleteTags('v1')({ planToken })).code).toBe('PROTECTED');
    expect((await deleteTags('v1')({ dryRun: true })).code).toBe('PROTECTED');
    expect((await deleteRepository({ dryRun: true })).code).toBe('PROTECTED');
    expect(writes(registry)).toEqual([]);
  });

  test.each([
    ['a rule', { rules: [{ tag: 'x*' }] }, ['x1', 'x2']],
    ['read-only', { readOnly: true }, ['x1', 'x2']],
  ] satisfies [string, Settings, string[]][])(
    'what is protected by %s while a deletion runs stays, its platforms too',
    async (_how, settings, left) => {
      const [multi, other] = [
        buildIndex([buildImage({ arch: 'arm64' }), buildImage({ arch: 's390x' })]),
        buildIndex([buildImage({ arch: 'ppc64le' })]),
      ];
      for (const [tag, image] of [
        ['a0', buildImage({ labels: { goes: 'first' } })],
        ['x1', multi],
        ['x2', other],
      ] as const)
        seed(registry.store, 'team/multi', tag, image);
      registry.fail({
        kind: 'delay',
        ms: 500,
        method: 'DELETE',
        match: /team\/multi\/manifests\/sha256:(?!0{64})/,
        times: 1,
      });
      const deleting = gateway.rest('DELETE', '/api/registries/r/repositories/team/multi');
      while (!registry.requests.some(({ method, path }) => method === 'DELETE' && !path.endsWith('0'.repeat(64))))
        await new Promise((resolve) => setTimeout(resolve, 5));
      expect((await protect(settings)).userErrors).toEqual([]);
      await deleting;
      expect(registry.store.tags('team/multi').toSorted()).toEqual(left);
      for (const index of [multi, other])
        for (const { digest } of [index, ...index.children])
          expect(registry.store.findManifest('team/multi', digest)).not.toBeNull();
      expect(writes(registry)).toHaveLength(1);
    },
  );

  test('the answer names the rule, the first five tags in words, a hundred as facts, and what to do', async () => {
    const names = Array.from({ length: 120 }, (_, n) => `w${1000 + n}`);
    for (const name of names) seed(registry.store, 'team/app', name, buildImage());
    await protect({ rules: [{ repository: '*', tag: 'w*' }] });
    const {
      userErrors: [error],
    } = await mutate('deleteTags', 'DeleteTagsInput', 'deletedTagIds', {
      registry: 'r',
      repository: 'team/app',
      tags: names,
    });
    expect(error).toMatchObject({
      __typename: 'ProtectedError',
      registryName: 'r',
      tags: names.slice(0, 100),
      hint: expect.stringContaining('setProtection') as string,
    });
    expect(error!.message).toBe(
      'team/app of r has protected tags (w1000, w1001, w1002, w1003, w1004, … 120 in all), by the rule *:w*. ' +
        'Nothing was touched.',
    );
    await protect({ rules: [{}] });
    const whole = (
      await mutate('deleteRepository', 'DeleteRepositoryInput', 'deletedRepositoryId', {
        registry: 'r',
        name: 'team/app',
      })
    ).userErrors;
    expect(whole).toMatchObject([
      {
        __typename: 'ProtectedError',
        tags: [],
        message: 'team/app of r is protected whole, by the rule *:*. Nothing was touched.',
      },
    ]);
  });
});

describe('setProtection', () => {
  beforeAll(() => begin('2.8'));
  beforeEach(async () => {
    await protect({ readOnly: false, rules: [] });
    registry.forget();
  });
  afterAll(end);

  test('changes what is given, keeps what is left out or null, and clears with an empty list', async () => {
    const rules = [
      { repository: 'team/*', tag: 'v?' },
      { repository: '*', tag: 'latest' },
    ];
    expect(await protect({ rules })).toEqual({ registry: { readOnly: false, protection: rules }, userErrors: [] });
    expect((await protect({ readOnly: true })).registry).toEqual({ readOnly: true, protection: rules });
    expect((await protect({ readOnly: null, rules: null })).registry).toEqual({ readOnly: true, protection: rules });
    expect((await protect({ rules: [{ tag: 'x' }] })).registry).toEqual({
      readOnly: true,
      protection: [{ repository: '*', tag: 'x' }],
    });
    expect((await protect({ rules: [], readOnly: false })).registry).toEqual({ readOnly: false, protection: [] });
    expect(registry.requests).toEqual([]);
  });

  test.each([
    ['brackets in a tag', [{ tag: '[ab]' }], ['0', 'tag']],
    ['a slash in a tag', [{ tag: 'v1' }, { tag: 'a/b' }], ['1', 'tag']],
    ['an empty tag', [{ tag: '' }], ['0', 'tag']],
    ['129 characters in a tag', [{ tag: 'a'.repeat(129) }], ['0', 'tag']],
    ['eleven stars in a tag', [{ tag: '*a'.repeat(11) }], ['0', 'tag']],
    ['upper case in a repository', [{ repository: 'Team/*' }], ['0', 'repository']],
    ['an empty repository', [{ repository: '' }], ['0', 'repository']],
    ['a slash before a repository', [{ repository: '/app' }], ['0', 'repository']],
    ['a tag in a repository', [{ repository: 'app:v1' }], ['0', 'repository']],
    ['a line break in a repository', [{ repository: 'app\nx' }], ['0', 'repository']],
    ['256 characters in a repository', [{ repository: 'a'.repeat(256) }], ['0', 'repository']],
    ['101 rules', Array.from({ length: 101 }, (_, n) => ({ tag: `v${n}` })), []],
  ])('%s: nothing changes, and the argument is named', async (_what, rules, path) => {
    const { registry: shown, userErrors: errors } = await protect({ readOnly: true, rules });
    expect(shown).toBeNull();
    expect(errors).toMatchObject([
      { __typename: 'InvalidInputError', code: 'BAD_USER_INPUT', path: ['input', 'rules', ...path] },
    ]);
    expect(await readProtection()).toEqual({ readOnly: false, protection: [] });
  });

  test('takes a hundred rules', async () => {
    const rules = Array.from({ length: 100 }, (_, n) => ({ repository: 'team/app', tag: `v${n}*` }));
    expect((await protect({ rules })).registry!.protection).toEqual(rules);
    expect((await deleteTags('v2')()).code).toBe('PROTECTED');
  });

  test.each(['00000000-0000-4000-8000-000000000000', 'unknown', '', "' or 1=1 --"])(
    'the registry %j is not there',
    async (unknown) => {
      expect((await protect({ registry: unknown, readOnly: true })).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
      expect(await readProtection()).toEqual({ readOnly: false, protection: [] });
    },
  );

  test('setProtection is for admins', async () => {
    await protect({ rules: [{ tag: 'v1' }] });
    for (const role of ['registries:rw', 'registries:ro'] as const) {
      const access = await gateway.accessAs(role);
      expect((await protect({ readOnly: true, rules: [] }, { access })).userErrors).toMatchObject([
        { __typename: 'ForbiddenError', code: 'FORBIDDEN' },
      ]);
    }
    const mutation = 'mutation ($id: ID!) { setProtection(input: { id: $id, rules: [] }) { registry { id } } }';
    const { status, body } = await gateway.graphql(mutation, { id }, { access: null });
    expect([status, body.errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(await readProtection()).toEqual({ readOnly: false, protection: [{ repository: '*', tag: 'v1' }] });
  });

  test('no other mutation, and no route, sets or lifts a protection', async () => {
    await protect({ readOnly: true });
    for (const [name, type, input] of [
      ['updateRegistry', 'UpdateRegistryInput', { id, readOnly: false }],
      ['updateRegistry', 'UpdateRegistryInput', { id, protection: [] }],
      ['addRegistry', 'AddRegistryInput', { name: 'x', addr: registry.url, readOnly: true }],
    ] as const) {
      const { body } = await gateway.graphql(
        `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code } } }`,
        { input },
      );
      expect(body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
    const { userErrors: errors } = await mutate('updateRegistry', 'UpdateRegistryInput', 'registry { id }', {
      id,
      maxAge: 45,
    });
    expect(errors).toEqual([]);
    await gateway.rest('POST', '/api/registries', {
      body: { name: 'x', addr: registry.url, read_only: false, readOnly: false, protection: [] },
    });
    expect(await readProtection()).toEqual({ readOnly: true, protection: [] });
    await gateway.rest('DELETE', '/api/registries/x');
  });
});

describe('what is protected does not get out of it', () => {
  beforeEach(() => begin('2.8'));
  afterEach(end);

  test.each<[string, Settings]>([
    ['read-only', { readOnly: true, rules: [] }],
    ['under a rule', { readOnly: false, rules: [{ repository: 'team/*', tag: 'v*' }] }],
  ])('a registry that is %s is detached, moved, or attached a second time by admins only', async (_how, settings) => {
    await protect(settings);
    const access = await gateway.accessAs('registries:rw');
    const forbidden = [
      {
        code: 'FORBIDDEN',
        message: expect.stringMatching(
          /r is read-only, or has protected tags or approvals here.*It needs the role admin\.$/,
        ) as string,
      },
    ];
    await using other = await createMemoryRegistry();
    registry.forget();
    const remove = (options?: RequestOptions) =>
      mutate('removeRegistry', 'RemoveRegistryInput', 'removedRegistryId', { id }, options);
    const update = (input: object, options?: RequestOptions) =>
      mutate('updateRegistry', 'UpdateRegistryInput', 'registry { id }', { id, ...input }, options);
    const add = (input: object, options?: RequestOptions) =>
      mutate('addRegistry', 'AddRegistryInput', 'registry { id }', { name: 'again', ...input }, options);
    expect((await remove({ access })).userErrors).toMatchObject(forbidden);
    expect((await update({ addr: other.url }, { access })).userErrors).toMatchObject(forbidden);
    expect((await add({ addr: registry.url }, { access })).userErrors).toMatchObject(forbidden);
    expect(
      (await add({ addr: `${registry.url.replace('http', 'HTTP')}/v2/`, dryRun: true }, { access })).userErrors,
    ).toMatchObject(forbidden);
    expect([registry.requests, other.requests]).toEqual([[], []]);

    // What has nothing to do with it goes on.
    expect((await update({ maxAge: 31, addr: `${registry.url}/` }, { access })).userErrors).toEqual([]);
    const added = await mutate<{ registry: { id: string } }>(
      'addRegistry',
      'AddRegistryInput',
      'registry { id }',
      { name: 'other', addr: other.url },
      { access },
    );
    expect(added.userErrors).toEqual([]);
    const moved = await mutate(
      'updateRegistry',
      'UpdateRegistryInput',
      'registry { id }',
      { id: added.registry.id, addr: registry.url },
      { access },
    );
    expect(moved.userErrors).toMatchObject(forbidden);
    expect(
      (
        await mutate(
          'removeRegistry',
          'RemoveRegistryInput',
          'removedRegistryId',
          { id: added.registry.id },
          { access },
        )
      ).userErrors,
    ).toEqual([]);
    expect((await update({ addr: other.url })).userErrors).toEqual([]);
    expect((await update({ addr: registry.url })).userErrors).toEqual([]);
  });

  test('once nothing is protected there, registries:rw is enough again', async () => {
    await protect({ readOnly: true, rules: [{}] });
    await protect({ readOnly: false, rules: [] });
    const access = await gateway.accessAs('registries:rw');
    expect(
      (await mutate('removeRegistry', 'RemoveRegistryInput', 'removedRegistryId', { id }, { access })).userErrors,
    ).toEqual([]);
  });
});

describe('viewerCanDelete', () => {
  interface Shown {
    readonly registry: {
      readonly repositories: {
        readonly nodes: readonly {
          readonly name: string;
          readonly viewerCanDelete: boolean;
          readonly tags: { readonly nodes: readonly { readonly name: string; readonly viewerCanDelete: boolean }[] };
        }[];
      };
    };
  }
  const query =
    '{ registry(name: "r") { repositories(first: 10) { nodes { name viewerCanDelete tags(first: 10) { ' +
    'nodes { name viewerCanDelete } } } } } }';

  /** What the viewer may delete: names of repositories, and of tags with theirs. */
  async function listDeletable(access: string = gateway.access): Promise<string[]> {
    const { body } = await gateway.graphql<Shown>(query, {}, { access });
    expect(body.errors).toBeUndefined();
    return body.data!.registry.repositories.nodes.flatMap((repository) => [
      ...(repository.viewerCanDelete ? [repository.name] : []),
      ...repository.tags.nodes.flatMap((tag) => (tag.viewerCanDelete ? [`${repository.name}:${tag.name}`] : [])),
    ]);
  }

  beforeAll(async () => {
    await begin('2.8');
    await gateway.crawl('r');
  });
  afterAll(end);

  const all = ['team/app', 'team/app:stable', 'team/app:v1', 'team/app:v2', 'team/tool', 'team/tool:v1'];

  test('tells what a deletion would be answered, also where an answer is kept, and each role its own', async () => {
    const [writer, reader] = [await gateway.accessAs('registries:rw'), await gateway.accessAs('registries:ro')];
    const expectDeletable = async (expected: string[]): Promise<void> => {
      // Twice: the second is a kept answer.
      for (const access of [gateway.access, writer, gateway.access, writer])
        expect(await listDeletable(access)).toEqual(expected);
      for (let n = 0; n < 2; n++) expect(await listDeletable(reader)).toEqual([]);
    };
    await expectDeletable(all);
    await protect({ rules: [{ repository: '*/app', tag: 'v?' }] });
    await expectDeletable(['team/app:stable', 'team/tool', 'team/tool:v1']);
    await protect({ rules: [{ repository: 'team/tool', tag: '*' }, { tag: 'nothing' }] });
    await expectDeletable(['team/app', 'team/app:stable', 'team/app:v1', 'team/app:v2']);
    await protect({ readOnly: true });
    await expectDeletable([]);
    await protect({ readOnly: false, rules: [] });
    await expectDeletable(all);
  });

  test('viewerCanDelete of a repository changes with its tags: one that a rule names is enough, a hidden one too', async () => {
    await protect({ rules: [{ tag: 'sha256-*' }] });
    expect(await listDeletable()).toEqual(all);
    seed(registry.store, 'team/app', `sha256-${'b'.repeat(64)}.sig`, buildImage({ labels: { a: 'signature' } }));
    gateway.wait(31);
    await gateway.crawl('r');
    expect(await listDeletable()).toEqual(all.filter((name) => name !== 'team/app'));
    expect((await deleteRepository()).code).toBe('PROTECTED');
  });
});
