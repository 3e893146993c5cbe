import type { Job } from '../../src/domain/job.js';
import { createTestCatalogue, type TestCatalogue } from '../support/worlds/catalogue.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import type { AuthOptions } from '../support/registry/auth.js';
import type { FaultRule } from '../support/registry/faults.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';

interface State {
  readonly freshness: {
    readonly state: string;
    readonly lastError: { readonly code: string; readonly message: string } | null;
  };
  readonly capabilities: { readonly catalog: boolean | null };
  readonly repositories: { readonly nodes: readonly { readonly name: string; readonly tagCount: number }[] } | null;
}

const stateOf = `{ registry(name: "r") { freshness { state lastError { code message } } capabilities { catalog }
  repositories(first: 50) { nodes { name tagCount } } } }`;

async function read(gateway: TestCatalogue): Promise<State> {
  const { data, codes } = await gateway.query<{ registry: State }>(stateOf);
  expect(codes).toEqual([]);
  return data.registry;
}

function lookUp(gateway: TestCatalogue, name: string): Promise<{ readonly codes: readonly unknown[] }> {
  return gateway.query(`{ registry(name: "r") { repository(name: "${name}") { name } } }`);
}

/** Later than anything that was read before. */
function crawl(gateway: TestCatalogue): Promise<Job> {
  gateway.wait(31);
  return gateway.crawl('r');
}

async function open(
  auth: AuthOptions = { mode: 'none' },
): Promise<AsyncDisposable & { readonly registry: MemoryRegistry; readonly gateway: TestCatalogue }> {
  const registry = await createMemoryRegistry({ auth });
  const gateway = await createTestCatalogue();
  await gateway.attach('r', registry.url);
  seed(registry.store, 'team/app', 'v1', buildImage({ labels: { n: '1' } }));
  seed(registry.store, 'team/web', 'v1', buildImage({ labels: { n: '2' } }));
  return {
    registry,
    gateway,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await registry.close();
    },
  };
}

const noAuth: AuthOptions = { mode: 'none' };

/**
 * A token server that gives anybody tokens for repositories, and none for the catalogue, is what Docker Hub and GHCR
 * have.
 */
const forRepositories: AuthOptions = {
  mode: 'bearer',
  users: {},
  grant: (_, { type, actions }) => (type === 'repository' ? actions : []),
};

describe('a registry that lists its repositories to nobody', () => {
  test.each<[string, FaultRule, AuthOptions]>([
    [
      'by 401',
      { kind: 'status', status: 401, headers: { 'WWW-Authenticate': 'Basic realm="x"' }, match: /_catalog/ },
      noAuth,
    ],
    ['by 403', { kind: 'status', status: 403, match: /_catalog/ }, noAuth],
    ['by 404', { kind: 'status', status: 404, match: /_catalog/ }, noAuth],
    ['by 404 of a web server', { kind: 'status', status: 404, body: 'not found', match: /_catalog/ }, noAuth],
    ['by 405', { kind: 'status', status: 405, match: /_catalog/ }, noAuth],
    ['by 410', { kind: 'status', status: 410, match: /_catalog/ }, noAuth],
    ['by 501', { kind: 'status', status: 501, match: /_catalog/ }, noAuth],
    ['by a token that does not do', { kind: 'delay', ms: 0 }, forRepositories],
    ['by its token server, with 403', { kind: 'status', status: 403, match: /token.*catalog/ }, forRepositories],
    ['by its token server, with 400', { kind: 'status', status: 400, match: /token.*catalog/ }, forRepositories],
  ])('%s, is of use for those that are asked for by name', async (_, fault, auth) => {
    await using world = await open(auth);
    const { registry, gateway } = world;
    registry.fail(fault);
    const first = await crawl(gateway);
    expect(first).toMatchObject({ failures: [{ subject: 'r', code: 'UPSTREAM_UNSUPPORTED' }] });
    expect(await read(gateway)).toMatchObject({
      capabilities: { catalog: false },
      freshness: { state: 'NEVER_INDEXED' },
      repositories: { nodes: [] },
    });
    expect((await lookUp(gateway, 'team/app')).codes).toEqual([]);
    seed(registry.store, 'team/app', 'v2', buildImage({ labels: { n: '3' } }));
    await crawl(gateway);
    expect((await read(gateway)).repositories!.nodes).toEqual([{ name: 'team/app', tagCount: 2 }]);
  });

  test('says that the account may lack the right, and is asked again by each crawl', async () => {
    await using world = await open();
    const { registry, gateway } = world;
    const fault = registry.fail({ kind: 'status', status: 403, match: /_catalog/ });
    await crawl(gateway);
    expect((await read(gateway)).freshness.lastError).toEqual({
      code: 'UPSTREAM_UNSUPPORTED',
      message:
        'Registry r does not list its repositories to this account (it answered 403). The account it is attached ' +
        'with may lack the right to list them. Repositories that are asked for by name are read. None of r is ' +
        'followed yet: name repositories with followedRepositories, or look one up by its name.',
    });
    fault.stop();
    expect(await crawl(gateway)).toMatchObject({ state: 'SUCCEEDED', done: 2 });
    expect(await read(gateway)).toMatchObject({
      capabilities: { catalog: true },
      freshness: { state: 'FRESH', lastError: null },
    });
  });

  test('keeps what it had listed before, and that is read again', async () => {
    await using world = await open();
    const { registry, gateway } = world;
    await crawl(gateway);
    registry.fail({ kind: 'status', status: 401, match: /_catalog/ });
    seed(registry.store, 'team/web', 'v2', buildImage({ labels: { n: '3' } }));
    for (let n = 0; n < 3; n++) await crawl(gateway);
    expect((await read(gateway)).repositories!.nodes).toEqual([
      { name: 'team/app', tagCount: 1 },
      { name: 'team/web', tagCount: 2 },
    ]);
  });
});

