import type { Page, Route } from 'playwright-core';
import { until } from '../support/timer.js';
import { describeConsole, expectQuiet, operationsOf, testStates, type ConsoleStand } from './states.js';

/** Changes what the gateway answers to an operation, and opens the page anew. */
async function answerOtherwise(page: Page, operation: string, change: (data: never) => void): Promise<void> {
  await page.route('**/graphql', async (route: Route) => {
    const response = await route.fetch();
    const json = (await response.json()) as { data: never };
    if (route.request().postData()?.includes(`query ${operation}(`)) change(json.data);
    await route.fulfill({ response, json });
  });
  await page.reload();
}

const secret = 'a-notification-secret-1';

/** Has the gateway believe the registry's notifications: a read that is forced is not repeated within ten seconds. */
async function listen({ gateway }: ConsoleStand): Promise<void> {
  const answer = await fetch(`${gateway.url}/api/registries/local`, {
    method: 'PATCH',
    headers: { 'x-access-token': gateway.access, 'content-type': 'application/json' },
    body: JSON.stringify({ events_secret: secret }),
  });
  expect(answer.ok).toBe(true);
}

/** Pushes a tag to the registry, which tells the gateway of it. */
async function push({ gateway }: ConsoleStand, repository: string, tag: string): Promise<void> {
  const { store } = gateway.registry;
  const manifest = store.findManifest(repository, store.tags(repository)[0]!)!;
  store.setTag(repository, tag, manifest.digest);
  const { digest, mediaType } = manifest;
  const event = { id: tag, timestamp: new Date().toISOString(), action: 'push' };
  const answer = await fetch(`${gateway.url}/events/local`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${secret}`,
      'content-type': 'application/vnd.docker.distribution.events.v1+json',
    },
    body: JSON.stringify({ events: [{ ...event, target: { mediaType, digest, repository, tag } }] }),
  });
  expect(answer.ok).toBe(true);
}

/** A registry as the overview is told of it. */
interface ToldRegistry {
  freshness: { state: string; lastError: { message: string } | null };
}

async function search({ page }: { readonly page: Page }, text: string): Promise<void> {
  await page.waitForSelector('.bar-name:not(:empty)', { state: 'attached' });
  await page.keyboard.press('Control+k');
  await page.waitForSelector('.palette input');
  await page.keyboard.insertText(text);
}

describeConsole('what is watched, found and kept', (stand) => {
  beforeAll(() => listen(stand));

  testStates(stand, [
    { name: 'the overview', path: '/', ready: '.overview-large' },
    {
      name: 'the overview of a registry that does not answer',
      path: '/',
      ready: '.overview-message',
      act: ({ page }) =>
        answerOtherwise(page, 'Overview', ({ registries }: { registries: ToldRegistry[] }) => {
          registries[0]!.freshness = {
            ...registries[0]!.freshness,
            state: 'UNREACHABLE',
            lastError: { message: 'No.' },
          };
        }),
    },
    {
      name: 'the overview before the first registry',
      path: '/',
      ready: '.empty .button-primary',
      act: ({ page }) =>
        answerOtherwise(page, 'Overview', (data: { registries: unknown[] }) => void (data.registries = [])),
    },
    {
      name: 'the overview of repositories that grew',
      path: '/',
      ready: '.overview-large >> nth=6',
      act: async ({ page }) => {
        await answerOtherwise(
          page,
          'Overview',
          (data: { repositories: { nodes: object[] }; fastestGrowing: object[] }) => {
            const repository = data.repositories.nodes[0]!;
            data.fastestGrowing = [{ bytes: 82e9, since: '2026-01-02T00:00:00Z', repository }];
          },
        );
        await page.click('.segment:has-text("7 days")');
      },
    },
    { name: 'the activity', path: '/activity', ready: '.event' },
    { name: 'an activity that is narrowed to nothing', path: '/activity?kind=moved&since=1d', ready: '.empty' },
    {
      name: 'the search with what it found',
      path: '/activity',
      ready: '.palette-option mark',
      act: (watched) => search(watched, 'app 1.10'),
    },
    {
      name: 'the list of keys',
      path: '/activity',
      ready: '.keylist',
      act: async ({ page }) => {
        await page.waitForSelector('.bar-name:not(:empty)', { state: 'attached' });
        await page.keyboard.press('?');
      },
    },
    { name: 'all results of a search', path: '/search?q=app&type=REPOSITORY', ready: '.result mark' },
    {
      name: 'the tree of names, opened',
      path: '/repositories?view=tree',
      ready: '.tree ul ul .tree-line',
      act: ({ page }) => page.click('.tree-line:has-text("team/")'),
    },
    { name: 'repositories by name', path: '/repositories?view=names&alone=with', ready: '.names-member' },
    { name: 'the tags of all registries', path: '/tags?q=1.*&sort=version', ready: '.grid-body .name' },
    {
      name: 'a view that is being saved',
      path: '/tags',
      ready: '.saveview',
      act: ({ page }) => page.click('.button:has-text("Save view")'),
    },
  ]);

  test('the overview is one operation beside the frame', async () => {
    const watched = await stand.open('/');
    await watched.page.waitForSelector('.overview-large');
    expect(operationsOf(watched).toSorted()).toEqual(['Overview', 'Shell']);
    expectQuiet(stand, watched);
  });

  test('the size over time is a table too, once the registry was read whole', async () => {
    const { page } = await stand.open('/');
    await until(async () => {
      await page.reload();
      await page.waitForSelector('.overview-large');
      return (await page.locator('.area table tbody tr').count()) > 1;
    });
  });

  test('a tag is found and opened by keyboard alone, and the focus is where it was after Escape', async () => {
    const watched = await stand.open('/repositories');
    const { page } = watched;
    await page.waitForSelector('.grid-body .name');
    await page.focus('[role=grid]');
    await search(watched, 'team/app:1.10');
    await page.waitForSelector('.palette-option[aria-selected=true] mark');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.palette', { state: 'detached' });
    expect(await page.evaluate('document.activeElement.getAttribute("role")')).toBe('grid');
    await search(watched, 'team/app:1.10');
    await page.waitForSelector('.palette-option[aria-selected=true] mark');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/r/local/team/app?tag=1.10*');
    expect(operationsOf(watched).filter((name) => name === 'Search')).toHaveLength(2);
  });

  test('letters after g lead to screens, and c copies the reference of a row', async () => {
    const { page } = await stand.open('/repositories?q=team/app&sort=name');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.waitForSelector('.grid-body .name');
    await page.focus('[role=grid]');
    await page.keyboard.press('c');
    await page.waitForSelector('.toast');
    const reference = `${stand.gateway.registry.host}/team/app`;
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(reference);
    // As on a page that is not served by https.
    await page.evaluate(`globalThis.held = navigator.clipboard;
      Object.defineProperty(navigator, 'clipboard', { value: undefined }); held.writeText('other')`);
    await page.keyboard.press('c');
    await until(async () => (await page.evaluate('held.readText()')) === reference);
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.waitForURL('**/activity');
  });

  test('a push while one looks moves no row until it is asked for', async () => {
    const { page } = await stand.open('/tags');
    await page.hover('.grid-body .grid-row >> nth=2');
    const names = () => page.locator('.grid-body .name').allTextContents();
    const before = await names();
    await push(stand, 'team/app', 'pushed-1');
    await page.waitForSelector('.news-button');
    expect(await names()).toEqual(before);
    await page.click('.news-button');
    await page.waitForSelector('.grid-body .name:has-text("pushed-1")');
    await page.mouse.move(0, 0);
    await push(stand, 'team/app', 'pushed-2');
    await page.waitForSelector('.grid-body .name:has-text("pushed-2")');
    expect(await page.locator('.news-button').count()).toBe(0);
  });

  test('two pages of a browser have one stream, and both hear of a push', async () => {
    const watched = await stand.open('/activity');
    const second = await watched.page.context().newPage();
    second.setDefaultTimeout(150_000);
    await watched.page.waitForSelector('.event');
    await second.goto(`${stand.gateway.url}/activity`);
    await second.waitForSelector('.event');
    await push(stand, 'team/app', 'heard-by-two');
    await Promise.all(
      [watched.page, second].map((page) => page.waitForSelector('.news-button:has-text("1 new change")')),
    );
    expect(watched.requests.filter(({ url }) => url.endsWith('/graphql/stream'))).toHaveLength(1);
    // The other page leads once the first is gone, and goes on where it was.
    await watched.page.close();
    await push(stand, 'team/app', 'heard-by-one');
    await second.waitForSelector('.news-button:has-text("2 new changes")');
    await second.click('.news-button');
    await second.waitForSelector('.event:has-text("heard-by-one")');
  });

  test('a stream that is cut is gone on with from the last change', async () => {
    const watched = await stand.open('/activity?kind=pushed');
    const { page } = watched;
    await page.waitForSelector('.screen-head p:has-text("change")');
    await page.route('**/graphql/stream', (route) => {
      const told = { id: '1', kind: 'REGISTRY_ATTACHED', registryName: 'local' };
      const body = `event: next\ndata: ${JSON.stringify({ data: { events: told } })}\n\nevent: complete\ndata:\n\n`;
      return route.fulfill({ contentType: 'text/event-stream', body });
    });
    await page.reload();
    await page.waitForResponse('**/graphql/stream');
    await page.unroute('**/graphql/stream');
    await push(stand, 'team/app', 'after-the-cut');
    await page.waitForSelector('.news-button');
    const asked = watched.requests.filter(({ url }) => url.endsWith('/graphql/stream')).map(({ body }) => body);
    expect(asked.at(-1)).toContain('"after":"1"');
  });

  test('a view is saved under a name, found in the bar, and removed', async () => {
    const { page } = await stand.open('/repositories?namespace=team');
    await page.click('.button:has-text("Save view")');
    await page.fill('.saveview input', 'Of the team');
    await page.keyboard.press('Enter');
    await page.reload();
    await page.click('.brand');
    await page.waitForSelector('.overview-large');
    await page.click('.bar-view a:has-text("Of the team")');
    await page.waitForURL('**/repositories?namespace=team');
    await page.click('[aria-label="Remove Of the team"]');
    await page.waitForSelector('.bar-view', { state: 'detached' });
  });
});
