import { spawnSync } from 'node:child_process';
import { fillDemo } from '../../src/demo/content.js';
import { createAuthority } from '../support/servers/certificates.js';
import {
  describeWith,
  type Distribution,
  distributionCommand,
  type DistributionOptions,
  hasCommand,
  htpasswdUser,
  startDistribution,
} from '../support/servers/distribution.js';
import { until } from '../support/timer.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { buildImage, buildIndex } from '../support/content/images.js';
import { copyStore } from '../support/content/copy.js';
import { push, type PushAuth, send } from '../support/content/push.js';
import { createStore } from '../support/registry/store.js';
import { createTokenServer } from '../support/servers/tokenserver.js';

interface RepositoryAnswer {
  readonly name: string;
  readonly size: number;
  readonly tags: readonly { readonly ID: string; readonly Name: string }[];
}

describeWith(distributionCommand, 'a gateway before a real docker-registry', () => {
  let gateway: TestGateway;
  const started: Distribution[] = [];

  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(async () => gateway[Symbol.asyncDispose]());
  afterEach(async () => {
    const { body } = await gateway.rest<{ name: string }[]>('GET', '/api/registries');
    for (const { name } of body) await gateway.rest('DELETE', `/api/registries/${name}`);
    await Promise.all(started.splice(0).map((registry) => registry.close()));
  });

  async function start(options: DistributionOptions = {}): Promise<Distribution> {
    const registry = await startDistribution(options);
    started.push(registry);
    return registry;
  }
  const list = async (name: string): Promise<readonly RepositoryAnswer[]> => {
    const { status, body } = await gateway.rest<readonly RepositoryAnswer[]>(
      'GET',
      `/api/registries/${name}/repositories`,
    );
    expect(status).toBe(200);
    return body;
  };
  const remove = (name: string, repository: string) =>
    gateway.rest<{ error: { code: string; hint?: string } } | ''>(
      'DELETE',
      `/api/registries/${name}/repositories/${repository}`,
    );
  /** As the registry itself says. */
  const tagsAt = async (url: string, repository: string, auth: PushAuth = {}): Promise<string[]> => {
    const answer = await send('GET', `${url}/v2/${repository}/tags/list`, auth);
    return ((JSON.parse(answer.body.toString()) as { tags?: string[] | null }).tags ?? []).toSorted();
  };

  test('what is pushed is listed and inspected in its true sizes, and deleting it leaves none of its tags', async () => {
    const registry = await start();
    const children = [
      buildImage({ arch: 'amd64', layers: [{ size: 4000, seed: 'base' }, { size: 3000 }] }),
      buildImage({ arch: 'arm64', layers: [{ size: 4000, seed: 'base' }] }),
    ];
    const index = buildIndex(children, { attestation: true });
    for (const tag of ['v1', 'latest']) await push(registry.url, 'team/app', tag, index);
    await push(registry.url, 'team/app', 'amd64', children[0]!);
    await push(registry.url, 'team/app/sub', 'v1', children[0]!);
    await gateway.attach('local', registry.url);
    const [app] = await list('local');
    const blobs = new Map(
      index.children.flatMap((built) => built.blobs).map(({ digest, bytes }) => [digest, bytes.length]),
    );
    expect(app).toMatchObject({ name: 'team/app', size: [...blobs.values()].reduce((sum, size) => sum + size, 0) });
    expect(app!.tags.map(({ ID, Name }) => [Name, ID])).toEqual([
      ['amd64', children[0]!.config!.digest.slice(7)],
      ['latest', index.digest.slice(7)],
      ['v1', index.digest.slice(7)],
    ]);

    expect((await remove('local', 'team/app')).status).toBe(204);
    expect(await tagsAt(registry.url, 'team/app')).toEqual([]);
    expect(await tagsAt(registry.url, 'team/app/sub')).toEqual(['v1']);
    for (const { digest } of [index, ...index.children])
      expect((await send('HEAD', `${registry.url}/v2/team/app/manifests/${digest}`)).status).toBe(404);
    if (hasCommand('skopeo')) {
      const skopeo = (reference: string) =>
        spawnSync('skopeo', ['inspect', '--raw', '--tls-verify=false', `docker://${registry.host}/${reference}`], {
          timeout: 10_000,
        }).status;
      expect([skopeo('team/app:v1'), skopeo('team/app:amd64'), skopeo('team/app/sub:v1')]).toEqual([1, 1, 0]);
    }
    expect((await list('local')).map(({ name }) => name)).toEqual(['team/app/sub']);
    expect((await remove('local', 'team/app')).status).toBe(404);
  });

  test("the demo's content comes through whole", async () => {
    const registry = await start();
    const store = createStore();
    fillDemo(store);
    await copyStore(store, registry.url);
    await gateway.attach('local', registry.url);
    const expected = store
      .repositories('manifest')
      .filter((name) => store.tags(name).length > 0)
      .toSorted()
      .map((name) => [
        name,
        store
          .tags(name)
          .filter((tag) => !tag.startsWith('sha256-'))
          .toSorted(),
      ]);
    // Numbers of a repository follow its tags, when images are read.
    let listed = await list('local');
    await until(async () => (listed = await list('local')).every(({ size }) => size > 0));
    expect(listed.map(({ name, tags }) => [name, tags.map(({ Name }) => Name)])).toEqual(expected);
    for (const { tags } of listed) for (const { ID } of tags) expect(ID).toMatch(/^[0-9a-f]{64}$/);
  });

  test('htpasswd: the right password reads and deletes, a wrong one is not attached', async () => {
    const registry = await start({ htpasswd: true });
    await push(registry.url, 'app', 'v1', buildImage(), htpasswdUser);
    const refused = await gateway.rest<{ error: { code: string } }>('POST', '/api/registries', {
      body: { name: 'locked', addr: registry.url, username: 'ann', password: 'wrong' },
    });
    expect([refused.status, refused.body.error.code]).toEqual([502, 'UPSTREAM_AUTH']);
    await gateway.attach('locked', registry.url, htpasswdUser);
    expect(await list('locked')).toMatchObject([{ name: 'app', tags: [{ Name: 'v1' }] }]);
    expect((await remove('locked', 'app')).status).toBe(204);
    expect(await tagsAt(registry.url, 'app', htpasswdUser)).toEqual([]);
  });

  test('a Bearer token server: reading and deleting get what they need', async () => {
    const tokens = await createTokenServer({ users: { ann: 'token-password' } });
    try {
      const registry = await start({ token: tokens.settings });
      await push(registry.url, 'app', 'v1', buildImage(), {
        token: tokens.mint('ann', [{ type: 'repository', name: 'app', actions: ['pull', 'push'] }]),
      });
      const query =
        'mutation ($input: AddRegistryInput!) { addRegistry(input: $input) { registry { id } ' +
        'userErrors { code message } } }';
      const input = {
        name: 'token',
        addr: registry.url,
        credentials: { username: 'ann', password: 'token-password' },
        authRealm: tokens.settings.realm,
      };
      expect((await gateway.graphql<{ addRegistry: object }>(query, { input })).body.data!.addRegistry).toMatchObject({
        userErrors: [],
      });
      expect(await list('token')).toMatchObject([{ name: 'app', tags: [{ Name: 'v1' }] }]);
      expect((await remove('token', 'app')).status).toBe(204);
      const token = tokens.mint('ann', [{ type: 'repository', name: 'app', actions: ['pull'] }]);
      expect(await tagsAt(registry.url, 'app', { token })).toEqual([]);
    } finally {
      await tokens.close();
    }
  });

  test('TLS: refused without its own authority, read with it', async () => {
    const authority = createAuthority();
    const registry = await start({ tls: authority.issue() });
    await push(registry.url, 'app', 'v1', buildImage(), { ca: authority.certificate });
    const query =
      'mutation ($input: AddRegistryInput!) { addRegistry(input: $input) { registry { hasCaCertificate ' +
      'tlsSkipVerify } userErrors { code message } } }';
    const add = async (more: object) =>
      (await gateway.graphql<{ addRegistry: object }>(query, { input: { name: 'tls', addr: registry.url, ...more } }))
        .body.data!.addRegistry;
    expect(await add({})).toMatchObject({ registry: null, userErrors: [{ code: 'UPSTREAM_TLS' }] });
    expect(await add({ addr: registry.url.replace('https:', 'http:') })).toMatchObject({
      registry: null,
      userErrors: [{ code: 'UPSTREAM_TLS' }],
    });
    expect(await add({ caCertificate: authority.certificate })).toEqual({
      registry: { hasCaCertificate: true, tlsSkipVerify: false },
      userErrors: [],
    });
    expect(await list('tls')).toMatchObject([{ name: 'app' }]);
  });

  test('deleting disabled: refused with what to change, and nothing is gone', async () => {
    const registry = await start({ deleteEnabled: false });
    await push(registry.url, 'app', 'v1', buildImage());
    await gateway.attach('kept', registry.url);
    const refused = await remove('kept', 'app');
    expect([refused.status, refused.body]).toMatchObject([
      409,
      { error: { code: 'DELETE_DISABLED', hint: expect.stringContaining('storage.delete.enabled') as string } },
    ]);
    expect(await tagsAt(registry.url, 'app')).toEqual(['v1']);
  });

  test('a catalogue that loses names by its own pages is listed whole', async () => {
    const registry = await start({ maxEntries: 5 });
    const names = [
      'dig',
      'dig/0x',
      'dig/a',
      ...Array.from({ length: 14 }, (_, n) => `repo-${String(n).padStart(2, '0')}`),
      'zoo',
      'zoo/1',
    ];
    const image = buildImage();
    for (const name of names) await push(registry.url, name, 'v1', image);
    await gateway.attach('paged', registry.url);
    expect((await list('paged')).map(({ name }) => name)).toEqual(names.toSorted());
  });

  test('a path prefix is part of the address', async () => {
    const registry = await start({ prefix: '/reg/' });
    await push(registry.url, 'app', 'v1', buildImage());
    await gateway.attach('prefixed', registry.url);
    expect(await list('prefixed')).toMatchObject([{ name: 'app' }]);
    expect((await remove('prefixed', 'app')).status).toBe(204);
  });

  test('a stopped registry gives its last known state with a mark; a new tag shows after maxAge', async () => {
    const registry = await start();
    await push(registry.url, 'app', 'v1', buildImage());
    await gateway.attach('local', registry.url);
    const before = await list('local');
    await push(registry.url, 'app', 'v2', buildImage({ labels: { v: '2' } }));
    gateway.wait(31);
    // Nobody is kept waiting: the first to ask gets what is known, and the new tag shows soon after.
    const readTags = async (): Promise<string[]> => (await list('local'))[0]!.tags.map(({ Name }) => Name);
    const deadline = Date.now() + 5000;
    while ((await readTags()).length < 2 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await readTags()).toEqual(['v1', 'v2']);
    await registry.close();
    gateway.wait(31);
    await gateway.crawl('local');
    const stale = await gateway.rest<readonly RepositoryAnswer[]>('GET', '/api/registries/local/repositories');
    expect([stale.status, stale.headers.get('x-registry-stale'), stale.body.map(({ name }) => name)]).toEqual([
      200,
      'UPSTREAM_UNREACHABLE',
      before.map(({ name }) => name),
    ]);
    expect(stale.body[0]!.tags).toHaveLength(2);
  });
});
