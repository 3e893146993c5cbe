import { Agent, request } from 'node:http';
import * as fc from 'fast-check';
import { errorCodes } from '../../src/errors.js';
import { statusOf } from '../../src/http/failure.js';
import { amount, chooseSeed, report } from '../support/run/amount.js';
import { createTally } from '../support/observed/tally.js';
import { startIsland } from './island.js';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** The documented routes, and those beside them. */
const routes = [
  '/api/registries',
  '/api/registries/{name}',
  '/api/registries/{name}/repositories',
  '/api/registries/{name}/repositories/{repository}',
  '/api/registries/{name}/tags',
  '/api/registries/{name}/tags?repository={repository}',
  '/api/registries/{name}/tags/{text}?repository={repository}',
  '/api/jobs',
  '/api/jobs/{id}',
  '/api/jobs/{id}/pieces',
  '/api/jobs/{id}/undo',
  '/api/deletions',
  '/api/search?q={text}',
  '/auth/login',
  '/account/changepassword',
  '/api/accounts',
  '/api/accounts/{text}',
  '/api/roles/{text}',
  '/api/servicekeys',
  '/api/servicekeys/{id}',
  '/events/{name}',
  '/graphql',
  '/livez',
  '/readyz',
  '/explorer',
  '/assets/{text}',
  '/r/{name}/{text}',
  '/',
  '/{text}',
  '/api/{text}',
];

const wild = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '..',
      '.',
      '%2e%2e',
      '%',
      '%00',
      '%c3%28',
      '%ff',
      '//',
      '\\',
      ';',
      '?',
      '#',
      '\u0000',
      '\r\nx: y',
      '__proto__',
      'constructor',
      'a'.repeat(1100),
      '💥'.repeat(50),
      `sha256:${'a'.repeat(64)}`,
    ),
  },
);
const parts: Readonly<Record<string, fc.Arbitrary<string>>> = {
  name: fc.oneof(fc.constantFrom('local', 'none', 'LOCAL', '00000000-0000-4000-8000-000000000000'), wild),
  repository: fc.oneof(fc.constantFrom('app', 'team/app', 'team%2Fapp', 'library/app', 'none', 'app/'), wild),
  id: fc.oneof(fc.uuid(), wild),
  text: wild,
};
const encoded = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(text, fc.boolean())
    .map(([value, isRaw]) => (isRaw ? toAscii(value) : encodeURIComponent(value.toWellFormed())));

/** What may stand in a request line: what is no ASCII never leaves a client. */
function toAscii(text: string): string {
  return text.replaceAll(/[^\u0021-\u007e]/g, (char) => encodeURIComponent(char.toWellFormed()));
}

