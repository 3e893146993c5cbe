import { getNamedType, type GraphQLField, isLeafType, isObjectType } from 'graphql';
import { createSchema } from '../../src/graphql/server/schema.js';
import { AccountStore } from '../../src/store/accounts/accounts.js';
import { type TestCatalogue, createTestCatalogue } from '../support/worlds/catalogue.js';
import { buildArtifact, buildImage, buildIndex } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { type Statements, watchStatements } from '../support/observed/statements.js';

/** How many parents each field is asked for. */
const many = 20;

const ofRepositories = (n: number, fields: string): string =>
  `{ registry(name: "full") { repositories(first: ${n}) { nodes { ${fields} } } } }`;
const ofRegistries = (n: number, fields: string): string =>
  `{ repositories(first: ${n}, filter: { nameContains: "only" }) { nodes { registry { ${fields} } } } }`;
const ofTags = (n: number, fields: string): string =>
  ofRepositories(n, `tags(first: 1, filter: { glob: "v1" }) { nodes { ${fields} } }`);
const ofImages = (n: number, fields: string): string => ofTags(n, `image { ${fields} }`);
const ofJobs = (n: number, fields: string): string => ofRegistries(n, `jobs(first: 1, kinds: [CRAWL]) { ${fields} }`);

const ofGroups = (n: number, fields: string): string =>
  `{ repositoryGroups(first: ${n}) { nodes { name ${fields} } } }`;

type Reach = (n: number, fields: string) => string;

/** By type: how `n` of it are reached in one operation. */
const reached: Readonly<Record<string, Reach>> = {
  Registry: ofRegistries,
  RegistryCapabilities: (n, fields) => ofRegistries(n, `capabilities { ${fields} }`),
  RegistryHealth: (n, fields) => ofRegistries(n, `health { ${fields} }`),
  RegistryProxy: (n, fields) => ofRegistries(n, `proxy { ${fields} }`),
  Retention: (n, fields) => ofRegistries(n, `retention { ${fields} }`),
  RepositoryConnection: (n, fields) => ofRegistries(n, `repositories(first: 1) { ${fields} }`),
  SourceStatus: (n, fields) => ofRegistries(n, `repositories(first: 1) { sources { ${fields} } }`),
  Job: ofJobs,
  Event: (n, fields) => `{ events(first: ${n}) { nodes { ${fields} } } }`,
  DeletionStepConnection: (n, fields) => ofJobs(n, `steps(first: 1) { ${fields} }`),
  Repository: ofRepositories,
  TagConnection: (n, fields) => ofRepositories(n, `tags(first: 1, filter: { semver: ">=1" }) { ${fields} }`),
  Tag: ofTags,
  Freshness: (n, fields) => ofTags(n, `freshness { ${fields} }`),
  TagRevisionConnection: (n, fields) => ofTags(n, `history(first: 2) { ${fields} }`),
  TagRevision: (n, fields) => ofTags(n, `history(first: 2) { nodes { ${fields} } }`),
  RepositoryGroup: ofGroups,
  Drift: (n, fields) => ofGroups(n, `drift { ${fields} }`),
  Image: ofImages,
  Platform: (n, fields) => ofImages(n, `platforms { ${fields} }`),
  BaseImage: (n, fields) => ofImages(n, `platforms { baseImages { ${fields} } }`),
  ImageConnection: (n, fields) => ofImages(n, `platforms { derivedImages(first: 1) { ${fields} } }`),
  HistoryEntry: (n, fields) => ofImages(n, `platforms { history { ${fields} } }`),
  ImageConfig: (n, fields) => ofImages(n, `platforms { config { ${fields} } }`),
  Referrer: (n, fields) => ofImages(n, `referrers { ${fields} }`),
  ReferrerContent: (n, fields) => ofImages(n, `referrers { contents { ${fields} } }`),
};

