import { type TestGateway } from '../support/worlds/gateway.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { type Flavour, flavourUser } from '../support/registry/flavours.js';
import { createGraphQLSurface, createRestSurface, type Surface } from './surface.js';
import { openServedWorld, type World } from '../support/worlds/world.js';

interface SurfaceWorld extends World<TestGateway> {
  readonly surface: Surface;
}

async function open(createSurface: (gateway: TestGateway) => Surface, flavour: Flavour): Promise<SurfaceWorld> {
  const world = await openServedWorld({ flavour });
  for (const [name, tags] of [
    ['team/app', ['v1', 'v2']],
    ['team/web', ['v1']],
    ['other', ['v1']],
  ] as const) {
    for (const tag of tags) seed(world.registry.store, name, tag, buildImage({ labels: { of: `${name}:${tag}` } }));
  }
  return { ...world, surface: createSurface(world.gateway) };
}

async function ask<T>({ gateway }: SurfaceWorld, query: string, variables: Record<string, unknown> = {}): Promise<T> {
  const { body } = await gateway.graphql<T>(query, variables);
  expect(body.errors).toBeUndefined();
  return body.data!;
}

interface Shown {
  readonly registry: {
    readonly id: string;
    readonly freshness: { readonly state: string; readonly lastError: object | null };
  };
}

const following = ['team/app', 'team/web'];
const ofRegistry = `{ registry(name: "r") { id followedRepositories hasCredentials freshness { state lastError
  { code message } } lastCrawl { state }
  repositories(first: 10, orderBy: { field: TAG_COUNT, direction: DESC }) { totalCount nodes
  { name tagCount freshness { state } } } }
  search(query: "web", first: 10) { nodes { __typename ... on Repository { name } } } }`;

describe.each([
  ['REST', createRestSurface],
  ['GraphQL', createGraphQLSurface],
] as const)('attached through %s', (_, createSurface) => {
  test.each<Flavour>(['docker-hub', 'ghcr', 'gitlab', 'harbor', 'artifact-registry'])(
    '%s is listed, sorted, searched and planned for by its followed repositories',
    async (flavour) => {
      await using world = await open(createSurface, flavour);
      const { surface, gateway } = world;
      expect(
        (
          await surface.addRegistry({
            name: 'r',
            addr: world.registry.url,
            ...flavourUser,
            followedRepositories: following,
          })
        ).code,
      ).toBeNull();
      expect((await surface.listRepositories('r')).value!.map(({ name, tags }) => [name, tags.length])).toEqual([
        ['team/app', 2],
        ['team/web', 1],
      ]);
      expect(await ask(world, ofRegistry)).toMatchObject({
        registry: {
          followedRepositories: following,
          freshness: { state: 'FRESH', lastError: null },
          lastCrawl: { state: 'SUCCEEDED' },
          repositories: {
            totalCount: 2,
            nodes: [
              { name: 'team/app', tagCount: 2, freshness: { state: 'FRESH' } },
              { name: 'team/web', tagCount: 1 },
            ],
          },
        },
        search: { nodes: expect.arrayContaining([{ __typename: 'Repository', name: 'team/web' }]) },
      });
      const { body } = await gateway.rest<{ tags: { Name: string }[] }>(
        'DELETE',
        '/api/registries/r/repositories/team/app?dry_run=true',
      );
      if (flavour !== 'docker-hub' && flavour !== 'ghcr')
        expect(body.tags.map(({ Name }) => Name)).toEqual(['v1', 'v2']);
      // Found by its name it is one of them, and stays.
      expect((await surface.getRepository('r', 'other')).value).toMatchObject({ name: 'other' });
      for (let n = 0; n < 3; n++) {
        gateway.wait(60);
        await gateway.crawl('r');
      }
      expect((await surface.listRepositories('r')).value!.map(({ name }) => name)).toEqual([
        'other',
        'team/app',
        'team/web',
      ]);
    },
  );

  test('what is left out is not found there, and is left out without the credentials being given again; the audit log tells', async () => {
    await using world = await open(createSurface, 'gitlab');
    const { surface, gateway } = world;
    expect(
      (
        await surface.addRegistry({
          name: 'r',
          addr: world.registry.url,
          ...flavourUser,
          followedRepositories: following,
        })
      ).code,
    ).toBeNull();
    const {
      registry: { id },
    } = await ask<Shown>(world, ofRegistry);
    const input = { id, followedRepositories: ['team/app', '!team/web'] };
    const changed = await ask(
      world,
      'mutation ($input: UpdateRegistryInput!) { updateRegistry(input: $input) { registry { followedRepositories ' +
        'hasCredentials } userErrors { code } } }',
      { input },
    );
    expect(changed).toEqual({
      updateRegistry: {
        registry: { followedRepositories: input.followedRepositories, hasCredentials: true },
        userErrors: [],
      },
    });
    await gateway.crawl('r');
    const refused = await surface.getRepository('r', 'team/web');
    expect([refused.code, refused.message]).toEqual([
      'NOT_FOUND',
      expect.stringContaining('left out by followedRepositories'),
    ]);
    expect((await surface.listRepositories('r')).value!.map(({ name }) => name)).toEqual(['team/app']);
    const { auditLog } = await ask<{ auditLog: { nodes: { action: string; details: Record<string, unknown> }[] } }>(
      world,
      '{ auditLog(first: 10) { nodes { action details } } }',
    );
    const told = auditLog.nodes
      .filter(({ action }) => action === 'addRegistry' || action === 'updateRegistry')
      .map(({ details }) => details['followedRepositories']);
    expect(told).toEqual([{ from: following, to: input.followedRepositories }, following]);
    expect((await surface.removeRegistry('r')).code).toBeNull();
    expect(await ask(world, '{ repositories(first: 10) { totalCount } }')).toEqual({ repositories: { totalCount: 0 } });
  });

  test('a list that is not one of names is refused, and nothing is asked', async () => {
    await using world = await open(createSurface, '2.8');
    const { surface, registry } = world;
    for (const followedRepositories of [
      ['Team/App'],
      ['team/*', ''],
      Array.from({ length: 1001 }, (_each, n) => `app-${n}`),
    ]) {
      expect((await surface.addRegistry({ name: 'r', addr: registry.url, followedRepositories })).code).toBe(
        'BAD_USER_INPUT',
      );
    }
    expect(registry.requests).toEqual([]);
  });
});
