import { get as getHttp } from 'node:http';
import { Readable } from 'node:stream';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { pino } from 'pino';
import { createHttpServer, defaultHttpLimits } from '../../src/http/server.js';
import { adminPassword, startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';

const decoders: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  zstd: zstdDecompressSync,
  br: brotliDecompressSync,
  gzip: gunzipSync,
};
const codings = Object.keys(decoders);
const list = '/api/registries/local/repositories';
const query =
  '{ registry(name: "local") { repositories(first: 100) { nodes { name tags { nodes { name digest } } } } } }';
const page = `/graphql?query=${encodeURIComponent(query)}`;

let registry: MemoryRegistry;
let gateway: TestGateway;

beforeAll(async () => {
  registry = await createMemoryRegistry();
  for (let at = 0; at < 40; at++)
    seed(registry.store, `team/app-${at}`, 'v1', buildImage({ labels: { at: String(at) } }));
  gateway = await startGateway();
  await gateway.attach('local', registry.url);
  await gateway.crawl('local');
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry.close();
});

interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly bytes: Buffer;
}

async function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  payload?: object,
): Promise<Received> {
  const sent = { 'x-access-token': gateway.access, 'apollo-require-preflight': '1', ...headers };
  const answer = await gateway.app.server.inject({
    method: method as 'GET',
    url: path,
    headers: sent,
    ...(payload && { payload }),
  });
  return { status: answer.statusCode, headers: answer.headers as Received['headers'], bytes: answer.rawPayload };
}

describe.each([
  ['a list by REST', list],
  ['a page by GraphQL', page],
])('%s', (_, path) => {
  test.each(codings)('an answer in %s is the same as it is without, under a tag of its own', async (coding) => {
    const plain = await ask('GET', path);
    const coded = await ask('GET', path, { 'accept-encoding': coding });
    expect(plain.headers).not.toHaveProperty('content-encoding');
    expect(coded.headers).toMatchObject({
      'content-encoding': coding,
      'content-length': String(coded.bytes.length),
      vary: expect.stringContaining('accept-encoding'),
    });
    expect(decoders[coding]!(coded.bytes)).toEqual(plain.bytes);
    expect(coded.headers['etag']).toBe(`${plain.headers['etag']!.slice(0, -1)}-${coding}"`);
    expect(plain.headers['vary']).toBe(coded.headers['vary']);
  });

  test.each([...codings, 'identity'])('a client that has it in %s is told that it has not changed', async (coding) => {
    const { headers } = await ask('GET', path, { 'accept-encoding': coding });
    const all = 'gzip, br, zstd';
    const again = await ask('GET', path, { 'accept-encoding': all, 'if-none-match': headers['etag']! });
    expect([again.status, again.headers['etag'], again.bytes.length]).toEqual([304, headers['etag'], 0]);
    expect(again.headers).not.toHaveProperty('content-encoding');
    // A proxy that compresses makes the tag weak.
    expect((await ask('GET', path, { 'accept-encoding': all, 'if-none-match': `W/${headers['etag']}` })).status).toBe(
      304,
    );
  });

  test('a client is not told that what it cannot read has not changed', async () => {
    const { headers } = await ask('GET', path, { 'accept-encoding': 'br' });
    expect((await ask('GET', path, { 'accept-encoding': 'gzip', 'if-none-match': headers['etag']! })).status).toBe(200);
  });

  test.each([...codings, 'identity'])('HEAD has the headers that GET has, in %s', async (coding) => {
    const [get, head] = [
      await ask('GET', path, { 'accept-encoding': coding }),
      await ask('HEAD', path, { 'accept-encoding': coding }),
    ];
    const shown = ({ headers }: Received): unknown =>
      ['content-type', 'content-encoding', 'content-length', 'etag', 'vary', 'cache-control'].map(
        (name) => headers[name],
      );
    expect([head.status, shown(head), head.bytes.length]).toEqual([200, shown(get), 0]);
  });
});

test('what is short is sent as it is, but to a client that will not have it so', async () => {
  expect((await ask('GET', '/livez', { 'accept-encoding': 'gzip' })).headers).not.toHaveProperty('content-encoding');
  const refused = await ask('GET', '/livez', { 'accept-encoding': 'gzip, identity;q=0' });
  expect([refused.headers['content-encoding'], gunzipSync(refused.bytes).toString()]).toEqual([
    'gzip',
    '{"status":"ok"}',
  ]);
});

