import type { RepositoryName, TagName } from '../../src/domain/name.js';
import { encodeNodeId } from '../../src/graphql/nodeid.js';
import { own, registryId, shared } from './large.js';

/** What an attacker sends, and what should come of it. */
export interface Bomb {
  readonly name: string;
  /** Of `POST /graphql`: text as it stands, anything else as JSON. */
  readonly body: unknown;
  /** The code it is refused with; null: it is answered, which may still be with errors of single fields. */
  readonly code: string | null;
  /** The status of a refusal; 400 unless it says otherwise. */
  readonly status?: number;
}

/** An attack that grows: at its limit it is answered, one above it and far beyond it is refused. */
interface Growing {
  readonly name: string;
  readonly limit: number;
  readonly far: number;
  readonly code: string;
  readonly status?: number;
  readonly write: (size: number) => unknown;
}

const repeat = (count: number, write: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => write(at)).join(' ');
const inRegistry = (selection: string): string => `{ registry(name: "bench") { ${selection} } }`;
const inRepository = (selection: string, name = own): string =>
  inRegistry(`repository(name: "${name}") { ${selection} }`);
const tags = (selection: string, first = 100): string => `tags(first: ${first}) { nodes { ${selection} } }`;
const withVariables = (query: string, variables: object): object => ({ query, variables });
const tagId = (at: number): string =>
  encodeNodeId({ type: 'Tag', registryId, repository: own as RepositoryName, name: `v1.0.${at}` as TagName });
const longText = 'x'.repeat(50_000);

/** `{ registry { repository { registry { … name } } } }`, this many fields deep. */
function nest(depth: number): string {
  const fields = Array.from({ length: depth - 1 }, (_, at) => (at % 2 === 0 ? 'registry' : 'repository'));
  const opened = fields.map((field, at) =>
    field === 'repository' ? `repository(name: "${own}")` : at === 0 ? 'registry(name: "bench")' : 'registry',
  );
  return `{ ${opened.join(' { ')} { name ${'} '.repeat(depth)}`;
}

function padBody(bytes: number): string {
  const start = '{"query":"{ viewer { username } }","extensions":{"pad":"';
  return `${start}${'x'.repeat(bytes - start.length - 3)}"}}`;
}

