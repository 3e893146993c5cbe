import type { MemoryStore } from '../../src/demo/registry/store.js';
import {
  type Browser,
  browserCommand,
  findViolations,
  startBrowser,
  type Look,
  type Watched,
} from '../explorer/browser.js';
import { type ExploredGateway, startExploredGateway } from '../explorer/gateway.js';
import { isFullRun } from '../support/run/amount.js';
import { describeWith } from '../support/servers/distribution.js';

/** A screen in one of the states that it can be in. */
export interface ScreenState {
  /** As the sentence of a test: `the list of repositories`. */
  readonly name: string;
  /** Below the gateway's address. */
  readonly path: string;
  /** A selector of what is there once the state is. */
  readonly ready: string;
  /** Brings the page into the state, from where it was opened; `ready` is waited for after it. */
  readonly act?: (watched: Watched) => Promise<void>;
}

/** A gateway and a browser that the tests of one suite share. */
export interface ConsoleStand {
  readonly gateway: ExploredGateway;
  readonly browser: Browser;
  /** Opens a page of the console as the administrator, without the form of the log-in. */
  open(path: string, look?: Look): Promise<Watched>;
}

/**
 * Describes tests of the console in Debian's Chromium, beside a gateway that has the demo's registry. `fill` puts more
 * into that.
 */
export function describeConsole(
  name: string,
  define: (stand: ConsoleStand) => void,
  fill?: (store: MemoryStore) => void,
): void {
  describeWith(browserCommand, name, () => {
    let gateway: ExploredGateway;
    let browser: Browser;
    const opened: Watched[] = [];
    beforeAll(async () => {
      [gateway, browser] = await Promise.all([startExploredGateway('filled', {}, 0, fill), startBrowser()]);
    });
    afterAll(async () => {
      await browser.close();
      await gateway.close();
    });
    // The gateway lets one account follow so many streams, and each page follows one.
    afterEach(async () => {
      await Promise.all(opened.splice(0).map(({ page }) => page.context().close()));
    });
    define({
      get gateway() {
        return gateway;
      },
      get browser() {
        return browser;
      },
      async open(path, look = {}) {
        const headers = { 'x-access-token': gateway.access };
        const watched = await browser.open(`${gateway.url}${path}`, { ...look, headers });
        opened.push(watched);
        return watched;
      },
    });
  });
}

const wide = { width: 1280, height: 800 };
const narrow = { width: 390, height: 844 };

/** As a page of 1280 pixels is laid out at a zoom of 200 %, and at one of 400 % (WCAG 2.2, 1.4.10). */
const tight = [
  { width: 640, height: 400 },
  { width: 320, height: 256 },
] as const;

/** A script that gives what scrolls sideways: the page, its content, or a part of a dialog. */
const overflowing = `['html', '#content', 'dialog[open]', 'dialog[open] *'].filter((selector) =>
  [...document.querySelectorAll(selector)].some((area) =>
    area.scrollWidth > area.clientWidth && (area.tagName === 'HTML' || getComputedStyle(area).overflowX === 'auto')))`;

/** How screens are looked at: wide and narrow, light and dark. */
export const looks = [
  { viewport: wide, colorScheme: 'light' },
  { viewport: narrow, colorScheme: 'dark' },
  { viewport: wide, colorScheme: 'dark' },
  { viewport: narrow, colorScheme: 'light' },
] as const;

/**
 * Tests of each state: no rule of accessibility is broken, nothing runs out of the page at any width, nothing is asked
 * of elsewhere, and the browser has no complaint. `npm test` takes one look at each state, another for each;
 * `npm run test:full` takes all.
 */
export function testStates(stand: ConsoleStand, states: readonly ScreenState[]): void {
  const cases = states.flatMap((state, at) =>
    looks
      .filter((_, look) => isFullRun || look === at % looks.length)
      .map((look) => ({ ...state, look, title: `${look.viewport.width} pixels wide, ${look.colorScheme}` })),
  );
  const pages = createPages(stand);
  test.each(cases)('$name is within the rules, $title', async ({ path, ready, act, look }) => {
    await using watched = await pages.open(path, look);
    await act?.(watched);
    await watched.page.waitForSelector(ready);
    expect(await findViolations(watched)).toEqual([]);
    const { page } = watched;
    for (const viewport of [look.viewport, ...tight]) {
      await page.setViewportSize(viewport);
      expect([viewport.width, await page.evaluate(overflowing)]).toEqual([viewport.width, []]);
    }
    expectQuiet(stand, watched);
  });
}

/**
 * Opens what is looked at alike in one page, one after another and with nothing kept: a page of its own costs a
 * process, and compiles all scripts anew.
 */
function createPages(stand: ConsoleStand) {
  const kept = new Map<Look, Watched>();
  return {
    async open(path: string, look: Look): Promise<Watched & AsyncDisposable> {
      const headers = { 'x-access-token': stand.gateway.access };
      const known = kept.get(look) ?? (await stand.browser.open('about:blank', { ...look, headers }));
      kept.set(look, known);
      const { page } = known;
      const [requests, complaints] = [known.requests.length, known.complaints.length];
      await page.setViewportSize(look.viewport!);
      await page.goto(`${stand.gateway.url}${path}`);
      return {
        page,
        get requests() {
          return known.requests.slice(requests);
        },
        get complaints() {
          return known.complaints.slice(complaints);
        },
        async [Symbol.asyncDispose]() {
          await page.evaluate('localStorage.clear(); sessionStorage.clear()');
          // The stream ends, and what is asked for by now fails before anything else is looked at.
          await page.goto('about:blank');
        },
      };
    },
  };
}

/** Nothing was asked of elsewhere, and the browser has nothing to complain of. */
export function expectQuiet({ gateway }: ConsoleStand, { requests, complaints }: Watched): void {
  // The page gives up itself what it no longer needs.
  expect(complaints.filter((one) => !/^request failed: .*\/graphql(?:\/stream)?$/.test(one))).toEqual([]);
  expect(requests.map(({ url }) => url).filter((url) => !url.startsWith(gateway.url))).toEqual([]);
}

/** The GraphQL operations that the page asked for, by their names, in their order. */
export function operationsOf({ requests }: Watched): string[] {
  return requests.flatMap(({ url, body }) =>
    url.endsWith('/graphql') && body !== null
      ? (/(?:query|mutation) (\w+)/.exec((JSON.parse(body) as { query: string }).query)?.[1] ?? [])
      : [],
  );
}
