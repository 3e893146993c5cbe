import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { closeOnce } from '../support/run/leftovers.js';

/** A page, with all that went wrong in it and all it asked for. */
export interface Watched {
  readonly page: Page;
  readonly requests: readonly {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | null;
  }[];
  /** Errors and warnings of the console, uncaught errors, failed requests, refusals by the content policy. */
  readonly complaints: readonly string[];
}

export interface Look {
  readonly colorScheme?: 'light' | 'dark';
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Sent with every request, such as those that say who asks. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly locale?: string;
}

export interface Browser {
  /** A page of its own, with nothing kept from others. */
  open(url: string, look?: Look): Promise<Watched>;
  close(): Promise<void>;
}

/** Debian's command and package. */
export const browserCommand = 'chromium';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Starts a headless Chromium on an empty profile. Whatever it asks of any host but 127.0.0.1 fails, and is a complaint.
 */
export async function startBrowser(): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'explorer-'));
  const browser = await chromium.launch({
    executablePath: `/usr/bin/${browserCommand}`,
    headless: true,
    args: [...flags, `--disk-cache-dir=${profile}`, '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
    env: { HOME: profile },
  });
  return {
    async open(
      url,
      { colorScheme = 'light', viewport = { width: 1280, height: 800 }, headers = {}, locale = 'en-GB' } = {},
    ) {
      const context = await browser.newContext({ colorScheme, viewport, locale, extraHTTPHeaders: headers });
      const watched = await watch(context);
      await watched.page.goto(url);
      return watched;
    },
    close: closeOnce(async () => {
      await browser.close();
      await rm(profile, { recursive: true, force: true });
    }),
  };
}

async function watch(context: BrowserContext): Promise<Watched> {
  const page = await context.newPage();
  // As in jest.config.mjs: a page that is slow on a loaded machine does not fail.
  page.setDefaultTimeout(150_000);
  const requests: { url: string; headers: Record<string, string>; body: string | null }[] = [];
  const complaints: string[] = [];
  context.on(
    'request',
    (request) => void requests.push({ url: request.url(), headers: request.headers(), body: request.postData() }),
  );
  context.on('requestfailed', (request) => void complaints.push(`request failed: ${request.url()}`));
  page.on('pageerror', (error) => void complaints.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
  });
  await page.addInitScript({
    content:
      `document.addEventListener('securitypolicyviolation', (event) => console.error('refused by the ` +
      `content policy:', event.violatedDirective, event.blockedURI));`,
  });
  return { page, requests, complaints };
}

/**
 * The rules of accessibility (axe, all of its defaults) that the page breaks, with where. `exclude`: selectors of what
 * is not of this project.
 */
export async function findViolations({ page }: Watched, exclude: readonly string[] = []): Promise<unknown> {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(`${axe}; undefined`);
  return page.evaluate(
    `axe.run(${JSON.stringify({ exclude })}).then(({ violations }) =>
       violations.map(({ id, nodes }) => [id, ...nodes.map(({ target }) => String(target))]))`,
  );
}
