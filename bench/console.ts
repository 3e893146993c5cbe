import { readdirSync, readFileSync } from 'node:fs';
import { createServer, request as ask } from 'node:http';
import { extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type Browser, startBrowser, type Watched } from '../test/explorer/browser.js';
import type { GatewayReady } from './asking.js';
import { benchPlan, benchScrolling } from './consolescrolling.js';
import { nameRepository } from './fill.js';
import { listen } from './listen.js';
import { attach, waitUntilCrawled } from './live.js';
import { quantile, serve } from './load.js';
import { report, skip } from './report.js';

/** As in the study of the peers: 300 repositories, some eleven thousand tags, two registries. */
const repositories = 300;
const tagsEach = 37;
const rounds = 5;
const paces = [1, 4] as const;
const quietMilliseconds = 500;

/** A page that shows a list of repositories. */
interface ListPage {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A text that its list has. */
  readonly text: string;
}

/** Milliseconds from the navigation on, and requests of the API, until a list can be used. */
interface Usable {
  readonly milliseconds: number;
  readonly requests: number;
}

/**
 * The console in Chromium: bytes of its first load, time and requests until its list of repositories can be used, the
 * frames of scrolling over 100,000 tags; beside Joxit's docker-registry-ui, whose `dist` the variable JOXIT names.
 */
export async function benchConsole(folder: string): Promise<void> {
  reportSize();
  const browser = await startBrowser();
  try {
    await benchLists(browser, folder);
    await benchScrolling(browser, folder);
  } finally {
    await browser.close();
  }
}

/** Reports all scripts and styles, as gzip packs them: the gateway sends them as brotli. */
function reportSize(): void {
  const folder = new URL('../src/pages/console/assets/', import.meta.url);
  const sizes = readdirSync(folder)
    .filter((name) => /\.(?:js|css)$/.test(name))
    .map((name) => ({ name, bytes: gzipSync(readFileSync(new URL(name, folder)), { level: 9 }).length }));
  const all = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  report({ case: 'all JS and CSS of the console, gzip', value: all / 1000, unit: 'kB' });
}

async function benchLists(browser: Browser, folder: string): Promise<void> {
  await using first = await serve<{ url: string }>('./registry.js', String(repositories), String(tagsEach));
  await using second = await serve<{ url: string }>('./registry.js', String(repositories), String(tagsEach));
  await using gateway = await serve<GatewayReady>('./gateway.js', `${folder}/console.db`);
  await attach(gateway.ready, first.ready.url, { name: 'production', maxAge: 3600 });
  await attach(gateway.ready, second.ready.url, { name: 'staging', maxAge: 3600 });
  for (const name of ['production', 'staging']) await waitUntilCrawled(gateway.ready, name, 600);
  const ours: ListPage = {
    url: `${gateway.ready.url}/repositories?sort=name`,
    headers: { 'x-access-token': gateway.ready.access },
    text: nameRepository(0),
  };
  const loaded = await loadOnce(browser, ours);
  report({
    case: 'first load of the console, JS and CSS, gzip',
    value: loaded.first / 1000,
    unit: 'kB',
    target: ['<=', 150],
    later: loaded.later / 1000,
  });
  await benchPlan(browser, gateway.ready, `/r/production/${nameRepository(0)}`);
  const dist = process.env['JOXIT'];
  if (!dist) skip('a list of repositories beside Joxit', 'JOXIT does not name its dist');
  await using joxit = dist ? await serveJoxit(dist, first.ready.url) : null;
  for (const pace of paces) {
    const times: { ours: Usable; peer: Usable | null }[] = [];
    for (let round = 0; round < rounds; round++)
      times.push({
        ours: await openList(browser, ours, pace),
        peer: joxit && (await openList(browser, { url: joxit.url, headers: {}, text: nameRepository(0) }, pace)),
      });
    reportLists(pace, times);
  }
}