test('a query by POST is compressed', async () => {
  const { headers, bytes } = await ask('POST', '/graphql', { 'accept-encoding': 'br' }, { query });
  expect(headers['content-encoding']).toBe('br');
  expect(JSON.parse(brotliDecompressSync(bytes).toString())).toMatchObject({
    data: { registry: { repositories: {} } },
  });
});

test.each<[string, string, object]>([
  ['REST', '/auth/login', { username: 'admin', password: adminPassword }],
  [
    'GraphQL',
    '/graphql',
    { query: `mutation { login(input: { username: "admin", password: "${adminPassword}" }) { token } }` },
  ],
])('a login by %s is not compressed, and nobody on the way may', async (_, path, payload) => {
  // Long enough to be compressed, as the user agent is sent back.
  const { status, headers } = await ask(
    'POST',
    path,
    { 'accept-encoding': 'gzip, identity;q=0', 'user-agent': 'x'.repeat(2000) },
    payload,
  );
  expect([status, headers['content-encoding'], headers['cache-control']]).toEqual([
    200,
    undefined,
    'no-store, no-transform',
  ]);
});

describe('an answer that is made while it is sent', () => {
  const piece = 'a line of the list\n'.repeat(1000);

  async function serve(
    pieces: () => AsyncGenerator<string>,
  ): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
    const server = await createHttpServer({
      logger: pino({ level: 'silent' }),
      allowedOrigins: [],
      limits: defaultHttpLimits,
      measureLoopDelay: () => 0,
    });
    server.get('/', async (_request, reply) =>
      reply.type('text/plain').header('etag', 'W/"1"').send(Readable.from(pieces())),
    );
    return { url: await server.listen({ host: '127.0.0.1', port: 0 }), close: () => server.close() };
  }

  test.each(codings)(
    'an answer that is made while it is sent is compressed as %s: its first piece is read before the second is made',
    async (coding) => {
      const gate = Promise.withResolvers<void>();
      const { url, close } = await serve(async function* () {
        yield piece;
        await gate.promise;
        yield piece;
      });
      const chunks: Buffer[] = [];
      await new Promise<void>((resolve, reject) => {
        getHttp(url, { headers: { 'accept-encoding': coding } }, (response) => {
          expect(response.headers).toMatchObject({
            'content-encoding': coding,
            vary: 'accept-encoding',
            etag: 'W/"1"',
          });
          // Without the first bytes there is no second piece, and no end.
          response
            .once('data', () => gate.resolve())
            .on('data', (chunk: Buffer) => chunks.push(chunk))
            .on('end', resolve)
            .on('error', reject);
        }).on('error', reject);
      });
      expect(decoders[coding]!(Buffer.concat(chunks)).toString()).toBe(piece + piece);
      await close();
    },
  );

  test('ends behind its reader, and is made no faster than it is read', async () => {
    let made = 0;
    const ended = Promise.withResolvers<void>();
    const { url, close } = await serve(async function* () {
      try {
        // Digits that do not repeat: what is compressed must fill the connection.
        for (;;) yield Array.from({ length: 2000 }, () => `${Math.sin(++made)}`).join('');
      } finally {
        ended.resolve();
      }
    });
    const request = getHttp(
      url,
      { headers: { 'accept-encoding': 'gzip' } },
      (response) => void response.once('data', () => response.pause()),
    );
    request.on('error', () => undefined);
    let before = -1;
    // Not read, it comes to a stop by itself.
    for (; before !== made; await new Promise((resolve) => setTimeout(resolve, 200))) before = made;
    request.destroy();
    await ended.promise;
    await close();
  });

  test('an answer that is made while it is sent is cut off where it fails: it does not look whole', async () => {
    const { url, close } = await serve(async function* () {
      yield piece;
      throw new Error('the database is gone');
    });
    await expect(
      fetch(url, { headers: { 'accept-encoding': 'gzip' } }).then((answer) => answer.text()),
    ).rejects.toThrow();
    await close();
  });
});
