import type { Role } from '../../src/domain/account.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { openWorld, type World } from '../support/worlds/world.js';

interface Preview {
  readonly protectedRepositoryCount: number;
  readonly protectedTagCount: number;
  readonly addedTagCount: number;
  readonly releasedTagCount: number;
  readonly unreadRepositoryCount: number;
  readonly confirmedAt: string | null;
  readonly repositories: readonly object[];
}

const fields =
  'protectedRepositoryCount protectedTagCount addedTagCount releasedTagCount unreadRepositoryCount confirmedAt ' +
  'repositories { repository { name } tags(first: 2) { name } tagCount protectedTagCount addedTagCount ' +
  'releasedTagCount }';

/** `many` has more tags than one statement reads. */
async function openProtected(): Promise<World> {
  const world = await openWorld({ flavour: '3.1' }, { maxAge: 3600 });
  const image = buildImage({});
  for (let at = 1000; at < 1502; at++) seed(world.registry.store, 'team/many', `v${at}`, image);
  for (const tag of ['v1', 'latest']) seed(world.registry.store, 'team/few', tag, image);
  seed(world.registry.store, 'other', 'v1', image);
  await world.gateway.crawl('r');
  const { codes } = await world.gateway.query(
    `mutation { setProtection(input: { registry: "r", rules: [{ repository: "team/few", tag: "latest" }] }) {
      userErrors { code } } }`,
  );
  expect(codes).toEqual([]);
  return world;
}

async function tryRules(world: World, rules: readonly object[] | null, role?: Role) {
  const { data, codes } = await world.gateway.query<{ protectionPreview: Preview | null }>(
    `query ($rules: [ProtectionRuleInput!]) { protectionPreview(registry: "r", rules: $rules) { ${fields} } }`,
    { rules },
    role,
  );
  return { preview: data.protectionPreview, codes };
}

test('rules of protection are tried by the index: what they protect, what that adds, and what it lets go', async () => {
  await using world = await openProtected();
  const before = world.registry.requests.length;
  const { preview } = await tryRules(world, [{ repository: 'team/*', tag: 'v*' }]);
  expect(preview).toMatchObject({
    protectedRepositoryCount: 2,
    protectedTagCount: 503,
    addedTagCount: 503,
    releasedTagCount: 1,
    unreadRepositoryCount: 0,
    confirmedAt: '2026-01-02T03:04:05.000Z',
  });
  expect(preview!.repositories).toEqual([
    {
      repository: { name: 'team/many' },
      tags: [{ name: 'v1000' }, { name: 'v1001' }],
      tagCount: 502,
      protectedTagCount: 502,
      addedTagCount: 502,
      releasedTagCount: 0,
    },
    {
      repository: { name: 'team/few' },
      tags: [{ name: 'v1' }],
      tagCount: 2,
      protectedTagCount: 1,
      addedTagCount: 1,
      releasedTagCount: 1,
    },
  ]);
  // Without rules it is of those that the registry has, and an empty list lets all of these go.
  expect((await tryRules(world, null)).preview).toMatchObject({ protectedTagCount: 1, addedTagCount: 0 });
  expect((await tryRules(world, [])).preview).toMatchObject({ protectedTagCount: 0, releasedTagCount: 1 });
  expect(world.registry.requests.length).toBe(before);
});

test('who may not set rules tries none, and rules that are none are refused as when they are set', async () => {
  await using world = await openProtected();
  expect(await tryRules(world, null, 'registries:rw')).toEqual({ preview: null, codes: ['FORBIDDEN'] });
  expect((await tryRules(world, [{ tag: '[v]' }])).codes).toEqual(['BAD_USER_INPUT']);
  expect(
    (
      await tryRules(
        world,
        Array.from({ length: 101 }, () => ({ tag: 'v1' })),
      )
    ).codes,
  ).toEqual(['BAD_USER_INPUT']);
});
