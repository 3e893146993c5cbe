import {
  getNamedType,
  getNullableType,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLObjectType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { createSchema } from '../../src/graphql/server/schema.js';
import { buildArtifact, buildImage, buildIndex } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { type Answer, createTestCatalogue, type TestCatalogue } from '../support/worlds/catalogue.js';

/** Where null is a value of its own: it removes a setting, or, in `empty`, asks for both. */
const exceptions = [
  'RepositoryFilter.empty',
  'SetPreferencesInput.language',
  'SetPreferencesInput.pullTool',
  'SetRetentionInput.intervalHours',
  'UpdateRegistryInput.authRealm',
  'UpdateRegistryInput.caCertificate',
  'UpdateRegistryInput.clientCertificate',
  'UpdateRegistryInput.credentials',
  'UpdateRegistryInput.eventsSecret',
  'UpdateRegistryInput.followedRepositories',
  'UpdateRegistryInput.proxy',
  'UpdateRegistryInput.proxyCredentials',
  'UpdateRegistryInput.pullHost',
  'UpdateWebhookInput.kinds',
  'UpdateWebhookInput.registries',
  'UpdateWebhookInput.repository',
];

const ofRegistry = (fields: string): string => `{ registry(name: "local") { ${fields} } }`;
const ofTag = (fields: string): string => ofRegistry(`repository(name: "team/app") { tag(name: "v1") { ${fields} } }`);
const ofImage = (fields: string): string => ofTag(`image { ${fields} }`);
const preview =
  'retentionPreview(registry: "local", repository: "team/app", rules: [{ repository: "*", keepLast: 1 }])';
const protection = 'protectionPreview(registry: "local", rules: [{ tag: "v*" }])';
const previewOfAll = 'registryRetentionPreview(registry: "local", rules: [{ repository: "*", keepLast: 1 }])';

/** By type: an operation without its keyword that reaches one of it. */
const reached: Readonly<Record<string, (fields: string) => string>> = {
  Query: (fields) => `{ ${fields} }`,
  Mutation: (fields) => `{ ${fields} }`,
  Registry: ofRegistry,
  Repository: (fields) => ofRegistry(`repository(name: "team/app") { ${fields} }`),
  Tag: ofTag,
  Image: ofImage,
  Platform: (fields) => ofImage(`platforms { ${fields} }`),
  ImageConfig: (fields) => ofImage(`platforms { config { ${fields} } }`),
  ImageComparison: (fields) => `{ compare(base: "local/team/app:v1", head: "local/team/app:v1") { ${fields} } }`,
  PlatformComparison: (fields) =>
    `{ compare(base: "local/team/app:v1", head: "local/team/app:v1") { platforms { ${fields} } } }`,
  Referrer: (fields) => ofImage(`referrers { ${fields} }`),
  InTotoStatement: (fields) => ofImage(`referrers { contents { statement { ${fields} } } }`),
  Sbom: (fields) => ofImage(`referrers { contents { sbom { ${fields} } } }`),
  LayerUse: (fields) => `{ layer(digest: "sha256:${'0'.repeat(64)}") { ${fields} } }`,
  Job: (fields) => ofRegistry(`lastCrawl { ${fields} }`),
  DeletionPlan: (fields) => `{ ${preview} { plan { ${fields} } } }`,
  KeptImage: (fields) => `{ ${preview} { plan { keptImages { ${fields} } } } }`,
  RepositoryFacets: (fields) => `{ repositoryFacets { ${fields} } }`,
  TagFacets: (fields) => `{ tagFacets { ${fields} } }`,
  RetentionPreview: (fields) => `{ ${preview} { ${fields} } }`,
  RegistryRetentionPreview: (fields) => `{ ${previewOfAll} { ${fields} } }`,
  GoingRepository: (fields) => `{ ${previewOfAll} { repositories { ${fields} } } }`,
  ProtectionPreview: (fields) => `{ ${protection} { ${fields} } }`,
  ProtectedRepository: (fields) => `{ ${protection} { repositories { ${fields} } } }`,
};

type Fields = Readonly<Record<string, string>>;

/** Values of arguments and input fields that must be there. */
const required: Readonly<Record<string, Fields>> = {
  'Query.formerRepositories': { registry: '"local"' },
  'Query.retentionPreview': { registry: '"local"', repository: '"team/app"' },
  'Query.registryRetentionPreview': { registry: '"local"' },
  'Query.protectionPreview': { registry: '"local"' },
  'Query.search': { query: '"app"' },
  'Registry.notificationSetup': { kind: 'ZOT' },
  'Registry.series': { metric: 'SIZE' },
  'Repository.series': { metric: 'SIZE' },
  'Registry.tagHistory': { repository: '"team/app"' },
};

const nobody = '"00000000-0000-4000-8000-000000000000"';
const inLocal = { registry: '"local"' };
const granted = { registry: '"*"', repositories: '"none"', right: 'READ' };
const ofApp = { ...inLocal, repository: '"team/app"' };

/**
 * By input type: the fields that are given beside the one that is tried. The first that lacks that one is taken, else
 * the first without it. Nothing is changed by them that another of them reads.
 */
const beside: Readonly<Record<string, readonly Fields[]>> = {
  AddRegistryInput: [
    { name: '"new"', addr: '"ADDRESS"', dryRun: 'true' },
    { name: '"local"', addr: '"ADDRESS"' },
  ],
  ApplyRetentionInput: [ofApp, { id: nobody }],
  ApprovalRuleInput: [{ repository: '"none"', above: '100', days: '2' }],
  LoginInput: [{ username: '"a"', password: '"b"' }],
  CreateAccountInput: [{ username: '"NO NAME"', roles: '[]' }],
  CreateTeamInput: [{ name: '"NO NAME"' }],
  CreateWebhookInput: [{ url: '"https://a.example/"' }],
  DeleteRepositoryInput: [
    { ...ofApp, dryRun: 'true' },
    { id: nobody, dryRun: 'true' },
    { ...inLocal, repository: '"none"' },
  ],
  ChangePasswordInput: [{ currentPassword: '"a"', newPassword: '"b"' }],
  DeleteSelectionInput: [
    { filter: '{ registries: ["local"] }', dryRun: 'true' },
    { filter: '{ registries: ["local"] }' },
  ],
  DeleteTagsInput: [
    { ...ofApp, tags: '["v1"]', dryRun: 'true' },
    { ids: `[${nobody}]`, dryRun: 'true' },
    { ...ofApp, tags: '["none"]' },
  ],
  GrantAccessInput: [
    { ...granted, team: '"none"' },
    { ...granted, account: '"none"' },
  ],
  PlatformInput: [{ os: '"linux"', architecture: '"amd64"' }],
  ProxyInput: [{ mode: 'ENVIRONMENT' }],
  RefreshInput: [inLocal, { id: nobody }],
  RemoveRegistryInput: [{ registry: '"none"' }, { id: nobody }],
  RepositoryGroupOrder: [{ field: 'SIZE' }],
  RepositoryOrder: [{ field: 'SIZE' }],
  ResetPasswordInput: [{ username: '"none"' }],
  RestoreTagInput: [{ ...ofApp, tag: '"v1"' }, { id: nobody }],
  RetentionRuleInput: [{ repository: '"team/*"', keepLast: '1', keepMatching: '["v*"]' }],
  SetProtectionInput: [inLocal, { id: nobody }],
  SetRetentionInput: [inLocal, { id: nobody }],
  TagOrder: [{ field: 'SIZE' }],
  TestRegistryInput: [{ addr: '"ADDRESS"' }, inLocal],
  UndoJobInput: [{ id: nobody }],
  UpdateAccountInput: [{ username: '"none"' }],
  UpdateRegistryInput: [inLocal, { id: nobody }],
  UpdateTeamInput: [{ name: '"none"' }],
  UpdateWebhookInput: [{ id: nobody }],
};

/** A place in an operation where a value is given: as text, or nothing at all. */
interface Place {
  readonly name: string;
  readonly keyword: 'query' | 'mutation';
  readonly type: string;
  readonly write: (value?: string) => string;
}

type Write = (value?: string) => string;

const schema = createSchema();

function* listPlaces(type: GraphQLObjectType): Generator<Place> {
  const keyword = type.name === 'Mutation' ? 'mutation' : 'query';
  for (const field of Object.values(type.getFields())) {
    const path = `${type.name}.${field.name}`;
    const reach = reached[type.name];
    if (field.args.every((one) => isRequiredArgument(one) && !isInputObjectType(getNamedType(one.type)))) continue;
    if (!reach) throw new Error(`No operation reaches ${path}.`);
    const selection = select(getNamedType(field.type) as GraphQLObjectType);
    const write = (args: Fields): string => {
      const text = print({ ...required[path], ...args });
      return reach(`${field.name}${text ? `(${text})` : ''} ${selection}`);
    };
    for (const argument of field.args)
      for (const [name, at, fill] of listWithin(path, argument, (value) =>
        write(value === undefined ? {} : { [argument.name]: value }),
      ))
        yield { name, keyword, type: String(at.type), write: fill };
  }
}

/** The place itself, unless something must be there, and those in its input object. */
function* listWithin(
  path: string,
  at: GraphQLArgument | GraphQLInputField,
  write: Write,
): Generator<[string, GraphQLArgument | GraphQLInputField, Write]> {
  const name = `${path}.${at.name}`;
  if (!isNonNullType(at.type)) yield [name, at, write];
  const input = getNamedType(at.type);
  if (!isInputObjectType(input)) return;
  const isList = isListType(getNullableType(at.type));
  for (const field of Object.values(input.getFields())) {
    const others = chooseBeside(input, field.name);
    const fill: Write = (value) => {
      const text = `{ ${print(value === undefined ? others : { ...others, [field.name]: value })} }`;
      return write(isList ? `[${text}]` : text);
    };
    yield* listWithin(`${name}:${input.name}`, field, fill);
  }
}

function chooseBeside({ name }: GraphQLInputObjectType, tried: string): Fields {
  const choices = beside[name] ?? [{}];
  const { [tried]: _tried, ...others } = choices.find((one) => !(tried in one)) ?? choices[0]!;
  return others;
}

function print(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');
}

/** What two answers of one state have alike: neither a token nor a count of requests. */
function select(type: GraphQLObjectType): string {
  if (!isObjectType(type)) return '';
  if (type.name.endsWith('Connection')) return '{ totalCount nodes { __typename } pageInfo { endCursor hasNextPage } }';
  const fields = type.getFields();
  if (fields['userErrors']) {
    const rules = 'repository tags keepLast keepMatching keepSemver keepYoungerThan';
    const registry =
      'registry { name addr maxAge readOnly tlsSkipVerify protection { repository tag } ' +
      'approvals { repository above days } ' +
      `retention { intervalHours rules { ${rules} } } }`;
    const isOfMany = type.name === 'DeleteSelectionPayload';
    const plan = `plan { tagCount manifestCount ${isOfMany ? '' : 'tags { name }'} }`;
    return `{ userErrors { code message path } ${fields['registry'] ? registry : ''} ${fields['plan'] ? plan : ''} }`;
  }
  const leaves = Object.values(fields).filter(
    ({ name, type: of }) => isLeafType(getNamedType(of)) && !['token', 'expiresAt', 'upstreamRequests'].includes(name),
  );
  return `{ __typename ${leaves.map(({ name }) => name).join(' ')} }`;
}

/** A mutation alone gives these, of a deletion, and here none is made. */
const ofMutations = new Set(['Undo', 'DeleteSelectionPayload', 'SelectionPlan', 'RepositorySelection']);

/** But for subscriptions, which are tried as streams: see test/streams/subscriptions.test.ts. */
const places = Object.values(schema.getTypeMap())
  .filter((type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'))
  .filter((type) => type !== schema.getSubscriptionType() && !ofMutations.has(type.name))
  .flatMap((type) => [...listPlaces(type)]);

const isException = ({ name }: Place): boolean => exceptions.some((one) => name.endsWith(`:${one}`));

let registry: MemoryRegistry;
let gateway: TestCatalogue;

beforeAll(async () => {
  registry = await createMemoryRegistry();
  gateway = await createTestCatalogue();
  const children = [buildImage({ arch: 'amd64', labels: { a: 'b' } }), buildImage({ arch: 'arm64' })];
  const index = buildIndex(children, { annotations: { a: 'b' } });
  const sbom = buildArtifact({ artifactType: 'application/vnd.example.sbom', subject: index, annotations: { a: 'b' } });
  for (const tag of ['v1', 'same', 'v2']) seed(registry.store, 'team/app', tag, index);
  seed(registry.store, 'team/app', 'child', children[0]!);
  seed(registry.store, 'team/app', 'about', sbom);
  seed(registry.store, 'team/other', 'v1', children[1]!);
  await gateway.attach('local', registry.url);
  await gateway.crawl('local');
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry.close();
});

/** Without what grows from one answer to the next. */
async function ask({ keyword, type, write }: Place, value?: string, variables?: object): Promise<Answer<unknown>> {
  const header = variables ? `${keyword} ($value: ${type})` : keyword;
  const source = `${header} ${write(value).replaceAll('ADDRESS', registry.url)}`;
  return { ...(await gateway.query(source, variables as Record<string, unknown>)), requests: 0 };
}

test('what takes null as a value of its own is listed, and its description says what null does', () => {
  const marked = Object.values(schema.getTypeMap()).flatMap((type) => {
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    return fields.flatMap((field) => {
      const args: readonly (GraphQLArgument | GraphQLInputField)[] = 'args' in field ? field.args : [field];
      return args
        .filter(({ extensions }) => extensions['nullIsValue'] === true)
        .map(({ description }) => [`${type.name}.${field.name}`, /\bnull\b/.test(description ?? '')]);
    });
  });
  expect(marked).toEqual(exceptions.map((name) => [name, true]));
});

test('no argument or input field with a default refuses null, but for the dry runs of deletions', () => {
  expect(places.length).toBeGreaterThan(100);
  const own = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  const refusing = own.flatMap((type) => {
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    return fields
      .flatMap((field): (GraphQLArgument | GraphQLInputField)[] => ('args' in field ? [...field.args] : [field]))
      .filter((one) => isNonNullType(one.type) && one.defaultValue !== undefined)
      .map((one) => `${type.name}.${one.name}`);
  });
  // Of a deletion, and of undoing one, null could mean either, and one of them writes.
  expect(refusing.toSorted()).toEqual([
    'ApplyRetentionInput.dryRun',
    'DeleteRepositoryInput.dryRun',
    'DeleteSelectionInput.dryRun',
    'DeleteTagsInput.dryRun',
    'UndoJobInput.dryRun',
  ]);
});

test.each(places.filter((place) => !isException(place)).map((place) => [place.name, place] as const))(
  '%s answers null as it answers nothing',
  async (_name, place) => {
    const absent = await ask(place);
    expect([absent.codes, absent.messages]).toEqual([[], []]);
    expect(await ask(place, 'null')).toEqual(absent);
    expect(await ask(place, '$value', {})).toEqual(absent);
    expect(await ask(place, '$value', { value: null })).toEqual(absent);
  },
);

test('a registry that is attached with null for all that may be left out has the defaults', async () => {
  const settings = Object.values((schema.getType('AddRegistryInput') as GraphQLInputObjectType).getFields());
  const input = Object.fromEntries(settings.map(({ name }) => [name, null]));
  const { data } = await gateway.query(
    'mutation ($input: AddRegistryInput!) { addRegistry(input: $input) { userErrors { message } registry { ' +
      'maxAge tlsSkipVerify hasCredentials hasCaCertificate authRealm followedRepositories proxy { mode } } } }',
    { input: { ...input, name: 'nulls', addr: registry.url } },
  );
  const bare = { hasCredentials: false, hasCaCertificate: false, authRealm: null, followedRepositories: [] };
  expect(data).toEqual({
    addRegistry: {
      userErrors: [],
      registry: { maxAge: 30, tlsSkipVerify: false, ...bare, proxy: { mode: 'ENVIRONMENT' } },
    },
  });
});
