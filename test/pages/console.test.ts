import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { locateShared } from '../../src/console/pure/shared.js';
import type { Branding } from '../../src/domain/gateway.js';
import { screens } from '../../src/domain/basepath.js';
import { createHttpServer, defaultHttpLimits } from '../../src/http/server.js';
import { createBrand } from '../../src/pages/brand.js';
import { type ConsoleSettings, consoleFolder, registerConsole } from '../../src/pages/console.js';
import { readFiles } from '../../src/pages/files.js';
import { type Browser, browserCommand, startBrowser } from '../explorer/browser.js';
import { describeWith } from '../support/servers/distribution.js';
import { until } from '../support/timer.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';

const asBrowser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'self'; " +
  "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

async function startServer(settings?: ConsoleSettings): Promise<FastifyInstance> {
  const server = await createHttpServer({
    logger: pino({ level: 'silent' }),
    allowedOrigins: [],
    limits: defaultHttpLimits,
    measureLoopDelay: () => 0,
  });
  await registerConsole(server, settings);
  return server;
}

describe('the console over HTTP', () => {
  let server: FastifyInstance;
  let assets: readonly string[];
  beforeAll(async () => {
    server = await startServer();
    assets = [...(await readFiles(new URL('assets/', consoleFolder))).keys()];
  });
  afterAll(() => server.close());

  test('a client that is no browser is told where the APIs are, and the pages', async () => {
    const answer = await server.inject({ url: '/', headers: { accept: '*/*' } });
    expect(answer.json()).toMatchObject({
      name: 'registry-gateway',
      console: './',
      explorer: './explorer',
      graphql: './graphql',
      schema: './schema.graphql',
      rest: './api/registries',
    });
    expect(answer.headers['vary']).toBe('accept');
  });

  test.each([
    ['/', './'],
    ['/repositories', './'],
    ['/repositories/', '../'],
    ['/repositories?q=a/b', './'],
    ['/r/local/team/app', '../../../'],
    ['/r/local/team%2Fapp?tag=v1', '../../'],
    ['/jobs/7', '../'],
    ['/layer/sha256:aa', '../'],
    ['/me', './'],
  ])('%s is the page for browsers, whose addresses begin at %s', async (url, root) => {
    const { statusCode, headers, body } = await server.inject({ url, headers: asBrowser });
    expect([statusCode, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-cache',
    ]);
    expect(headers['vary']).toContain('accept');
    expect(/<base href="([^"]*)">/.exec(body)?.[1]).toBe(root);
    // Whatever loads something comes after it.
    expect(body.indexOf('<base')).toBeLessThan(body.search(/<(?:link|script)/));
    const again = await server.inject({ url, headers: { ...asBrowser, 'if-none-match': headers.etag as string } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  test('each screen has its address, and those below it, for browsers alone', async () => {
    for (const url of screens.flatMap((screen) => [`/${screen}`, `/${screen}/x/y`])) {
      const page = await server.inject({ method: 'HEAD', url, headers: asBrowser });
      expect([url, page.statusCode, page.body]).toEqual([url, 200, '']);
      const other = await server.inject({ url, headers: { accept: '*/*' } });
      expect([url, other.statusCode, other.headers['vary']]).toEqual([url, 404, 'accept']);
      expect(other.json()).toMatchObject({ error: { code: 'NOT_FOUND', message: `There is no GET ${url}.` } });
      expect((await server.inject({ method: 'POST', url, headers: asBrowser })).statusCode).toBe(405);
    }
  });

  test.each(['/none', '/Repositories', '/repositoriesx', '/index.html', '/explorer/none', '/r%2Flocal'])(
    '%s is no screen',
    async (url) => expect((await server.inject({ url, headers: asBrowser })).statusCode).toBe(404),
  );

  test('the page and its files let nothing in from elsewhere, and nothing of theirs out', async () => {
    const script = assets.find((name) => name.endsWith('.js'))!;
    for (const url of ['/', '/r/local/app', `/assets/${script}`]) {
      const { headers } = await server.inject({ url, headers: asBrowser });
      expect([url, headers]).toEqual([
        url,
        expect.objectContaining({
          'content-security-policy': policy,
          'cross-origin-opener-policy': 'same-origin',
          'referrer-policy': 'no-referrer',
          'x-content-type-options': 'nosniff',
          'x-frame-options': 'DENY',
        }),
      ]);
    }
    const { body } = await server.inject({ url: '/', headers: asBrowser });
    expect(body).not.toMatch(
      /<script(?![^>]* src="\.\/assets\/)|<style| style=| on[a-z]+=|(?:src|href)="(?:https?:)?\/\//,
    );
  });

  test('a file whose name has its hash is kept for ever, any other is asked for again', async () => {
    expect(assets.length).toBeGreaterThanOrEqual(4);
    for (const name of assets) {
      const { statusCode, headers } = await server.inject(`/assets/${name}`);
      const kept = name === 'licences.txt' ? 'no-cache' : 'public, max-age=31536000, immutable';
      expect([name, statusCode, headers['cache-control']]).toEqual([name, 200, kept]);
      const again = await server.inject({
        url: `/assets/${name}`,
        headers: { 'if-none-match': headers.etag as string },
      });
      expect([again.statusCode, again.body, again.headers['cache-control']]).toEqual([304, '', kept]);
    }
  });

  test.each([
    ['zstd', zstdDecompressSync],
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ])('its files are there as %s, which the build made', async (coding, decode) => {
    // What is shorter than a packet is sent as it is.
    const names = assets.filter((name) => /\.js$|^licences/.test(name));
    for (const name of names) {
      const url = `/assets/${name}`;
      const plain = await server.inject(url);
      if (plain.rawPayload.length < 2000) continue;
      const coded = await server.inject({ url, headers: { 'accept-encoding': `${coding}, identity;q=0` } });
      expect([name, coded.headers['content-encoding'], decode(coded.rawPayload).equals(plain.rawPayload)]).toEqual([
        name,
        coding,
        true,
      ]);
      expect(coded.headers['etag']).toBe(`${String(plain.headers['etag']).slice(0, -1)}-${coding}"`);
      const head = await server.inject({ method: 'HEAD', url, headers: { 'accept-encoding': coding } });
      expect([head.headers['content-length'], head.body]).toEqual([String(coded.rawPayload.length), '']);
    }
  });

  test.each([
    '/assets/none.js',
    '/assets/',
    '/assets/__proto__',
    '/assets/..%2Findex.html',
    '/assets/..%2F..%2Fconsole.js',
    '/assets/%2e%2e/index.html',
    '/assets/licences.txt.br',
  ])('%s is not there', async (url) => {
    const answer = await server.inject({ url, headers: asBrowser });
    expect([answer.statusCode, answer.json<{ error: { code: string } }>().error.code]).toEqual([404, 'NOT_FOUND']);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test('the licences of what is bundled are with it', async () => {
    const { body } = await server.inject('/assets/licences.txt');
    for (const name of ['react', 'react-dom', 'scheduler']) expect(body).toMatch(new RegExp(`^${name} \\d`, 'm'));
  });
});

test('the page says how people come in', async () => {
  const server = await startServer({ entrance: { signOn: '"><script>', isProxied: true } });
  const { body } = await server.inject({ url: '/repositories', headers: asBrowser });
  expect(body).toContain('<body data-guest data-sign-on="&quot;>&lt;script>" data-proxied>');
  await server.close();
});

test('the page names the files of the screen at its address, for whom that screen is shown', async () => {
  const server = await startServer();
  const assets = await readFiles(new URL('assets/', consoleFolder));
  const namedAt = async (url: string, headers: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    const { body } = await server.inject({ url, headers: { ...asBrowser, ...headers } });
    return [...body.matchAll(/<link rel="(?:modulepreload|stylesheet)"[^>]* href="\.\/assets\/([^"]+)">/g)].map(
      ([, name]) => name!,
    );
  };
  const known = { authorization: 'Bearer t' };
  // The style of every screen, which those of one come behind.
  const ofAll = await namedAt('/repositories', {});
  expect(ofAll).toHaveLength(1);
  for (const url of ['/', '/repositories?q=a', '/r/local/team/app', '/jobs', '/jobs/7', '/registries/local']) {
    const named = await namedAt(url, known);
    expect([url, named.filter((name) => !assets.has(name))]).toEqual([url, []]);
    expect([url, named.slice(0, ofAll.length)]).toEqual([url, ofAll]);
    expect(named.length).toBeGreaterThan(ofAll.length + 1);
    expect(await namedAt(url, {})).toEqual(ofAll);
  }
  expect(await namedAt('/jobs', known)).not.toEqual(await namedAt('/jobs/7', known));
  expect(await namedAt('/registries/new', known)).toEqual(ofAll);
  for (const screen of screens) {
    const found = [...(await namedAt(`/${screen}`, known)), ...(await namedAt(`/${screen}/x`, known))];
    expect([screen, found.length > 2 * ofAll.length]).toEqual([screen, true]);
  }
  await server.close();
});

test('the page has its name, logo and accent before anybody has logged in, as files of its own', async () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
  const logo = { form: 'svg', body: Buffer.from(svg) } as const;
  const brand = createBrand({ name: '$& <b>"Acme"', accent: '#00aa77', logo });
  const server = await startServer({ brand });
  const { body, headers } = await server.inject({ url: '/r/local/app', headers: asBrowser });
  expect(headers['content-security-policy']).toBe(policy);
  expect(body).toContain('<title>$&amp; &lt;b>&quot;Acme&quot;</title>');
  expect(body).toContain(` data-name="$&amp; &lt;b>&quot;Acme&quot;" data-logo="${brand.logo}"`);
  expect(body).toContain(`<link rel="icon" href="${brand.logo}" />`);
  expect(body).toContain(`<link rel="stylesheet" href="${brand.styles}">`);
  const picture = await server.inject(`/${brand.logo}`);
  expect([picture.statusCode, picture.body]).toEqual([200, svg]);
  expect(picture.headers).toMatchObject({
    'content-type': 'image/svg+xml; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  });
  const styles = await server.inject(`/${brand.styles}`);
  expect([styles.statusCode, styles.headers['content-type']]).toEqual([200, 'text/css; charset=utf-8']);
  expect(styles.headers['content-security-policy']).toBe(policy);
  expect(createBrand({ name: null, accent: '#00aa78', logo: { ...logo, body: Buffer.from(`${svg} `) } })).toMatchObject(
    {
      name: null,
      logo: expect.not.stringContaining(brand.logo!),
      styles: expect.not.stringContaining(brand.styles!),
    },
  );
  await server.close();
});

test('the page says when nothing tells who asks', async () => {
  const server = await startServer();
  const ask = async (headers: Readonly<Record<string, string>>): Promise<boolean> =>
    (await server.inject({ url: '/', headers: { ...asBrowser, ...headers } })).body.includes(' data-guest');
  expect(await ask({})).toBe(true);
  expect(await ask({ cookie: 'theme=dark; registry-gateway-session=' })).toBe(true);
  expect(await ask({ cookie: 'a=b; __Host-registry-gateway-session=s' })).toBe(false);
  expect(await ask({ 'x-access-token': 'ann:t' })).toBe(false);
  expect(await ask({ authorization: 'Bearer t' })).toBe(false);
  await server.close();
});

test('a console that has not been built says how to build it, and one that was built for something else ends the start', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'console-'));
  const at = pathToFileURL(`${folder}/`);
  const server = await startServer({ folder: at });
  for (const url of ['/', '/r/local/app']) {
    const { statusCode, body, headers } = await server.inject({ url, headers: asBrowser });
    expect([statusCode, body]).toEqual([503, expect.stringContaining('npm run build')]);
    expect(headers['content-security-policy']).toBe(policy);
  }
  expect((await server.inject('/')).statusCode).toBe(200);
  await server.close();
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Another page</title>');
  await expect(startServer({ folder: at })).rejects.toThrow('it was not built for this');
  rmSync(folder, { recursive: true });
});

test('without the console browsers come to the explorer, and no screen is there', async () => {
  const server = await startServer({ isServed: false });
  const visit = await server.inject({ url: '/', headers: asBrowser });
  expect([visit.statusCode, visit.headers.location, visit.headers['vary']]).toEqual([303, './explorer', 'accept']);
  for (const url of ['/repositories', '/r/local/app', '/assets/licences.txt'])
    expect([url, (await server.inject({ url, headers: asBrowser })).statusCode]).toEqual([url, 404]);
  const direct = (await server.inject('/')).json<object>();
  expect(direct).toMatchObject({ explorer: './explorer' });
  expect(direct).not.toHaveProperty('console');
  await server.close();
});

test('addresses of operations that were shared lead to the explorer, and no other does', () => {
  const root = 'https://tools.example/registry/';
  expect(locateShared('#query=%7Bviewer%7D&variables=%7B%7D', root)).toBe(
    `${root}explorer#query=%7Bviewer%7D&variables=%7B%7D`,
  );
  expect(locateShared('#variables=%7B%7D&query=x', root)).toBe(`${root}explorer#variables=%7B%7D&query=x`);
  for (const hash of ['', '#', '#login', '#xquery=1', '?query=1'])
    expect([hash, locateShared(hash, root)]).toEqual([hash, null]);
});

const branding: Branding = {
  name: 'Acme images',
  accent: '#00aa77',
  logo: {
    form: 'svg',
    body: Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="9" height="9"/></svg>',
    ),
  },
};

describeWith(browserCommand, 'the console in a browser', () => {
  let gateway: TestGateway;
  let browser: Browser;
  beforeAll(async () => {
    gateway = await startGateway({ branding });
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.[Symbol.asyncDispose]();
  });

  test.each(['/', '/repositories', '/r/local/team/app?tag=v1', '/tags/'])(
    '%s shows it, breaks no rule of its policy, and loads nothing twice or from elsewhere',
    async (path) => {
      const { page, requests, complaints } = await browser.open(gateway.url + path);
      await page.waitForSelector('dialog h2');
      expect(complaints).toEqual([]);
      // The tab's own request for the logo is left out.
      const urls = requests.map(({ url }) => url).filter((url) => !url.includes('/assets/logo-'));
      expect(urls.filter((url) => !url.startsWith(`${gateway.url}/`))).toEqual([]);
      expect(urls.toSorted()).toEqual([...new Set(urls)].toSorted());
    },
  );

  test.each(['/', '/repositories', '/r/local/team/app', '/registries/new', '/registries/local', '/me'])(
    '%s loads each file once when who asks is known, and names those of its screen beforehand',
    async (path) => {
      const headers = { 'x-access-token': gateway.access };
      const { page, requests, complaints } = await browser.open(gateway.url + path, { headers });
      await page.waitForSelector('h1');
      const named = (await page.evaluate(
        `[...document.querySelectorAll('head base ~ link[crossorigin]')].map(({ href }) => href)`,
      )) as string[];
      // The tab's own request for the logo is left out.
      const urls = requests.map(({ url }) => url).filter((url) => url.startsWith(`${gateway.url}/assets/`));
      const files = urls.filter((url) => !url.includes('/assets/logo-'));
      expect([files.length, complaints]).toEqual([new Set(files).size, []]);
      expect(named.filter((url) => !files.includes(url))).toEqual([]);
    },
  );

  test('the log-in shows the name, the logo and the accent', async () => {
    const { page, requests, complaints } = await browser.open(`${gateway.url}/t/local/team/app:1`);
    await page.waitForSelector('.login-brand:has-text("Acme images")');
    expect(await page.title()).toBe('Acme images');
    const shown = await page.evaluate(`(async () => {
      const logo = document.querySelector('.login-brand img');
      await logo.decode();
      const button = getComputedStyle(document.querySelector('.login .button-primary'));
      return [logo.naturalWidth, button.backgroundColor, button.color];
    })()`);
    // It is bright: black is read on it, and white would not be.
    expect(shown).toEqual([40, 'rgb(0, 170, 119)', 'rgb(0, 0, 0)']);
    expect(requests.filter(({ url }) => url.includes('/assets/accent-'))).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  test('the API tells the same, and what else a page is to know of the gateway', async () => {
    const fields = `version publicUrl signOn branding { name accent logo } links { console explorer documentation
      reference openapi schema } kept { jobDays auditDays eventDays historyDays }
      limits { requests streams answer operationTime pageSize deletedTags }`;
    const { body } = await gateway.graphql<{ gateway: Record<string, Record<string, string>> }>(
      `{ gateway { ${fields} } }`,
    );
    const { version, branding: told, links, ...others } = body.data!.gateway;
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    expect(told).toEqual({ name: 'Acme images', accent: '#00aa77', logo: expect.stringMatching(/^assets\/logo-/) });
    expect(others).toEqual({
      publicUrl: null,
      signOn: null,
      kept: { jobDays: 90, auditDays: null, eventDays: 30, historyDays: 365 },
      limits: {
        requests: 1_000_000,
        streams: 10,
        answer: 8,
        operationTime: 120,
        pageSize: 100,
        deletedTags: 500,
      },
    });
    for (const link of [...Object.values(links!), told!['logo']])
      expect([link, (await fetch(`${gateway.url}/${link}`, { headers: asBrowser })).status]).toEqual([link, 200]);
    const stranger = await gateway.graphql('{ gateway { version } }', {}, { access: null });
    expect(stranger.body.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  test('the policy holds: no script makes markup of text, and none is inline', async () => {
    const { page, complaints } = await browser.open(gateway.url);
    await page.waitForSelector('dialog h2');
    const refused = await page.evaluate(`(() => {
      try { document.body.innerHTML = '<b>x</b>'; return null; } catch (error) { return error.name; }
    })()`);
    expect(refused).toBe('TypeError');
    await until(() => complaints.some((each) => /trusted/i.test(each)));
  });

  test('an operation that was shared when the explorer was at the root opens there', async () => {
    const { page } = await browser.open(`${gateway.url}/#query=%7B__typename%7D`);
    await page.waitForURL(`${gateway.url}/explorer`);
    expect(await page.isVisible('#login')).toBe(true);
  });
});
