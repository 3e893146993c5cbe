import { globSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { type DocumentNode, Kind, parse, validate } from 'graphql';
import { buildImage, buildIndex } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { amount } from '../support/run/amount.js';
import { type Lanes, openLanes } from '../support/worlds/lanes.js';
import { openWorld, type World } from '../support/worlds/world.js';

let world: World;
let lanes: Lanes;

beforeAll(async () => {
  world = await openWorld({}, { name: 'local' });
  const { registry, gateway } = world;
  for (let tag = 0; tag < 5; tag++) seed(registry.store, 'app', `v1.${tag}`, buildImage({ labels: { v: `${tag}` } }));
  seed(registry.store, 'app', `sha256-${'0'.repeat(64)}.sig`, buildImage({ labels: { v: 'signature' } }));
  seed(registry.store, 'library/registry', 'latest', buildIndex([buildImage()]));
  seed(registry.store, 'team/web', 'v1.0', buildImage({ labels: { v: '0' } }));
  await gateway.attach('dead', 'http://127.0.0.1:9');
  await gateway.crawl('local');
  await gateway.crawl('dead');
  lanes = openLanes(gateway);
});
afterAll(() => world[Symbol.asyncDispose]());

/** The answer of each way is the same, to the byte, the first time and with what was kept of that. */
async function expectSame(query: string, variables: Record<string, unknown> = {}): Promise<void> {
  const expected = { query, variables, answer: await lanes.plain(query, variables) };
  for (let use = 1; use <= 2; use++)
    expect({ query, variables, answer: await lanes.fast(query, variables) }).toEqual(expected);
}

type Case = [name: string, query: string, variables?: Record<string, unknown>];

/** Jest takes an argument that a row lacks for its `done`, and waits for it. */
const whole = (cases: readonly Case[]): Required<Case>[] =>
  cases.map(([name, query, variables = {}]) => [name, query, variables]);

const tagFields = 'nodes { id name digest imageId size updatedAt updatedAtSource __typename }';
const written: readonly Case[] = [
  ['a page', `{ registry(name: "local") { name repositories { nodes { name tags { ${tagFields} } } } } }`],
  ['all registries', `{ repositories { nodes { id namespace baseName tagCount tags(first: 2) { ${tagFields} } } } }`],
  [
    'edges and where the page stands',
    `{ repositories(first: 2) { __typename pageInfo { hasNextPage hasPreviousPage startCursor endCursor __typename }
    edges { __typename cursor node { size updatedAt tags(first: 2) {
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { __typename cursor node { name } } } } } } }`,
  ],
  [
    'aliases, and a key selected twice',
    `{ r: repositories { n: nodes { a: tags(first: 1) { n: nodes { x: name y: name name name } }
    b: tags { e: edges { node { size } } } } } }`,
  ],
  [
    'fragments',
    `{ registry(name: "local") { ...L } } fragment L on Registry { repositories { nodes { ...R } } }
    fragment R on Repository { tags(first: 3) { ...C } }
    fragment C on TagConnection { nodes { ... on Tag { name } ... on Node { id } ... { size } ...T } }
    fragment T on Tag { digest name }`,
  ],
  [
    'variables',
    `query Q($first: Int! = 2, $yes: Boolean = true, $order: TagOrder, $after: String) { registry(name: "local") {
    repositories(after: $after) @include(if: $yes) { nodes { tags(first: $first, orderBy: $order) {
    nodes { name size } } } } } }`,
    { order: { field: 'UPDATED_AT', direction: 'DESC' }, after: null },
  ],
  [
    'orders, each from its end',
    `{ repositories(orderBy: { field: SIZE, direction: DESC }) { nodes { a: tags(orderBy: { field: SEMVER,
    direction: DESC }) { edges { cursor node { name } } } b: tags(orderBy: { field: UPDATED_AT }) { edges { cursor } }
    c: tags(orderBy: null, first: null) { edges { cursor } } } } }`,
  ],
  [
    'a list that is filtered',
    '{ repositories(filter: { nameContains: "a" }) { nodes { name tags { nodes { name } } } } }',
  ],
  ['no tags', '{ repositories { nodes { name } pageInfo { endCursor } } }'],
  ['a list in two places', '{ repositories { nodes { name } } registries { name repositories { nodes { name } } } }'],
  [
    'one list twice',
    `{ registry(name: "local") { repositories { nodes { name } }
    ... on Registry { repositories { nodes { name } } } } }`,
  ],
  ['an error beside it', '{ repositories { nodes { name } } registry(name: "nowhere") { name } }'],
];

const resolved: readonly Case[] = [
  ['fields that have resolvers', '{ repositories { nodes { tags { nodes { name reference } } } } }'],
  ['what changes with time', '{ repositories { nodes { name freshness { state } } } }'],
  ['counts', '{ repositories { totalCount nodes { tags { totalCount nodes { name } } } } }'],
  ['filtered tags', '{ repositories { nodes { tags(filter: { nameContains: "1." }) { nodes { name } } } } }'],
  [
    'a filter of tags that cannot be',
    '{ repositories { nodes { tags(filter: { semver: "x y" }) { nodes { name } } } } }',
  ],
  ['tags by size', '{ repositories { nodes { tags(orderBy: { field: SIZE }) { nodes { name } } } } }'],
  [
    'tags by size, as a variable says',
    'query Q($by: TagOrderField!) { repositories { nodes { tags(orderBy: { field: $by }) { nodes { name } } } } }',
    { by: 'SIZE' },
  ],
  ['a page of tags that is out of range', '{ repositories { nodes { tags(first: 101) { nodes { name } } } } }'],
  ['a cursor of tags', '{ repositories { nodes { name tags(after: "x") { nodes { name } } } } }'],
  [
    'two selections that are merged',
    '{ repositories { nodes { name } } ...More } fragment More on Query { repositories { nodes { size } } }',
  ],
  [
    'fields under directives',
    'query Q($yes: Boolean = false) { repositories { nodes { name size @include(if: $yes) } } }',
  ],
  ['one object selected in two places', '{ repositories { nodes { name } nodes { size } } }'],
];

const refused: readonly Case[] = [
  ['a page that is out of range', '{ repositories(first: 101) { nodes { name } } }'],
  ['a cursor of another list', '{ registry(name: "local") { name repositories(after: "x") { nodes { name } } } }'],
  ['a registry in the filter that is none', '{ repositories(filter: { registries: ["x"] }) { nodes { name } } }'],
  ['a registry that could never be read', '{ a: registry(name: "dead") { name repositories { nodes { name } } } }'],
  ['variables that do not fit', 'query Q($n: Int!) { repositories(first: $n) { nodes { name } } }', { n: 'x' }],
];

describe('lists of repositories as text', () => {
  it.each(whole(written))('the lane gives what resolvers give, to the byte: %s', async (_name, query, variables) => {
    await expectSame(query, variables);
    expect(lanes.written).toBeGreaterThan(0);
    for (let use = 1; use <= 3; use++)
      expect(await lanes.compiled(query, variables)).toBe(await lanes.plainCompiled(query, variables));
    expect(lanes.written).toBeGreaterThan(0);
  });

  it.each(whole(resolved))('the lane leaves to resolvers what is not written: %s', async (_name, query, variables) => {
    await expectSame(query, variables);
    expect(lanes.written).toBe(0);
    for (let use = 1; use <= 3; use++) {
      expect(await lanes.compiled(query, variables)).toBe(await lanes.plainCompiled(query, variables));
      await lanes.compiled(query, variables);
      expect(lanes.runs).toBe(1);
    }
  });

  it.each(whole(refused))('the lane refuses as resolvers do: %s', async (_name, query, variables) => {
    await expectSame(query, variables);
    expect(await lanes.plain(query, variables)).toContain('"errors":[{');
    await lanes.fast(query, variables);
    expect(lanes.runs).toBe(1);
  });

  it('the lane reads a fragment once for each object, however often it is spread', async () => {
    const levels = Array.from(
      { length: 60 },
      (_, at) => `fragment F${at} on Repository { ...F${at + 1} ...F${at + 1} }`,
    );
    await expectSame(`{ repositories { nodes { ...F0 } } } ${levels.join(' ')} fragment F60 on Repository { name }`);
    expect(lanes.written).toBeGreaterThan(0);
  });

  it('no document can name the fields that give text, and none is shown', async () => {
    expect(() => parse('{ repositories$json }')).toThrow('Expected Name, found "$"');
    const shown = '{ __type(name: "Registry") { fields { name } } __schema { types { name } } }';
    expect(await lanes.fast(shown)).toBe(await lanes.plain(shown));
    expect(await lanes.fast(shown)).not.toMatch(/json"|Written/);
  });

  it('the lane gives what resolvers give of any selection', async () => {
    let texts = 0;
    await fc.assert(
      fc.asyncProperty(anyQuery, async (query) => {
        await expectSame(query);
        texts += lanes.written;
      }),
      { numRuns: amount(200, 2000), endOnFailure: true },
    );
    expect(texts).toBeGreaterThan(100);
  });

  it('the lane answers each query of the suites, of the bench and of the command line as resolvers do', async () => {
    let texts = 0;
    const queries = findQueries();
    expect(queries.length).toBeGreaterThan(40);
    for (const query of queries) {
      await expectSame(query, fillVariables(parse(query)));
      texts += lanes.written;
    }
    expect(texts).toBeGreaterThan(10);
  });
});

const times = 3;
const some = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { minLength: 1, maxLength: times });

/** Each with a key of its own, or with none: fields of one name are merged. */
const keyed = (names: readonly string[]): fc.Arbitrary<string> =>
  some(fc.tuple(fc.constantFrom(...names), fc.boolean())).map((all) =>
    all.map(([name, hasKey], at) => (hasKey ? `k${at}_${name}: ${name}` : name)).join(' '),
  );
const leaves = ['name', 'id', 'digest', 'imageId', 'size', 'updatedAt', 'updatedAtSource', '__typename'];
const tagSelection = fc.oneof(
  { weight: 12, arbitrary: keyed(leaves) },
  { weight: 1, arbitrary: fc.constantFrom('reference', 'siblingCount', 'image { digest }', 'name @skip(if: false)') },
);
const pageInfo = keyed(['hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor', '__typename']).map(
  (fields) => `pageInfo { ${fields} }`,
);
const connection = (type: string, node: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .uniqueArray(
      fc.oneof(
        node.map((fields) => `nodes { ${fields} }`),
        node.map((fields) => `edges { cursor node { ${fields} } }`),
        node.map((fields) => `... on ${type}Connection { n: nodes { ... on ${type} { ${fields} } } }`),
        pageInfo,
        fc.constant('__typename'),
      ),
      { minLength: 1, maxLength: times, selector: (text) => text.slice(0, text.indexOf(' ')) },
    )
    .map((parts) => parts.join(' '));
const direction = fc.constantFrom('ASC', 'DESC');
const orderBy = (...fields: readonly string[]): fc.Arbitrary<string> =>
  fc.tuple(fc.constantFrom(...fields), direction).map(([by, to]) => `orderBy: { field: ${by}, direction: ${to} }`);
const first = fc.integer({ min: 1, max: 7 }).map((count) => `first: ${count}`);
const tagArguments = fc.tuple(
  first,
  fc.option(orderBy('NAME', 'SEMVER', 'UPDATED_AT', 'SIZE'), { nil: '' }),
  fc.oneof(
    { weight: 8, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constantFrom('filter: { nameContains: "1" }', 'filter: { includeReferrers: true }') },
  ),
);
const tags = fc
  .tuple(tagArguments, connection('Tag', tagSelection))
  .map(([given, fields]) => `tags(${given.join(' ')}) { ${fields} }`);
const repositoryLeaves = ['id', 'name', 'namespace', 'baseName', 'tagCount', 'droppedTags', 'size', 'updatedAt'];
const repository = fc
  .tuple(keyed([...repositoryLeaves, '__typename']), fc.array(tags, { maxLength: 2 }))
  .map(([fields, lists]) => [fields, ...lists.map((list, at) => `t${at}: ${list}`)].join(' '));
const listArguments = fc.tuple(first, fc.option(orderBy('NAME', 'UPDATED_AT', 'SIZE', 'TAG_COUNT'), { nil: '' }));
const anyQuery = fc
  .tuple(listArguments, connection('Repository', repository), fc.boolean())
  .map(([given, fields, isOfAll]) => {
    const list = `repositories(${given.join(' ')}) { ${fields} }`;
    return isOfAll ? `{ ${list} }` : `{ registry(name: "local") { name ${list} } }`;
  });

/** Lines that are comments: an apostrophe there begins no text. */
const comments = /^\s*(?:\/\/|\/?\*).*$/gm;

/** The texts in the sources of suites, bench and command line that are queries for the schema. */
function findQueries(): string[] {
  const files = globSync(['test/**/*.ts', 'bench/*.ts', 'src/cli/remote/documents.ts', 'src/rest/operations.ts']);
  const texts = files.flatMap((file) =>
    [
      ...readFileSync(file, 'utf8')
        .replaceAll(comments, '')
        .matchAll(/`([^`]*)`|'([^'\n]*)'/g),
    ].map(([, template, text]) => template ?? text ?? ''),
  );
  const isQuery = (text: string): boolean => {
    if (!/\brepositories\b/.test(text) || !/^\s*(?:\{|query)/.test(text)) return false;
    try {
      return validate(lanes.schema, parse(text)).length === 0;
    } catch {
      return false;
    }
  };
  return [...new Set(texts.map((text) => text.replaceAll(/\$\{\w+Name\}/g, 'local')))].filter(isQuery);
}

/** Of those that have to be given. */
function fillVariables(document: DocumentNode): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const { variable, type } of definition.variableDefinitions ?? []) {
      const named =
        type.kind === Kind.NON_NULL_TYPE && type.type.kind === Kind.NAMED_TYPE ? type.type.name.value : null;
      if (named !== null) values[variable.name.value] = named === 'Int' ? 10 : named === 'String' ? 'local' : {};
    }
  }
  return values;
}
