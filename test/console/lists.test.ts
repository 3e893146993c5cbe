import { describeConsole, expectQuiet, operationsOf, testStates } from './states.js';

describeConsole('the lists of the console', (stand) => {
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

  test('texts are in the language of who looks', async () => {
    const { page } = await stand.open('/r/local/team/app', { locale: 'de-DE' });
    await page.waitForSelector('th, [role=columnheader]:has-text("Gleiches Image")');
    expect(await page.getAttribute('html', 'lang')).toBe('de');
  });
});
