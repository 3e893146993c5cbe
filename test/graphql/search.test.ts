import 'reflect-metadata';
import { SearchResultConnection } from '../../src/graphql/types/search.js';
import { startGateway } from '../support/worlds/gateway.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry } from '../support/registry/server.js';

interface Found {
  readonly search: {
    readonly totalCount: number;
    readonly hasMoreThanCounted: boolean;
    readonly nodes: readonly ({ readonly __typename: string } & Record<string, unknown>)[];
    readonly edges: readonly { readonly cursor: string }[];
    readonly sources: readonly { readonly registry: { readonly name: string } }[];
  };
}

const query = `query ($query: String!, $first: Int, $after: String) {
  search(query: $query, first: $first, after: $after) {
    totalCount hasMoreThanCounted edges { cursor } sources { registry { name } }
    nodes { __typename ... on Registry { registry: name } ... on Repository { repository: name } ... on Tag
    { tag: name } ... on Image { digest } }
  }
  repositories(first: 1, filter: { nameContains: "WEB" }, orderBy: { field: UPDATED_AT, direction: DESC })
  { totalCount nodes { name tags(first: 1, orderBy: { field: SEMVER, direction: DESC }) { totalCount nodes
  { name } } } }
}`;

test('search finds what was crawled, the best match first, page by page, and says from where', async () => {
  await using gateway = await startGateway();
  const registry = await createMemoryRegistry();
  const image = buildImage();
  seed(registry.store, 'team/web', '1.9.0', image);
  for (const tag of ['1.10.0', 'web']) seed(registry.store, 'team/web', tag, buildImage());
  await gateway.attach('web', registry.url);
  await gateway.crawl('web');
  const find = async (variables: Record<string, unknown>): Promise<Found['search']> => {
    const { body } = await gateway.graphql<Found>(query, variables);
    expect(body).toMatchObject({
      data: {
        repositories: {
          totalCount: 1,
          nodes: [{ name: 'team/web', tags: { totalCount: 3, nodes: [{ name: '1.10.0' }] } }],
        },
      },
    });
    return body.data!.search;
  };
  const all = await find({ query: 'web', first: 10 });
  expect(all.nodes).toEqual([
    { __typename: 'Registry', registry: 'web' },
    { __typename: 'Repository', repository: 'team/web' },
    { __typename: 'Tag', tag: 'web' },
  ]);
  expect([all.totalCount, all.hasMoreThanCounted, all.sources]).toEqual([3, false, [{ registry: { name: 'web' } }]]);
  expect((await find({ query: 'web', first: 1, after: all.edges[1]!.cursor })).nodes).toEqual([
    { __typename: 'Tag', tag: 'web' },
  ]);
  expect((await find({ query: image.digest.slice(7, 19), first: 1 })).nodes).toEqual([
    { __typename: 'Image', digest: image.digest },
  ]);
  // A reference: by the registry's name, by its host, and with a digest that stands elsewhere.
  const host = new URL(registry.url).host;
  for (const place of ['web/team/web', 'team/web', `${host}/team/web`, `${host.toUpperCase()}/team/web`]) {
    const { nodes, totalCount } = await find({ query: `${place}:1.9.0@${image.digest}`, first: 10 });
    expect([nodes, totalCount]).toEqual([
      [
        { __typename: 'Tag', tag: '1.9.0' },
        { __typename: 'Image', digest: image.digest },
      ],
      2,
    ]);
  }
  const { body: typed } = await gateway.graphql(
    `{ search(query: "web 1.9", types: [TAG, REGISTRY]) { counts { type count hasMore }
      edges { marks { of text start end } node { ... on Tag { name } } } } }`,
  );
  expect(typed).toMatchObject({
    data: {
      search: {
        counts: [
          { type: 'REGISTRY', count: 0, hasMore: false },
          { type: 'REPOSITORY', count: 0 },
          { type: 'TAG', count: 1 },
          { type: 'IMAGE', count: 0 },
        ],
        edges: [
          {
            node: { name: '1.9.0' },
            marks: [
              { of: 'NAME', text: '1.9.0', start: 0, end: 3 },
              { of: 'REPOSITORY_NAME', text: 'team/web', start: 5, end: 8 },
            ],
          },
        ],
      },
    },
  });
  const refused = await gateway.graphql(query, { query: ' ' });
  expect(refused.body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: ['query'] } }]);
  const stranger = await gateway.graphql('{ search(query: "web") { totalCount } }', {}, { access: null });
  expect(stranger.body.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  await registry.close();
});

test.each([
  [9_999, 9_999, false],
  [10_000, 10_000, false],
  [10_001, 10_000, true],
])('of %i things found %i are counted, and more said: %s', async (found, totalCount, hasMoreThanCounted) => {
  const connection = Object.assign(new SearchResultConnection(), { countItems: async () => found });
  expect([await connection.totalCount(), await connection.hasMoreThanCounted()]).toEqual([
    totalCount,
    hasMoreThanCounted,
  ]);
});
