import { fillDemo } from '../../src/demo/content.js';
import { copyStore } from '../support/content/copy.js';
import { buildImage, buildIndex } from '../support/content/images.js';
import { push } from '../support/content/push.js';
import { createStore } from '../support/registry/store.js';
import {
  describeWith,
  type Distribution,
  distributionCommand,
  startDistribution,
} from '../support/servers/distribution.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../support/servers/postgres.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';

const start = new Date('2026-01-02T03:04:05.678Z').getTime();
/** Milliseconds after which no registry is due by its schedule. */
const little = 10_000;

const freshness = 'freshness { state confirmedAt lastError { code message } }';
const image = 'image { digest kind mediaType artifactType manifestSize size createdAt problems { field message } }';
const tags = `totalCount nodes { name digest imageId reference siblingCount size updatedAt ${image} }`;

/** Each field and direction of an order. */
function orders(...fields: readonly string[]): string[] {
  return fields.flatMap((field) => ['ASC', 'DESC'].map((direction) => `{ field: ${field}, direction: ${direction} }`));
}

const ofRepositories = orders('NAME', 'SIZE', 'TAG_COUNT', 'UPDATED_AT').map(
  (orderBy) => `repositories(first: 50, orderBy: ${orderBy}) { totalCount nodes { name size tagCount updatedAt } }`,
);
const ofTags = orders('NAME', 'SEMVER', 'SIZE', 'UPDATED_AT').map(
  (orderBy) => `repositories(first: 20) { nodes { name tags(first: 20, orderBy: ${orderBy}) { ${tags} } } }`,
);
const filters = [
  'nameContains: "1."',
  'nameContains: "A"',
  'glob: "v*"',
  'glob: "?.*"',
  'semver: ">=1.1 <3"',
  'platform: { os: "linux", architecture: "arm64" }',
  'label: { key: "team", value: "a" }',
  'includeReferrers: true',
  'updatedAfter: "2020-01-01T00:00:00Z"',
  'nameContains: "1", platform: { os: "linux", architecture: "amd64" }, updatedBefore: "2030-01-01T00:00:00Z"',
].map((filter) => `repositories(first: 20) { nodes { name tags(first: 20, filter: { ${filter} }) { ${tags} } } }`);
const repositoryFilters = ['nameContains: "AP"', 'namespace: "team"', 'empty: true', 'registries: ["local"]'].map(
  (filter) => `repositories(first: 50, filter: { ${filter} }) { totalCount nodes { name tagCount } }`,
);
const searches = ['app', 'team', 'v', '1.1', 'team=a', 'nothing of this', 'sha256:0', 'latest', 'ä"%_'].map(
  (
    words,
  ) => `search(query: ${JSON.stringify(words)}, first: 50) { totalCount nodes { __typename ... on Tag { reference }
    ... on Repository { name } ... on Image { digest } ... on Registry { name } } }`,
);
const others = [
  `registries { name addr repositoryCount tagCount ${freshness} health { reachable authenticated message } }`,
  `repositories(first: 50) { nodes { name uniqueSize layers(first: 50) { digest size mediaType }
    latestTag { name } ${freshness} } }`,
  `repositories(first: 50) { nodes { name tagHistory(first: 50) {
    totalCount nodes { tag digest since sinceSource until } } } }`,
  `registry(name: "local") { jobs(first: 1, kinds: [CRAWL]) {
    __typename state requestedBy createdAt finishedAt done total failureCount } }`,
  // Repositories are read several at a time: those of one alone have an order.
  `events(first: 50, filter: { repository: "team/app" }) { nodes {
    kind at registryName repositoryName tagName digest formerDigest tagCount } }`,
  'auditLog(first: 50) { nodes { action outcome code registryName actor } }',
  `repositories(first: 10) { nodes { tags(first: 10) { nodes { name history(first: 5) { nodes { digest since } }
    image { platforms(first: 5) { os architecture size } locations(first: 5) { nodes { name } } } } } } }`,
  `retentionPreview(registry: "local", repository: "team/app", rules: [{ repository: "*", tags: "*", keepLast: 1 }]) {
    keptCount kept { tag { name } reasons }
    plan { tagCount manifestCount method reclaimable manifests tags { name } } }`,
];

interface Page {
  readonly repositories: {
    readonly nodes: readonly { readonly name: string }[];
    readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
  };
}

async function readPage(gateway: TestGateway, orderBy: string, after: string | null): Promise<Page['repositories']> {
  const { body } = await gateway.graphql<Page>(
    `query ($after: String) { repositories(first: 2, after: $after, orderBy: ${orderBy}) {
      nodes { name } pageInfo { endCursor hasNextPage } } }`,
    { after },
  );
  return body.data!.repositories;
}

