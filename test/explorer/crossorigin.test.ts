import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { describeWith } from '../support/servers/distribution.js';
import { adminPassword, startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { closeOnce } from '../support/run/leftovers.js';
import { type Browser, browserCommand, startBrowser } from './browser.js';

/** Another site: an empty page, on a port and so an origin of its own. */
interface Site extends AsyncDisposable {
  readonly origin: string;
}

async function startSite(): Promise<Site> {
  const server: Server = createServer((_, response) =>
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      .end('<!doctype html><title>Another site</title>'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = closeOnce(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, [Symbol.asyncDispose]: close };
}

/** As a page's script sees the answer; `error` where its browser does not let it see one. */
interface Seen {
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly error?: string;
}

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Headers that scripts read of an answer: those of caching and of what to do next. */
const read = ['etag', 'x-request-id', 'ratelimit-limit', 'link', 'retry-after', 'server'];

function ask(page: Page, url: string, sent: Sent = {}): Promise<Seen> {
  return page.evaluate(
    async ({ address, init, names }) => {
      try {
        const answer = await fetch(address, init);
        return {
          status: answer.status,
          body: await answer.text(),
          headers: Object.fromEntries(names.map((name) => [name, answer.headers.get(name)])),
        };
      } catch (error) {
        return { error: String(error) };
      }
    },
    { address: url, init: sent, names: read },
  );
}

/** What Apollo Client, its developer tools and a tracing library send beside the token. */
const clientHeaders = {
  'content-type': 'application/json',
  'apollo-require-preflight': 'true',
  'apollographql-client-name': 'ui',
  'apollographql-client-version': '1.0',
  'x-apollo-operation-name': 'Names',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: 'vendor=1',
  baggage: 'user=ann',
};

const body = JSON.stringify({ operationName: 'Names', query: 'query Names { viewer { username } }' });

describeWith(browserCommand, 'pages of other sites, in a browser', () => {
  let browser: Browser;
  let friend: Site;
  let stranger: Site;
  let gateway: TestGateway;
  beforeAll(async () => {
    [friend, stranger] = [await startSite(), await startSite()];
    gateway = await startGateway({ allowedOrigins: [friend.origin] });
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.[Symbol.asyncDispose]();
    await friend?.[Symbol.asyncDispose]();
    await stranger?.[Symbol.asyncDispose]();
  });

  /** Requests that came, by method and status. */
  const came = async (from: number, count: number): Promise<string[]> => {
    const find = (): string[] =>
      gateway.log
        .slice(from)
        .filter(({ method }) => method !== undefined)
        .map(({ method, status }) => `${method as string} ${status as number}`);
    for (let wait = 0; wait < 200 && find().length < count; wait++)
      await new Promise((resolve) => setTimeout(resolve, 25));
    return find();
  };

  test('a page that may sends what GraphQL clients send, and its browser asks before only once', async () => {
    const { page } = await browser.open(friend.origin);
    const headers = { ...clientHeaders, 'x-access-token': gateway.access };
    const from = gateway.log.length;
    for (let time = 0; time < 3; time++) {
      const seen = await ask(page, `${gateway.url}/graphql`, { method: 'POST', headers, body });
      expect([seen.status, JSON.parse(seen.body ?? '{}')]).toMatchObject([
        200,
        { data: { viewer: { username: 'admin' } } },
      ]);
      expect(seen.headers).toMatchObject({
        'x-request-id': expect.any(String),
        'ratelimit-limit': expect.any(String),
        server: null,
      });
    }
    expect(await came(from, 4)).toEqual(['OPTIONS 204', 'POST 200', 'POST 200', 'POST 200']);
  });

  test.each([
    ['a query by GET', `/graphql?query=${encodeURIComponent('{ registries { name } }')}`],
    ['a list by REST', '/api/registries'],
    ['the schema', '/schema.graphql'],
  ])('a page that may reads the tag of %s, and is told that it has not changed', async (_, path) => {
    const { page } = await browser.open(friend.origin);
    const headers = { ...clientHeaders, 'x-access-token': gateway.access };
    const first = await ask(page, gateway.url + path, { headers });
    expect([first.status, first.headers?.['etag']]).toEqual([200, expect.stringMatching(/^"[^"]+"$/)]);
    const again = await ask(page, gateway.url + path, {
      headers: { ...headers, 'if-none-match': first.headers!['etag']! },
    });
    expect(again).toMatchObject({ status: 304, body: '', headers: { etag: first.headers!['etag'] } });
  });

  test('a page that may reads why it is refused', async () => {
    const { page } = await browser.open(friend.origin);
    const seen = await ask(page, `${gateway.url}/graphql`, { method: 'POST', headers: clientHeaders, body });
    expect([seen.status, JSON.parse(seen.body ?? '{}')]).toMatchObject([
      401,
      { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    ]);
    expect(await ask(page, `${gateway.url}/none`)).toMatchObject({
      status: 404,
      body: expect.stringContaining('NOT_FOUND'),
    });
    expect(await ask(page, `${gateway.url}/api/registries`, { method: 'PUT', body: '{}' })).toEqual({
      error: 'TypeError: Failed to fetch',
    });
  });

  test('a page that may not gets no answer, and nothing that it wants done is done', async () => {
    const { page } = await browser.open(stranger.origin);
    const from = gateway.log.length;
    const headers = { ...clientHeaders, 'x-access-token': gateway.access };
    expect(await ask(page, `${gateway.url}/graphql`, { method: 'POST', headers, body })).toEqual({
      error: 'TypeError: Failed to fetch',
    });
    expect(await ask(page, `${gateway.url}/api/registries`, { headers })).toEqual({
      error: 'TypeError: Failed to fetch',
    });
    expect(await came(from, 2)).toEqual(['OPTIONS 403', 'OPTIONS 403']);
    // These need no leave to be sent, but to be read.
    expect(await ask(page, `${gateway.url}/schema.graphql`)).toEqual({ error: 'TypeError: Failed to fetch' });
    expect(await ask(page, `${gateway.url}/graphql`, { method: 'POST', body })).toEqual({
      error: 'TypeError: Failed to fetch',
    });
    expect(await came(from, 3)).toEqual(['OPTIONS 403', 'OPTIONS 403', 'POST 415']);
  });

  test.each([
    ['that may call the API', () => friend],
    ['that may not', () => stranger],
  ])('a form of a page %s logs nobody in', async (_, siteOf) => {
    const { page } = await browser.open(siteOf().origin);
    await page.evaluate(
      ({ action, fields }) => {
        const form = document.createElement('form');
        Object.assign(form, { method: 'post', action });
        for (const [name, value] of Object.entries(fields))
          form.append(Object.assign(document.createElement('input'), { name, value }));
        document.body.append(form);
        form.submit();
      },
      { action: `${gateway.url}/auth/login`, fields: { username: 'admin', password: adminPassword } },
    );
    await page.waitForURL(`${gateway.url}/auth/login`);
    const shown = await page.locator('body').innerText();
    expect(shown).toContain('A form of a page of another site is not taken.');
    expect(shown).not.toContain('rgw_');
  });

  test('a page of the gateway logs in by form', async () => {
    const { page } = await browser.open(gateway.url);
    const form = new URLSearchParams({ username: 'admin', password: adminPassword }).toString();
    const seen = await ask(page, `${gateway.url}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form,
    });
    expect([seen.status, JSON.parse(seen.body ?? '{}')]).toMatchObject([
      200,
      { auth_token: expect.stringMatching(/^rgw_/) },
    ]);
  });
});
