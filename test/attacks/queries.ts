import {
  getNamedType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { screens } from '../../src/domain/basepath.js';

const digest = (at: number): string => `sha256:${at.toString(16).padStart(64, '0')}`;

/** Fields that are compared nowhere, and why. */
const leftOut: Readonly<Record<string, string>> = {
  'Query.account': 'it needs a role',
  'Query.accounts': 'it needs a role',
  'Query.auditLog': 'it needs a role',
  'Query.tokens': 'it is of the viewer, or needs a role',
  'Query.webhook': 'it needs a role',
  'Query.webhooks': 'it needs a role',
  'Query.viewer': 'viewers differ',
  'Query.retentionPreview': 'it reads the registry, and needs the right to delete',
  'Query.registryRetentionPreview': 'it needs a role',
  'Query.protectionPreview': 'it needs a role',
  'Registry.upstreamRequests': 'the other side was asked for names that it does not have',
  'Registry.upstreamBudget': 'the same',
  'RegistryHealth.latencyMs': 'the same',
  'RegistryHealth.checkedAt': 'the same',
  'RegistryHealth.authenticated': 'the same',
  'Registry.notificationSetup': 'it needs a role',
  'Registry.viewerCanUpdate': 'rights differ',
  'Registry.viewerCanDetach': 'rights differ',
  'Registry.viewerCanProtect': 'rights differ',
  'Registry.viewerCanSetRetention': 'rights differ',
  'Registry.viewerCanApplyRetention': 'rights differ',
  'Registry.viewerCanRefresh': 'rights differ',
  'Job.viewerCanCancel': 'rights differ',
  'Job.restorableTagCount': 'rights differ',
  'DeletionStep.canRestore': 'rights differ',
  'LayerUse.images': 'its cursors are sealed too: a query of its own asks for the rest',
  'ImageEdge.cursor': 'it is sealed by the key of each side',
  'Referrer.image': 'as Platform.image',
  'Platform.image': 'an image is asked for it, within which no other is looked at',
  'Repository.viewerCanApplyRetention': 'rights differ',
  'Repository.viewerCanDelete': 'rights differ',
  'Repository.deletionBlockers': 'rights differ',
  'Tag.viewerCanDelete': 'rights differ',
  'Tag.deletionBlockers': 'rights differ',
};

/** Types that no query of the catalogue comes to but by a field that is left out, or by a mutation. */
const ofOthers =
  /^(?:Account|UpstreamBudget|AuditEntry|Token|Webhook|Viewer|HeldGrant|DeletionPlan|RetentionPreview|RegistryRetentionPreview|GoingRepository|ProtectionPreview|ProtectedRepository|ConnectionStep|ServerCertificate|NotificationSetup|SetupBlank|Preferences|PinnedRepository|SavedView|SelectionPlan|RepositorySelection|KeptImage|KeptTag|Undo|UndoneTag|DeletionBlocker|WebhookDelivery|Mutation|Subscription)(?:Connection|Edge)?$|Payload$|Error$|^__/;

/** How deep a query goes. */
const depth = 4;

/** The arguments that a field is asked with: once for each. */
function listArguments(field: string, names: readonly string[]): readonly string[] {
  const repository = names[0];
  const given: Readonly<Record<string, readonly string[]>> = {
    'Query.registry': ['name: "registry-1"', 'name: "registry-3"'],
    'Query.image': [1, 7, 8, 9].map((at) => `digest: "${digest(at)}"`),
    'Query.layer': [0, 1, 2, 3].map((at) => `digest: "${digest(0xb0 + at)}"`),
    'Query.job': [0, 1, 4].map((at) => `id: "10000000-0000-4000-8000-00000000000${at}"`),
    'Query.node': [`id: "${nameNode('Image', digest(2))}"`],
    'Query.nodes': [`ids: [${listNodes(names).join(', ')}]`],
    'Query.repository': names.map((name) => `registry: "registry-1", name: "${name}"`),
    'Query.formerRepositories': ['registry: "registry-1"', 'registry: "registry-2", first: 2'],
    'Query.formerTags': [
      'first: 100',
      'first: 2',
      'first: 100, registries: ["registry-2"]',
      'first: 100, nameContains: "v"',
    ],
    'Query.activity': ['first: 100', 'first: 2', 'first: 100, filter: { registries: ["registry-1"] }'],
    'Query.jobs': ['first: 100', 'first: 2', 'first: 100, filter: { registries: ["registry-1"] }'],
    'Query.tags': [
      'first: 100',
      'first: 2',
      'first: 3, offset: 4',
      'first: 100, filter: { includeReferrers: true, repositoryGlobs: ["team*"] }, orderBy: { field: SIZE }',
    ],
    'Query.namespaces': ['first: 100', 'first: 1', 'parent: "team-a"', 'registry: "registry-1"'],
    'Query.repositoryGroups': [
      'first: 100',
      'first: 2, orderBy: { field: SIZE, direction: DESC }',
      'registryCountAtLeast: 2, filter: { nameContains: "a" }',
    ],
    'Query.repositoryFacets': ['filter: {}', 'filter: { registries: ["registry-2"], empty: null }'],
    'Query.tagFacets': ['filter: {}', 'filter: { repositoryGlobs: ["team*"], includeReferrers: true }'],
    'Query.repositories': [
      'first: 100',
      'first: 100, filter: { platform: { os: "linux", architecture: "amd64" } }',
      'first: 100, filter: { label: { key: "team", value: "t1" } }',
      'first: 2',
      'first: 100, filter: { empty: null }, orderBy: { field: SIZE, direction: DESC }',
      'first: 100, filter: { registries: ["registry-2"] }',
      'first: 100, filter: { nameContains: "a", empty: null }, orderBy: { field: TAG_COUNT }',
      'first: 100, filter: { namespace: "team-b" }, orderBy: { field: UPDATED_AT, direction: DESC }',
    ],
    'Query.search': [
      'app',
      'team',
      'latest',
      '1.',
      'registry',
      'team=t1',
      'sha256:0000',
      digest(3),
      // Words across names, and references.
      'app latest',
      'latest team',
      'a 1.',
      ...names.slice(0, 4).flatMap((name) => [`${name}:latest`, `registry-2/${name}`, `${name}@${digest(3)}`]),
    ].map((text) => `query: "${text}"`),
    'Query.events': [
      'first: 100',
      'first: 3',
      'first: 100, filter: { kinds: [JOB_ENDED, TAG_PUSHED] }',
      'first: 100, filter: { registries: ["registry-1"], repository: "team-a/app" }',
    ],
    'Registry.jobs': ['kinds: [CRAWL, RETENTION_RUN, DELETE_TAGS]'],
    'Registry.repository': [`name: "${repository}"`],
    'Registry.series': ['metric: PUSHES, from: "2020-01-01T00:00:00Z", to: "2030-01-01T00:00:00Z", points: 5'],
    'Repository.series': ['metric: PUSHES, from: "2020-01-01T00:00:00Z", to: "2030-01-01T00:00:00Z", points: 5'],
    'Registry.tagHistory': [`repository: "${repository}"`],
    'Repository.tag': ['name: "latest"'],
    'Repository.tagsSize': ['tags: ["latest", "1.0.0", "dev"]'],
    'Repository.tags': ['first: 10, orderBy: { field: UPDATED_AT, direction: DESC }'],
  };
  return given[field] ?? [''];
}

function nameNode(...parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

function listNodes(names: readonly string[]): string[] {
  const id = '00000000-0000-4000-8000-000000000001';
  const nodes = names.flatMap((name) => [nameNode('Repository', id, name), nameNode('Tag', id, name, 'latest')]);
  return [id, ...nodes, nameNode('Image', digest(8)), '10000000-0000-4000-8000-000000000003'].map((one) => `"${one}"`);
}

/** Deeper than the others go: what the images on tags are built on, and what is built on them. */
const lineage = `{ tags(first: 100) { nodes { image { digest platforms {
  Platform_baseImages: baseImages { BaseImage_knownBy: knownBy BaseImage_name: name BaseImage_digest: digest
    BaseImage_layerCount: layerCount BaseImage_image: image { digest } }
  Platform_derivedImages: derivedImages(first: 2) { ImageConnection_totalCount: totalCount
    ImageConnection_nodes: nodes { digest } ImageConnection_edges: edges { ImageEdge_node: node { digest } }
    ImageConnection_pageInfo: pageInfo { hasNextPage } } } } } } }`;

/** The images that have layers, without cursors. */
const layers = [0, 1, 2, 3].map(
  (at) => `{ layer(digest: "${digest(0xb0 + at)}") { LayerUse_images: images(first: 2) {
    ImageConnection_totalCount: totalCount ImageConnection_nodes: nodes { digest }
    ImageConnection_pageInfo: pageInfo { hasNextPage } } } }`,
);

/** One query for each field of Query, and the arguments that it is asked with, of all that it leads to. */
export function writeQueries(schema: GraphQLSchema, names: readonly string[]): readonly string[] {
  const query = schema.getQueryType()!;
  const each = Object.values(query.getFields())
    .filter(({ name }) => !(`Query.${name}` in leftOut))
    .flatMap(({ name, type }) =>
      listArguments(`Query.${name}`, names).map(
        (given) =>
          `{ ${name}${given ? `(${given})` : ''} ${select(schema, getNamedType(type), names, { depth, path: [] })} }`,
      ),
    );
  return [...each, lineage, ...layers];
}

interface Place {
  readonly depth: number;
  /** The types on the way, none of which is gone through again. */
  readonly path: readonly string[];
}

/** A field has the name of its type before its own: fields of two types may be of one name. */
function select(schema: GraphQLSchema, type: GraphQLNamedType, names: readonly string[], place: Place): string {
  if (isLeafType(type)) return '';
  if (isAbstractType(type)) {
    const parts = schema.getPossibleTypes(type).filter(({ name }) => !ofOthers.test(name));
    const texts = parts.map((part) => `... on ${part.name} ${select(schema, part, names, place)}`);
    return `{ __typename ${texts.join(' ')} }`;
  }
  if (!isObjectType(type)) return '';
  return `{ __typename ${listFields(schema, type, names, place).join(' ')} }`;
}

function listFields(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  names: readonly string[],
  { depth: left, path }: Place,
): string[] {
  return Object.values(type.getFields()).flatMap((field) => {
    const name = `${type.name}.${field.name}`;
    const of = getNamedType(field.type);
    if (name in leftOut || ofOthers.test(of.name)) return [];
    if (!isLeafType(of) && (left === 0 || path.includes(of.name))) return [];
    const [given = ''] = listArguments(name, names);
    if (given === '' && field.args.some(isRequiredArgument)) return [];
    const within = { depth: left - 1, path: [...path, type.name] };
    const alias = `${type.name}_${field.name}`;
    return [`${alias}: ${field.name}${given ? `(${given})` : ''} ${select(schema, of, names, within)}`];
  });
}

/** The fields of the schema that no query has, but for those that are left out. */
export function listUntouched(schema: GraphQLSchema, queries: readonly string[]): string[] {
  const touched = new Set(queries.flatMap((query) => query.match(/\w+(?=:)|(?<=^\{ )\w+/g) ?? []));
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  return types
    .filter(({ name }) => !ofOthers.test(name))
    .flatMap((type) => Object.keys(type.getFields()).map((field) => ({ type: type.name, field })))
    .filter(({ type, field }) => !(`${type}.${field}` in leftOut))
    .filter(({ type, field }) => !touched.has(type === 'Query' ? field : `${type}_${field}`))
    .map(({ type, field }) => `${type}.${field}`);
}

/** Addresses that answer to GET and are compared nowhere, and why. */
export const routesLeftOut: Readonly<Record<string, string>> = {
  '/': 'the console is the same for all',
  '/assets/:file': 'the same',
  ...Object.fromEntries(screens.flatMap((screen) => [`/${screen}`, `/${screen}/*`]).map((path) => [path, 'the same'])),
  '/explorer': 'the explorer is the same for all',
  '/explorer/:file': 'the same',
  '/schema.graphql': 'the schema is the same for all',
  '/livez': 'it tells nothing of the catalogue',
  '/readyz': 'a viewer with grants is told what strangers are',
  '/metrics': 'it needs a role',
  '/api/accounts': 'it needs a role',
  '/api/accounts/:username': 'it needs a role',
  '/api/docs': 'it tells nothing of the catalogue',
  '/api/openapi.json': 'the same',
  '/api/roles': 'the same',
  '/api/roles/:name': 'the same',
  '/api/servicekeys': 'it is of the viewer',
  '/api/events': 'a stream has no end: what it tells is compared by its follower',
};

/** By the fast path: the other queries are compared without HTTP. */
const page =
  '{ repositories(first: 100) { totalCount nodes { name tags(first: 10) { nodes { name image { digest } } } } } }';

/** One address for each route that shows the catalogue, and for each name that it is asked for. */
export function writePaths(names: readonly string[]): readonly string[] {
  const registries = ['registry-1', 'registry-2', 'registry-3', 'none', '00000000-0000-4000-8000-000000000002'];
  const of = (registry: string): string => `/api/registries/${registry}`;
  return [
    `/graphql?query=${encodeURIComponent(page)}`,
    '/api/registries',
    ...registries.flatMap((registry) => [of(registry), `${of(registry)}/repositories`]),
    ...registries
      .slice(0, 2)
      .flatMap((registry) => [...names, 'none/x'].map((name) => `${of(registry)}/repositories/${name}`)),
    ...registries
      .slice(0, 2)
      .flatMap((registry) => [
        `${of(registry)}/repositories?order=-size&limit=2`,
        `${of(registry)}/tags?repository=none/x`,
        ...names.flatMap((name) => [
          `${of(registry)}/tags?repository=${name}&order=-updated_at`,
          `${of(registry)}/tags/v1?repository=${name}`,
        ]),
      ]),
    '/api/jobs',
    '/api/jobs?registry=registry-1&limit=1',
    `/api/search?q=${names[0]}`,
    ...[0, 1, 4].map((at) => `/api/jobs/10000000-0000-4000-8000-00000000000${at}`),
    ...[0, 1, 4].map((at) => `/api/jobs/10000000-0000-4000-8000-00000000000${at}/pieces`),
    `${of('registry-1')}/repositories/${names[0]}?job=10000000-0000-4000-8000-000000000001`,
  ];
}