/** Types whose fields are there with their parent, or of which an operation has one at a time. */
const notReached: Readonly<Record<string, string>> = {
  AuditEntryConnection: 'the audit log is one list',
  AccountConnection: 'accounts are one list',
  Account: 'an account is a row of that list',
  TokenConnection: 'tokens are one list',
  Token: 'a token is a row of that list',
  AuditEntry: 'an entry is a row of that list',
  ContentProblem: 'a part of its content',
  ConnectionStep: 'made whole with the test of a connection',
  ServerCertificate: 'made with the step it is in',
  DeletionBlocker: 'made with the list it is in',
  DeletionPlan: 'one for each mutation or preview, made whole',
  SelectionPlan: 'one for each mutation, made whole',
  RepositorySelection: 'made with the plan it is in',
  DeletionStep: 'a row of its list',
  EnvironmentVariable: 'a part of its config',
  EventConnection: 'a root field',
  FacetCount: 'a row of its list',
  FormerRepository: 'a row of that list',
  FormerRepositoryConnection: 'a root field',
  ImageComparison: 'a root field',
  PlatformComparison: 'a part of one comparison, which a test of its own counts',
  LayerComparison: 'a part of one comparison',
  LayerSizes: 'a part of one comparison',
  StepComparison: 'a part of one comparison',
  TextComparison: 'a part of one comparison',
  ImageProblem: 'made with the list it is in',
  JobConnection: 'a root field',
  JobFailure: 'a part of its job',
  KeptImage: 'a part of one plan',
  KeptTag: 'a part of one preview',
  KeyValue: 'a part of its image',
  Layer: 'made with the list it is in',
  LayerUse: 'a root field',
  RepositoryGrowth: 'a row of its list',
  Namespace: 'a row of its list',
  NamespaceConnection: 'a root field',
  NotificationSetup: 'made of its registry',
  SetupBlank: 'a part of it',
  PageInfo: 'a part of its page',
  Grant: 'a row of the list of its holder, which a test of its own counts',
  Healthcheck: 'a part of its config',
  HeldGrant: 'a part of the viewer',
  Team: 'few, and read by a root field',
  TeamConnection: 'teams are one list',
  Webhook: 'few, and read by a root field',
  WebhookDelivery: 'a part of its webhook',
  ApprovalRule: 'a part of its registry',
  JobStateCount: 'a part of its job',
  PullCommand: 'a part of its tag',
  ProtectionRule: 'a part of its registry',
  RetentionPreview: 'costs a tenth of what an operation may cost: it reads the registry',
  RegistryRetentionPreview: 'an operation has few of them: it costs as much as a preview',
  GoingRepository: 'made with the list it is in',
  ProtectionPreview: 'an operation has few of them: it costs as much as a preview',
  ProtectedRepository: 'made with the list it is in',
  RetentionRule: 'a part of its registry',
  RepositoryFacets: 'a root field',
  RepositoryGroupConnection: 'a root field',
  SeriesPoint: 'made with the list it is in',
  SearchCount: 'made with the list it is in',
  SearchMark: 'made of the item that it is of',
  Sbom: 'a part of its content',
  SbomPackage: 'a part of its content',
  SearchResultConnection: 'a root field',
  SignatureClaims: 'a part of its content',
  InTotoStatement: 'a part of its content',
  StatementSubject: 'a part of its content',
  TagFacets: 'a root field',
  TagsSize: 'an operation has few of them: each costs as much as 400 objects',
  Undo: 'one for each mutation, made whole',
  UndoneTag: 'made with the list it is in',
  UpstreamBudget: 'what the gateway has in memory',
  UpstreamProblem: 'a part of its freshness',
  Gateway: 'what the gateway has in memory',
  GatewayBranding: 'what the gateway has in memory',
  GatewayKept: 'what the gateway has in memory',
  GatewayLimits: 'what the gateway has in memory',
  GatewayLinks: 'what the gateway has in memory',
  PinnedRepository: 'a part of the preferences',
  SavedView: 'a part of the preferences',
  Preferences: 'one row of the viewer',
  Viewer: 'a root field',
};

const givenArguments: Readonly<Record<string, string>> = {
  'Registry.repository': '(name: "only")',
  'Registry.tagHistory': '(repository: "only")',
  'Registry.notificationSetup': '(kind: HARBOR)',
  'Registry.series': '(metric: PUSHES)',
  'Repository.series': '(metric: SIZE)',
  'Repository.tag': '(name: "v1")',
};