describe('the ping decides whether a registry can be used', () => {
  test.each<[string, FaultRule, string, string]>([
    [
      '401 to everything',
      { kind: 'status', status: 401, headers: { 'WWW-Authenticate': 'Basic realm="x"' } },
      'UPSTREAM_AUTH',
      'UNREACHABLE',
    ],
    ['403 to everything', { kind: 'status', status: 403 }, 'UPSTREAM_AUTH', 'UNREACHABLE'],
    ['404 to everything', { kind: 'status', status: 404 }, 'UPSTREAM_INVALID', 'STALE'],
    ['a reset for everything', { kind: 'reset' }, 'UPSTREAM_UNREACHABLE', 'UNREACHABLE'],
  ])('%s', async (_, fault, code, state) => {
    await using world = await open();
    const { registry, gateway } = world;
    await crawl(gateway);
    registry.fail(fault);
    registry.forget();
    expect(await crawl(gateway)).toMatchObject({ state: 'FAILED', failures: [{ subject: 'r', code }] });
    expect((await read(gateway)).freshness).toMatchObject({ state, lastError: { code } });
    expect(registry.count('GET', /tags|manifests/)).toBe(0);
  });

  test.each<[string, FaultRule, string]>([
    ['fails itself', { kind: 'status', status: 500, match: /_catalog/ }, 'UPSTREAM_ERROR'],
    ['cannot be read', { kind: 'garbage', match: /_catalog/ }, 'UPSTREAM_INVALID'],
    ['does not end', { kind: 'repeatedLast', match: /_catalog/ }, 'UPSTREAM_PAGINATION'],
    ['breaks off on its second page', { kind: 'status', status: 403, match: /_catalog.*last=/ }, 'UPSTREAM_AUTH'],
  ])('a catalogue that %s keeps no repository that is known from being read', async (_, fault, code) => {
    await using registry = await createMemoryRegistry({ maxEntries: 1 });
    await using gateway = await createTestCatalogue();
    await gateway.attach('r', registry.url);
    for (const name of ['a', 'b']) seed(registry.store, name, 'v1', buildImage());
    await crawl(gateway);
    registry.fail(fault);
    seed(registry.store, 'b', 'v2', buildImage({ labels: { n: '2' } }));
    expect(await crawl(gateway)).toMatchObject({
      state: 'PARTIALLY_FAILED',
      failures: [{ subject: 'r', code }],
      done: 2,
    });
    const { data } = await gateway.query<{ registry: State }>(stateOf);
    expect(data.registry).toMatchObject({ repositories: { nodes: [{ tagCount: 1 }, { tagCount: 2 }] } });
  });
});
