import { once } from 'node:events';
import { connect } from 'node:net';
import type { EventKind } from '../../src/domain/event.js';
import { AccountStore } from '../../src/store/accounts/accounts.js';
import { openDatabase } from '../../src/store/database/database.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { type EventStreamReader, readEventStream } from '../support/observed/eventstream.js';
import type { MemoryRegistry } from '../support/registry/server.js';
import { createManualTimer, until } from '../support/timer.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { openServedWorld, type World } from '../support/worlds/world.js';

const [one, two] = [buildImage({ labels: { n: '1' } }), buildImage({ labels: { n: '2' } })];

let world: World<TestGateway>;
let registry: MemoryRegistry;
let gateway: TestGateway;

beforeEach(async () => {
  world = await openServedWorld({}, { streamsPerCaller: 3 });
  ({ registry, gateway } = world);
});
afterEach(() => world[Symbol.asyncDispose]());

interface Asked {
  readonly url?: string;
  readonly access?: string | null;
  readonly variables?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
}

function subscribe(
  query: string,
  { url = gateway.url, access = gateway.access, variables, headers }: Asked = {},
): Promise<EventStreamReader> {
  return readEventStream(`${url}/graphql/stream`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(access !== null && { 'x-access-token': access }),
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  });
}

const all = 'subscription All($after: ID, $filter: EventFilter) { events(after: $after, filter: $filter) { id kind } }';

interface Next {
  readonly data?: { readonly events?: { readonly id: string; readonly kind: EventKind } };
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}
const kindsIn = (stream: EventStreamReader): (EventKind | undefined)[] =>
  stream.events.flatMap(({ event, data }) => (event === 'next' ? [(data as Next).data?.events?.kind] : []));
const idsIn = (stream: EventStreamReader): (string | undefined)[] =>
  stream.events.flatMap(({ event, data }) => (event === 'next' ? [(data as Next).data?.events?.id] : []));
const codeOf = ({ body }: EventStreamReader): string | undefined => (body as Next).errors?.[0]?.extensions.code;

const newest = async (): Promise<string> => {
  const { body } = await gateway.graphql<{ events: { newest: string } }>('{ events(first: 1) { newest } }');
  return body.data!.events.newest;
};

test('what happens is told of as it happens, with what is asked for of it', async () => {
  const stream = await subscribe(
    'subscription { events { kind registryName repositoryName tagName digest tagCount registry { name } } }',
  );
  expect(stream.status).toBe(200);
  expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  seed(registry.store, 'team/app', 'v1', one);
  await gateway.attach('r', registry.url);
  seed(registry.store, 'team/app', 'v2', two);
  await gateway.crawl('r');
  const told = (): unknown[] => stream.events.map(({ data }) => (data as { data: { events: unknown } }).data.events);
  await until(() => told().some((event) => (event as { kind: string }).kind === 'TAG_PUSHED'));
  const nothing = { repositoryName: null, tagName: null, digest: null, tagCount: null };
  const of = { registryName: 'r', registry: { name: 'r' } };
  expect(told()).toContainEqual({ ...of, ...nothing, kind: 'REGISTRY_ATTACHED' });
  expect(told()).toContainEqual({
    ...of,
    ...nothing,
    kind: 'REPOSITORY_APPEARED',
    repositoryName: 'team/app',
    tagCount: 1,
  });
  expect(told()).toContainEqual({
    ...of,
    ...nothing,
    kind: 'TAG_PUSHED',
    repositoryName: 'team/app',
    tagName: 'v2',
    digest: two.digest,
  });
});

test('null in a subscription is as nothing, in each argument and each field of the filter', async () => {
  const nulls = { registries: null, repository: null, kinds: null };
  const streams = await Promise.all([
    subscribe(all, { variables: { after: null, filter: null } }),
    subscribe(all, { variables: { filter: nulls } }),
    subscribe(
      'subscription { events(after: null, filter: { registries: null, repository: null, kinds: null }) { kind } }',
    ),
  ]);
  await gateway.attach('r', registry.url);
  for (const stream of streams) {
    await until(() => kindsIn(stream).length > 0);
    expect(kindsIn(stream)[0]).toBe('REGISTRY_ATTACHED');
  }
});

test('a stream goes on after the event that is named, and tells each once, in their order', async () => {
  seed(registry.store, 'app', 'v1', one);
  await gateway.attach('r', registry.url);
  await gateway.crawl('r');
  const page = await gateway.graphql<{ events: { nodes: { id: string }[] } }>(
    '{ events(first: 100) { nodes { id } } }',
  );
  const ids = page.body.data!.events.nodes.map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(3);
  const stream = await subscribe(all, { variables: { after: ids[1] } });
  await until(() => idsIn(stream).length === ids.length - 2);
  await gateway.crawl('r');
  await until(() => idsIn(stream).length === ids.length);
  expect(idsIn(stream).slice(0, -2)).toEqual(ids.slice(2));
  expect(idsIn(stream)).toEqual(idsIn(stream).toSorted((a, b) => Number(a) - Number(b)));
});

