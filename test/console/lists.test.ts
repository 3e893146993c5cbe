import { readFileSync } from 'node:fs';
import { amount } from '../support/run/amount.js';
import { until } from '../support/timer.js';
import { seed } from '../../src/demo/built.js';
import { buildImage } from '../../src/demo/images.js';
import type { MemoryStore } from '../../src/demo/registry/store.js';
import { type ConsoleStand, describeConsole, expectQuiet, operationsOf, testStates } from './states.js';

/** A repository whose tags are of one platform each. */
function fillMixed(store: MemoryStore): void {
  seed(store, 'mixed/app', 'arm', buildImage({ arch: 'arm64' }));
  seed(store, 'mixed/app', 'intel', buildImage());
}

function suite(stand: ConsoleStand): void {
  testStates(stand, [
    { name: 'the list of repositories', path: '/repositories', ready: '.grid-body .name' },
    {
      name: 'the list of repositories, narrowed',
      path: '/repositories?namespace=team&updated=older-30d&sort=largest',
      ready: '.chip',
    },
    { name: 'a filter that no repository passes', path: '/repositories?q=nothing-is-called-so', ready: '.empty' },
    { name: 'a repository', path: '/r/local/team/app', ready: '.grid-body .name' },
    {
      name: 'a repository with tags chosen',
      path: '/r/local/team/app',
      ready: '.selection-bar',
      act: async ({ page }) => {
        await page.waitForSelector('.grid-body .name');
        await page.focus('[role=grid]');
        await page.keyboard.press('Space');
        await page.keyboard.press('Shift+ArrowDown');
      },
    },
    { name: 'a repository that is not there', path: '/r/local/no/such', ready: '.empty' },
    { name: 'an address that names no screen', path: '/jobs/1/2/3', ready: '.empty' },
  ]);

  test('a list is one operation, and the frame another', async () => {
    const watched = await stand.open('/repositories');
    await watched.page.waitForSelector('.grid-body .name');
    expect(operationsOf(watched).toSorted()).toEqual(['Repositories', 'Shell']);
    await watched.page.click('.grid-body .name >> text=app');
    await watched.page.waitForSelector('.grid-tags .name');
    expect(operationsOf(watched).toSorted()).toEqual(['Repositories', 'Repository', 'Shell']);
    expectQuiet(stand, watched);
  });

  test('the way from a filter to chosen tags is gone by keyboard alone', async () => {
    const { page } = await stand.open('/repositories');
    await page.waitForSelector('.grid-body .name');
    await page.keyboard.press('/');
    await page.keyboard.insertText('team/app');
    await page.waitForSelector('.screen-head p:has-text("match")');
    await page.focus('[role=grid]');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/r/local/team/app*');
    await page.waitForSelector('.grid-tags .name');
    await page.focus('[role=grid]');
    await page.keyboard.press('Control+a');
    expect(await page.textContent('.selection-bar strong')).toBe('6 tags selected');
    await page.keyboard.press('Space');
    expect(await page.textContent('.selection-bar strong')).toBe('5 tags selected');
    await page.keyboard.press('Escape');
    expect(await page.$('.selection-bar')).toBeNull();
  });

  test('filters are the address: it can be saved, and the way back leads through them', async () => {
    const { page } = await stand.open('/repositories');
    await page.click('.facet-choice:has-text("library")');
    await page.waitForURL('**/repositories?namespace=library');
    await page.waitForSelector('.screen-head p:has-text("2 repositories match")');
    await page.click('.chip');
    await page.waitForURL('**/repositories');
  });

  test('tags are narrowed to a platform, of those that the repository has images for', async () => {
    const watched = await stand.open('/r/local/mixed/app');
    const { page } = watched;
    await page.waitForSelector('option[value="linux/arm64"]', { state: 'attached' });
    const platforms = page.locator('.toolbar select').nth(1);
    expect(await platforms.locator('option').allTextContents()).toEqual(['Any platform', 'linux/amd64', 'linux/arm64']);
    expect(await page.locator('.grid-tags .name').count()).toBe(2);
    await platforms.selectOption('linux/arm64');
    await page.waitForURL('**/r/local/mixed/app?platform=linux%2Farm64');
    await until(async () => (await page.locator('.grid-tags .name').count()) === 1);
    expect(await page.textContent('.grid-tags .name')).toBe('arm');
    expect(operationsOf(watched).toSorted()).toEqual(['Repository', 'Repository', 'Shell']);
    // Tables are not narrowed so: the button stays, and says why.
    const save = page.getByRole('button', { name: 'Download CSV' });
    expect(await save.getAttribute('aria-disabled')).toBe('true');
    await platforms.selectOption('');
    await until(async () => (await save.getAttribute('aria-disabled')) === 'false');
    const [saved] = await Promise.all([page.waitForEvent('download'), save.click()]);
    expect(saved.suggestedFilename()).toBe('local-mixed-app-tags.csv');
    const lines = readFileSync(await saved.path(), 'utf8').split('\r\n');
    expect(lines[0]).toContain('name,digest');
    expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual(expect.arrayContaining(['arm', 'intel']));
    expectQuiet(stand, watched);
  });

  test('repositories of a name, in one registry or all, are chosen where they stand side by side, and planned', async () => {
    const watched = await stand.open('/repositories?view=names&alone=with');
    const { page } = watched;
    const one = page.getByRole('checkbox', { name: 'Select mixed/app of local' });
    await page.getByRole('checkbox', { name: 'Select mixed/app in all registries that are shown' }).check();
    expect(await one.isChecked()).toBe(true);
    expect(await page.textContent('.selection-bar strong')).toBe('1 repository selected');
    await one.press('Escape');
    expect(await page.$('.selection-bar')).toBeNull();
    await one.check();
    await one.press('Delete');
    await page.waitForSelector('dialog :text("mixed/app")');
    expectQuiet(stand, watched);
  });

  test('texts are in the language of who looks', async () => {
    const { page } = await stand.open('/r/local/team/app', { locale: 'de-DE' });
    await page.waitForSelector('th, [role=columnheader]:has-text("Gleiches Image")');
    expect(await page.getAttribute('html', 'lang')).toBe('de');
  });

  test('where the system sets the colours, it still shows what is chosen, how a registry is, and where one is', async () => {
    const { page } = await stand.open('/r/local/team/app?tag=latest');
    await page.emulateMedia({ forcedColors: 'active' });
    await page.waitForSelector('.tab');
    await page.waitForSelector('.bar-registries .mark');
    const styleOf = async (selector: string, property: string): Promise<unknown> =>
      page.evaluate(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${property}`);
    expect(await styleOf('.bar-registries .mark', 'forcedColorAdjust')).toBe('none');
    expect(await styleOf('.tab[aria-selected=true]', 'borderBlockEndColor')).not.toBe(
      await styleOf('.tab:not([aria-selected=true])', 'borderBlockEndColor'),
    );
    await page.keyboard.press('Escape');
    await page.focus('[role=grid]');
    await page.keyboard.press('Space');
    expect(await styleOf('.grid-row.is-chosen', 'outlineStyle')).not.toBe('none');
    await page.click('.bar-link[href$="/repositories"]');
    await page.waitForSelector('.bar-link[aria-current=page]');
    expect(await styleOf('.bar-link[aria-current=page]', 'outlineStyle')).toBe('solid');
  });

  test('a page that is looked at for long keeps nothing of the screens that were left', async () => {
    const { page } = await stand.open('/repositories');
    const session = await page.context().newCDPSession(page);
    const countKept = async (): Promise<readonly number[]> => {
      await session.send('HeapProfiler.collectGarbage');
      const { metrics } = await session.send('Performance.getMetrics');
      return ['Nodes', 'JSEventListeners'].map((name) => metrics.find((one) => one.name === name)!.value);
    };
    // Handles of elements, which other waits give, would keep them.
    const click = async (selector: string): Promise<void> => {
      await until(async () => page.evaluate<boolean>(`document.querySelector(${JSON.stringify(selector)}) !== null`));
      await page.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`);
    };
    const goRound = async (times: number): Promise<void> => {
      for (let time = 0; time < times; time++) {
        await click('.grid-body a[href$="/r/local/team/app"]');
        await click('.grid-tags .name');
        await until(async () => page.evaluate<boolean>(`document.querySelector('.image-layers') !== null`));
        await page.keyboard.press('Escape');
        await click('.bar-link[href$="/repositories"]');
      }
      await until(async () => page.evaluate<boolean>(`document.querySelector('.grid-repositories .name') !== null`));
    };
    await session.send('Performance.enable');
    await goRound(2);
    const [nodes = 0, listeners = 0] = await countKept();
    await goRound(amount(3, 30));
    const [nodesThen = 0, listenersThen = 0] = await countKept();
    // A round makes some thousand nodes, all of which go.
    expect(nodesThen - nodes).toBeLessThan(100);
    expect(listenersThen - listeners).toBeLessThan(20);
  });
}

describeConsole('the lists of the console', suite, fillMixed);