const schema = createSchema();

/** `Type.field` of every field of every type that is reached, with what is asked of it. */
function listFields(): [name: string, ask: Reach][] {
  return Object.entries(reached).flatMap(([typeName, reach]) => {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) throw new Error(`There is no type ${typeName}.`);
    return Object.values(type.getFields()).map((field): [string, Reach] => {
      const selection = `${field.name}${givenArguments[`${typeName}.${field.name}`] ?? ''}${select(field)}`;
      return [`${typeName}.${field.name}`, (n, rest) => reach(n, `${selection} ${rest}`)];
    });
  });
}

function select(field: GraphQLField<unknown, unknown>): string {
  const type = getNamedType(field.type);
  if (isLeafType(type)) return '';
  return type.name.endsWith('Connection')
    ? '{ totalCount edges { cursor node { __typename } } pageInfo { endCursor } }'
    : '{ __typename }';
}

let registry: MemoryRegistry;
let single: MemoryRegistry;
let gateway: TestCatalogue;
let statements: Statements;

beforeAll(async () => {
  [registry, single] = [await createMemoryRegistry(), await createMemoryRegistry()];
  gateway = await createTestCatalogue();
  for (let at = 0; at < many; at++) fill(registry, `team/app-${String(at).padStart(2, '0')}`, `${at}`);
  fill(single, 'only', 'only');
  const names = ['full', ...Array.from({ length: many }, (_, at) => `r${at}`)];
  for (const name of names) await gateway.attach(name, name === 'full' ? registry.url : single.url);
  for (const name of names) await gateway.crawl(name);
  await makeAccounts();
  statements = await watchStatements(gateway.database);
}, 60_000);
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await Promise.all([registry.close(), single.close()]);
});

/** As many accounts as there are parents, each with a token. */
async function makeAccounts(): Promise<void> {
  const accounts = new AccountStore(gateway.database);
  const expiresAt = new Date('2030-01-01T00:00:00Z');
  for (let at = 0; at < many; at++) {
    const { id } = await accounts.create({ username: `ann${at}`, roles: ['registries:ro'], passwordHash: null });
    const hash = String(at).padStart(64, '0');
    await accounts.createToken({ accountId: id, hash, label: `${at}`, roles: ['registries:ro'], expiresAt });
  }
}

/** An index under two names, an image within it under a third, and what is about the index. */
function fill({ store }: MemoryRegistry, repository: string, own: string): void {
  const os = { seed: 'os' };
  const annotations = { 'org.opencontainers.image.base.name': 'os' };
  const children = ['amd64', 'arm64'].map((arch) =>
    buildImage({ arch, labels: { own }, layers: [os, {}], annotations, format: 'oci' }),
  );
  seed(store, repository, 'base', buildImage({ labels: { own }, layers: [os] }));
  seed(store, repository, 'derived', buildImage({ arch: 'amd64', labels: { own }, layers: [os, { seed: own }, {}] }));
  const index = buildIndex(children, { annotations: { own } });
  for (const tag of ['v1', 'same']) seed(store, repository, tag, index);
  seed(store, repository, 'child', children[0]!);
  seed(
    store,
    repository,
    'about',
    buildArtifact({ artifactType: 'application/vnd.example.sbom', subject: index, payload: own }),
  );
}

/** The SQL of one operation, which must succeed. */
async function run(source: string): Promise<string[]> {
  statements.take();
  const { codes, messages, data } = await gateway.query<unknown>(source);
  expect([codes, messages]).toEqual([[], []]);
  expect(data).not.toBeNull();
  return statements.take();
}

it.each(listFields())('%s costs twenty parents as many statements as one', async (_name, ask) => {
  // What a registry is asked for once is known after that, and the registries are read anew after it.
  await run(ask(many, ''));
  await run(ask(1, ''));
  const [one, all] = [await run(ask(1, '')), await run(ask(many, ''))];
  expect(all.length).toBe(one.length);
});

