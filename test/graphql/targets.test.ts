import { encodeNodeId } from '../../src/graphql/nodeid.js';
import type { RepositoryName, TagName } from '../../src/domain/name.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';

let registry: MemoryRegistry;
let gateway: TestGateway;
let ids: { registry: string; repository: string; other: string; tags: string[]; image: string };

beforeEach(async () => {
  registry = await createMemoryRegistry();
  gateway = await startGateway();
  const images = [buildImage(), buildImage({ labels: { n: '2' } })] as const;
  seed(registry.store, 'team/app', 'v1', images[0]);
  seed(registry.store, 'team/app', 'v2', images[1]);
  seed(registry.store, 'team/other', 'v1', images[0]);
  await gateway.attach('local', registry.url);
  const { id: registryId } = (await gateway.rest<{ id: string }>('GET', '/api/registries/local')).body;
  const tagOf = (repository: string, name: string): string =>
    encodeNodeId({ type: 'Tag', registryId, repository: repository as RepositoryName, name: name as TagName });
  ids = {
    registry: registryId,
    repository: encodeNodeId({ type: 'Repository', registryId, name: 'team/app' as RepositoryName }),
    other: tagOf('team/other', 'v1'),
    tags: [tagOf('team/app', 'v1'), tagOf('team/app', 'v2')],
    image: encodeNodeId({ type: 'Image', digest: images[0].digest }),
  };
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry.close();
});

interface UserError {
  readonly code: string;
  readonly message: string;
  readonly path: readonly string[] | null;
}

async function mutate(name: string, input: object): Promise<readonly UserError[]> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const { body } = await gateway.graphql<Record<string, { userErrors: readonly UserError[] }>>(
    `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code message path } } }`,
    { input },
  );
  expect(body.errors).toBeUndefined();
  return body.data![name]!.userErrors;
}

const targets = {
  registry: () => [{ id: ids.registry }, { registry: 'local' }, { registry: ids.registry }],
  repository: () => [
    { id: ids.repository },
    { registry: 'local', repository: 'team/app' },
    { registry: ids.registry, repository: 'team/app' },
  ],
  tag: () => [{ id: ids.tags[0] }, { registry: 'local', repository: 'team/app', tag: 'v1' }],
  tags: () => [{ ids: ids.tags }, { registry: 'local', repository: 'team/app', tags: ['v1', 'v2'] }],
};

/** Every mutation that is about a registry, a repository or tags; all can be made several times over. */
const mutations: readonly (readonly [string, keyof typeof targets, object])[] = [
  ['updateRegistry', 'registry', { maxAge: 60 }],
  ['refresh', 'registry', {}],
  ['refresh', 'repository', { wait: true }],
  ['setProtection', 'registry', { rules: [{ tag: 'kept' }] }],
  ['setRetention', 'registry', { rules: [{ repository: 'nothing/*', keepLast: 1 }] }],
  ['applyRetention', 'registry', {}],
  ['applyRetention', 'repository', {}],
  ['deleteRepository', 'repository', { dryRun: true }],
  ['deleteTags', 'tags', { dryRun: true }],
  ['restoreTag', 'tag', { digest: buildImage().digest }],
];

test.each(mutations)('%s names its %s by the id, or by names', async (name, kind, more) => {
  for (const target of targets[kind]()) {
    expect(await mutate(name, { ...target, ...more })).toEqual([]);
    const others = targets[kind]().find((one) => !Object.keys(one).some((field) => field in target))!;
    // A field that is null is one that is not given.
    const nulls = Object.fromEntries(Object.keys(others).map((field) => [field, null]));
    expect(await mutate(name, { ...nulls, ...target, ...more })).toEqual([]);
  }
});

test('removeRegistry is about a registry by its name, and by its id', async () => {
  expect(await mutate('removeRegistry', { registry: 'local' })).toEqual([]);
  await gateway.attach('again', registry.url);
  const { id } = (await gateway.rest<{ id: string }>('GET', '/api/registries/again')).body;
  expect(await mutate('removeRegistry', { id })).toEqual([]);
  expect((await gateway.rest('GET', '/api/registries')).body).toEqual([]);
});

test('one mutation alone has an old name for a field, and takes it beside the new one', async () => {
  expect(await mutate('deleteRepository', { registry: 'local', name: 'team/app', dryRun: true })).toEqual([]);
  expect(await mutate('deleteRepository', { registry: 'local', name: 'team/app', repository: 'team/app' })).toEqual([
    {
      code: 'BAD_USER_INPUT',
      message: '"name" is the old name of "repository": give "repository" alone.',
      path: ['input', 'name'],
    },
  ]);
  expect(registry.store.repositories('tagged')).toContain('team/app');
});

const byRegistry = '"id", or "registry".';
const byRepository = '"id", or "registry" and "repository".';
const byTag = '"id", or "registry" and "repository" and "tag".';
const byTags = '"ids", or "registry" and "repository" and "tags".';