const path = fc.constantFrom(...routes).chain((route) => {
  const pieces = route
    .split(/(\{\w+\})/)
    .map((piece) => (piece.startsWith('{') ? encoded(parts[piece.slice(1, -1)]!) : fc.constant(piece)));
  return fc.tuple(...pieces).map((written) => written.join(''));
});
const query = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  fc.constantFrom(
    '?dry_run=true',
    '?limit=1',
    '?limit=1&cursor=WyJhIiwiYiJd',
    '?order=-size&namespace=team',
    '?dry_run=1',
    '?dry_run=true&dry_run=false',
    '?plan_token=x',
    '?n=5&last=a',
    '?query={viewer{username}}',
    '?query=',
    '?variables={}',
    '?__proto__=1',
  ),
  encoded(wild).map((text) => `?${text}`),
);
/** Only what is on loopback, or nowhere. */
const addresses = [
  'http://127.0.0.1:9',
  'https://127.0.0.1:9',
  'http://registry.invalid',
  'http://169.254.169.254',
  'http://[::]',
  'ftp://127.0.0.1',
  'http://user:pass@127.0.0.1:9',
  'http://127.0.0.1:9/../x',
  '',
];
const bodies = fc.oneof(
  fc.constant(undefined),
  fc
    .record(
      {
        name: wild,
        addr: fc.oneof(fc.constantFrom(...addresses), wild),
        username: wild,
        password: wild,
        ca_certificate: wild,
        tls_skip_verify: fc.anything(),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
  fc
    .record({ username: fc.oneof(fc.constant('admin'), wild), password: wild }, { requiredKeys: [] })
    .map((value) => JSON.stringify(value)),
  fc
    .record({
      events: fc.array(fc.record({ action: fc.constantFrom('push', 'delete', 'mount', 'x'), target: fc.jsonValue() })),
    })
    .map((value) => JSON.stringify(value)),
  fc
    .record(
      {
        query: fc.oneof(fc.constant('{ viewer { username } }'), wild),
        variables: fc.jsonValue(),
        operationName: fc.jsonValue(),
        extensions: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
  fc.json(),
  wild,
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);
const headerValue = wild.map((text) => text.replaceAll(/[^\u0020-\u007e\u00a0-\u00ff]/g, ''));
const headers = fc.record(
  {
    'x-access-token': fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('ADMIN', 'ADMIN', 'READER') },
      fc.constantFrom('admin:x', ''),
      headerValue,
    ),
    authorization: headerValue,
    'content-type': fc.oneof(
      { weight: 8, arbitrary: fc.constant('application/json') },
      fc.constantFrom(
        'application/json; charset=utf-16',
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'application/vnd.docker.distribution.events.v2+json',
      ),
      headerValue,
    ),
    accept: fc.oneof(
      fc.constantFrom('application/json', 'text/html', 'application/graphql-response+json', '*/*;q=0'),
      headerValue,
    ),
    'cache-control': fc.constantFrom('no-cache', 'max-age=0', 'only-if-cached'),
    prefer: fc.constantFrom('respond-async', 'wait=0', 'x'),
    'if-none-match': fc.oneof(fc.constantFrom('*', '"a"', 'W/"a", "b"'), headerValue),
    'if-modified-since': fc.oneof(fc.constantFrom('Thu, 01 Jan 2026 00:00:09 GMT', '0'), headerValue),
    range: fc.constantFrom('bytes=0-1', 'bytes=-1'),
    'x-forwarded-for': fc.oneof(fc.constantFrom('1.2.3.4', '::1, ::1', 'unknown'), headerValue),
    origin: headerValue,
    'apollo-require-preflight': fc.constantFrom('true', ''),
  },
  { requiredKeys: ['x-access-token', 'content-type'] },
);

test('whatever is asked of any route, the answer is a documented one', async () => {
  const runs = amount(400, 50_000);
  await using island = await startIsland();
  const { gateway, tokens } = island;
  const statuses = createTally();
  const seed = chooseSeed();
  report('REST fuzz', { runs, seed });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...methods),
      path,
      query,
      headers,
      bodies,
      async (method, target, search, given, payload) => {
        const token = { ADMIN: gateway.access, READER: tokens.reader }[given['x-access-token'] ?? ''];
        const sent = { ...given, ...(token && { 'x-access-token': token }) };
        const url = `${target.startsWith('/') ? '' : '/'}${target}${search}`;
        const answer = await send(gateway.url, { method, path: url, headers: sent, body: payload });
        statuses.add(answer.status);
        expectDocumented(answer, method);
        await island.restore();
      },
    ),
    { numRuns: runs, seed },
  );
  report('REST fuzz', { statuses: statuses.counts(), faults: island.faults().length });
  expect(island.faults()).toEqual([]);
});

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
afterAll(() => agent.destroy());

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | undefined;
}

/** Sent again where the server had closed a connection that was kept. */
async function send(url: string, asked: Asked): Promise<Answer> {
  try {
    return await sendOnce(url, asked);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
    return sendOnce(url, asked);
  }
}

/** As it stands: nothing resolves what is in the path. */
function sendOnce(url: string, { method, path, headers, body }: Asked): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const bytes = body === undefined ? null : Buffer.from(body);
  const sent = { ...headers, ...(bytes && { 'content-length': bytes.length }) };
  return new Promise((resolve, reject) => {
    const asking = request({ hostname, port, method, path, agent, headers: sent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(chunks).toString(),
          type: response.headers['content-type'] ?? '',
        }),
      );
    });
    asking.on('error', reject);
    asking.end(bytes ?? undefined);
  });
}

/** Refusals have a code of the list, with its status; nothing is ever INTERNAL. */
function expectDocumented({ status, text, type }: Answer, method: string): void {
  expect(text).not.toMatch(/INTERNAL|Maximum call stack|node_modules| {4}at |SQLITE/);
  expect(status).not.toBe(500);
  if (status < 400 || method === 'HEAD' || text === '' || !type.includes('json')) return;
  const { error, errors } = JSON.parse(text) as {
    error?: { code: string; requestId: string };
    errors?: { extensions: { code: string } }[];
  };
  const code = error?.code ?? errors?.[0]?.extensions.code;
  if (status >= 500) expect([errorCodes, statusOf(code ?? '')]).toEqual([expect.arrayContaining([code]), status]);
  // GraphQL over HTTP has codes of its own for what is no operation.
  else expect(code).toMatch(/^[A-Z_]+$/);
}
