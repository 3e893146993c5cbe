import { until } from '../support/timer.js';
import { describeConsole, operationsOf, testStates } from './states.js';

describeConsole('the rules of the console', (stand) => {
  testStates(stand, [
    { name: 'protection without a rule', path: '/protection', ready: '.rules-line' },
    {
      name: 'protection that is tried',
      path: '/protection?registry=local',
      ready: '.rules-found summary',
      act: ({ page }) => page.click('button:has-text("Add a rule")'),
    },
    { name: 'retention without a rule', path: '/retention', ready: '.rules-line' },
    {
      name: 'retention that is tried, with a repository open',
      path: '/retention?registry=local',
      ready: '.rules-reasons li',
      act: async ({ page }) => {
        await page.click('button:has-text("Add a rule")');
        await page.fill('.rule input >> nth=0', '*');
        await page.fill('.rule input >> nth=2', '1');
        await page.fill('.rule input >> nth=3', '');
        await page.click('.rules-found summary >> nth=0');
      },
    },
    { name: 'the rules of a registry that is not attached', path: '/retention?registry=none', ready: '.notice-bad' },
  ]);

  test('a screen of rules is one operation, with what the saved rules do', async () => {
    for (const [path, name] of [
      ['/protection?registry=local', 'Protection'],
      ['/retention?registry=local', 'Retention'],
    ] as const) {
      const watched = await stand.open(path);
      await watched.page.waitForSelector('.rules-line');
      // The last that a page asks for; it stays open.
      await until(() => watched.requests.some(({ url }) => url.endsWith('/graphql/stream')));
      expect(operationsOf(watched).toSorted()).toEqual([name, 'Shell'].toSorted());
    }
  });

  test('rules of protection are tried, kept from being lost, and saved', async () => {
    const { page } = await stand.open('/protection?registry=local');
    await page.click('button:has-text("Add a rule")');
    await page.fill('.rule input >> nth=0', 'team/*');
    await page.fill('.rule input >> nth=1', '*');
    await page.waitForSelector('.rules-found summary:has-text("team/app")');
    await page.click('.bar a:has-text("Repositories")');
    await page.waitForSelector('dialog:has-text("Leave without saving?")');
    await page.keyboard.press('Escape');
    await page.click('.rules-save .button-primary');
    await page.waitForSelector('.rules-save:not(:has(button))', { state: 'attached' });
    await page.reload();
    await page.waitForSelector('.rule');
    expect(await page.inputValue('.rule input >> nth=0')).toBe('team/*');
    await page.click('.rule-remove');
    await page.click('.rules-save .button-primary');
    await page.waitForSelector('.rules-save:not(:has(button))', { state: 'attached' });
  });

  test('rules of retention are saved, planned and applied by keyboard, and lead to their job', async () => {
    const watched = await stand.open('/retention?registry=local');
    const { page } = watched;
    await page.waitForSelector('.rules-line');
    await page.focus('button:has-text("Add a rule")');
    await page.keyboard.press('Enter');
    await page.focus('.rule input >> nth=0');
    await page.keyboard.insertText('team/*');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('1');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    expect(await page.textContent('.rule-retention > p')).toBe('In team/*: keep the last 1');
    await page.waitForSelector('.rules-found summary:has-text("team/app")');
    await page.focus('.rules-save .button-primary');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.rules-save:not(:has(button))', { state: 'attached' });
    await page.focus('button:has-text("Run now")');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog .button-danger');
    await page.focus('dialog .button-danger');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/jobs/*');
    expect(operationsOf(watched)).toEqual(
      expect.arrayContaining(['SetRetention', 'RetentionTried', 'RetentionPlan', 'ApplyRetention']),
    );
  });
});