/** 20 times 500 repositories: one point a repository, and one for each of the registries that hold them. */
const pages = (count: number): string =>
  `{ ${repeat(
    count,
    (at) =>
      `r${at}: registry(name: "bench") { repositories(first: 99) { nodes { tags(first: 4) { ` +
      'nodes { name } } } } }',
  )} }`;

const growing: readonly Growing[] = [
  // Each of these is eight tokens.
  {
    name: 'tokens',
    limit: 125,
    far: 1500,
    code: 'GRAPHQL_PARSE_FAILED',
    write: (n) => ({ query: repeat(n, (at) => `query Q${at} { viewer { username } }`), operationName: 'Q0' }),
  },
  { name: 'depth', limit: 12, far: 80, code: 'QUERY_TOO_COMPLEX', write: nest },
  {
    name: 'depth through a fragment',
    limit: 12,
    far: 80,
    code: 'QUERY_TOO_COMPLEX',
    write: (n) => `{ ...F } fragment F on Query ${nest(n)}`,
  },
  {
    name: 'depth through inline fragments',
    limit: 12,
    far: 80,
    code: 'QUERY_TOO_COMPLEX',
    write: (n) => `{ ... on Query ${nest(n)} }`,
  },
  {
    name: 'aliases',
    limit: 30,
    far: 300,
    code: 'QUERY_TOO_COMPLEX',
    write: (n) => `{ viewer { ${repeat(n, (at) => `a${at}: username`)} } }`,
  },
  {
    name: 'aliases of the schema',
    limit: 30,
    far: 120,
    code: 'QUERY_TOO_COMPLEX',
    write: (n) => `{ __schema { ${repeat(n, (at) => `a${at}: queryType { name }`)} } }`,
  },
  {
    name: 'aliases spread twice',
    limit: 15,
    far: 150,
    code: 'QUERY_TOO_COMPLEX',
    write: (n) =>
      `{ viewer { ...F ... on Viewer { ...F } } } fragment F on Viewer { ${repeat(n, (at) => `a${at}: username`)} }`,
  },
  {
    name: 'characters of an alias',
    limit: 128,
    far: 54_000,
    code: 'QUERY_TOO_COMPLEX',
    write: (n) => `{ viewer { ${'a'.repeat(n)}: username } }`,
  },
  {
    name: 'root fields',
    limit: 20,
    far: 300,
    code: 'QUERY_TOO_COMPLEX',
    write: (n) => `{ ${repeat(n, (at) => `a${at}: __typename`)} }`,
  },
  {
    name: 'directives',
    limit: 20,
    far: 110,
    code: 'QUERY_TOO_COMPLEX',
    write: (n) => `{ viewer { ${repeat(n, () => 'username @include(if: true)')} } }`,
  },
  { name: 'bytes of the body', limit: 65_536, far: 1_000_000, code: 'BAD_USER_INPUT', status: 413, write: padBody },
  {
    name: 'ids',
    limit: 100,
    far: 400,
    code: 'BAD_USER_INPUT',
    status: 200,
    write: (n) =>
      withVariables('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
        ids: Array.from({ length: n }, (_, at) => tagId(at)),
      }),
  },
  {
    name: 'a page, as a literal',
    limit: 100,
    far: 2_147_483_647,
    code: 'BAD_USER_INPUT',
    write: (n) => inRepository(tags('name', n)),
  },
  {
    name: 'a page, as a variable',
    limit: 100,
    far: 2_147_483_647,
    code: 'BAD_USER_INPUT',
    write: (n) =>
      withVariables(
        `query ($n: Int!) { registry(name: "bench") { repository(name: "${own}") { tags(first: $n) { nodes { ` +
          'name } } } } }',
        { n },
      ),
  },
  {
    name: "a page, as a variable's default",
    limit: 100,
    far: 2_147_483_647,
    code: 'BAD_USER_INPUT',
    write: (n) => `query ($n: Int! = ${n}) { registry(name: "bench") { repositories(first: $n) { nodes { name } } } }`,
  },
  {
    name: 'a page of a search',
    limit: 100,
    far: 2_147_483_647,
    code: 'BAD_USER_INPUT',
    write: (n) => `{ search(query: "v1", first: ${n}) { nodes { __typename } } }`,
  },
  { name: 'cost', limit: 20, far: 30, code: 'QUERY_TOO_COMPLEX', write: pages },
];

const negative = (first: number): string =>
  `{ registry(name: "bench") { a: repositories(first: ${first}) { totalCount } repositories(first: 100) { nodes { ` +
  'tags(first: 100) { nodes { name } } } } } }';
const doubled = (levels: number, leaf: string): string =>
  `{ viewer { ...F0 } } ${repeat(levels, (at) => `fragment F${at} on Viewer { ...F${at + 1} ...F${at + 1} }`)} ` +
  `fragment F${levels} on Viewer { ${leaf} }`;
const unknownFields = (count: number): object =>
  withVariables('mutation ($i: LoginInput!) { login(input: $i) { token } }', {
    i: Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}`, 0])),
  });
const withIds = (ids: unknown): object => withVariables('query ($i: [ID!]!) { nodes(ids: $i) { id } }', { i: ids });
const withFirst = (n: unknown): object =>
  withVariables('query ($n: Int!) { registry(name: "bench") { repositories(first: $n) { totalCount } } }', { n });

/** What is refused before anything runs, whoever asks. */
const refused: readonly Bomb[] = [
  ...[100, 1000, 4000, 6500].map((n): Bomb => ({
    name: `${n} fields that an input does not have`,
    body: unknownFields(n),
    code: 'BAD_USER_INPUT',
  })),
  {
    name: '15,000 items that are no ids',
    body: withIds(Array.from({ length: 15_000 }, () => ({}))),
    code: 'BAD_USER_INPUT',
  },
  {
    name: '10,000 tags that are no strings',
    body: withVariables('mutation ($i: DeleteTagsInput!) { deleteTags(input: $i) { plan { token } } }', {
      i: { registry: 'bench', repository: own, tags: Array.from({ length: 10_000 }, () => 0) },
    }),
    code: 'BAD_USER_INPUT',
  },
  { name: 'a value of 50,000 characters', body: withFirst(longText), code: 'BAD_USER_INPUT' },
  {
    name: 'a number beyond all',
    body:
      '{"query":"query ($n: Int!) { registry(name: \\"bench\\") { repositories(first: $n) { totalCount } } ' +
      '}","variables":{"n":1e400}}',
    code: 'BAD_USER_INPUT',
  },
  {
    name: 'a key of 50,000 characters',
    body: withVariables('mutation ($i: LoginInput!) { login(input: $i) { token } }', { i: { [longText]: 0 } }),
    code: 'BAD_USER_INPUT',
  },
  {
    name: 'a key named __proto__',
    body: '{"query":"{ viewer { username } }","variables":{"__proto__":{"a":1}}}',
    code: 'BAD_USER_INPUT',
  },
  {
    name: 'variables 3,000 levels deep',
    body: `{"query":"{ viewer { username } }","variables":${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}}`,
    code: 'BAD_USER_INPUT',
  },
  {
    name: 'lists 30,000 levels deep in the body',
    body: `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
    code: 'BAD_USER_INPUT',
  },
  ...[-1, 0, -100_000, -2_147_483_648].map((n): Bomb => ({
    name: `a page of ${n} beside large ones`,
    body: negative(n),
    code: 'BAD_USER_INPUT',
  })),
  { name: '2^25 aliases in fragments', body: doubled(25, 'a: username'), code: 'QUERY_TOO_COMPLEX' },
  {
    name: 'fragments in a circle',
    body: '{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }',
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    name: '5,000 levels of fields',
    body: `${'{ viewer '.repeat(5000)}${'}'.repeat(5000)}`,
    code: 'GRAPHQL_PARSE_FAILED',
  },
  {
    name: '5,000 levels of a literal list',
    body: `{ node(id: ${'['.repeat(5000)}${']'.repeat(5000)}) { id } }`,
    code: 'GRAPHQL_PARSE_FAILED',
  },
  {
    name: '400 levels of a literal list',
    body: `{ node(id: ${'['.repeat(400)}${']'.repeat(400)}) { id } }`,
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  { name: '9,000 times one field', body: `{ ${'viewer '.repeat(9000)} }`, code: 'GRAPHQL_PARSE_FAILED' },
  {
    name: '400 fields that there are not',
    body: `{ viewer { ${repeat(400, (at) => `usernam${at}`)} } }`,
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    name: '100 fields that conflict',
    body: `{ registry(name: "bench") { ${repeat(100, (at) => `repository(name: "${at}") { name }`)} } }`,
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    name: '160 variables that are not used',
    body: `query (${repeat(160, (at) => `$v${at}: Int`)}) { viewer { username } }`,
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  { name: 'a field of 50,000 characters', body: `{ ${longText} }`, code: 'QUERY_TOO_COMPLEX' },
  {
    name: 'a type of 50,000 characters',
    body: `query ($n: ${longText}) { viewer { username } }`,
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    name: 'a literal of 50,000 characters',
    body: `{ registry(name: ${longText}) { name } }`,
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    name: 'a string of 50,000 characters where a number belongs',
    body: inRepository(`tags(first: "${longText}") { totalCount }`),
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  { name: 'a fragment of 50,000 characters', body: `{ viewer { ...${longText} } }`, code: 'GRAPHQL_VALIDATION_FAILED' },
  { name: 'a comment of 60,000 characters', body: `#${'x'.repeat(60_000)}`, code: 'GRAPHQL_PARSE_FAILED' },
  {
    name: 'a string that never ends',
    body: `{ registry(name: "${'\\u0041'.repeat(5000)}`,
    code: 'GRAPHQL_PARSE_FAILED',
  },
  {
    name: '100 operations and no name',
    body: repeat(100, (at) => `query Q${at} { viewer { username } }`),
    code: 'BAD_USER_INPUT',
  },
  {
    name: 'a batch of 1,000',
    body: Array.from({ length: 1000 }, () => ({ query: '{ viewer { username } }' })),
    code: 'BAD_USER_INPUT',
  },
  {
    name: 'a query by its hash',
    body: { extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } },
    code: 'PERSISTED_QUERY_NOT_FOUND',
    status: 200,
  },
  { name: 'a subscription', body: 'subscription { viewer { username } }', code: 'BAD_USER_INPUT' },
  {
    name: '20 logins',
    body: `mutation { ${repeat(20, (at) => `a${at}: login(input: { username: "admin", password: "x" }) { token }`)} }`,
    code: 'QUERY_TOO_COMPLEX',
  },
  {
    name: 'platforms of tags of repositories',
    body: inRegistry(`repositories(first: 100) { nodes { ${tags('image { platforms { os } }')} } }`),
    code: 'QUERY_TOO_COMPLEX',
  },
  {
    name: 'siblings of siblings',
    body: inRepository(tags('siblings(first: 100) { siblings(first: 100) { name } }'), shared),
    code: 'QUERY_TOO_COMPLEX',
  },
  {
    name: 'locations of locations',
    body:
      `{ image(digest: "sha256:${'1'.padStart(64, '0')}") { locations(first: 100) { nodes { image { ` +
      'locations(first: 100) { nodes { name } } } } } } }',
    code: 'QUERY_TOO_COMPLEX',
  },
];

const aliased = (count: number, write: (at: number) => string): string =>
  inRepository(repeat(count, (at) => `a${at}: ${write(at)}`));
const filtered = (filter: string): string => `tags(first: 1, filter: { ${filter} }) { totalCount }`;
/** A field's own texts, so that no two of them are one. */
const filters: readonly (readonly [string, (at: number) => string])[] = [
  ['semver', (at) => `semver: ">=0.0.${at} <9"`],
  ['glob', (at) => `glob: "*1*.*0*.*${at % 10}*"`],
  ['nameContains', (at) => `nameContains: "${'0.'.repeat(20 + at)}"`],
  ['nameContains of 120 characters', (at) => `nameContains: "${String(at).padStart(120, 'a')}"`],
  ['label', (at) => `label: { key: "k", value: "${at}" }`],
  ['platform', (at) => `platform: { os: "linux", architecture: "amd${at}" }`],
  ['updatedAfter', (at) => `updatedAfter: "2026-01-${String(at + 1).padStart(2, '0')}T00:00:00Z"`],
  ['all at once', (at) => `semver: ">=0.0.${at}", nameContains: "1", glob: "*1*", label: { key: "k", value: "${at}" }`],
];
const searches: readonly (readonly [string, string])[] = [
  ['one letter', 'v'],
  ['119 letters', 'a'.repeat(119)],
  ['255 letters', 'v1.0.'.repeat(51)],
  ['50 words', repeat(50, () => 'aaa')],
  ['words of every tag', 'v1 0 v1.0'],
  ['what LIKE takes for anything', '%'.repeat(100)],
  ['what FTS takes for an operator', 'a* OR "b" NEAR(c) -d AND NOT'],
];

/** What only a reader can ask: dear, and answered within the bounds or refused for its cost. */
const dear: readonly Bomb[] = [
  ...filters.flatMap(([name, write]) =>
    [1, 10, 28].map((n): Bomb => ({
      name: `${n} filters by ${name}`,
      body: aliased(n, (at) => filtered(write(at))),
      code: null,
    })),
  ),
  ...searches.map(([name, text]): Bomb => ({
    name: `a search for ${name}`,
    body: withVariables('query ($q: String!) { search(query: $q, first: 100) { totalCount nodes { __typename } } }', {
      q: text,
    }),
    code: null,
  })),
  {
    name: '20 searches',
    body: `{ ${repeat(
      20,
      (at) => `a${at}: search(query: "v1.0.${at}", first: 100) { totalCount nodes { __typename } }`,
    )} }`,
    code: null,
  },
  ...['NAME', 'SEMVER', 'SIZE', 'UPDATED_AT'].flatMap((field) =>
    ['ASC', 'DESC'].map((direction): Bomb => ({
      name: `tags by ${field} ${direction}, 20 times`,
      body: aliased(
        20,
        () => `tags(first: 100, orderBy: { field: ${field}, direction: ${direction} }) { totalCount nodes { name } }`,
      ),
      code: null,
    })),
  ),
  ...[
    'siblingCount',
    'siblings(first: 50) { name }',
    'history(first: 20) { totalCount nodes { digest } }',
    'image { locations(first: 20) { totalCount nodes { name } } }',
    'image { platforms { layers { digest } } }',
    'image { referrers { __typename } }',
    'image { annotations { key } problems { field } }',
    'deletionBlockers { __typename }',
    'viewerCanDelete',
  ].map((field): Bomb => ({ name: `100 tags with ${field}`, body: inRepository(tags(field), shared), code: null })),
  ...[
    'layers { digest }',
    'uniqueSize',
    'size',
    'latestTag { name }',
    'deletionBlockers { __typename }',
    'tagHistory(first: 100) { totalCount nodes { digest } }',
    'tagHistory(first: 100, formerOnly: true) { nodes { digest } }',
  ].flatMap((field) =>
    [1, 8].map((n): Bomb => ({
      name: `${n} times ${field} of a repository`,
      body: aliased(n, () => field),
      code: null,
    })),
  ),
  {
    name: 'the same id 95 times, with an alias of 128 characters',
    body: withVariables(
      `query ($i: [ID!]!) { nodes(ids: $i) { ... on Repository { tags(first: 100) { nodes { ${'n'.repeat(128)}: ` +
        'name } } } } }',
      {
        i: Array.from({ length: 95 }, () =>
          encodeNodeId({ type: 'Repository', registryId, name: own as RepositoryName }),
        ),
      },
    ),
    code: null,
  },
  {
    name: '100 tags with 30 aliases of 128 characters',
    body: inRepository(
      tags(
        repeat(30, (at) => `${String(at).padStart(127, 'n')}n: name`).replaceAll(
          /\b(\d+|n*\d+)n:/g,
          (whole) => `a${whole.slice(1)}`,
        ),
      ),
    ),
    code: null,
  },
  {
    name: 'a cursor that is none',
    body: inRepository('tags(first: 100, after: "bm8") { nodes { name } }'),
    code: null,
  },
  {
    name: 'a cursor of 10,000 characters',
    body: inRepository(`tags(first: 100, after: "${'A'.repeat(10_000)}") { nodes { name } }`),
    code: null,
  },
  { name: 'a glob of 129 characters', body: inRepository(filtered(`glob: "${'*a'.repeat(64)}*"`)), code: null },
  { name: 'a range of 5,000 characters', body: inRepository(filtered(`semver: "${'>=1 '.repeat(1250)}"`)), code: null },
  {
    name: '1,000 registries in a filter',
    body: withVariables('query ($f: RepositoryFilter) { repositories(first: 100, filter: $f) { totalCount } }', {
      f: { registries: Array.from({ length: 1000 }, (_, at) => `r${at}`) },
    }),
    code: null,
  },
  {
    name: 'the whole schema',
    body:
      '{ __schema { types { name fields { name args { name type { name } } type { name } } inputFields { name ' +
      '} enumValues { name } } } }',
    code: null,
  },
  {
    name: 'a cost that is just allowed',
    body: inRegistry(`repositories(first: 99) { nodes { ${tags('name digest size updatedAt imageId reference')} } }`),
    code: null,
  },
];

function grow({ name, limit, far, code, status, write }: Growing): Bomb[] {
  const make = (size: number, isRefused: boolean): Bomb => ({
    name: `${name}: ${size}`,
    body: write(size),
    code: isRefused ? code : null,
    ...(status && isRefused && { status }),
  });
  return [make(limit, false), make(limit + 1, true), make(far, true)];
}

const toJson = (bomb: Bomb): Bomb =>
  typeof bomb.body === 'string' && !/^[{[]["[]/.test(bomb.body) ? { ...bomb, body: { query: bomb.body } } : bomb;

/** Refused or answered by rule, whoever asks. */
export const bounds: readonly Bomb[] = [...growing.flatMap(grow), ...refused].map(toJson);
/** For those who may read. */
export const costs: readonly Bomb[] = dear.map(toJson);
