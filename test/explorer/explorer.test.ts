import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { getOperationAST, parse, validate } from 'graphql';
import { pino } from 'pino';
import { copyPage } from '../../src/explorer/assets.js';
import { registerExplorer } from '../../src/explorer/explorer.js';
import { assetFiles, pageFolder } from '../../src/explorer/files.js';
import { countCost } from '../../src/graphql/server/cost.js';
import { createShapeRule, defaultQueryLimits } from '../../src/graphql/server/limits.js';
import { createSchema } from '../../src/graphql/server/schema.js';
import { createHttpServer, defaultHttpLimits } from '../../src/http/server.js';
import { describeWith } from '../support/servers/distribution.js';
import { type Browser, browserCommand, findViolations, startBrowser, type Watched } from './browser.js';
import { type ExploredGateway, startExploredGateway } from './gateway.js';
import { until } from '../support/timer.js';

const asBrowser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

beforeAll(() => copyPage());

describe('the Explorer over HTTP', () => {
  let server: FastifyInstance;
  beforeAll(async () => {
    server = await createBareServer();
    await registerExplorer(server);
  });
  afterAll(() => server.close());

  test.each([
    ['/explorer', './'],
    ['/explorer/', '../'],
  ])('%s is the page, which may load from nowhere else', async (url, root) => {
    const answer = await server.inject({ url, headers: asBrowser });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; script-src 'self'; .*connect-src 'self'; .*frame-ancestors 'none'; base-uri 'self'$/,
      ),
    });
    expect(answer.body).toContain(`<base href="${root}">`);
    expect(answer.body).not.toMatch(/<script(?![^>]* src="explorer\/)| on[a-z]+=|(?:src|href)="(?:https?:)?\/\//);
  });

  test('each file comes with its type, and not again while it is the same', async () => {
    for (const file of assetFiles) {
      const answer = await server.inject(`/explorer/${file}`);
      const ending = file.slice(file.lastIndexOf('.') + 1) as 'js' | 'css' | 'txt';
      expect([file, answer.statusCode, answer.headers['content-type']]).toEqual([
        file,
        200,
        `text/${{ js: 'javascript', css: 'css', txt: 'plain' }[ending]}; charset=utf-8`,
      ]);
      const again = await server.inject({
        url: `/explorer/${file}`,
        headers: { 'if-none-match': `"other", W/${answer.headers.etag as string}` },
      });
      expect([again.statusCode, again.body]).toEqual([304, '']);
    }
  });

  test.each([
    ['zstd', zstdDecompressSync],
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ])('its files are there as %s, which the build made', async (coding, decode) => {
    for (const file of assetFiles) {
      const plain = await server.inject(`/explorer/${file}`);
      const { headers, rawPayload } = await server.inject({
        url: `/explorer/${file}`,
        headers: { 'accept-encoding': `${coding}, identity;q=0` },
      });
      expect([file, headers['content-encoding'], decode(rawPayload).equals(plain.rawPayload)]).toEqual([
        file,
        coding,
        true,
      ]);
      // Strong, as only those are that are sent as they stand in a file.
      expect(headers['etag']).toBe(`${String(plain.headers['etag']).slice(0, -1)}-${coding}"`);
    }
  });

  test.each(['/explorer/other.js', '/explorer/index.html', '/explorer/..%2Fexplorer.js', '/explorer/__proto__'])(
    '%s is not there',
    async (url) => {
      const answer = await server.inject(url);
      expect([answer.statusCode, answer.json<{ error: { code: string } }>().error.code]).toEqual([404, 'NOT_FOUND']);
    },
  );

  test('a page that has not been built says how to build it, and the rest goes on', async () => {
    const bare = await createBareServer();
    await registerExplorer(bare, undefined, new URL('./nowhere/', import.meta.url));
    const page = await bare.inject({ url: '/explorer', headers: asBrowser });
    expect([page.statusCode, page.body]).toEqual([503, expect.stringContaining('npm run build')]);
    expect((await bare.inject('/explorer/boot.js')).statusCode).toBe(404);
    await bare.close();
  });

  test('each page of the documentation is there, and every link from one leads to a file or a page', async () => {
    const sources = readdirSync('docs')
      .filter((name) => name.endsWith('.md'))
      .map((name) => name.replace('.md', '.html'));
    expect(sources).toContain('rest.html');
    for (const name of ['documentation.html', ...sources]) {
      const { statusCode, headers, body } = await server.inject(`/explorer/${name}`);
      expect([name, statusCode, headers['content-type']]).toEqual([name, 200, 'text/html; charset=utf-8']);
      expect(body).not.toMatch(/<script|<img|mermaid/);
      for (const [, target] of body.matchAll(/href="(?!https?:|data:|\.\.\/(?:schema\.graphql|explorer)")([^"#]+)/g)) {
        expect([name, target, (await server.inject(`/explorer/${target}`)).statusCode]).toEqual([name, target, 200]);
      }
    }
  });

  test('the licences of what is bundled are with it', async () => {
    const { body } = await server.inject('/explorer/licences.txt');
    for (const name of ['graphiql', 'react', 'react-dom', 'codemirror', 'graphql', 'markdown-it'])
      expect(body).toMatch(new RegExp(`^${name} \\d`, 'm'));
  });

  test('the examples are correct and far within the limits', async () => {
    type Names = Record<'registry' | 'repository', string | null>;
    const { makeExamples, listExamples } = (await import(new URL('examples.js', pageFolder).href)) as {
      makeExamples: (names: Names) => string[];
      listExamples: (names: Names) => { name: string; query: string }[];
    };
    const listed = listExamples({ registry: 'odd "name"', repository: null }).map(({ query }) => query);
    const schema = createSchema();
    const [empty, unread, full] = [
      [null, null] as const,
      ['odd "name"', null] as const,
      ['local', 'team/app'] as const,
    ].map(([registry, repository]) => makeExamples({ registry, repository }));
    expect(
      [empty![0], unread!.at(-1), full!.at(-1)].map((example) => example?.includes('mutation AttachRegistry')),
    ).toEqual([true, true, true]);
    expect(full!.join('')).toContain('name: "team/app"');
    for (const example of [...empty!, ...unread!, ...full!, ...listed]) {
      const document = parse(example, { maxTokens: defaultQueryLimits.tokens });
      expect(validate(schema, document)).toEqual([]);
      expect(validate(schema, document, [createShapeRule(defaultQueryLimits)])).toEqual([]);
      expect(countCost(schema, document, getOperationAST(document)!, {})).toBeLessThan(defaultQueryLimits.cost / 2);
      expect(example).toMatch(/^# /);
    }
  });
});

describeWith(browserCommand, 'the Explorer in a browser', () => {
  let gateway: ExploredGateway;
  let browser: Browser;
  beforeAll(async () => {
    gateway = await startExploredGateway();
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
  });

  test('before the log-in the page asks nothing of the API, and is ready to be typed in', async () => {
    const watched = await browser.open(pageOf(gateway));
    expect(await watched.page.title()).toContain('registry-gateway');
    expect(await evaluate(watched, 'document.activeElement.id')).toBe('username');
    expect(watched.requests.filter(({ url }) => url.endsWith('/graphql'))).toEqual([]);
    expectClean(watched);
  });

  test('the whole page, with GraphiQL, is at most 700 kB on the way', async () => {
    const { page } = await browser.open('about:blank');
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    let received = 0;
    session.on('Network.loadingFinished', ({ encodedDataLength }) => (received += encodedDataLength));
    await page.goto(pageOf(gateway), { waitUntil: 'networkidle' });
    expect(await page.isVisible('#login')).toBe(true);
    // Headers are counted too; what is far less was not loaded.
    expect(received).toBeGreaterThan(500_000);
    expect(received).toBeLessThan(700_000);
  });

  test('whoever opens the API itself in a browser comes to the page, and nothing is asked of anywhere else', async () => {
    const watched = await browser.open(new URL('graphql', gateway.url).href);
    expect(await watched.page.title()).toContain('registry-gateway');
    expect(new URL(watched.page.url()).pathname).toBe('/explorer');
    const { origin } = new URL(gateway.url);
    expect(watched.requests.filter(({ url }) => /^https?:/.test(url) && new URL(url).origin !== origin)).toEqual([]);
    expectClean(watched);
  });

  test('a wrong password is explained beside the form', async () => {
    const watched = await browser.open(pageOf(gateway));
    await logIn(watched, gateway.username, 'not-the-password');
    await watched.page.waitForSelector('#login-error:not(:empty)');
    expect(await watched.page.textContent('#login-error')).toMatch(/password/i);
    expect(await evaluate(watched, 'document.activeElement.id')).toBe('password');
    expect(await watched.page.isVisible('#session')).toBe(false);
    expectClean(watched);
  });

  test('after the log-in each example runs with the token and shows data', async () => {
    const watched = await browser.open(pageOf(gateway));
    await logIn(watched, gateway.username, gateway.password);
    await watched.page.waitForSelector('.graphiql-execute-button');
    expect(await watched.page.textContent('#session')).toMatch(/Logged in as\s+admin/);

    const tabs = ['Registries', 'Platforms', 'PlanDeletion', 'Search', 'NewestTags'];
    const answers: unknown[] = [];
    for (const tab of tabs) answers.push(await runTab(watched, tab));
    const [registries, platforms, plan, search, newest] = answers;
    for (const answer of answers) expect(answer).not.toHaveProperty('errors');
    expect(search).toMatchObject({
      data: { search: { nodes: expect.arrayContaining([expect.objectContaining({ __typename: 'Repository' })]) } },
    });
    expect(newest).toMatchObject({
      data: {
        repository: {
          tags: { nodes: expect.arrayContaining([expect.objectContaining({ name: expect.any(String) })]) },
        },
      },
    });
    expect(await watched.page.isVisible('#notice')).toBe(false);
    expect(JSON.stringify(registries)).toContain('"name":"library/busybox"');
    expect(JSON.stringify(platforms)).toContain('"architecture":"arm64"');
    expect(plan).toMatchObject({
      data: {
        deleteRepository: {
          userErrors: [],
          plan: { manifests: expect.arrayContaining([expect.stringMatching(/^sha256:/)]) },
        },
      },
    });

    const [first, ...later] = watched.requests.filter(({ url }) => url.endsWith('/graphql'));
    expect(first?.headers['x-access-token']).toBeUndefined();
    expect(later.length).toBeGreaterThanOrEqual(4);
    for (const { headers } of later) expect(headers['x-access-token']).toMatch(/^admin:\S+$/);
    expectClean(watched);
  });

  test('an example opens in a tab of its own, is copied as curl and as a link, and the link opens it again', async () => {
    const watched = await browser.open(pageOf(gateway));
    const { page } = watched;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: gateway.url });
    await logIn(watched, gateway.username, gateway.password);
    await page.waitForSelector('.graphiql-execute-button');
    await page.selectOption('#example', { label: 'Newest tags anywhere' });
    await page.waitForSelector('.graphiql-tab-active:has-text("NewestAnywhere")');
    const answer = (await runTab(watched, 'NewestAnywhere')) as { data: { tags: { nodes: unknown[] } } };
    expect(answer.data.tags.nodes.length).toBeGreaterThan(5);

    await page.click('#copy-curl');
    await page.waitForSelector('#copied:has-text("GATEWAY_ACCESS")');
    const curl = (await evaluate(watched, 'navigator.clipboard.readText()')) as string;
    expect(curl).not.toContain(gateway.access.split(':')[1]);
    const env = { ...process.env, GATEWAY_ACCESS: gateway.access };
    const { stdout } = await promisify(execFile)('sh', ['-c', `${curl} -s`], { env });
    expect(JSON.parse(stdout)).toMatchObject({ data: answer.data });

    await page.click('#copy-link');
    await page.waitForSelector('#copied:has-text("logs in first")');
    const link = (await evaluate(watched, 'navigator.clipboard.readText()')) as string;
    const other = await browser.open(link);
    expect(await evaluate(other, 'location.hash')).toBe('');
    await logIn(other, gateway.username, gateway.password);
    await other.page.waitForSelector('.graphiql-tab-active:has-text("NewestAnywhere")');
    // What a link brings is shown, and not run.
    expect(other.requests.filter(({ body }) => body?.includes('NewestAnywhere'))).toEqual([]);
    expectClean(other);
    expectClean(watched);
  });

  test('the keyboard leaves the editor, and comes to what runs the operation', async () => {
    const watched = await browser.open(pageOf(gateway));
    const { page } = watched;
    await logIn(watched, gateway.username, gateway.password);
    await page.waitForSelector('.graphiql-execute-button');
    await page.click('.graphiql-query-editor .CodeMirror');
    const reached = new Set<string>();
    for (let at = 0; at < 15; at++) {
      await page.keyboard.press('Tab');
      reached.add((await evaluate(watched, 'document.activeElement.className')) as string);
    }
    expect([...reached].some((names) => names.includes('graphiql-execute-button'))).toBe(true);
    expect(
      await evaluate(watched, `document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.getValue()`),
    ).not.toMatch(/\t/);
  });

  test.each(['light', 'dark'] as const)(
    'in %s nothing of its own is against the rules of accessibility',
    async (colorScheme) => {
      const watched = await browser.open(pageOf(gateway), { colorScheme });
      const judge = (): Promise<unknown> => findViolations(watched, ['#explorer > *']);
      expect(await judge()).toEqual([]);
      await logIn(watched, gateway.username, gateway.password);
      await watched.page.waitForSelector('.graphiql-execute-button');
      expect(await judge()).toEqual([]);
    },
  );

  test('a subscription shows what comes as it comes, until it is stopped', async () => {
    const watched = await browser.open(pageOf(gateway));
    const { page } = watched;
    await logIn(watched, gateway.username, gateway.password);
    await page.waitForSelector('.graphiql-execute-button');
    await page.click('.graphiql-query-editor .CodeMirror');
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('subscription Follow { events(after: "0") { kind registryName } }');
    // The page knows a while later which operation there is.
    await page.waitForSelector('.graphiql-tab:has-text("Follow")');
    await page.click('.graphiql-execute-button');
    await page.waitForSelector('.graphiql-response:has-text("registryName")');
    expectClean(watched);
    await page.click('.graphiql-execute-button');
    await until(() => watched.complaints.length > 0);
    // The browser says so of what a page gives up.
    expect(watched.complaints).toEqual([expect.stringMatching(/^request failed: .*\/graphql\/stream$/)]);
  });

  test('a reload keeps the log-in; logging out forgets it and all that was written', async () => {
    const watched = await browser.open(pageOf(gateway));
    await logIn(watched, gateway.username, gateway.password);
    await watched.page.waitForSelector('.graphiql-execute-button');
    await watched.page.reload();
    await watched.page.waitForSelector('.graphiql-execute-button');
    expect(await evaluate(watched, 'Object.keys(localStorage)')).toEqual([]);

    await watched.page.click('#logout');
    await watched.page.waitForSelector('#login');
    expect(await evaluate(watched, 'Object.keys(sessionStorage)')).toEqual([]);
    expect(await watched.page.isVisible('#explorer')).toBe(false);
    expectClean(watched);
  });

  test('a token can be pasted; one that is refused, or is none, is explained', async () => {
    const watched = await browser.open(pageOf(gateway));
    const { page } = watched;
    await page.click('summary');
    const paste = async (access: string): Promise<void> => {
      await page.fill('#access', access);
      await page.press('#access', 'Enter');
    };
    await paste('no-colon');
    await page.waitForSelector('#paste-error:text("username:token")');
    expectClean(watched);
    await paste('admin:rgw_wrong');
    await page.waitForSelector('#paste-error:text("does not accept this token")');
    // The browser itself reports a 401.
    expect(watched.complaints).toEqual([expect.stringContaining('401')]);
    await paste(gateway.access);
    await page.waitForSelector('.graphiql-execute-button');
    expect(await page.textContent('#user')).toBe('admin');
  });

  test('a token that is no longer accepted leads back to the log-in', async () => {
    const watched = await browser.open(pageOf(gateway));
    await logIn(watched, gateway.username, gateway.password);
    await watched.page.waitForSelector('.graphiql-execute-button');
    await watched.page.route('**/graphql', (route) =>
      route.continue({ headers: { ...route.request().headers(), 'x-access-token': 'admin:rgw_gone' } }),
    );
    await watched.page.click('.graphiql-execute-button');
    await watched.page.waitForSelector('#login-error:text("Log in again")');
    expect(await evaluate(watched, `sessionStorage.getItem('registry-gateway:access')`)).toBeNull();
    expect(await watched.page.isVisible('#session')).toBe(false);
  });

  test('while no registry is attached the page says what to do, and the first tab does it', async () => {
    const empty = await startExploredGateway('empty');
    const watched = await browser.open(pageOf(empty));
    await logIn(watched, empty.username, empty.password);
    await watched.page.waitForSelector('#notice:text("No registry is attached yet")');
    expect(await watched.page.textContent('.graphiql-tab')).toContain('AttachRegistry');
    await empty.close();
  });

  test('a registry that cannot be read is named, with what to change where', async () => {
    const failing = await startExploredGateway('failing');
    const watched = await browser.open(pageOf(failing));
    await logIn(watched, failing.username, failing.password);
    await watched.page.waitForSelector('#notice:text("is in trouble")');
    expect(await watched.page.textContent('#notice')).toMatch(
      /^The registry "local" is in trouble: .+ The mutation updateRegistry changes its address, credentials or certificates\.$/,
    );
    await failing.close();
  });

  test('the page follows the preference for dark, and fits a narrow screen', async () => {
    const watched = await browser.open(pageOf(gateway), { colorScheme: 'dark', viewport: { width: 360, height: 740 } });
    const overflow = 'document.documentElement.scrollWidth > window.innerWidth';
    expect(await evaluate(watched, overflow)).toBe(false);
    await logIn(watched, gateway.username, gateway.password);
    await watched.page.waitForSelector('.graphiql-execute-button');
    expect(await evaluate(watched, overflow)).toBe(false);
    expect(
      await evaluate(
        watched,
        `matchMedia('(prefers-color-scheme: dark)').matches && getComputedStyle(document.body).color`,
      ),
    ).toBe('rgb(230, 235, 244)');
    expectClean(watched);
  });

  function expectClean({ complaints, requests }: Watched): void {
    expect(complaints).toEqual([]);
    expect(
      requests
        .map(({ url }) => new URL(url))
        .filter(({ protocol, origin }) => protocol !== 'data:' && origin !== gateway.url),
    ).toEqual([]);
  }
});