test('a filter holds for what is behind and for what comes', async () => {
  seed(registry.store, 'app', 'v1', one);
  seed(registry.store, 'other', 'v1', one);
  await gateway.attach('r', registry.url);
  await gateway.crawl('r');
  const filter = { registries: ['r'], repository: 'app', kinds: ['REPOSITORY_APPEARED', 'TAG_PUSHED'] };
  const stream = await subscribe(all, { variables: { after: '0', filter } });
  await until(() => kindsIn(stream).length === 1);
  for (const name of ['app', 'other']) seed(registry.store, name, 'v2', two);
  await gateway.crawl('r');
  await until(() => kindsIn(stream).length === 2);
  expect(kindsIn(stream)).toEqual(['REPOSITORY_APPEARED', 'TAG_PUSHED']);
});

test.each<[string, string, Asked, number, string, string]>([
  ['a stranger', all, { access: null }, 401, 'UNAUTHENTICATED', 'A token is needed'],
  ['a wrong token', all, { access: 'admin:nonsense' }, 401, 'UNAUTHENTICATED', 'not valid here'],
  [
    'a query',
    '{ viewer { username } }',
    {},
    400,
    'BAD_USER_INPUT',
    'Only subscriptions are answered here: send the query',
  ],
  [
    'a mutation',
    'mutation { login(input: { username: "a", password: "b" }) { token } }',
    {},
    400,
    'BAD_USER_INPUT',
    'mutation',
  ],
  [
    'an unknown field',
    'subscription { nothing }',
    {},
    400,
    'GRAPHQL_VALIDATION_FAILED',
    'Cannot query field "nothing"',
  ],
  [
    'two fields',
    'subscription { events { id } job(id: "1") { id } }',
    {},
    400,
    'GRAPHQL_VALIDATION_FAILED',
    'one top level field',
  ],
  ['what cannot be read', 'subscription {', {}, 400, 'GRAPHQL_PARSE_FAILED', 'Syntax Error'],
  ['a wrong variable', all, { variables: { filter: { kinds: ['NEVER'] } } }, 400, 'BAD_USER_INPUT', 'in "EventKind"'],
  ['no place', all, { variables: { after: 'yesterday' } }, 400, 'BAD_USER_INPUT', 'is not the id of an event'],
  ['a place beyond the end', all, { variables: { after: '99999' } }, 410, 'EVENTS_GONE', 'another database has them'],
  ['no such registry', all, { variables: { filter: { registries: ['nowhere'] } } }, 400, 'NOT_FOUND', 'No registry'],
  [
    'no such repository',
    all,
    { variables: { filter: { repository: 'No!' } } },
    400,
    'BAD_USER_INPUT',
    'is not a repository name',
  ],
  ['no such job', 'subscription { job(id: "1") { id } }', {}, 400, 'NOT_FOUND', 'There is no such job'],
  ['JSON alone', all, { headers: { accept: 'application/json' } }, 406, 'BAD_USER_INPUT', 'text/event-stream'],
  ['another type', all, { headers: { 'content-type': 'text/plain' } }, 415, 'BAD_USER_INPUT', 'is not read here'],
])('for %s no stream is opened', async (_what, query, asked, status, code, message) => {
  const stream = await subscribe(query, asked);
  expect([stream.status, codeOf(stream)]).toEqual([status, code]);
  const [error] = (stream.body as Next).errors!;
  expect(error!.message).toContain(message);
  expect(error!.extensions).toHaveProperty('requestId');
});

test('an operation that is too much is refused as a query is', async () => {
  const aliases = Array.from({ length: 31 }, (_, at) => `a${at}: id`).join(' ');
  expect(codeOf(await subscribe(`subscription { events { ${aliases} } }`))).toBe('QUERY_TOO_COMPLEX');
  const dear = 'registry { repositories(first: 100) { nodes { tags(first: 100) { nodes { siblings { name } } } } } }';
  expect(codeOf(await subscribe(`subscription { events { ${dear} } }`))).toBe('QUERY_TOO_COMPLEX');
});

