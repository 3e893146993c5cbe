import { type IncomingMessage, request as requestHttp } from 'node:http';
import { buildImage } from '../support/content/images.js';
import { createPerson, done } from '../accounts/principals.js';
import { seed } from '../support/content/push.js';
import { type EventStreamReader, readEventStream } from '../support/observed/eventstream.js';
import type { MemoryRegistry } from '../support/registry/server.js';
import { until } from '../support/timer.js';
import type { TestGateway } from '../support/worlds/gateway.js';
import { openServedWorld, type World } from '../support/worlds/world.js';

const [one, two] = [buildImage({ labels: { n: '1' } }), buildImage({ labels: { n: '2' } })];

let world: World<TestGateway>;
let registry: MemoryRegistry;
let gateway: TestGateway;

beforeEach(async () => {
  world = await openServedWorld();
  ({ registry, gateway } = world);
});
afterEach(() => world[Symbol.asyncDispose]());

function read(query = '', headers: Record<string, string> = {}): Promise<EventStreamReader> {
  return readEventStream(`${gateway.url}/api/events${query}`, {
    headers: { accept: 'text/event-stream', 'x-access-token': gateway.access, ...headers },
  });
}
const idsOf = ({ events }: EventStreamReader): (string | null)[] =>
  events.flatMap(({ id, data }) => (data === null ? [] : [id]));
const dataOf = ({ events }: EventStreamReader): unknown[] =>
  events.flatMap(({ data }) => (data === null ? [] : [data]));

test('events come as lines that curl and EventSource read, each with its id', async () => {
  const stream = await read();
  expect([stream.status, stream.headers.get('cache-control')]).toEqual([200, 'no-store, no-transform']);
  seed(registry.store, 'app', 'v1', one);
  await gateway.attach('r', registry.url);
  seed(registry.store, 'app', 'v1', two);
  await gateway.crawl('r');
  await until(() => dataOf(stream).length >= 6);
  // The place where it begins, before anything has happened.
  expect(stream.events[0]).toEqual({ id: '0', event: null, data: null });
  const [attached] = dataOf(stream) as {
    id: string;
    kind: string;
    at: string;
    registry: string;
    registry_id: string;
  }[];
  expect(attached).toEqual({
    id: '1',
    kind: 'REGISTRY_ATTACHED',
    at: expect.stringMatching(/^\d{4}-.*Z$/) as unknown,
    registry: 'r',
    registry_id: expect.any(String) as unknown,
  });
  expect(dataOf(stream)).toContainEqual(
    expect.objectContaining({ kind: 'TAG_MOVED', tag: 'v1', digest: two.digest, former_digest: one.digest }),
  );
  expect(idsOf(stream)).toEqual(dataOf(stream).map((event) => (event as { id: string }).id));
});

test('a browser that comes back names its last id, which counts more than the one in the URL', async () => {
  await gateway.attach('r', registry.url);
  const stream = await read('?after=0', { 'last-event-id': '1' });
  await until(() => idsOf(stream).length > 0);
  expect(idsOf(stream)[0]).toBe('2');
});

test('who has grants alone is told ids without order, and goes on after them by a stream as by a list', async () => {
  for (const name of ['app', 'hidden']) seed(registry.store, name, 'v1', one);
  await gateway.attach('r', registry.url);
  await gateway.crawl('r');
  const { access } = await createPerson(gateway, 'ann');
  const place = { account: 'ann', registry: 'r', repositories: 'app', right: 'READ' };
  await done(gateway, 'grantAccess', place, 'grant { id }');
  const own = { 'x-access-token': access };
  const stream = await read('?after=0', own);
  await until(() => idsOf(stream).length === 2);
  const ids = idsOf(stream);
  for (const id of ids) expect(id).toMatch(/^e[\w-]{22}$/);
  expect(dataOf(stream)).toMatchObject([
    { id: ids[0], kind: 'REGISTRY_ATTACHED' },
    { id: ids[1], kind: 'REPOSITORY_APPEARED', repository: 'app' },
  ]);
  stream.close();
  const list = 'query ($after: String) { events(after: $after) { edges { cursor node { id } } newest } }';
  const { body } = await gateway.graphql(list, { after: ids[0] }, { access });
  expect(body.data).toEqual({ events: { edges: [{ cursor: ids[1], node: { id: ids[1] } }], newest: ids[1] } });
  const back = await read('', { ...own, 'last-event-id': ids[0]! });
  await until(() => idsOf(back).length === 1);
  expect(idsOf(back)).toEqual([ids[1]]);
  // By numbers it could try which of them are its own.
  const tried = await Promise.all(['1', '2', '3', '424242'].map((id) => read(`?after=${id}`, own)));
  expect(tried.map(({ status }) => status)).toEqual([410, 410, 410, 410]);
});

test('a filter leaves out what is not asked for, and is read from parameters', async () => {
  for (const name of ['app', 'other']) seed(registry.store, name, 'v1', one);
  await gateway.attach('r', registry.url);
  await gateway.crawl('r');
  const stream = await read('?after=0&registry=r&kind=REPOSITORY_APPEARED&kind=TAG_PUSHED&repository=other');
  await until(() => dataOf(stream).length === 1);
  expect(dataOf(stream)).toEqual([expect.objectContaining({ kind: 'REPOSITORY_APPEARED', repository: 'other' })]);
});

test.each([
  ['?after=x', 400, 'BAD_USER_INPUT', 'is not the id of an event'],
  ['?after=1&after=2', 400, 'BAD_USER_INPUT', '"after" was given more than once'],
  ['?after=424242', 410, 'EVENTS_GONE', 'go on after 0'],
  ['?kind=tag_pushed', 400, 'BAD_USER_INPUT', 'TAG_PUSHED'],
  ['?registry=nowhere', 404, 'NOT_FOUND', 'nowhere'],
  ['?repository=No!', 400, 'BAD_USER_INPUT', 'is not a repository name'],
  ['?since=1', 400, 'BAD_USER_INPUT', '"since"'],
])('for %s there is an answer in the form of REST, and no stream', async (query, status, code, message) => {
  const stream = await read(query);
  expect([stream.status, (stream.body as { error: { code: string } }).error.code]).toEqual([status, code]);
  expect((stream.body as { error: { message: string } }).error.message).toContain(message);
});

test('a stranger, and a client that does not take a stream, are refused', async () => {
  const stranger = await read('', { 'x-access-token': '' });
  expect([stranger.status, stranger.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="registry-gateway"']);
  expect((await read('', { accept: 'application/json' })).status).toBe(406);
  expect((await gateway.rest('POST', '/api/events')).status).toBe(405);
});

test('a client that does not read for a while is told of all of it when it reads', async () => {
  await gateway.attach('r', registry.url);
  for (let n = 0; n < 400; n++) seed(registry.store, 'app', `${'long'.repeat(30)}-${n}`, one);
  await gateway.crawl('r');
  const stalled = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = requestHttp(`${gateway.url}/api/events?after=0`, { headers: { 'x-access-token': gateway.access } });
    asked.on('response', resolve).on('error', reject).end();
  });
  stalled.pause();
  for (let n = 0; n < 400; n++) seed(registry.store, 'app', `${'more'.repeat(30)}-${n}`, two);
  await gateway.crawl('r');
  const read = new Promise<number>((resolve) => {
    let text = '';
    stalled.on('data', (piece: Buffer) => {
      text += piece.toString();
      const pushed = text.match(/"TAG_PUSHED"/g)?.length ?? 0;
      if (pushed >= 400) resolve(pushed);
    });
  });
  stalled.resume();
  expect(await read).toBe(400);
  stalled.destroy();
});
