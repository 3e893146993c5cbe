import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '../support/servers/distribution.js';
import { type GatewayProcess, startProcess } from '../support/processes/gateway.js';
import { isFullRun } from '../support/run/amount.js';
import { type Browser, browserCommand, startBrowser } from './browser.js';

/** What somebody may open in a browser, and the status that is shown. */
const addresses: readonly [string, number][] = [
  ['/', 200],
  ['/explorer', 200],
  ['/explorer/', 200],
  ['/r/local/team/app', 200],
  ['/graphql', 200],
  ['/graphql/', 200],
  ['/graphql?query=%7B__typename%7D', 400],
  ['/explorer/boot.js', 200],
  ['/explorer/graphiql.min.js', 200],
  ['/explorer/licences.txt', 200],
  ['/explorer/none.js', 404],
  ['/schema.graphql', 200],
  ['/none', 404],
  ['/api/registries', 401],
  ['/auth/login', 405],
  ['/livez', 200],
  ['/readyz', 200],
  ['/api/registries/%ff', 400],
];

describeWith(browserCommand, 'the gateway as it is started, in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  describe.each(isFullRun ? ['production', 'development', ''] : ['production'])('with NODE_ENV=%s', (mode) => {
    const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
    let gateway: GatewayProcess;
    let url: string;
    beforeAll(async () => {
      gateway = startProcess(folder, {
        NODE_ENV: mode,
        DATABASE_URL: 'sqlite::memory:',
        ADMIN_PASSWORD: 'a good password',
      });
      url = await gateway.listening();
    });
    afterAll(async () => {
      gateway.child.kill('SIGTERM');
      await gateway.ended();
      rmSync(folder, { recursive: true, force: true });
    });

    test.each(addresses)('%s shows %i, guarded, and asks nothing of any other host', async (path, status) => {
      const { page, requests, complaints } = await browser.open(`${url}${path}`);
      const { origin } = new URL(url);
      expect(
        requests.map((each) => each.url).filter((each) => !each.startsWith('data:') && new URL(each).origin !== origin),
      ).toEqual([]);
      // Chromium says of a status above 400 just that.
      expect(complaints.filter((each) => !/status of 4\d\d/.test(each))).toEqual([]);
      expect(await page.content()).not.toMatch(/apollo server|embeddable|apollographql/i);

      const answer = await fetch(`${url}${path}`, { headers: { accept: 'text/html' }, redirect: 'manual' });
      expect(answer.status === 303 ? 200 : answer.status).toBe(status);
      const { pathname } = new URL(answer.headers.get('location') ?? '', `${url}${path}`);
      expect(pathname).toBe(answer.status === 303 ? '/explorer' : new URL(url + path).pathname);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-security-policy': expect.stringMatching(/^default-src 'none'.*frame-ancestors 'none'/),
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
      });
    });
  });
});
