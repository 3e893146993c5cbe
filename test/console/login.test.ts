import type { Page } from 'playwright-core';
import { findViolations } from '../explorer/browser.js';
import { until } from '../support/timer.js';
import { describeConsole, expectQuiet } from './states.js';

describeConsole('the log-in of the console', (stand) => {
  test('a stranger is asked to log in before anything is asked of the API', async () => {
    const watched = await stand.browser.open(`${stand.gateway.url}/r/local/team/app`);
    await watched.page.waitForSelector('dialog .login');
    expect(await findViolations(watched)).toEqual([]);
    expect(watched.requests.filter(({ url }) => url.includes('/graphql'))).toEqual([]);
    expectQuiet(stand, watched);
  });

  test('a wrong password is explained at its field, and the user name stays', async () => {
    const { page } = await stand.browser.open(`${stand.gateway.url}/repositories`);
    await page.fill('input[name=username]', stand.gateway.username);
    await page.fill('input[name=password]', 'not this one');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.field-error:has-text("password")');
    expect(await page.inputValue('input[name=username]')).toBe(stand.gateway.username);
  });

  test('the session is a cookie that no script reads; it outlives a reload, and ends with the log-out', async () => {
    const { page } = await stand.browser.open(`${stand.gateway.url}/repositories`);
    await logIn(page);
    await page.waitForSelector('.grid-body .name');
    const cookies = await page.context().cookies();
    expect(cookies).toMatchObject([{ name: 'registry-gateway-session', httpOnly: true, sameSite: 'Strict' }]);
    expect(
      await page.evaluate('document.cookie + JSON.stringify(sessionStorage) + JSON.stringify(localStorage)'),
    ).not.toContain(cookies[0]!.value);
    await page.reload();
    await page.waitForSelector('.grid-body .name');
    await page.click('.bar-person [aria-label="Log out"]');
    await page.waitForSelector('dialog .login');
    expect(await page.context().cookies()).toEqual([]);
  });

  test('a session that ends elsewhere asks for the log-in over the page, which goes on where it was', async () => {
    const { page } = await stand.browser.open(`${stand.gateway.url}/r/local/team/app?q=1.9`);
    await logIn(page);
    await page.waitForSelector('.grid-tags .name:has-text("1.9.3")');
    await endSession(page);
    // The stream of changes ends with the session: nobody has to do anything to be told.
    await page.waitForSelector('dialog:has-text("session is over")');
    await page.waitForSelector('.grid-tags .name:has-text("1.9.3")');
    await logIn(page);
    await page.waitForSelector('dialog', { state: 'detached' });
    expect(await page.inputValue('[data-filter]')).toBe('1.9');
    await page.waitForSelector('.grid-tags .name:has-text("1.9.3")');
  });

  test('a session that ends while a deletion is planned: the plan is there after the log-in, and is carried out', async () => {
    const { page } = await stand.browser.open(`${stand.gateway.url}/r/local/team/app?q=1.2.0`);
    await logIn(page);
    await page.waitForSelector('.grid-tags .name');
    await page.focus('[role=grid]');
    await page.keyboard.press('Space');
    await page.keyboard.press('Delete');
    await page.waitForSelector('.plan-going');
    await endSession(page);
    await page.waitForSelector('dialog:has-text("session is over")');
    // It stays, however often Escape is pressed.
    for (let press = 0; press < 3; press++) await page.keyboard.press('Escape');
    await until(async () => (await page.locator('dialog[open]').count()) === 2);
    await logIn(page);
    await page.waitForSelector('dialog .login', { state: 'detached' });
    await page.click('dialog .button-danger');
    await page.waitForSelector('dialog h2:has-text("Deleted")');
    expect(stand.gateway.registry.store.tags('team/app')).not.toContain('1.2.0');
  });

  test("choices follow the account to another browser; what was kept in this one before becomes the account's, once", async () => {
    const first = await stand.browser.open(`${stand.gateway.url}/repositories`);
    await first.page.evaluate(`localStorage.setItem('registry-gateway-theme', 'dark');
      localStorage.setItem('registry-gateway-views', JSON.stringify([
        { name: 'team/app', path: '/r/local/team/app' }, { name: 'Largest', path: '/repositories?sort=largest' }]))`);
    await first.page.reload();
    await logIn(first.page);
    await first.page.waitForSelector('.bar-view >> nth=1');
    await waitForAccount({ theme: 'DARK', views: ['Largest'], pins: ['team/app'] });

    const second = await stand.browser.open(`${stand.gateway.url}/settings`);
    await second.page.evaluate(`localStorage.setItem('registry-gateway-views', JSON.stringify([
      { name: 'Newest', path: '/tags?sort=updated' }]))`);
    await second.page.reload();
    await logIn(second.page);
    await second.page.waitForSelector('html[data-theme=dark]');
    await second.page.waitForSelector('.settings-part:has-text("follow your account")');
    expect(await second.page.locator('.bar-view bdi').allTextContents()).toEqual(['team/app', 'Largest', 'Newest']);
    await waitForAccount({ theme: 'DARK', views: ['Largest', 'Newest'], pins: ['team/app'] });

    // The first browser knows nothing of the second's view yet: it stays all the same.
    await first.page.click('[aria-label="Remove Largest"]');
    await waitForAccount({ theme: 'DARK', views: ['Newest'], pins: ['team/app'] });
    await first.page.waitForSelector('.bar-view:has-text("Newest")');
    await second.page.locator('.settings-part').getByLabel('Light or dark').selectOption('light');
    await waitForAccount({ theme: 'LIGHT', views: ['Newest'], pins: ['team/app'] });

    await second.page.click('.bar-person [aria-label="Log out"]');
    await second.page.waitForSelector('dialog .login');
    expect(await second.page.evaluate(`localStorage.getItem('registry-gateway-views')`)).toBeNull();
    expectQuiet(stand, second);
  });

  /** As it is ended in another page. */
  async function endSession(page: Page): Promise<void> {
    const [cookie] = await page.context().cookies();
    await fetch(`${stand.gateway.url}/auth/logout`, {
      method: 'POST',
      headers: { cookie: `${cookie!.name}=${cookie!.value}`, 'x-requested-with': 'test' },
    });
  }

  async function waitForAccount(wanted: { theme: string; views: string[]; pins: string[] }): Promise<void> {
    const { url, username, password } = stand.gateway;
    const ask = async (query: string, headers: Record<string, string> = {}): Promise<string> => {
      const asked = { 'content-type': 'application/json', ...headers };
      return (
        await fetch(`${url}/graphql`, { method: 'POST', headers: asked, body: JSON.stringify({ query }) })
      ).text();
    };
    const input = `{ username: "${username}", password: "${password}" }`;
    const { data } = JSON.parse(await ask(`mutation { login(input: ${input}) { token } }`)) as {
      data: { login: { token: string } };
    };
    const query = '{ viewer { preferences { theme savedViews { name } pinnedRepositories { repository } } } }';
    const { theme, views, pins } = wanted;
    const savedViews = views.map((name) => ({ name }));
    const pinnedRepositories = pins.map((repository) => ({ repository }));
    const preferences = JSON.stringify({ theme, savedViews, pinnedRepositories });
    const token = { 'x-access-token': `${username}:${data.login.token}` };
    await until(async () => (await ask(query, token)).includes(`{"preferences":${preferences}}`));
  }

  async function logIn(page: {
    fill(selector: string, text: string): Promise<void>;
    click(selector: string): Promise<void>;
  }) {
    await page.fill('input[name=username]', stand.gateway.username);
    await page.fill('input[name=password]', stand.gateway.password);
    await page.click('.login button[type=submit]');
  }
});
