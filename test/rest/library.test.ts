import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { writes } from '../support/observed/writes.js';

interface Row {
  readonly name: string;
  readonly namespace: string;
  readonly repository: string;
  readonly tags: readonly { readonly Name: string }[];
}

const path = '/api/registries/local/repositories';

async function open(...names: string[]): Promise<{ registry: MemoryRegistry; gateway: TestGateway } & AsyncDisposable> {
  const registry = await createMemoryRegistry();
  for (const name of names)
    seed(registry.store, name, `tag-of-${name.replaceAll('/', '-')}`, buildImage({ labels: { name } }));
  const gateway = await startGateway();
  await gateway.attach('local', registry.url);
  return {
    registry,
    gateway,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await registry.close();
    },
  };
}

async function listRows(gateway: TestGateway): Promise<readonly (readonly [string, string, string])[]> {
  const { body } = await gateway.rest<readonly Row[]>('GET', path);
  return body.map(({ name, namespace, repository }) => [name, namespace, repository]);
}

describe('x and library/x side by side', () => {
  test('x and library/x side by side are told apart in the list, and each row leads to what it shows', async () => {
    await using world = await open('x', 'library/x', 'y', 'team/x');
    const { body } = await world.gateway.rest<readonly Row[]>('GET', path);
    expect(body.map(({ name, namespace, repository }) => [name, namespace, repository])).toEqual([
      ['library/x', 'library', 'x'],
      ['team/x', 'team', 'x'],
      ['x', '_', 'x'],
      ['y', 'library', 'y'],
    ]);
    for (const row of body) {
      const opened = await world.gateway.rest<Row>('GET', `${path}/${row.namespace}/${row.repository}`);
      expect(opened.body).toEqual(row);
    }
  });

  test.each([
    ['x', '_/x', 'library/x'],
    ['library/x', 'library/x', 'x'],
  ])('%s is deleted by the path of its row, %s, and %s stays', async (name, shown, other) => {
    await using world = await open('x', 'library/x');
    const dryRun = await world.gateway.rest<{ tags: readonly { Name: string }[] }>(
      'DELETE',
      `${path}/${shown}?dry_run=true`,
    );
    expect(dryRun.body.tags).toMatchObject([{ Name: `tag-of-${name.replaceAll('/', '-')}` }]);
    expect((await world.gateway.rest('DELETE', `${path}/${shown}`)).status).toBe(204);
    expect([world.registry.store.tags(name), world.registry.store.tags(other)]).toEqual([
      [],
      [`tag-of-${other.replaceAll('/', '-')}`],
    ]);
  });

  test('x and library/x side by side are told apart while the other is empty, since its path does not lead to x either', async () => {
    await using world = await open('x', 'library/x');
    expect((await world.gateway.rest('DELETE', `${path}/library/x`)).status).toBe(204);
    expect(await listRows(world.gateway)).toEqual([['x', '_', 'x']]);
    const opened = await world.gateway.rest<Row>('GET', `${path}/library/x`);
    expect([opened.body.name, opened.body.namespace]).toEqual(['x', '_']);
    expect((await world.gateway.rest('DELETE', `${path}/library/x`)).status).toBe(404);
    expect((await world.gateway.rest('DELETE', `${path}/_/x`)).status).toBe(204);
  });

  test('a single one tells of another that came since the last crawl', async () => {
    await using world = await open('x');
    seed(world.registry.store, 'library/x', 'v1', buildImage({ labels: { name: 'new' } }));
    expect((await world.gateway.rest<Row>('GET', `${path}/x`)).body).toMatchObject({ name: 'x', namespace: '_' });
  });

  test('a registry that does not say whether there is a library/x loses no x', async () => {
    await using world = await open('x');
    world.registry.fail({ kind: 'status', status: 500, match: /library/ });
    const answer = await world.gateway.rest<{ error: { code: string } }>('DELETE', `${path}/library/x`);
    expect([answer.status, answer.body.error.code]).toEqual([502, 'UPSTREAM_ERROR']);
    expect(writes(world.registry)).toEqual([]);
  });
});

test('where there is only x, it is shown and found as documented, and under its own path', async () => {
  await using world = await open('x');
  expect(await listRows(world.gateway)).toEqual([['x', 'library', 'x']]);
  for (const way of ['library/x', 'x', '_/x', '_%2Fx', 'library%2Fx']) {
    expect((await world.gateway.rest<Row>('GET', `${path}/${way}`)).body).toMatchObject({
      name: 'x',
      namespace: 'library',
    });
  }
});

test.each(['_/library/x', '_', '_/', '_/a/b'])('%s is no name', async (way) => {
  await using world = await open('x', 'library/x', 'a/b');
  const answer = await world.gateway.rest<{ error: { code: string } }>('DELETE', `${path}/${way}`);
  expect(answer.body.error.code).toMatch(/^(?:BAD_USER_INPUT|NOT_FOUND)$/);
  expect(writes(world.registry)).toEqual([]);
});
