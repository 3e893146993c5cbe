import { findViolations } from '../explorer/browser.js';
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
    const [cookie] = await page.context().cookies();
    await fetch(`${stand.gateway.url}/auth/logout`, {
      method: 'POST',
      headers: { cookie: `${cookie!.name}=${cookie!.value}`, 'x-requested-with': 'test' },
    });
    // The stream of changes ends with the session: nobody has to do anything to be told.
    await page.waitForSelector('dialog:has-text("session is over")');
    await page.waitForSelector('.grid-tags .name:has-text("1.9.3")');
    await logIn(page);
    await page.waitForSelector('dialog', { state: 'detached' });
    expect(await page.inputValue('[data-filter]')).toBe('1.9');
    await page.waitForSelector('.grid-tags .name:has-text("1.9.3")');
  });

  async function logIn(page: {
    fill(selector: string, text: string): Promise<void>;
    click(selector: string): Promise<void>;
  }) {
    await page.fill('input[name=username]', stand.gateway.username);
    await page.fill('input[name=password]', stand.gateway.password);
    await page.click('.login button[type=submit]');
  }
});