function reportLists(pace: number, times: readonly { ours: Usable; peer: Usable | null }[]): void {
  const own = quantile(
    times.map(({ ours }) => ours.milliseconds),
    0.5,
  );
  report({
    case: `a list of repositories can be used, CPU ${pace} times slower`,
    value: own,
    unit: 'ms',
    target: ['<=', pace === 1 ? 1000 : 2000],
    requests: times[0]?.ours.requests,
  });
  const peers = times.flatMap(({ peer }) => peer ?? []);
  if (peers.length === 0) return;
  const theirs = quantile(
    peers.map(({ milliseconds }) => milliseconds),
    0.5,
  );
  report({
    case: `the same beside Joxit's list, CPU ${pace} times slower`,
    value: theirs / own,
    unit: 'times',
    target: ['>=', 2],
    milliseconds: own,
    ofPeer: theirs,
    requestsOfPeer: peers[0]?.requests,
  });
}

/** Bytes of the scripts and styles that the list's page needs, with nothing kept from before; and of those it adds. */
async function loadOnce(browser: Browser, { url, headers, text }: ListPage): Promise<{ first: number; later: number }> {
  const watched = await browser.open('about:blank', { headers });
  const { page } = watched;
  const bodies: Promise<Buffer>[] = [];
  page.on('response', (response) => {
    if (['script', 'stylesheet'].includes(response.request().resourceType())) bodies.push(response.body());
  });
  await page.goto(url);
  await page.getByText(text).first().waitFor();
  const needed = bodies.length;
  await waitUntilQuiet(watched);
  const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body, { level: 9 }).length);
  await page.context().close();
  const sum = (part: readonly number[]): number => part.reduce((total, size) => total + size, 0);
  return { first: sum(sizes.slice(0, needed)), later: sum(sizes.slice(needed)) };
}

/** Opens a list on an empty cache, by a processor that is `pace` times slower. */
async function openList(browser: Browser, { url, headers, text }: ListPage, pace: number): Promise<Usable> {
  const watched = await browser.open('about:blank', { headers });
  const { page } = watched;
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: pace });
  await page.addInitScript({
    content: `setInterval(() => {
      if (!globalThis.usableAt && document.body?.textContent.includes(${JSON.stringify(text)}))
        globalThis.usableAt = performance.now();
    }, 10);`,
  });
  await page.goto(url);
  await page.getByText(text).first().waitFor();
  await waitUntilQuiet(watched);
  const milliseconds = (await page.evaluate('globalThis.usableAt')) as number;
  const requests = countApiRequests(watched);
  await page.context().close();
  return { milliseconds, requests };
}

/** Waits until a page asks for nothing more: its stream of events stays open, so that the network is never idle. */
async function waitUntilQuiet({ requests }: Watched): Promise<void> {
  for (let before = -1; before < requests.length; await sleep(quietMilliseconds)) before = requests.length;
}

function countApiRequests({ requests }: Watched): number {
  return requests.filter(({ url }) => /\/graphql$|\/v2\//.test(url)).length;
}

/** Joxit's page, with the registry behind the same address, and with the numbers of tags that its list can show. */
async function serveJoxit(dist: string, registry: string): Promise<{ url: string } & AsyncDisposable> {
  const types: Readonly<Record<string, string>> = {
    '.js': 'text/javascript',
    '.css': 'text/css',
    '.html': 'text/html',
  };
  const page = readFileSync(join(dist, 'index.html'), 'utf8')
    .replace('${REGISTRY_URL}', '')
    .replace('${SHOW_CATALOG_NB_TAGS}', 'true')
    .replaceAll(/\$\{\w+\}/g, '');
  const server = createServer((incoming, response) => {
    const { pathname } = new URL(incoming.url ?? '/', 'http://joxit');
    if (pathname.startsWith('/v2/')) {
      const { method = 'GET', headers } = incoming;
      const asked = ask(`${registry}${incoming.url}`, { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      incoming.pipe(asked);
      return;
    }
    const isPage = pathname === '/';
    try {
      const body = isPage ? page : readFileSync(join(dist, pathname.replaceAll('..', '')));
      response
        .writeHead(200, { 'content-type': types[isPage ? '.html' : extname(pathname)] ?? 'font/woff2' })
        .end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  const url = await listen(server);
  return {
    url,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