it.each([
  ['accounts', 'id username roles hasPassword passwordExpiresAt disabledAt createdAt'],
  ['tokens', 'id username label roles kind createdAt expiresAt lastUsedAt lastUsedFrom revokedAt'],
])('a page of %s is one statement, of one as of twenty, and its count another', async (list, fields) => {
  const ask = (n: number, rest = ''): string => `{ ${list}(first: ${n}) { nodes { ${fields} } ${rest} } }`;
  const { data } = await gateway.query<Record<string, { nodes: object[] }>>(ask(many));
  expect(data[list]!.nodes).toHaveLength(many);
  const counts = [];
  for (const source of [ask(1), ask(many), ask(many, 'totalCount pageInfo { endCursor }')])
    counts.push((await run(source)).length);
  expect(counts).toEqual([1, 1, 2]);
});

it.each([
  ['accounts', 'grants { id repositories right allRegistries registry { name } }'],
  ['accounts', 'teams'],
  ['tokens', 'grants { id givenBy }'],
])('in a page of %s the field %s is one statement more, of one as of twenty', async (list, field) => {
  const ask = (n: number): string => `{ ${list}(first: ${n}) { nodes { id ${field} } } }`;
  expect([(await run(ask(1))).length, (await run(ask(many))).length]).toEqual([2, 2]);
});

it('knows of every type how many of it are reached', () => {
  const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && !type.name.startsWith('__'));
  const others = /^(?:Query|Mutation|Subscription)$|(?:Payload|Edge|Error)$/;
  const missing = types
    .map(({ name }) => name)
    .filter((name) => !others.test(name) && !(name in reached) && !(name in notReached));
  expect(missing).toEqual([]);
});

it.each([
  ['a version range with its count', 'tags(first: 5, filter: { semver: ">=0" }) { totalCount }'],
  ['siblings', 'tags(first: 5) { nodes { siblings { name } siblingCount } }'],
  ['locations', 'tags(first: 5) { nodes { image { locations(first: 3) { totalCount nodes { name } } } } }'],
  ['history', 'tagHistory(first: 5) { totalCount nodes { tag } }'],
  ['referrers', 'tags(first: 5) { nodes { image { referrers { digest } } } }'],
  ['layers', 'layers { digest }'],
  ['a tag by its name', 'tag(name: "v1") { name }'],
  ['the latest tag', 'latestTag { name }'],
  ['the unique size', 'uniqueSize'],
])('%s asked for twenty times under aliases costs what it costs once', async (_name, field) => {
  const ask = (n: number): string =>
    ofRepositories(2, Array.from({ length: n }, (_, at) => `a${at}: ${field}`).join(' '));
  await run(ask(1));
  const [once, often] = [await run(ask(1)), await run(ask(many))];
  expect(once.length).toBeGreaterThan(1);
  expect(often).toEqual(once);
});

it.each(['Repository', 'Tag', 'Image', 'Registry', 'Job'])(
  'twenty ids of type %s cost node by node what one costs',
  async (type) => {
    const { data } = await gateway.query<unknown>(reached[type]!(many, '__typename id'));
    const ids = [...JSON.stringify(data).matchAll(/"__typename":"(\w+)","id":"([^"]+)"/g)]
      .filter((match) => match[1] === type)
      .map((match) => match[2]!);
    expect(ids).toHaveLength(many);
    const ask = (some: readonly string[]): string => `{ nodes(ids: ${JSON.stringify(some)}) { id } }`;
    const aliases = ids.map((id, at) => `a${at}: node(id: "${id}") { id }`);
    const [one, all, each] = [
      await run(ask(ids.slice(0, 1))),
      await run(ask(ids)),
      await run(`{ ${aliases.join(' ')} }`),
    ];
    expect([all.length, each.length]).toEqual([one.length, one.length]);
  },
);

it('what has a layer is counted once, whichever fields tell of it', async () => {
  const { data } = await gateway.query<unknown>(ofImages(1, 'platforms { layers { digest } }'));
  const [, digest] = /"digest":"(sha256:[0-9a-f]+)"/.exec(JSON.stringify(data))!;
  const read = await run(
    `{ layer(digest: "${digest}") { repositoryCount images(first: 1) { totalCount nodes { digest } } } }`,
  );
  expect(read.filter((sql) => sql.includes('count(distinct'))).toHaveLength(1);
});
