import * as fc from 'fast-check';
import { createSchema } from '../../src/graphql/server/schema.js';
import { amount, chooseSeed, report } from '../support/run/amount.js';
import type { GraphQLAnswer } from '../support/worlds/gateway.js';
import { sha256 } from '../support/registry/store.js';
import { createTally } from '../support/observed/tally.js';
import { mutate, type Pools, writeDocument, type Written } from './documents.js';
import { type Island, startIsland } from './island.js';

const schema = createSchema();
let island: Island;
let pools: Pools;

beforeAll(async () => {
  island = await startIsland();
  const { body } = await island.gateway.graphql<{
    registry: { id: string; repository: { id: string; tag: { id: string; digest: string } } };
  }>('{ registry(name: "local") { id repository(name: "app") { id tag(name: "v1") { id digest } } } }');
  const { id, repository } = body.data!.registry;
  const ids = [id, repository.id, repository.tag.id, 'bm9uZQ', '00000000-0000-4000-8000-000000000000'];
  pools = {
    name: ['local', 'app', 'v1', 'team/app'],
    registry: ['local', id, 'none'],
    repository: ['app', 'team/app', '*', 'none'],
    tag: ['v1', 'v2', 'latest', '*'],
    tags: ['v1', 'v2', 'v?'],
    id: ids,
    ids,
    digest: [repository.tag.digest, sha256('none')],
    query: ['app', 'v1', 'a=b', '%', '"'],
    after: ['', 'bm8', 'WzFd'],
    registries: ['local', id],
    addr: ['http://127.0.0.1:9', 'http://registry.invalid', 'http://169.254.169.254/'],
    username: ['admin'],
    password: ['x'],
    semver: ['>=1', '^1 || 2', '<'],
    glob: ['v*', '*?*'],
    kind: ['image'],
    key: ['v'],
    value: ['2'],
    keepMatching: ['v*'],
    keepSemver: ['>=1'],
    token: ['x'],
    planToken: ['x'],
    followedRepositories: ['app', '!app', '*'],
  };
});
afterAll(() => island[Symbol.asyncDispose]());

async function run(
  { query, variables }: Written,
  access: string,
): Promise<{ status: number; body: GraphQLAnswer; text: string }> {
  const headers = { 'content-type': 'application/json', 'x-access-token': access };
  const answer = await island.gateway.app.server.inject({
    method: 'POST',
    url: '/graphql',
    headers,
    payload: JSON.stringify({ query, variables }),
  });
  await island.restore();
  return { status: answer.statusCode, body: answer.json<GraphQLAnswer>(), text: answer.body };
}

/** Runs documents as the admin, a writer and a reader, and says how they ended. */
async function fuzz(
  what: string,
  runs: number,
  write: (gen: fc.GeneratorValue) => Written,
  judge: (answer: Awaited<ReturnType<typeof run>>) => void,
): Promise<void> {
  const seed = chooseSeed();
  const ends = createTally();
  report(what, { runs, seed });
  await fc.assert(
    fc.asyncProperty(
      fc.gen(),
      fc.constantFrom(island.gateway.access, island.tokens.writer, island.tokens.reader),
      async (gen, access) => {
        const answer = await run(write(gen), access);
        ends.add(`${answer.status} ${answer.body.errors?.[0]?.extensions.code ?? 'without errors'}`);
        expect(answer.text).not.toMatch(/INTERNAL|Cannot return null|Maximum call stack|node_modules| {4}at |SQLITE/);
        judge(answer);
      },
    ),
    { numRuns: runs, seed },
  );
  report(what, { ends: ends.counts() });
  expect(island.faults()).toEqual([]);
}

test('documents that the schema allows are answered, or refused for what they cost or name', async () => {
  await fuzz(
    'GraphQL documents',
    amount(300, 20_000),
    (gen) => writeDocument(schema, gen, pools),
    ({ status, body }) => {
      expect([200, 400]).toContain(status);
      if (status === 400) expect(['QUERY_TOO_COMPLEX', 'BAD_USER_INPUT']).toContain(body.errors?.[0]?.extensions.code);
    },
  );
});

test('documents with a fault in them are answered or refused with a code', async () => {
  const write = (gen: fc.GeneratorValue): Written => {
    const { query, variables } = writeDocument(schema, gen, pools);
    return { query: mutate(query, gen), variables };
  };
  await fuzz('GraphQL documents with faults', amount(300, 20_000), write, ({ status, body }) => {
    expect([200, 400]).toContain(status);
    if (status === 400) expect(body.errors?.[0]?.extensions.code).toMatch(/^[A-Z_]+$/);
  });
});
