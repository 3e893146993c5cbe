import { until } from '../support/timer.js';
import { describeConsole, expectQuiet, operationsOf, testStates } from './states.js';
import type { Watched } from '../explorer/browser.js';

type Page = Watched['page'];

/** Goes on by Tab until the focus is on what has this text; fails after 40 steps. */
async function tabTo(page: Page, text: string): Promise<void> {
  for (let step = 0; step < 40; step++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate("document.activeElement?.textContent?.trim() ?? ''");
    if (String(focused).startsWith(text)) return;
  }
  throw new Error(`Tab does not lead to ${text}.`);
}

/** Opens the plan of the first row that the address leaves, by keys. */
async function planFirst({ page }: Watched): Promise<void> {
  await page.waitForSelector('.grid-tags .grid-body .name');
  await page.focus('[role=grid]');
  await page.keyboard.press('Space');
  await page.keyboard.press('Delete');
  await page.waitForSelector('.plan-going');
}

/** Chooses the first two rows of a list, by keys. */
async function chooseTwo(page: Page): Promise<void> {
  await page.waitForSelector('.grid-body .grid-row:nth-child(2) .name');
  await page.focus('[role=grid]');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.waitForSelector('.selection-bar');
}

const deleteButton = 'dialog .button-danger';
const newest = { repository: 'library/registry', q: '2.8' };

