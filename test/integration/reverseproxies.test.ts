import { readFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { AppSettings } from '../../src/app.js';
import { parseBasePath } from '../../src/domain/basepath.js';
import { parseNetwork } from '../../src/domain/network.js';
import { runCommandLine } from '../cli/run.js';
import { createEvent, v1 } from '../events/door.js';
import { type Browser, browserCommand, startBrowser } from '../explorer/browser.js';
import { describeWith } from '../support/servers/distribution.js';
import { adminPassword, exchange, type HttpAnswer, startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { buildImage } from '../support/content/images.js';
import { rows } from '../support/run/amount.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { type ReverseProxy, startCaddy, startNginx } from '../support/servers/reverseproxy.js';
import { until } from '../support/timer.js';

/** The path below which each proxy has the gateway. */
const below = '/registry';
const known = { basePath: parseBasePath(below)! };
const forwarded = 'proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;';
const compressed = 'gzip on; gzip_proxied any; gzip_types application/json text/html;';
/** The path as the client wrote it, where nginx's own is decoded. */
const rawPath = 'map $request_uri $rest { "~^/registry(?<tail>/.*)$" $tail; }';
const secret = 'a-notification-secret-1';

interface Setup {
  /** It leads from the path to the path with a slash. */
  readonly redirects?: true;
  readonly settings: Partial<AppSettings>;
  /** Of a gateway at this address. */
  readonly start: (gateway: string) => Promise<ReverseProxy>;
}

/** The example of docs/proxies.md in this language that has a gateway behind it, in front of that one. */
function readExample(language: string, gateway: string): string {
  const examples = readFileSync('docs/proxies.md', 'utf8').matchAll(
    new RegExp(`\`\`\`${language}\\n([^\`]+)\`\`\``, 'g'),
  );
  const example = [...examples].map(([, text]) => text!).find((text) => text.includes('127.0.0.1:4000')) ?? '';
  return example.replaceAll('http://127.0.0.1:4000', gateway).replaceAll('127.0.0.1:4000', new URL(gateway).host);
}

/** The directives of a file's one site. */
function readSite(file: string): string {
  return /\n\{\$SITE[^\n]*\{\n([^]*)\n\}\n$/.exec(readFileSync(file, 'utf8'))![1]!;
}

const behindNginx: readonly [string, Setup][] = [
  [
    'as documented, with the setting',
    { redirects: true, settings: known, start: (gateway) => startNginx(readExample('nginx', gateway), compressed) },
  ],
  [
    'as documented, with its header alone',
    { redirects: true, settings: {}, start: (gateway) => startNginx(readExample('nginx', gateway)) },
  ],
  [
    'that takes the path off and decodes %2F, with the setting',
    {
      settings: known,
      start: (gateway) => startNginx(`location ${below}/ { proxy_pass ${gateway}/; ${forwarded} }`, compressed),
    },
  ],
  [
    'that takes the path off and decodes %2F, and says nothing',
    {
      settings: {},
      start: (gateway) => startNginx(`location ${below}/ { proxy_pass ${gateway}/; ${forwarded} }`),
    },
  ],
  [
    'that takes the path off and leaves %2F, and says nothing',
    {
      settings: {},
      start: (gateway) =>
        startNginx(`location ${below}/ { proxy_pass ${gateway}$rest; ${forwarded} }`, compressed + rawPath),
    },
  ],
];

const behindCaddy: readonly [string, Setup][] = [
  [
    'as documented',
    {
      redirects: true,
      settings: {},
      start: (gateway) => startCaddy(readExample('caddyfile', gateway).replace(/^[^\n]* \{\n([^]*)\n\}\n$/, '$1')),
    },
  ],
  [
    'of deploy/caddy, which leaves the path, with the setting',
    {
      redirects: true,
      settings: known,
      start: (gateway) =>
        startCaddy(readSite('deploy/caddy/subpath.Caddyfile').replace('gateway:4000', new URL(gateway).host)),
    },
  ],
];

describeWith('nginx', 'behind nginx', () => describe.each(rows(behindNginx, 1))('%s', (_, setup) => testSetup(setup)));
describeWith('caddy', 'behind Caddy', () => describe.each(rows(behindCaddy, 1))('%s', (_, setup) => testSetup(setup)));

function testSetup({ redirects, settings, start }: Setup): void {
  let gateway: TestGateway;
  let registry: MemoryRegistry;
  let proxy: ReverseProxy;
  const ask = <T>(method: string, path: string, options: object = {}): Promise<HttpAnswer<T>> =>
    exchange<T>(proxy.url, method, below + path, { access: gateway.access, ...options });
  /** As a client does it, RFC 3986 §5.2. */
  const follow = <T>(path: string, reference: string): Promise<HttpAnswer<T>> => {
    const { pathname, search } = new URL(reference, proxy.url + below + path);
    return exchange<T>(proxy.url, 'GET', pathname + search, { access: gateway.access });
  };

  beforeAll(async () => {
    registry = await createMemoryRegistry();
    for (const name of ['app', 'team/app', 'team/other', 'a/b/c'])
      seed(registry.store, name, 'v1', buildImage({ labels: { name } }));
    gateway = await startGateway({ ...settings, trustedProxies: [parseNetwork('127.0.0.1')!] });
    proxy = await start(gateway.url);
    const input = { name: 'local', addr: registry.url, eventsSecret: secret, maxAge: 3600 };
    const query = 'mutation ($input: AddRegistryInput!) { addRegistry(input: $input) { userErrors { message } } }';
    const { body } = await ask('POST', '/graphql', { body: { query, variables: { input } } });
    expect(body).toMatchObject({ data: { addRegistry: { userErrors: [] } } });
    await gateway.crawl('local');
  });
  afterAll(async () => {
    await proxy?.close();
    await gateway?.[Symbol.asyncDispose]();
    await registry?.close();
  });

  test('GraphQL answers, page by page', async () => {
    const query =
      'query ($after: String) { registry(name: "local") { repositories(first: 1, after: $after) { nodes { name } ' +
      'pageInfo { endCursor hasNextPage } } } }';
    type Repositories = {
      registry: { repositories: { nodes: { name: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } } };
    };
    const names: string[] = [];
    for (let after: string | null = null, hasNext = true; hasNext;) {
      const answer: HttpAnswer<{ data: Repositories }> = await ask('POST', '/graphql', {
        body: { query, variables: { after } },
      });
      const { nodes, pageInfo }: Repositories['registry']['repositories'] = answer.body.data.registry.repositories;
      names.push(...nodes.map(({ name }) => name));
      [after, hasNext] = [pageInfo.endCursor, pageInfo.hasNextPage];
    }
    expect(names).toEqual(['a/b/c', 'app', 'team/app', 'team/other']);
  });

  test('the links of REST lead on, and a visit of /graphql to the explorer', async () => {
    for (const path of ['/api/registries', '/api/registries/']) {
      const { status, headers } = await ask('GET', path);
      const manual = await follow(path, /<([^>]*)>; rel="service-doc"/.exec(headers.get('link') ?? '')![1]!);
      expect([status, manual.status, manual.headers.get('content-type')]).toEqual([
        200,
        200,
        'text/html; charset=utf-8',
      ]);
    }
    const visit = await ask('GET', '/graphql', { headers: { accept: 'text/html' } });
    expect([visit.status, new URL(visit.headers.get('location')!, `${proxy.url}${below}/graphql`).pathname]).toEqual([
      303,
      `${below}/explorer`,
    ]);
    const root = await ask<{ rest: string; schema: string }>('GET', '/');
    for (const reference of [root.body.rest, root.body.schema]) expect((await follow('/', reference)).status).toBe(200);
  });

  if (redirects) {
    test('the path without its slash leads to the console', async () => {
      const { status, headers } = await ask('GET', '');
      expect([status, headers.get('location')]).toEqual([308, `${below}/`]);
    });
  }

  test.each(['app', 'team/app', 'team%2Fother', 'a%2Fb/c'])(
    '%s is found, and the Location of its deletion leads to the job',
    async (name) => {
      const path = `/api/registries/local/repositories/${name}`;
      expect((await ask<{ tags: object[] }>('GET', path)).body.tags).toHaveLength(1);
      const { status, headers, body } = await ask<{ id: string }>('DELETE', path, {
        headers: { prefer: 'respond-async' },
      });
      const job = await follow<{ id: string; kind: string }>(path, headers.get('location')!);
      expect([status, job.status, job.body.id, job.body.kind]).toEqual([202, 200, body.id, 'DELETE_REPOSITORY']);
      await until(async () => (await ask('GET', path)).status === 404);
    },
  );

  test('a notification makes a push show', async () => {
    seed(registry.store, 'told/of', 'v1', buildImage());
    const body = { events: [createEvent('told/of')] };
    const send = (given: string) =>
      ask('POST', '/events/local', {
        access: null,
        body,
        headers: { 'content-type': v1, authorization: `Bearer ${given}` },
      });
    expect([(await send('wrong-secret-0123456')).status, (await send(secret)).status]).toEqual([401, 202]);
    await until(async () => (await ask('GET', '/api/registries/local/repositories/told/of')).status === 200);
  });

  test('the limit of bodies is the gateway’s, which says so', async () => {
    const under = await ask<{ error: { code: string } }>('POST', '/api/registries', {
      body: { name: 'x', addr: 'http://127.0.0.1:1', ca_certificate: 'x'.repeat(200_000) },
    });
    expect([under.status < 500, under.body.error.code]).not.toContain('INTERNAL');
    const over = await ask<{ error: { code: string } }>('POST', '/api/registries', {
      body: { name: 'x', addr: 'y'.repeat(300_000) },
    });
    expect([over.status, over.body.error.code]).toEqual([413, 'BAD_USER_INPUT']);
  });

  test('answers are compressed once, and known again by their ETag', async () => {
    const path = '/explorer/rest.html';
    const first = await askBytes(`${proxy.url}${below}${path}`, { 'accept-encoding': 'gzip' });
    expect([first.headers['content-encoding'], gunzipSync(first.body).toString()]).toEqual([
      'gzip',
      (await ask('GET', path)).text,
    ]);
    expect(first.headers.etag).toMatch(/^"[\w-]+-gzip"$/);
    const again = await askBytes(`${proxy.url}${below}${path}`, {
      'accept-encoding': 'gzip',
      'if-none-match': first.headers.etag!,
    });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  test('the address of a client is the one that the proxy heard from, whatever the client says', async () => {
    const body = JSON.stringify({ username: 'admin', password: 'wrong' });
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.9' };
    const { status } = await askBytes(`${proxy.url}${below}/auth/login`, headers, {
      method: 'POST',
      body,
      localAddress: '127.0.0.2',
    });
    const query = '{ auditLog(first: 1, filter: { action: "login" }) { nodes { details } } }';
    const { body: audit } = await gateway.graphql<{ auditLog: { nodes: { details: object }[] } }>(query);
    expect([status, audit.data!.auditLog.nodes[0]!.details]).toEqual([
      401,
      expect.objectContaining({ clientAddress: '127.0.0.2' }),
    ]);
  });

  test('the command line logs in there, and lists', async () => {
    const url = `${proxy.url}${below}/`;
    const token = gateway.access.slice('admin:'.length);
    const listed = await runCommandLine('', ['repo', 'list', 'local'], {
      env: { REGISTRY_GATEWAY_URL: url, REGISTRY_GATEWAY_TOKEN: token },
    });
    expect(listed).toMatchObject({ code: 0, out: expect.stringContaining('told/of') as unknown });
  });

  describeWith(browserCommand, 'in a browser', () => {
    let browser: Browser;
    beforeAll(async () => void (browser = await startBrowser()));
    afterAll(() => browser?.close());

    test('the explorer loads all of itself, logs in and asks', async () => {
      const { page, requests, complaints } = await browser.open(`${proxy.url}${below}/explorer`);
      await page.fill('#username', 'admin');
      await page.fill('#password', adminPassword);
      await page.press('#password', 'Enter');
      await page.waitForSelector('.graphiql-execute-button');
      expect(complaints).toEqual([]);
      const asked = requests.map(({ url }) => url).filter((url) => !url.startsWith('data:'));
      expect(asked.filter((url) => !url.startsWith(`${proxy.url}${below}/`))).toEqual([]);
      expect(asked).toContain(`${proxy.url}${below}/graphql`);
      await page.goto(`${proxy.url}${below}/explorer/documentation.html`);
      await page.click('a:text("Explorer")');
      expect(page.url()).toBe(`${proxy.url}${below}/explorer`);
    });

    test('the console logs in, is there at each of its addresses, and leads an operation that is shared to the explorer', async () => {
      const { page, requests, complaints } = await browser.open(`${proxy.url}${below}/`);
      await page.fill('input[name="username"]', 'admin');
      await page.fill('input[name="password"]', adminPassword);
      await page.press('input[name="password"]', 'Enter');
      await page.waitForSelector('h1');
      for (const path of ['/repositories', '/r/local/team/app?tag=1.0']) {
        await page.goto(`${proxy.url}${below}${path}`);
        await page.waitForSelector('h1');
      }
      // To leave a page ends the requests that it has under way: those are no complaint.
      expect(complaints.filter((complaint) => !complaint.startsWith('request failed'))).toEqual([]);
      expect(requests.filter(({ url }) => !url.startsWith(`${proxy.url}${below}/`))).toEqual([]);
      await page.goto(`${proxy.url}${below}/#query=%7B__typename%7D`);
      await page.waitForURL(`${proxy.url}${below}/explorer`);
    });
  });
}

interface BytesAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A request of its own connection; `localAddress` is where it comes from. */
function askBytes(
  url: string,
  headers: Record<string, string>,
  { method = 'GET', body = '', localAddress = '127.0.0.1' } = {},
): Promise<BytesAnswer> {
  return new Promise((resolve, reject) => {
    const request = requestHttp(url, { method, headers, localAddress, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}