function pageOf({ url }: ExploredGateway): string {
  return `${url}/explorer`;
}

async function createBareServer(): Promise<FastifyInstance> {
  return createHttpServer({
    logger: pino({ level: 'silent' }),
    allowedOrigins: [],
    limits: defaultHttpLimits,
    measureLoopDelay: () => 0,
  });
}

/** By the keyboard alone. */
async function logIn(watched: Watched, username: string, password: string): Promise<void> {
  const { page } = watched;
  await waitFor(watched, `document.activeElement.id === 'username'`);
  await page.keyboard.type(username);
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
}

/** Runs the operation of a tab; gives the whole response, of which the editor draws only what is in sight. */
async function runTab(watched: Watched, name: string): Promise<unknown> {
  const response = `document.querySelector('.graphiql-response .CodeMirror')?.CodeMirror.getValue()`;
  await watched.page.click(`.graphiql-tab button:text("${name}")`);
  await waitFor(watched, `!${response}`);
  // GraphiQL looks for the operation's name only 100 ms after the text has changed.
  await watched.page.waitForTimeout(400);
  await watched.page.click('.graphiql-execute-button');
  await waitFor(watched, `${response}?.endsWith('}')`);
  return JSON.parse((await evaluate(watched, response)) as string);
}

/** Playwright's own way evaluates text in the page, which the page's content policy refuses. */
async function waitFor(watched: Watched, expression: string): Promise<void> {
  for (let waited = 0; waited < 10_000; waited += 50) {
    if ((await evaluate(watched, expression)) === true) return;
    await watched.page.waitForTimeout(50);
  }
  throw new Error(`Still not true after 10 s: ${expression}`);
}

function evaluate({ page }: Watched, expression: string): Promise<unknown> {
  return page.evaluate(expression);
}
