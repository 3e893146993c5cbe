import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillIndex, registryName } from '../../bench/fill.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { until } from '../support/timer.js';

/** Some 5 MB as JSON, where up to 4 MiB are collected. */
const tags = 25_000;
const list = `/api/registries/${registryName}/repositories`;
const one = `${list}/team-00/app-000000`;

interface RepositoryJson {
  readonly name: string;
  readonly tags: readonly { readonly ID: string; readonly Name: string }[];
  readonly layers: readonly { readonly id: string }[];
  readonly size: number;
}

/** When the registry was read: none of its answers is ever old enough to read it again. */
let filledAt: Date;
let folder: string;
let gateway: TestGateway;
/** The gateway's ends of its connections. */
let ends: Socket[];
let readers: Socket[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'streaming-'));
  await fillIndex(`${folder}/filled.db`, { repositories: 1, tagsEach: tags });
  filledAt = new Date();
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  await copyFile(`${folder}/filled.db`, `${folder}/index.db`);
  gateway = await startGateway({
    databaseUrl: `sqlite:${folder}/index.db`,
    streamsPerCaller: 1,
    clock: () => filledAt,
  });
  [ends, readers] = [[], []];
  gateway.app.server.server.on('connection', (socket) => ends.push(socket));
});
afterEach(async () => {
  for (const reader of readers) reader.destroy();
  await gateway[Symbol.asyncDispose]();
  for (const end of ['', '-wal', '-shm', '.lock']) await rm(`${folder}/index.db${end}`, { force: true });
});

/** Sends a request and reads nothing. */
function askWithoutReading(path: string, access = gateway.access): Socket {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  readers.push(socket);
  socket.pause();
  socket.on('error', () => undefined);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nX-Access-Token: ${access}\r\n\r\n`);
  return socket;
}

/** Begins a request and gives its answer, of which nothing more is read until someone does. */
function begin(path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = requestHttp(
      `${gateway.url}${path}`,
      { agent: false, headers: { 'x-access-token': gateway.access } },
      resolve,
    );
    request.on('error', reject);
    request.end();
  });
}

async function readText(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Waits until the gateway has to wait for this reader. */
async function untilFull(): Promise<Socket> {
  await until(() => ends.at(-1)?.writableNeedDrain ?? false);
  return ends.at(-1)!;
}

describe.each([
  ['a list', list, (text: string) => (JSON.parse(text) as RepositoryJson[])[0]!],
  ['a repository', one, (text: string) => JSON.parse(text) as RepositoryJson],
])('%s of more than 4 MiB', (_what, path, parse) => {
  test('comes in chunks, whole and in the documented shape, with a weak ETag', async () => {
    const { status, headers, text } = await gateway.rest('GET', path);
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      'transfer-encoding': 'chunked',
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'private, no-cache',
      'x-accel-buffering': 'no',
      etag: expect.stringMatching(/^W\/"[\w-]{43}"$/) as unknown,
      age: expect.stringMatching(/^\d+$/) as unknown,
    });
    expect(headers.has('content-length')).toBe(false);
    expect(text).toBe(JSON.stringify(JSON.parse(text)));
    const body = parse(text);
    expect(Object.keys(body)).toEqual(['name', 'namespace', 'repository', 'tags', 'layers', 'size']);
    expect(body.tags).toHaveLength(tags);
    const names = body.tags.map(({ Name }) => Name);
    expect(names).toEqual([...new Set(names)].sort());
    // A base layer that all share, and one of each.
    expect(new Set(body.layers.map(({ id }) => id)).size).toBe(tags + 1);
    expect(body.layers).toHaveLength(tags + 1);
  });

  test('a list is 304 while nothing has changed, by its tag and by *', async () => {
    const answer = await begin(path);
    const etag = String(answer.headers.etag);
    await readText(answer);
    for (const sent of [etag, etag.slice(2), `"x", ${etag}`, '*']) {
      for (const method of ['GET', 'HEAD']) {
        const again = await gateway.rest(method, path, { headers: { 'if-none-match': sent } });
        expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
      }
    }
    expect((await gateway.rest('GET', path, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
    await gateway.rest('DELETE', `/api/registries/${registryName}`);
    expect((await gateway.rest('GET', path, { headers: { 'if-none-match': etag } })).status).toBe(404);
  });

  test('has the same headers for HEAD, which reads no more than its beginning', async () => {
    const answer = await gateway.rest('HEAD', path);
    expect([answer.status, answer.text, answer.headers.get('content-length')]).toEqual([200, '', null]);
    expect(answer.headers.get('etag')).toMatch(/^W\//);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  test('waits for a reader with no more than a few chunks ready', async () => {
    const reader = askWithoutReading(path);
    const end = await untilFull();
    expect(end.writableLength).toBeLessThan(256 * 1024);
    const written = end.bytesWritten;
    // Others are served meanwhile, and nothing more is made for this one.
    expect((await gateway.rest('GET', '/api/registries')).status).toBe(200);
    expect(end.bytesWritten).toBe(written);
    expect(end.writableLength).toBeLessThan(256 * 1024);
    reader.destroy();
  });

  test('a list is sent to one account as often at a time as it may be, and its place is free once the reader has gone', async () => {
    const reader = askWithoutReading(path);
    await untilFull();
    const refused = await gateway.rest<{ error: { code: string; retryAfter: number } }>('GET', path);
    expect([refused.status, refused.body.error.code, refused.headers.get('retry-after')]).toEqual([
      429,
      'RATE_LIMITED',
      '10',
    ]);
    expect((await gateway.rest('GET', path, { access: await gateway.accessAs('registries:ro') })).status).toBe(200);
    reader.destroy();
    await until(async () => (await gateway.rest('HEAD', path)).status === 200);
    // A place that was used to the end is free as well.
    for (let time = 0; time < 3; time++) expect((await gateway.rest('GET', path)).status).toBe(200);
  });

  test('a list is cut where it cannot be finished, and never looks whole', async () => {
    const answer = await begin(path);
    await untilFull();
    await gateway.rest('DELETE', `/api/registries/${registryName}`);
    await expect(readText(answer)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(answer.complete).toBe(false);
    const lines = gateway.log.filter(({ level }) => Number(level) >= 40);
    expect(lines.filter(({ err }) => err !== undefined)).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toContain('INTERNAL');
  });
});

test('a list is cut within a second of its token being revoked, whether it is read or not', async () => {
  const access = await gateway.accessAs('registries:ro');
  askWithoutReading(list, access);
  const end = await untilFull();
  await gateway.graphql('mutation { logout { userErrors { code } } }', {}, { access });
  await until(() => end.destroyed);
});

test('closing the gateway cuts what nobody reads, and waits for nothing', async () => {
  askWithoutReading(list);
  const end = await untilFull();
  await gateway.app.close();
  expect(end.destroyed).toBe(true);
});

test('what is short is whole as before: a strong ETag, a length, and kept', async () => {
  for (const path of ['/api/registries', `/api/registries/${registryName}`]) {
    const answer = await gateway.rest('GET', path);
    expect(answer.headers.get('etag')).toMatch(/^"[\w-]{43}"$/);
    expect(answer.headers.get('content-length')).toBe(String(answer.text.length));
  }
});
