import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPerson, done } from '../accounts/principals.js';
import { type Browser, browserCommand, startBrowser, type Watched } from '../explorer/browser.js';
import { type ExploredGateway, startExploredGateway } from '../explorer/gateway.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { type GatewayProcess, startProcess } from '../support/processes/gateway.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { describeWith } from '../support/servers/distribution.js';
import { findFreePort } from '../support/servers/freeport.js';
import { until } from '../support/timer.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';

type Page = Watched['page'];

/** Those of a repository that are deleted; `stays` is beside them. */
const asked = ['v1', 'v2', 'v3'] as const;

/** Puts tags into a repository, each on an image of its own. */
function fill({ store }: MemoryRegistry, repository: string, ...tags: readonly string[]): void {
  for (const tag of tags) seed(store, repository, tag, buildImage({ labels: { of: `${repository}:${tag}` } }));
}

/** Chooses every tag that the address leaves, and has them planned. */
async function planAll(page: Page): Promise<void> {
  await page.waitForSelector('.grid-tags .grid-body .name');
  await page.focus('[role=grid]');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.waitForSelector('.plan-going');
}

/** Whether it comes to that within a second. */
function waitSome(page: Page, selector: string, state: 'detached'): Promise<boolean> {
  return page.waitForSelector(selector, { state, timeout: 1000 }).then(
    () => true,
    () => false,
  );
}

/** From here on the page is not loaded again: `isKept` says so at the end. */
async function keepPage(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate('void (window.isTheSamePage = true)');
  return () => page.evaluate<boolean>('window.isTheSamePage === true');
}