/** Of ids, and of what is made of them, each engine gives its own. */
function withoutIds(text: string): string {
  return text.replaceAll(/"(?:id|cursor|endCursor|startCursor|token|jobId)":"[^"]*"/g, '"(id)"');
}

const postgres = postgresFolder === null ? 'no PostgreSQL' : distributionCommand;
describeWith(postgres, 'a registry that gateways on both engines have read', () => {
  let server: PostgresServer;
  let registry: Distribution;
  let gateways: readonly TestGateway[] = [];
  let now = start;

  beforeAll(async () => {
    [server, registry] = await Promise.all([startPostgres(), startDistribution()]);
    const clock = (): Date => new Date(now);
    gateways = [
      await startGateway({ clock }),
      await startGateway({ clock, databaseUrl: await server.createDatabase() }),
    ];
    const store = createStore();
    fillDemo(store);
    await copyStore(store, registry.url);
    const children = ['amd64', 'arm64'].map((arch) => buildImage({ arch, labels: { team: 'a' } }));
    await push(registry.url, 'team/app', 'v1.1.0', buildIndex(children));
    for (const gateway of gateways) {
      await gateway.attach('local', registry.url);
      await gateway.crawl('local');
    }
    now += little;
    await push(registry.url, 'team/app', 'v1.1.0', buildImage({ labels: { team: 'b', text: 'a\0b \\u0000 "ä"' } }));
    await push(registry.url, 'team/new', 'latest', buildImage());
    for (const gateway of gateways) await gateway.crawl('local');
  });
  afterAll(async () => {
    await Promise.all([...gateways.map((gateway) => gateway[Symbol.asyncDispose]()), registry.close()]);
    await server.close();
  });

  async function compare(ask: (gateway: TestGateway) => Promise<string>): Promise<string> {
    const [sqlite = '', onServer = ''] = await Promise.all(gateways.map(ask));
    expect(withoutIds(onServer)).toBe(withoutIds(sqlite));
    return sqlite;
  }

  test.each([...ofRepositories, ...ofTags, ...filters, ...repositoryFilters, ...others])(
    'the answer is the same on both engines: %s',
    async (fields) => {
      const text = await compare(async (gateway) => (await gateway.graphql(`{ ${fields} }`)).text);
      expect(text).not.toContain('"errors"');
    },
  );

  // Hits of one rank are in the order in which their rows came in, which several readers of a crawl leave to chance.
  test.each(searches)('a search finds the same on both engines: %s', async (fields) => {
    await compare(async (gateway) => {
      const { body } = await gateway.graphql<{ search: { totalCount: number; nodes: object[] } }>(`{ ${fields} }`);
      const { totalCount, nodes } = body.data!.search;
      return [totalCount, ...nodes.map((node) => JSON.stringify(node)).toSorted()].join('\n');
    });
  });

  test.each(['/api/registries', '/api/registries/local', '/api/registries/local/repositories'])(
    'the REST list is the same on both engines: %s',
    async (path) => {
      const text = await compare(async (gateway) => {
        const answer = await gateway.rest('GET', path);
        return `${answer.status} ${answer.text}`;
      });
      expect(text).toMatch(/^200 /);
    },
  );

  test.each(orders('NAME', 'SIZE', 'TAG_COUNT', 'UPDATED_AT'))(
    'pages by cursor are the same on both engines, and have each repository once: %s',
    async (orderBy) => {
      const names = await compare(async (gateway) => {
        const pages: string[] = [];
        let after: string | null = null;
        do {
          const { nodes, pageInfo }: Page['repositories'] = await readPage(gateway, orderBy, after);
          pages.push(nodes.map(({ name }) => name).join());
          after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
        } while (after !== null);
        return pages.join(';');
      });
      const listed = names.split(/[;,]/);
      expect([new Set(listed).size, listed.length > 4]).toEqual([listed.length, true]);
    },
  );

  test('the plan of a deletion is the same on both engines', async () => {
    const text = await compare(
      async (gateway) =>
        (
          await gateway.graphql(`mutation { deleteTags(input: {
            registry: "local", repository: "team/app", tags: ["v1.1.0"], dryRun: true }) {
            plan { tagCount manifestCount method reclaimable leavesEmptyRepository manifests tags { name }
              deletionBlockers { reason message } uncertainties } userErrors { code message } } }`)
        ).text,
    );
    expect(text).toContain('"tagCount":1');
  });
});