describeConsole('deletions in the console', (stand) => {
  const tagsOf = (repository: string): string[] => stand.gateway.registry.store.tags(repository).toSorted();

  testStates(stand, [
    { name: 'a plan', path: '/r/local/team/app?q=1.2.0', ready: '.plan-words', act: planFirst },
    {
      name: 'a plan with tags that go along',
      path: '/r/local/library/busybox?q=1.36.1',
      ready: '.plan-tags .badge-bad',
      act: async (watched) => {
        await planFirst(watched);
        await watched.page.click('.plan-option input');
      },
    },
    {
      name: 'the plan of a repository',
      path: '/r/local/tools/agent',
      ready: 'dialog .field input',
      act: async ({ page }) => page.click('text=Delete repository…'),
    },
    {
      name: 'a plan over repositories',
      path: '/repositories?q=team',
      ready: '.plan-kept .name',
      act: async ({ page }) => {
        await chooseTwo(page);
        await page.keyboard.press('Delete');
      },
    },
    { name: 'the jobs', path: '/jobs', ready: '.grid-jobs .name' },
    { name: 'a job that is not there', path: '/jobs/nothing', ready: '.empty' },
    { name: 'the trash', path: '/trash', ready: '.empty' },
  ]);

  test('two tags are deleted, and put back, by keyboard alone', async () => {
    const watched = await stand.open(`/r/local/${newest.repository}`);
    const { page } = watched;
    await page.waitForSelector('.grid-tags .grid-body .name');
    await page.keyboard.press('/');
    await page.keyboard.insertText(newest.q);
    await page.waitForSelector('[role=grid][aria-rowcount="3"][aria-busy=false]');
    while (!(await page.$('[role=grid]:focus'))) await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Delete');
    await page.waitForSelector('.plan-going');
    expect(await page.textContent('.plan-tagCount')).toMatch(/^tags go2/);
    expect(await page.textContent('.plan-kept')).toContain('latest');
    await tabTo(page, 'Delete 2 tags');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog h2:has-text("Deleted")');
    expect(tagsOf(newest.repository)).toEqual(['2', 'latest']);
    await tabTo(page, 'Undo: 2 tags');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog p:has-text("2 of 2 can come back")');
    await tabTo(page, 'Put 2 tags back');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog h2:has-text("Put back")');
    expect(tagsOf(newest.repository)).toEqual(['2', '2.8', '2.8.3', 'latest']);
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog h2:has-text("Put back")', { state: 'detached' });
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });
    // The list that had the focus was empty meanwhile.
    await page.waitForSelector('main:focus');
    expectQuiet(stand, watched);
  });

  test('a tag that is pushed during the plan is not deleted: a new plan marks it', async () => {
    const { store } = stand.gateway.registry;
    const watched = await stand.open('/r/local/team/app?q=1.9.3');
    await planFirst(watched);
    store.setTag('team/app', '1.9.3', store.resolveTag('team/app', '1.2.0')!);
    await watched.page.click(deleteButton);
    await watched.page.waitForSelector('.plan-tags .is-marked:has-text("moved")');
    expect(await watched.page.textContent('.dialog-body')).toContain('what has changed since the last one is marked');
    expect(tagsOf('team/app')).toContain('1.9.3');
  });

  test('of two who delete the same tag the second is told, and nothing is done twice', async () => {
    const both = [
      await stand.open('/r/local/library/busybox?q=1.35'),
      await stand.open('/r/local/library/busybox?q=1.35'),
    ];
    for (const watched of both) await planFirst(watched);
    const [first, second] = both.map(({ page }) => page);
    await first!.click(deleteButton);
    await first!.waitForSelector('dialog h2:has-text("Deleted")');
    await second!.click(deleteButton);
    await second!.waitForSelector('dialog .notice-bad, dialog .notice-warn');
    expect(await second!.$('dialog h2:has-text("Deleted")')).toBeNull();
    expect(operationsOf(both[1]!)).not.toContain('Job');
  });

  test('a plan whose time is over leads to a new one by one button', async () => {
    const { page } = await stand.open('/r/local/team/app?q=1.2.0');
    await page.clock.install();
    await page.focus('[role=grid]');
    await planFirst({ page } as Watched);
    expect(await page.textContent('.plan-countdown')).toMatch(/Valid for (5:00|4:5\d)/);
    await page.clock.fastForward(301_000);
    await page.waitForSelector('.plan-countdown:has-text("too old")');
    expect(await page.$(deleteButton)).toBeNull();
    await page.click('dialog .button-primary:has-text("Plan again")');
    await page.waitForSelector(deleteButton);
  });

  test('all that match but one are planned by the filter, and counted', async () => {
    const { page } = await stand.open('/r/local/charts/app');
    await page.waitForSelector('.grid-tags .grid-body .name');
    await page.focus('[role=grid]');
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Space');
    await page.keyboard.press('Delete');
    await page.waitForSelector('.plan-going');
    expect(await page.textContent('.plan-tagCount')).toMatch(/2$/);
    await page.click(deleteButton);
    await page.waitForSelector('dialog h2:has-text("Deleted")');
    expect(tagsOf('charts/app')).toHaveLength(1);
  });

  test('a repository goes once its name is typed; its job and its tags are found after a reload', async () => {
    const { page } = await stand.open('/r/local/tools/probe');
    await page.click('text=Delete repository…');
    await page.waitForSelector('dialog .field input');
    expect(await page.getAttribute(deleteButton, 'aria-disabled')).toBe('true');
    await page.press(deleteButton, 'Enter');
    await page.fill('dialog .field input', 'tools/probe');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog h2:has-text("Deleted")');
    expect(tagsOf('tools/probe')).toEqual([]);
    await page.click('dialog >> text=Open job');
    await page.waitForURL('**/jobs/*');
    await page.reload();
    await page.waitForSelector('.job-progress .badge-good');
    await page.waitForSelector('.piece-list :text("v2.0.0-rc.1")');
    await page.click('.crumbs >> text=Jobs');
    await page.click('.facet-choice:has-text("Delete repository")');
    await page.waitForURL('**/jobs?kind=DELETE_REPOSITORY');
    await page.waitForSelector('.screen-head p:has-text("1 job matches")');
  });

  test('tags come back from the trash, those that cannot say why', async () => {
    const { page } = await stand.open('/trash');
    await page.waitForSelector('.grid-trash .name');
    await page.fill('.filter-field input', 'probe:v2');
    await page.waitForURL('**/trash?q=*');
    await until(async () => (await page.locator('.grid-trash .two-lines > .name').allTextContents()).length === 1);
    expect(await page.textContent('.grid-trash .two-lines > .name')).toBe('v2.0.0-rc.1');
    await page.fill('.filter-field input', '');
    await until(async () => (await page.locator('.grid-trash .two-lines > .name').count()) > 1);
    await page.focus('[role=grid]');
    await page.keyboard.press('Control+a');
    await page.click('.selection-bar .button-primary');
    await page.click('dialog .button-primary');
    await page.waitForSelector('dialog .button:has-text("Close")');
    expect(await page.textContent('dialog .job-progress')).toMatch(/of \d+ (is|are) back/);
    expect(await page.textContent('dialog .piece-message')).not.toBe('');
  });

  test('who may not delete sees the buttons, and why', async () => {
    const { page } = await stand.browser.open(`${stand.gateway.url}/r/local/team/app`, {
      headers: { 'x-access-token': await makeReader(stand.gateway) },
    });
    await page.waitForSelector('.grid-tags .grid-body .name');
    await page.focus('.screen-head .action button');
    expect(await page.getAttribute('.screen-head .action button', 'aria-disabled')).toBe('true');
    await page.waitForSelector('.screen-head [role=tooltip]:visible');
    await page.focus('[role=grid]');
    await page.keyboard.press('Space');
    await page.keyboard.press('Delete');
    await page.waitForSelector('.toast');
    expect(await page.$('dialog')).toBeNull();
  });

  test('tags of several repositories are deleted by one plan and one job, followed with its pieces, by keyboard', async () => {
    const watched = await stand.open('/tags?q=latest');
    const { page } = watched;
    await chooseTwo(page);
    await page.keyboard.press('Delete');
    await page.waitForSelector('.plan-kept li:nth-child(2)');
    const [one = '', other = ''] = await page.locator('.plan-kept span:first-child > .name').allTextContents();
    expect([tagsOf(one), tagsOf(other)].map((tags) => tags.includes('latest'))).toEqual([true, true]);
    await tabTo(page, 'Delete 2 tags');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.piece-list .piece:nth-child(2) .badge-good');
    expect([tagsOf(one), tagsOf(other)].map((tags) => tags.includes('latest'))).toEqual([false, false]);
    await page.click('text=Open job');
    await page.waitForSelector('.screen.job .piece:nth-child(2)');
    expect(await page.textContent('h1')).toBe('Delete from many repositories');
    await page.click('text=/^Undo: 2 tags/');
    await page.click('dialog .button-primary');
    await page.waitForSelector('dialog:has(.job-progress) .piece:nth-child(2) .badge-good');
    expect([tagsOf(one), tagsOf(other)].map((tags) => tags.includes('latest'))).toEqual([true, true]);
    expectQuiet(stand, watched);
  });

  test('a registry that does not answer has its plan refused in words', async () => {
    stand.gateway.registry.fail({ kind: 'reset' });
    const watched = await stand.open('/r/local/team/app?q=1.2.0');
    await watched.page.waitForSelector('.grid-tags .grid-body .name');
    await watched.page.focus('[role=grid]');
    await watched.page.keyboard.press('Space');
    await watched.page.keyboard.press('Delete');
    await watched.page.waitForSelector('dialog .notice-bad');
    expect(await watched.page.textContent('dialog .notice-bad')).toContain('local');
    expect(await watched.page.$(deleteButton)).toBeNull();
    stand.gateway.registry.heal();
  });
});

/** Makes an account that may only read, and logs it in. Returns its token as requests have it. */
async function makeReader({ url, access }: { readonly url: string; readonly access: string }): Promise<string> {
  const account = { username: 'reader', password: 'a password of a reader' };
  const post = async (path: string, body: unknown, headers: Record<string, string>): Promise<unknown> => {
    const init = {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    };
    return (await fetch(`${url}${path}`, init)).json();
  };
  const query = `mutation ($input: CreateAccountInput!) { createAccount(input: $input) { userErrors { message } } }`;
  const variables = { input: { ...account, roles: ['REGISTRIES_READ'] } };
  await post('/graphql', { query, variables }, { 'x-access-token': access });
  const { auth_token: token } = (await post('/auth/login', account, {})) as { auth_token: string };
  return `${account.username}:${token}`;
}