describeWith(browserCommand, 'what a page of the console ends in, by itself', () => {
  let browser: Browser;
  const opened: Watched[] = [];
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(({ page }) => page.context().close()));
  });

  async function open(url: string, access: string): Promise<Page> {
    const watched = await browser.open(url, { headers: { 'x-access-token': access } });
    opened.push(watched);
    return watched.page;
  }

  describe('of a deletion that needs a second person', () => {
    let gateway: TestGateway;
    let registry: MemoryRegistry;
    beforeAll(async () => {
      registry = await createMemoryRegistry();
      gateway = await startGateway();
      for (const name of ['approved', 'rejected']) fill(registry, `team/${name}`, ...asked, 'stays');
      await gateway.attach('r', registry.url);
      await gateway.crawl('r');
      await done(
        gateway,
        'setProtection',
        { registry: 'r', approvals: [{ repository: 'team/*', above: 1 }] },
        'userErrors { code }',
      );
    });
    afterAll(async () => {
      await gateway[Symbol.asyncDispose]();
      await registry.close();
    });

    test.each([
      { word: 'Approve', repository: 'team/approved', title: 'Deleted', badge: 'badge-good', staying: ['stays'] },
      {
        word: 'Reject',
        repository: 'team/rejected',
        title: 'The deletion was stopped',
        badge: 'badge-quiet',
        staying: ['stays', ...asked],
      },
    ])(
      '$word: who asked and who decides are shown the same end',
      async ({ word, repository, title, badge, staying }) => {
        const [asker, decider] = await Promise.all(
          ['asks', 'decides'].map((name) => createPerson(gateway, `${word}-${name}`.toLowerCase(), 'registries:rw')),
        );
        const [asking, deciding] = [
          await open(`${gateway.url}/r/r/${repository}?q=v`, asker!.access),
          await open(`${gateway.url}/jobs`, decider!.access),
        ];
        await deciding.waitForSelector('.screen-head p:has-text("job")');
        const kept = [await keepPage(asking), await keepPage(deciding)];
        await planAll(asking);
        await asking.waitForSelector('.dialog-body .notice:has-text("A second person has to approve it")');
        await asking.click('dialog .button-danger:has-text("Ask to delete 3 tags")');
        await asking.waitForSelector('dialog h2:has-text("Waits for approval")');
        expect(await asking.getAttribute('dialog .button-danger', 'aria-disabled')).toBe('true');
        expect(registry.store.tags(repository)).toHaveLength(4);

        // The list of the other one tells of it by itself.
        await deciding.click(`.jobs-active a:has-text("${repository}")`);
        await deciding.waitForSelector('.screen.job .notice:has-text("It waits for you")');
        await deciding.click(`.job-actions button:has-text("${word}")`);
        await Promise.all([
          asking.waitForSelector(`dialog h2 bdi:text-is("${title}")`),
          deciding.waitForSelector(`.job-progress .${badge}`),
        ]);
        expect(await asking.textContent('dialog .job-progress')).toContain(decider!.username);
        expect(registry.store.tags(repository).toSorted()).toEqual(staying);
        await asking.click('dialog .button-primary');
        await until(async () => (await asking.locator('.grid-tags .name').count()) === staying.length - 1);
        expect(await Promise.all(kept.map((isKept) => isKept()))).toEqual([true, true]);
      },
    );
  });

  describe('of a gateway that nothing is attached to', () => {
    let gateway: ExploredGateway;
    beforeAll(async () => {
      gateway = await startExploredGateway('empty');
    });
    afterAll(() => gateway.close());

    /** Has the gateway ask its registry now. */
    const read = (): Promise<Response> =>
      fetch(`${gateway.url}/api/registries/local/repositories`, {
        headers: { 'x-access-token': gateway.access, 'cache-control': 'no-cache' },
      });

    test('every list leads to the first registry, and then shows how that one is, alive and dead', async () => {
      const page = await open(`${gateway.url}/`, gateway.access);
      for (const path of ['', 'tags', 'repositories?view=tree', 'repositories?view=names', 'retention', 'registries']) {
        await page.goto(`${gateway.url}/${path}`);
        await page.waitForSelector('main .button-primary:has-text("Attach a registry")');
        expect([path, await page.locator('main :text("Push an image")').count()]).toEqual([path, 0]);
      }
      await page.goto(`${gateway.url}/repositories`);
      await page.click('main .button-primary:has-text("Attach a registry")');
      await page.waitForSelector('input[name=addr]');
      await page.click('.bar-link[href$="/repositories"]');
      await page.waitForSelector('.empty');
      const isKept = await keepPage(page);
      await post(`${gateway.url}/api/registries`, { name: 'local', addr: gateway.registry.url }, gateway.access);
      await page.waitForSelector('.grid-repositories .name');
      gateway.registry.fail({ kind: 'reset' });
      await read();
      await page.waitForSelector('.notice:has-text("local does not answer: its rows are as of")');
      expect(await page.locator('.grid-repositories .name').count()).toBeGreaterThan(5);
      gateway.registry.heal();
      // It is not asked each time somebody wants it to be.
      await until(async () => {
        await read();
        return waitSome(page, '.notice:has-text("does not answer")', 'detached');
      });
      expect(await isKept()).toBe(true);
    });
  });

  test('a gateway that is killed in the middle of a job and started again: the page shows what the job came to', async () => {
    await using registry = await createMemoryRegistry();
    fill(registry, 'team/app', ...asked, 'stays');
    const [folder, port] = [await mkdtemp(join(tmpdir(), 'gateway-endings-')), await findFreePort()];
    const processes: GatewayProcess[] = [];
    const start = async (): Promise<string> => {
      const env = { ADMIN_PASSWORD: 'a good password', LOG_LEVEL: 'info', PORT: String(port) };
      const gateway = startProcess(folder, env);
      processes.push(gateway);
      return gateway.listening();
    };
    try {
      const url = await start();
      const access = await attach(url, registry.url);
      const [job, list, other] = [
        await open(`${url}/r/r/team/app?q=v`, access),
        await open(`${url}/jobs`, access),
        await open(`${url}/repositories`, access),
      ];
      const kept = await Promise.all([job, list].map(keepPage));
      await planAll(job);
      // One of three is not answered before the gateway is gone.
      const second = registry.store.resolveTag('team/app', 'v2')!;
      const hung = registry.fail({ kind: 'hang', method: 'DELETE', match: ({ path }) => path.endsWith(second) });
      await job.click('dialog .button-danger');
      await until(() => hung.hits > 0);
      await list.waitForSelector('.grid-jobs .badge:has-text("Running")');
      processes[0]!.child.kill('SIGKILL');
      await processes[0]!.ended();
      await job.waitForSelector('dialog .notice-bad:has-text("does not answer")');
      // A question that is asked meanwhile is asked again; a screen that could not be had comes.
      await list.click('.facet-choice:has-text("Delete tags")');
      await list.waitForSelector('.notice-bad:has-text("It is asked again by itself")');
      await other.click('.bar-link[href$="/tags"]');
      await other.waitForSelector('.bar ~ main .notice-bad:has-text("It is asked again by itself")');
      registry.heal();
      await start();
      await job.waitForSelector('dialog h2 bdi:text-is("Deleted")');
      await job.waitForSelector('dialog .notice-bad', { state: 'detached' });
      await other.waitForSelector('.grid-body .name:has-text("stays")');
      await list.waitForSelector('.grid-jobs .name:has-text("Delete tags") >> nth=0');
      await until(async () => (await list.locator('.grid-jobs .badge:has-text("Running")').count()) === 0);
      for (const page of [list, other]) await page.waitForSelector('.notice-bad', { state: 'detached' });
      expect(registry.store.tags('team/app')).toEqual(['stays']);
      expect(await Promise.all(kept.map((isKept) => isKept()))).toEqual([true, true]);
    } finally {
      for (const { child } of processes) child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    }
  });
});

async function post(url: string, body: object, access?: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json', ...(access && { 'x-access-token': access }) };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return answer.status === 204 ? null : answer.json();
}

/** Logs in, and attaches the registry as `r`. Gives what X-Access-Token is to have. */
async function attach(url: string, addr: string): Promise<string> {
  const login = await post(`${url}/auth/login`, { username: 'admin', password: 'a good password' });
  const access = `admin:${(login as { auth_token: string }).auth_token}`;
  await post(`${url}/api/registries`, { name: 'r', addr }, access);
  return access;
}