const refusals: readonly (readonly [string, () => object, string, readonly string[]])[] = [
  ['removeRegistry', () => ({}), `Nothing says what is meant: give ${byRegistry}`, ['input']],
  [
    'removeRegistry',
    () => ({ id: ids.registry, registry: 'local' }),
    `"id" and "registry" are both given: give either ${byRegistry}`,
    ['input', 'id'],
  ],
  ['removeRegistry', () => ({ id: ids.repository }), '"id" is not the id of a registry.', ['input', 'id']],
  ['updateRegistry', () => ({ maxAge: 1 }), `Nothing says what is meant: give ${byRegistry}`, ['input']],
  ['setProtection', () => ({ readOnly: true }), `Nothing says what is meant: give ${byRegistry}`, ['input']],
  ['setRetention', () => ({ rules: [] }), `Nothing says what is meant: give ${byRegistry}`, ['input']],
  ['refresh', () => ({}), `Nothing says what is meant: give ${byRegistry}`, ['input']],
  ['refresh', () => ({ repository: 'team/app' }), `"registry" is missing: give ${byRegistry}`, ['input', 'registry']],
  [
    'refresh',
    () => ({ id: ids.registry, repository: 'team/app' }),
    `"id" and "repository" are both given: give either ${byRegistry}`,
    ['input', 'id'],
  ],
  ['refresh', () => ({ id: ids.tags[0] }), '"id" is not the id of a registry or repository.', ['input', 'id']],
  ['applyRetention', () => ({ id: ids.image }), '"id" is not the id of a registry or repository.', ['input', 'id']],
  [
    'deleteRepository',
    () => ({ registry: 'local' }),
    `"repository" is missing: give ${byRepository}`,
    ['input', 'repository'],
  ],
  ['deleteRepository', () => ({ id: ids.registry }), '"id" is not the id of a repository.', ['input', 'id']],
  [
    'deleteRepository',
    () => ({ id: ids.repository, name: 'team/app' }),
    `"id" and "repository" are both given: give either ${byRepository}`,
    ['input', 'id'],
  ],
  [
    'restoreTag',
    () => ({ registry: 'local', tag: 'v1' }),
    `"repository" is missing: give ${byTag}`,
    ['input', 'repository'],
  ],
  ['restoreTag', () => ({ id: ids.repository }), '"id" is not the id of a tag.', ['input', 'id']],
  [
    'deleteTags',
    () => ({ registry: 'local', repository: 'team/app' }),
    `"tags" is missing: give ${byTags}`,
    ['input', 'tags'],
  ],
  [
    'deleteTags',
    () => ({ ids: ids.tags, tags: ['v1'] }),
    `"ids" and "tags" are both given: give either ${byTags}`,
    ['input', 'ids'],
  ],
  ['deleteTags', () => ({ ids: [] }), '"ids" takes 1 to 500 ids, got 0.', ['input', 'ids']],
  [
    'deleteTags',
    () => ({ ids: Array.from({ length: 501 }, () => ids.other) }),
    '"ids" takes 1 to 500 ids, got 501.',
    ['input', 'ids'],
  ],
  ['deleteTags', () => ({ ids: [ids.tags[0], 'v2'] }), '"ids" is not the id of a tag.', ['input', 'ids', '1']],
  [
    'deleteTags',
    () => ({ ids: [...ids.tags, ids.other] }),
    'All "ids" must be of tags in one repository: delete those of another one by themselves.',
    ['input', 'ids', '2'],
  ],
];

test('what names its target in no way, in half a way or in two ways is refused, and nothing is done', async () => {
  for (const [name, input, message, path] of refusals)
    expect({ name, errors: await mutate(name, input()) }).toEqual({
      name,
      errors: [{ code: 'BAD_USER_INPUT', message, path }],
    });
  expect(registry.store.tags('team/app')).toEqual(['v1', 'v2']);
  expect((await gateway.rest('GET', '/api/registries')).body).toHaveLength(1);
});

test('an id that is of nothing is one that no registry is attached with', async () => {
  const message = 'No registry is attached with the id "local".';
  expect(await mutate('removeRegistry', { id: 'local' })).toEqual([{ code: 'NOT_FOUND', message, path: null }]);
});

test('an id is of one registry: another that is attached under that id as its name is not meant', async () => {
  expect(await mutate('removeRegistry', { id: ids.registry })).toEqual([]);
  await gateway.attach(ids.registry, registry.url);
  for (const [name, input] of [
    ['removeRegistry', { id: ids.registry }],
    ['deleteRepository', { id: ids.repository }],
    ['deleteTags', { ids: ids.tags }],
  ] as const)
    expect(await mutate(name, input)).toMatchObject([{ code: 'NOT_FOUND' }]);
  expect(await mutate('deleteTags', { ids: ids.tags, dryRun: true })).toMatchObject([{ code: 'NOT_FOUND' }]);
  expect(await mutate('removeRegistry', { registry: ids.registry })).toEqual([]);
});

test('the audit log says what is meant, however it was named', async () => {
  const entry = async (): Promise<unknown> =>
    (
      await gateway.graphql<{ auditLog: { nodes: unknown[] } }>(
        '{ auditLog(first: 1) { nodes { action registryName repository tags code } } }',
      )
    ).body.data!.auditLog.nodes[0];
  const wanted = { action: 'deleteTags', registryName: 'local', repository: 'team/app', code: 'NOT_FOUND' };
  const gone = encodeNodeId({
    type: 'Tag',
    registryId: ids.registry,
    repository: 'team/app' as RepositoryName,
    name: 'gone' as TagName,
  });
  await mutate('deleteTags', { ids: [gone] });
  expect(await entry()).toEqual({ ...wanted, tags: ['gone'] });
  await mutate('deleteTags', { registry: 'local', repository: 'team/app', tags: ['gone'] });
  expect(await entry()).toEqual({ ...wanted, tags: ['gone'] });
  await mutate('deleteTags', { ids: [...ids.tags, ids.other] });
  expect(await entry()).toMatchObject({ ...wanted, code: 'BAD_USER_INPUT', tags: ['v1', 'v2', 'v1'] });
});