test.each([
  ['subscription ($a: Boolean!) { events @include(if: $a) { id } }', { a: true }],
  ['subscription ($a: Boolean!) { ... @skip(if: $a) { events { id } } }', { a: false }],
  ['subscription { events @skip(if: true) { id } }', undefined],
  ['subscription { events @include { id } }', undefined],
])('%s is refused wherever it is sent, each time, and no fault of the gateway', async (query, variables) => {
  for (let time = 0; time < 2; time++) {
    const streamed = await subscribe(query, { variables: variables ?? {} });
    const asked = await gateway.graphql(query, variables);
    expect([streamed.status, codeOf(streamed), asked.status]).toEqual([400, 'BAD_USER_INPUT', 400]);
    expect(asked.body.errors).toEqual([
      expect.objectContaining({
        message: '"@skip" and "@include" have no place at the root of a subscription: leave them out.',
      }),
    ]);
    const stranger = await gateway.graphql(query, variables, { access: null });
    expect([stranger.status, stranger.body.errors![0]!.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
  }
});

test('what is told of each event costs 250 points at the most, of which any number may come', async () => {
  const of = (first: number): string => `tags(first: ${first}) { nodes { name } }`;
  const tags = (first: number): string =>
    `subscription { events { registry { repositories(first: 10) { nodes { ${of(first)} } } } } }`;
  expect((await subscribe(tags(20))).status).toBe(200);
  const refused = await subscribe(tags(30));
  expect([refused.status, codeOf(refused)]).toEqual([400, 'QUERY_TOO_COMPLEX']);
  expect((refused.body as Next).errors![0]!.message).toContain('of which 250 are allowed');
});

test('an answer of more than 256 KiB is not sent for an event, and the stream goes on', async () => {
  for (let n = 0; n < 200; n++) seed(registry.store, `app-${n % 10}`, `${'long'.repeat(30)}-${n}`, one);
  await gateway.attach('r', registry.url);
  await gateway.crawl('r');
  const names = Array.from({ length: 20 }, (_, n) => `n${n}: name`).join(' ');
  const stream = await subscribe(
    `subscription ($after: ID) { events(after: $after) { id registry { repositories(first: 10) { nodes {
      tags(first: 20) { nodes { ${names} } } } } } } }`,
    { variables: { after: '0' } },
  );
  await until(() => stream.events.length >= 6);
  const codes = stream.events.flatMap(({ data }) => (data as Next).errors ?? []);
  expect(codes.map(({ extensions: { code } }) => code)).toEqual(stream.events.map(() => 'ANSWER_TOO_LARGE'));
  expect(codes[0]!.message).toContain('larger than 256 KiB');
});

test('a stream that is asked for with no-cache has no registry asked for each event', async () => {
  for (let n = 0; n < 5; n++) seed(registry.store, `app-${n}`, 'v1', one);
  await gateway.attach('r', registry.url);
  await gateway.crawl('r');
  const before = registry.requests.length;
  const stream = await subscribe(
    'subscription { events(after: "0") { id registry { repositories(first: 1) { nodes { name } } } } }',
    { headers: { 'cache-control': 'no-cache' } },
  );
  await until(() => stream.events.length >= 6);
  expect(stream.events.map(({ data }) => (data as Next).errors)).toEqual(stream.events.map(() => undefined));
  expect(registry.requests.length).toBe(before);
});

test('a stranger is refused as one, and counted, before it is looked at what answer is taken', async () => {
  const stranger = await subscribe(all, { access: null, headers: { accept: 'application/json' } });
  expect([stranger.status, codeOf(stranger)]).toEqual([401, 'UNAUTHENTICATED']);
  expect(stranger.headers.get('ratelimit-limit')).toBe('1000000');
});

test('a subscription that is sent to where queries are answered is told where it belongs', async () => {
  const { status, body } = await gateway.graphql('subscription { events { id } }');
  expect([status, body.errors![0]!.extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
  expect(body.errors![0]!.message).toContain('/graphql/stream');
});

test('a list of events begins where it is told to, and says what is not kept', async () => {
  await gateway.attach('r', registry.url);
  const list = async (args: string) =>
    (
      await gateway.graphql<{ events: { nodes: { kind: string }[]; pageInfo: { endCursor: string } } }>(
        `{ events(${args}) { nodes { kind } pageInfo { endCursor hasNextPage } } }`,
      )
    ).body;
  const first = await list('first: 1');
  expect(first.data!.events).toEqual({
    nodes: [{ kind: 'REGISTRY_ATTACHED' }],
    pageInfo: { endCursor: '1', hasNextPage: true },
  });
  expect((await list('first: 1, after: "1"')).data!.events.nodes).toEqual([{ kind: 'JOB_BEGAN' }]);
  expect((await list('filter: { kinds: [JOB_ENDED] }')).data!.events.nodes).toEqual([{ kind: 'JOB_ENDED' }]);
  expect((await list('after: "99999"')).errors![0]!.extensions.code).toBe('EVENTS_GONE');
  expect((await list('after: "-1"')).errors![0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT', path: ['after'] });
});

test('a job is told of as it stands, and its stream ends with it', async () => {
  for (let n = 0; n < 30; n++) seed(registry.store, `app-${n}`, 'v1', one);
  await gateway.attach('r', registry.url);
  const { body } = await gateway.graphql<{ refresh: { job: { id: string } } }>(
    'mutation { refresh(input: { registry: "r" }) { job { id } } }',
  );
  const { id } = body.data!.refresh.job;
  const stream = await subscribe(`subscription { job(id: "${id}") { state done total } }`);
  await until(() => stream.isEnded);
  const told = stream.events.map(({ event, data }) =>
    event === 'next' ? (data as { data: { job: object } }).data.job : event,
  );
  expect(told.at(-2)).toEqual({ state: 'SUCCEEDED', done: 30, total: 30 });
  expect(told.at(-1)).toBe('complete');
});

test('an account has so many streams at a time, and another one when one is closed', async () => {
  const open = [await subscribe(all), await subscribe(all), await subscribe(all)];
  expect(open.map(({ status }) => status)).toEqual([200, 200, 200]);
  const refused = await subscribe(all);
  expect([refused.status, codeOf(refused), refused.headers.get('retry-after')]).toEqual([429, 'RATE_LIMITED', '10']);
  expect((await subscribe(all, { access: await gateway.accessAs('registries:ro') })).status).toBe(200);
  open[0]!.close();
  await until(async () => (await subscribe(all)).status === 200);
});

test('a token that is revoked ends its streams, which say so', async () => {
  const reader = await gateway.accessAs('registries:ro');
  const stream = await subscribe(all, { access: reader });
  expect(stream.isEnded).toBe(false);
  // As the command line does it, beside the gateway.
  const beside = await openDatabase(`sqlite:${gateway.databaseFile}`, { access: 'beside' });
  const accounts = new AccountStore(beside);
  const [token] = (await accounts.listTokens()).filter(({ account }) => account.username === reader.split(':')[0]);
  await accounts.revokeToken(token!.id);
  await beside.close();
  await until(() => stream.isEnded);
  const [refusal, complete] = stream.events.slice(-2);
  expect((refusal!.data as Next).errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
  expect(complete).toEqual({ id: null, event: 'complete', data: null });
});

test('an account that is disabled has its streams ended within a second, which say so, and no other ends', async () => {
  const timer = createManualTimer();
  await using timed = await startGateway({ timer });
  const { url } = timed;
  const [ann, bob] = [await timed.accessAs('registries:ro'), await timed.accessAs('registries:ro')];
  const [stream, other] = [await subscribe(all, { url, access: ann }), await subscribe(all, { url, access: bob })];
  await timer.advance(5000);
  expect([stream.status, stream.isEnded]).toEqual([200, false]);
  const input = { username: ann.split(':')[0], disabled: true };
  const disable = 'mutation ($input: UpdateAccountInput!) { updateAccount(input: $input) { endedTokens } }';
  expect((await timed.graphql(disable, { input })).body.data).toEqual({ updateAccount: { endedTokens: 1 } });
  await timer.advance(1000);
  await until(() => stream.isEnded);
  const [refusal, complete] = stream.events.slice(-2);
  expect((refusal!.data as Next).errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
  expect(complete).toEqual({ id: null, event: 'complete', data: null });
  expect([other.isEnded, codeOf(await subscribe(all, { url, access: ann }))]).toEqual([false, 'UNAUTHENTICATED']);
});

test('a gateway that stops ends its streams without saying that they are complete', async () => {
  const stream = await subscribe(all, { variables: { after: await newest() } });
  await gateway[Symbol.asyncDispose]();
  await until(() => stream.isEnded);
  expect(stream.events).toEqual([]);
});

test('a gateway that stops while the request of a stream is on its way refuses it, and is closed', async () => {
  const body = JSON.stringify({ query: all });
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (piece) => (answer += piece.toString()));
  const ended = once(socket, 'close');
  const head = [
    'POST /graphql/stream HTTP/1.1',
    'Host: gateway',
    `X-Access-Token: ${gateway.access}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ];
  const isBegun = once(gateway.app.server.server, 'request');
  socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, 10)}`);
  await isBegun;
  const closed = gateway[Symbol.asyncDispose]();
  await until(() => !gateway.app.server.server.listening);
  socket.write(body.slice(10));
  await Promise.all([closed, ended]);
  expect(answer).toMatch(/^HTTP\/1\.1 503 /);
  expect(answer).toContain('"code":"OVERLOADED"');
});
