import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { describeConsole, operationsOf, testStates } from './states.js';

describeConsole('the registries of the console', (stand) => {
  let second: MemoryRegistry;
  beforeAll(async () => {
    second = await createMemoryRegistry({ strict: false });
  });
  afterAll(() => second.close());

  testStates(stand, [
    { name: 'the list of registries', path: '/registries', ready: '.grid-body .name' },
    { name: 'a filter that no registry passes', path: '/registries?q=nothing-is-called-so', ready: '.empty' },
    { name: 'a registry', path: '/registries/local', ready: '.registry-facts' },
    { name: 'a registry that is not attached', path: '/registries/none', ready: '.empty' },
    { name: 'attaching a registry', path: '/registries/new', ready: 'input[name=addr]' },
    {
      name: 'the settings of a registry',
      path: '/registries/local',
      ready: 'dialog input[name=proxy]',
      async act({ page }) {
        await page.click('button:has-text("Edit")');
        for (const fold of ['Certificates (TLS)', 'Proxy']) await page.click(`dialog summary:has-text("${fold}")`);
      },
    },
    {
      name: 'the test of a registry that is attached',
      path: '/registries/local',
      ready: 'dialog .test-steps .badge-good',
      act: ({ page }) => page.click('button:text-is("Test")'),
    },
    {
      name: 'the test of an address where nothing listens',
      path: '/registries/new',
      ready: '.test-steps .test-found:has-text("Not asked, as this failed: Connected")',
      async act({ page }) {
        await page.fill('input[name=addr]', 'http://127.0.0.1:1');
        await page.keyboard.press('Enter');
        await page.click('button:has-text("Test the connection")');
      },
    },
    {
      name: 'the notifications of a registry',
      path: '/registries/local',
      ready: 'dialog .notify-text',
      act: ({ page }) => page.click('button:has-text("Notifications")'),
    },
    {
      name: 'what is lost with a registry',
      path: '/registries/local',
      ready: 'dialog .registry-lost',
      act: ({ page }) => page.click('button:has-text("Detach")'),
    },
  ]);

  test('a registry is attached, renamed and detached by keyboard alone', async () => {
    const watched = await stand.open('/registries');
    const { page } = watched;
    await page.waitForSelector('.grid-body .name');
    await page.focus('button:has-text("Attach a registry")');
    await page.keyboard.press('Enter');
    await page.waitForSelector('input[name=addr]');
    await page.focus('input[name=addr]');
    await page.keyboard.insertText(second.url);
    await page.keyboard.press('Enter');
    await page.waitForSelector('h2:has-text("How is it asked?")');
    await page.focus('button:has-text("Test the connection")');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.test-steps .badge-good');
    await page.focus('button:has-text("Continue")');
    await page.keyboard.press('Enter');
    await page.waitForSelector('input[name=name]');
    expect(await page.inputValue('input[name=name]')).toBe('127.0.0.1');
    await page.focus('input[name=name]');
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('local');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.field-error');
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('second');
    await page.keyboard.press('Enter');

    await page.waitForSelector('h2:has-text("Shall it tell of its changes?")');
    await page.focus('button:has-text("Make a secret")');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.notify-state .badge-info');
    const text = await page.textContent('.notify-text');
    const [, url, authorization] = /url: "(.*)"[^]*Authorization: \["(.*)"\]/.exec(text!)!;
    const [body, headers] = ['{"events":[]}', { 'content-type': 'application/json', authorization: authorization! }];
    expect((await fetch(url!, { method: 'POST', headers, body })).status).toBe(202);
    await page.waitForSelector('.notify-state .badge-good');
    await page.focus('a:has-text("Go to second")');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/registries/second');
    await page.waitForSelector('.registry-facts dt:has-text("Last notification")');

    await page.focus('button:has-text("Edit")');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog input[name=name]');
    await page.focus('dialog input[name=name]');
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('other');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/registries/other');

    await page.waitForSelector('h1:has-text("other")');
    await page.focus('button:has-text("Detach")');
    await page.keyboard.press('Enter');
    await page.focus('dialog input');
    await page.keyboard.insertText('othe');
    expect(await page.isDisabled('dialog .button-danger')).toBe(true);
    await page.keyboard.insertText('r');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/registries');
    await page.waitForSelector('.screen-head p:has-text("1 registry")');
    expect(operationsOf(watched)).toEqual(expect.arrayContaining(['AddRegistry', 'UpdateRegistry', 'RemoveRegistry']));
  });

  test('an address that cannot be one leads back to its field, with what to do', async () => {
    const { page } = await stand.open('/registries/new');
    await page.fill('input[name=addr]', 'ftp://registry.example.com');
    await page.keyboard.press('Enter');
    await page.click('button:has-text("Test the connection")');
    await page.waitForSelector('input[name=addr][aria-invalid=true]');
    expect(await page.textContent('.field-error')).toContain('http');
  });
});
