import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { buildSchema } from 'graphql';
import { type Compressor, createCompressor } from '../../src/coding/compress.js';
import { createSchema } from '../../src/graphql/server/schema.js';
import { registerSchemaText } from '../../src/graphql/server/schematext.js';
import { pino } from 'pino';
import { createHttpServer, defaultHttpLimits } from '../../src/http/server.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';

const text = readFileSync('schema.graphql', 'utf8');

describe('/schema.graphql', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(async () => gateway[Symbol.asyncDispose]());

  test('/schema.graphql is the schema, for whoever asks, as text that a browser shows', async () => {
    for (const access of [null, gateway.access]) {
      const answer = await gateway.rest('GET', '/schema.graphql', { access });
      expect([answer.status, answer.text]).toEqual([200, text]);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': 'text/plain; charset=utf-8',
        'content-length': String(Buffer.byteLength(text)),
        etag: `"${createHash('sha256').update(text).digest('base64url')}"`,
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
      });
    }
    expect(buildSchema(text).getMutationType()?.getFields()).toHaveProperty('addRegistry');
  });

  test.each([
    ['zstd', zstdDecompressSync],
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const)('/schema.graphql is sent in %s, and not again while it is the same', async (coding, decode) => {
    const ask = (method: 'GET' | 'HEAD', headers = {}) =>
      gateway.app.server.inject({ method, url: '/schema.graphql', headers: { 'accept-encoding': coding, ...headers } });
    const { headers, rawPayload } = await ask('GET');
    expect(headers).toMatchObject({ 'content-encoding': coding, vary: expect.stringContaining('accept-encoding') });
    expect([decode(rawPayload).toString(), rawPayload.length < text.length / 3]).toEqual([text, true]);
    const again = await ask('GET', { 'if-none-match': headers.etag });
    expect([again.statusCode, again.headers.etag, again.rawPayload.length]).toEqual([304, headers.etag, 0]);
    const head = await ask('HEAD');
    expect([head.headers.etag, head.headers['content-length'], head.rawPayload.length]).toEqual([
      headers.etag,
      String(rawPayload.length),
      0,
    ]);
  });

  test('/schema.graphql is linked from the page and from its documentation', async () => {
    for (const page of ['/explorer', '/explorer/documentation.html', '/explorer/graphql.html']) {
      const { text: html } = await gateway.rest('GET', page, { access: null, headers: { accept: 'text/html' } });
      const [, target] = /href="([^"]*schema\.graphql)"/.exec(html) ?? [];
      expect([page, target && new URL(target, gateway.url + page).pathname]).toEqual([page, '/schema.graphql']);
    }
  });
});

test('each coding of the schema is made once, and where that cannot be now the schema is sent as it is', async () => {
  const made: string[] = [];
  const real = createCompressor();
  let isBusy = true;
  const compressor: Compressor = {
    ...real,
    async compress(coding, bytes) {
      if (isBusy) return null;
      made.push(coding);
      return real.compress(coding, bytes);
    },
  };
  const logger = pino({ level: 'silent' });
  const server = await createHttpServer({
    logger,
    allowedOrigins: [],
    limits: defaultHttpLimits,
    measureLoopDelay: () => 0,
    compressor,
  });
  registerSchemaText(server, createSchema(), compressor);
  const ask = async (coding: string) =>
    (await server.inject({ url: '/schema.graphql', headers: { 'accept-encoding': coding } })).headers;
  expect(await ask('gzip')).not.toHaveProperty('content-encoding');
  isBusy = false;
  for (const coding of ['gzip', 'br', 'gzip', 'br'])
    expect(await ask(coding)).toMatchObject({ 'content-encoding': coding });
  expect(made).toEqual(['gzip', 'br']);
  await server.close();
});
