import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config.js';
import { createNamedDocuments, type GraphQLAsked } from '../../src/graphql/server/documents.js';
import { parseTrustedDocuments } from '../../src/settings/documents.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';

interface Answer {
  readonly data?: { readonly viewer: { readonly username: string } } | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const named = (hash: string): object => ({ persistedQuery: { version: 1, sha256Hash: hash } });
const ask = '{ viewer { username } }';
const admin = { data: { viewer: { username: 'admin' } } };

function post(gateway: TestGateway, body: object, access: string | null = gateway.access) {
  return gateway.rest<Answer>('POST', '/graphql', { body, access });
}

describe('automatic persisted queries', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test('a document that was sent with its hash is asked by that alone, over POST and GET', async () => {
    const extensions = named(hashOf(ask));
    const unknown = await post(gateway, { extensions });
    expect([unknown.status, unknown.body.errors]).toMatchObject([
      200,
      [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    ]);
    expect((await post(gateway, { query: ask, extensions })).body).toMatchObject(admin);
    expect((await post(gateway, { extensions })).body).toMatchObject(admin);
    expect((await post(gateway, { documentId: `sha256:${hashOf(ask)}` })).body).toMatchObject(admin);
    const search = new URLSearchParams({ extensions: JSON.stringify(extensions) });
    const got = await gateway.rest<Answer>('GET', `/graphql?${search}`, {
      headers: { 'apollo-require-preflight': 'true' },
    });
    expect(got.body).toMatchObject(admin);
  });

  test('variables and the name of the operation go with it', async () => {
    const query =
      'query A($r: Boolean!) { viewer { username roles @include(if: $r) } } query B { viewer { username } }';
    const variables = { r: true };
    await post(gateway, { query, operationName: 'B', extensions: named(hashOf(query)) });
    const asked = { operationName: 'A', variables, extensions: named(hashOf(query)) };
    expect((await post(gateway, asked)).body).toMatchObject({ data: { viewer: { roles: ['ADMIN'] } } });
  });

  test('a hash of another text is refused, and nothing is kept under it', async () => {
    const other = '{ viewer { id: username } }';
    const wrong = await post(gateway, { query: other, extensions: named('0'.repeat(64)) });
    expect([wrong.status, wrong.body.errors?.[0]?.extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
    expect((await post(gateway, { extensions: named('0'.repeat(64)) })).body.errors?.[0]?.message).toBe(
      'PersistedQueryNotFound',
    );
  });

  test('nobody who is not known has a document kept, or is answered by one', async () => {
    const query = '{ viewer { roles } }';
    const extensions = named(hashOf(query));
    expect((await post(gateway, { query, extensions }, null)).status).toBe(401);
    expect((await post(gateway, { extensions })).body.errors?.[0]?.message).toBe('PersistedQueryNotFound');
    await post(gateway, { query, extensions });
    expect((await post(gateway, { extensions }, null)).status).toBe(401);
  });

  test.each([
    { version: 2, sha256Hash: 'a'.repeat(64) },
    { version: 1, sha256Hash: 'a' },
    { version: 1, sha256Hash: 7 },
    'x',
    null,
  ])('%j names no document', async (persistedQuery) => {
    const { status, body } = await post(gateway, { extensions: { persistedQuery } });
    expect([status, body.errors?.length]).toEqual([status === 200 ? 200 : 400, 1]);
    expect(body.data ?? null).toBeNull();
  });
});

describe('trusted documents', () => {
  const folder = mkdtempSync(join(tmpdir(), 'documents-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  test('only they are run, by id, hash or text, but for admins', async () => {
    const trustedDocuments = new Map([['mine', ask]]);
    await using gateway = await startGateway({ trustedDocuments });
    const input = { username: 'ann', password: 'a good password', roles: ['REGISTRIES_READ'] };
    const create = 'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { userErrors { message } } }';
    const made = await gateway.graphql(create, { input });
    expect(made.body).toMatchObject({ data: { createAccount: { userErrors: [] } } });
    const login = 'mutation { login(input: { username: "ann", password: "a good password" }) { token } }';
    const logged = await gateway.graphql<{ login: { token: string } }>(login, {}, { access: null });
    const ann = `ann:${logged.body.data!.login.token}`;
    const wanted = { data: { viewer: { username: 'ann' } } };
    for (const body of [{ documentId: 'mine' }, { query: ask }])
      expect((await post(gateway, body, ann)).body).toMatchObject(wanted);
    const other = '{ viewer { username roles } }';
    // By its text; by its hash too, and then by that alone, also when an admin has had it kept.
    const byHash = { extensions: named(hashOf(other)) };
    expect((await post(gateway, { query: other, ...byHash }, ann)).status).toBe(403);
    expect((await post(gateway, byHash, ann)).body.errors?.[0]?.extensions.code).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect((await post(gateway, { query: other, ...byHash })).body).toMatchObject(admin);
    for (const body of [{ query: other }, byHash, { documentId: `sha256:${hashOf(other)}` }]) {
      const refused = await post(gateway, body, ann);
      expect([refused.status, refused.body.errors?.[0]?.extensions.code]).toEqual([403, 'DOCUMENT_NOT_TRUSTED']);
    }
    const search = new URLSearchParams({ documentId: hashOf(other) });
    const headers = { 'apollo-require-preflight': 'true' };
    expect((await gateway.rest('GET', `/graphql?${search}`, { headers, access: ann })).status).toBe(403);
    const streamed = await gateway.rest<Answer>('POST', '/graphql/stream', {
      body: { query: 'subscription { event { id } }' },
      access: ann,
    });
    expect(streamed.body.errors?.[0]?.extensions.code).toBe('DOCUMENT_NOT_TRUSTED');
  });

  test.each([
    ['codegen.json', JSON.stringify({ a: 'query A { x }' }), [['a', 'query A { x }']]],
    [
      'apollo.json',
      JSON.stringify({ format: 'apollo-persisted-query-manifest', operations: [{ id: 'a', name: 'A', body: 'x' }] }),
      [['a', 'x']],
    ],
  ])('%s is read', (name, content, documents) => {
    expect([...(parseTrustedDocuments(file(name, content)) as Map<string, string>)]).toEqual(documents);
  });

  test.each([
    ['none.json', null, 'does not exist.'],
    ['text.json', 'query A { x }', 'is no JSON.'],
    ['list.json', '[]', 'is no manifest'],
    ['number.json', '{"a":1}', 'is no manifest'],
    ['many.json', JSON.stringify(Object.fromEntries(Array.from({ length: 10_001 }, (_, at) => [at, '']))), '10000'],
  ])('%s is refused: %j', (name, content, words) => {
    const path = content === null ? join(folder, name) : file(name, content);
    expect(() => readConfig({ TRUSTED_DOCUMENTS: path })).toThrow(words);
  });
});

test('of documents that were sent the last thousand are kept', () => {
  const documents = createNamedDocuments(null);
  const viewer = { roles: [] } as unknown as Parameters<typeof documents.complete>[1];
  const complete = (body: object): GraphQLAsked =>
    documents.complete({ method: 'POST', url: '/graphql', headers: {}, body }, viewer);
  for (let at = 0; at < 1001; at++) complete({ query: `{ a${at} }`, extensions: named(hashOf(`{ a${at} }`)) });
  expect(() => complete({ extensions: named(hashOf('{ a0 }')) })).toThrow('PersistedQueryNotFound');
  expect(complete({ extensions: named(hashOf('{ a1000 }')) }).body).toEqual({ query: '{ a1000 }' });
});
