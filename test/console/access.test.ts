import { findViolations } from '../explorer/browser.js';
import { until } from '../support/timer.js';
import { describeConsole, expectQuiet, testStates } from './states.js';

describeConsole('access, the audit log and you', (stand) => {
  testStates(stand, [
    { name: 'the list of accounts', path: '/access', ready: '.grid-accounts .name' },
    {
      name: 'an account',
      path: '/access',
      ready: 'dialog form',
      act: async ({ page }) => page.click('.grid-accounts .name'),
    },
    {
      name: 'the form of a new account',
      path: '/access',
      ready: 'dialog select',
      act: async ({ page }) => page.click('.toolbar .button'),
    },
    { name: 'the list of teams, of which there is none', path: '/access?view=teams', ready: '.empty' },
    {
      name: 'the form of a new team',
      path: '/access?view=teams',
      ready: 'dialog input[name=description]',
      act: async ({ page }) => page.click('.toolbar .button'),
    },
    { name: 'the list of tokens', path: '/access?view=tokens', ready: '.grid-tokens .name' },
    {
      name: 'the form of a new webhook',
      path: '/access?view=webhooks',
      ready: 'dialog input[name=url]',
      act: async ({ page }) => page.click('.toolbar .button-primary'),
    },
    { name: 'the audit log', path: '/audit', ready: '.grid-audit .name' },
    {
      name: 'an entry of the audit log',
      path: '/audit',
      ready: 'dialog dl',
      act: async ({ page }) => page.click('.grid-audit .name'),
    },
    { name: 'an audit log without entries', path: '/audit?actor=nobody', ready: '.empty' },
    { name: 'the page of who looks', path: '/me', ready: '.me-form' },
    { name: 'the settings', path: '/settings', ready: '.settings-facts' },
  ]);

  test('an account is made, given a grant, and deleted; its password is shown once', async () => {
    const watched = await stand.open('/access');
    const { page } = watched;
    await page.click('.toolbar .button');
    await page.fill('dialog input[name=username]', 'ann');
    await page.selectOption('dialog select[name=role]', '');
    await page.click('dialog button[type=submit]');
    expect((await page.textContent('dialog .secret code'))!.length).toBeGreaterThan(10);
    await page.click('dialog .dialog-foot .button');
    await page.click('.grid-accounts .name:has-text("ann")');
    await page.fill('dialog input[name=repositories]', 'team/*');
    await page.click('dialog form button[type=submit]');
    await page.waitForSelector('.access-grants li:has-text("All registries / team/*")');
    await page.fill('dialog section:last-of-type input', 'ann');
    await page.click('dialog .button-danger');
    await page.waitForSelector('.toast:has-text("ann")');
    await page.waitForSelector('.grid-accounts .name:has-text("ann")', { state: 'detached' });
    expectQuiet(stand, watched);
  });

  test('a webhook is made, tested, disabled and deleted; its secret is shown once', async () => {
    const watched = await stand.open('/access?view=webhooks');
    const { page } = watched;
    await page.waitForSelector('.empty');
    await page.click('.toolbar .button-primary');
    await page.fill('dialog input[name=url]', 'http://hooks.example/registry');
    await page.click('dialog button[type=submit]');
    await page.waitForSelector('dialog input[name=url][aria-invalid=true]');
    await page.fill('dialog input[name=url]', 'https://hooks.invalid/registry');
    await page.check('dialog input[type=checkbox] >> nth=0');
    await page.fill('dialog input[name=repository]', 'team/*');
    await page.click('dialog button[type=submit]');
    expect(await page.textContent('dialog .secret code')).toMatch(/^whsec_/);
    await page.click('dialog .dialog-foot .button');
    await page.waitForSelector('.webhook:has-text("https://hooks.invalid/registry") dd:has-text("Pushed")');
    await page.waitForSelector('.webhook dd:has-text("team/*")');
    await page.click('.webhook button:has-text("Test")');
    await page.waitForSelector('.webhook-tested .badge-bad');
    expect(await findViolations(watched)).toEqual([]);
    await page.click('.webhook button:has-text("Disable")');
    await page.waitForSelector('.webhook h2 .badge:has-text("Disabled")');
    await page.click('.webhook button:has-text("Enable")');
    await page.waitForSelector('.webhook button:has-text("Disable")');
    await page.click('.webhook button:has-text("Delete webhook")');
    await page.click('dialog .button-danger');
    await page.waitForSelector('.empty');
    expectQuiet(stand, watched);
  });

  test('a team is made, given members and a grant, and deleted', async () => {
    const watched = await stand.open('/access?view=teams');
    const { page } = watched;
    await page.click('.toolbar .button');
    await page.fill('dialog input[name=name]', 'web');
    await page.fill('dialog input[name=description]', 'Who builds the shop');
    await page.click('dialog button[type=submit]');
    await page.waitForSelector('.dialog-side h2:has-text("web")');
    await page.fill('dialog input[name=member]', 'nobody-of-that-name');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog [role=alert]:has-text("nobody-of-that-name")');
    await page.fill('dialog input[name=member]', 'admin');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.access-grants li:has-text("admin")');
    await page.fill('dialog input[name=repositories]', 'team/*');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.access-grants li:has-text("All registries / team/*")');
    expect(await findViolations(watched)).toEqual([]);
    await page.click('[aria-label="Remove admin"]');
    await page.waitForSelector('.dialog p:has-text("No member")');
    await page.fill('dialog section:last-of-type input', 'web');
    await page.click('dialog .button-danger');
    await page.waitForSelector('.toast:has-text("web")');
    await page.waitForSelector('.empty');
    expectQuiet(stand, watched);
  });

  test('a name that is taken is refused at its field, and what was entered stays', async () => {
    const { page } = await stand.open('/access');
    await page.click('.toolbar .button');
    await page.fill('dialog input[name=username]', 'admin');
    await page.click('dialog button[type=submit]');
    await page.waitForSelector('dialog [role=alert]');
    expect(await page.inputValue('dialog input[name=username]')).toBe('admin');
  });

  test('a token is shown once, works, and is refused once it is revoked', async () => {
    const { page } = await stand.open('/access?view=tokens');
    await page.click('.toolbar .button');
    await page.fill('dialog input[name=label]', 'ci of the shop');
    await page.click('dialog button[type=submit]');
    const secret = (await page.textContent('dialog .secret code'))!;
    const ask = async (): Promise<number> => {
      const access = secret.includes(':') ? secret : `${stand.gateway.username}:${secret}`;
      const answer = await fetch(`${stand.gateway.url}/api/registries`, { headers: { 'x-access-token': access } });
      return answer.status;
    };
    expect(await ask()).toBe(200);
    await page.click('dialog .dialog-foot .button');
    await page.click('.grid-row:has-text("ci of the shop") .link-button');
    await page.click('dialog .button-danger');
    await page.waitForSelector('.grid-row:has-text("ci of the shop") .badge-bad');
    expect(await ask()).toBe(401);
  });

  test('a password is changed as it was entered, blanks at its ends too', async () => {
    const { page } = await stand.open('/me');
    const [before, after] = [stand.gateway.password, ' two blanks around it '];
    const change = async (from: string, to: string): Promise<void> => {
      await page.fill('.me-form input[name=current]', from);
      await page.fill('.me-form input[name=new]', to);
      await page.click('.me-form button');
      await until(async () => (await page.inputValue('.me-form input[name=new]')) === '');
    };
    const logIn = async (password: string): Promise<number> => {
      const body = JSON.stringify({ username: stand.gateway.username, password });
      const headers = { 'content-type': 'application/json' };
      return (await fetch(`${stand.gateway.url}/auth/login`, { method: 'POST', headers, body })).status;
    };
    await change(before, after);
    expect([await logIn(after), await logIn(after.trim())]).toEqual([200, 401]);
  });

  test('the settings tell the version and what the gateway serves, and none of its links leads nowhere', async () => {
    const { page } = await stand.open('/settings');
    await page.waitForSelector('.settings-facts:has-text("Version")');
    await page.waitForSelector('.settings-part:has-text("CONSOLE_ACCENT"):has-text("Not set")');
    const links = (await page.evaluate(
      `[...document.querySelectorAll('.settings-list a')].map(({ href }) => href)`,
    )) as string[];
    expect(links).toHaveLength(5);
    for (const link of links) expect([link, (await fetch(link)).status]).toEqual([link, 200]);
  });

  test('another language and the dark stay, as does the height of rows', async () => {
    const { page } = await stand.open('/settings');
    await page.waitForSelector('.settings-part:has-text("follow your account")');
    await page.locator('.settings-part').getByLabel('Language').selectOption('de');
    await page.waitForSelector('h2:has-text("Aussehen")');
    await page.locator('.settings-part').getByLabel('Hell oder dunkel').selectOption('dark');
    await page.getByLabel('Zeilen der Listen').selectOption('compact');
    await page.reload();
    await page.waitForSelector('h2:has-text("Aussehen")');
    expect(await page.getAttribute('html', 'data-theme')).toBe('dark');
    await page.click('.bar-link[href$="/repositories"]');
    await page.waitForSelector('.grid-repositories .name');
    expect(await page.evaluate(`document.querySelector('.grid-body [role=row]').offsetHeight`)).toBe(34);
  });
});
