import type { Text } from '../../src/console/text/texts.js';
import { en } from '../../src/console/text/en/index.js';
import type { Watched } from '../explorer/browser.js';
import { until } from '../support/timer.js';
import { type ConsoleStand, describeConsole } from './states.js';

type Page = Watched['page'];

/** The letters that stand for others, each still to be read. */
const [plain, accented] = ['AEIOUaeiounscy', 'ÀÉÎÕÛàéîõûñšçý'] as const;

/** A text as the language en-XA has it: with accents, 40 % longer, and in brackets; its braces stay. */
function stretch(text: string): string {
  const letters = text.replace(/\{\w+\}|[a-z]/gi, (found) => accented[plain.indexOf(found)] ?? found);
  return `⟦${letters}${' ~~~~'.repeat(Math.ceil((text.length * 0.4) / 5))}⟧`;
}

const pseudo = Object.fromEntries(
  Object.entries<Text>(en).map(([name, text]) => [
    name,
    typeof text === 'string' ? stretch(text) : { one: stretch(text.one), other: stretch(text.other) },
  ]),
);

/**
 * A script that lists what is shown in no bracket, but for what stands between them: numbers, times, and words of the
 * answers, which are those of registries and of the gateway. `given`: every text that was answered.
 */
const findBare = (given: string): string => `((given) => {
  const bare = (text) => {
    let [depth, rest] = [0, ''];
    for (const letter of text) {
      if (letter === '⟦') depth++;
      else if (letter === '⟧') depth--;
      else if (depth === 0) rest += letter;
    }
    return rest;
  };
  const isGiven = (word) => word.length < 2 || !/[a-z]{2}/i.test(word) || word.includes('://') || given.includes(word);
  const units = /(?<=\\d|\\s|^)(?:B|kB|MB|GB|TB|Byte|ms)(?=\\s|$)/g;
  const wordsOf = (text) => bare(text).replace(units, '').split(/[\\s\\u00a0]+/)
    .map((word) => word.replace(/^[^\\w]+|[^\\w]+$/g, '')).filter((word) => !isGiven(word));
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!parent.checkVisibility() || parent.closest('time, script, style, option, code, bdi.long')) continue;
    found.push(...wordsOf(node.data).map((word) => word + ' in ' + parent.tagName + '.' + parent.className));
  }
  for (const element of document.body.querySelectorAll('[aria-label], [title], [placeholder], [alt]'))
    for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
      if (!element.closest('time') && element.hasAttribute(name))
        for (const word of wordsOf(element.getAttribute(name)))
          found.push(word + ' in ' + name + ' of ' + element.className);
  return [...new Set(found)];
})(${JSON.stringify(given)})`;

/** A script that lists the texts in brackets that are cut off without a sign of it, or run out of the page. */
const findClipped = `(() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const dialog = [...document.querySelectorAll('dialog[open]')].at(-1);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.includes('⟦') || !parent.checkVisibility() || parent.closest('option, .hidden, .skip')) continue;
    if (dialog && !dialog.contains(node)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width === 0) continue;
      let why = '';
      for (let area = parent; area && !why; area = area.parentElement) {
        const { overflowX, overflowY, clipPath, textOverflow } = getComputedStyle(area);
        const bounds = area.getBoundingClientRect();
        if (bounds.width <= 1 || clipPath !== 'none') { why = 'unseen'; break; }
        if (/auto|scroll/.test(overflowX)) { why = 'scrolls'; break; }
        const isBeside = box.right > bounds.right + 1 || box.left < bounds.left - 1;
        if (/hidden|clip/.test(overflowX) && isBeside) why = textOverflow === 'ellipsis' ? 'unseen' : 'cut by';
        else if (/hidden|clip/.test(overflowY) && box.bottom > bounds.bottom + 2) why = 'cut below by';
        if (why === 'unseen') break;
        if (why) why += ' ' + area.tagName + '.' + area.className;
      }
      if (why === 'unseen' || why === 'scrolls') continue;
      if (!why && (box.right > innerWidth + 1 || box.left < -1)) why = 'out of the page';
      if (why) found.push(node.data.slice(0, 40) + ' ' + why);
    }
  }
  return [...new Set(found)];
})()`;

/** Opens a page whose texts are those of en-XA, and gives what was answered to it so far. */
async function openPseudo(stand: ConsoleStand): Promise<{ page: Page; given: () => Promise<string> }> {
  const watched = await stand.open('/me', { locale: 'de-DE' });
  const { page } = watched;
  const answers: Promise<string>[] = [];
  page.on('response', (response) => {
    if (response.url().endsWith('graphql')) answers.push(response.text().catch(() => ''));
  });
  await page
    .context()
    .route(/\/assets\/de-[^/]+\.js$/, (route) =>
      route.fulfill({ contentType: 'text/javascript', body: `export const de = ${JSON.stringify(pseudo)};` }),
    );
  await page.goto(`${stand.gateway.url}/me`);
  await page.waitForSelector('.bar:has-text("⟦")');
  return { page, given: async () => (await Promise.all(answers)).join(' ') };
}

/** Chooses a row of a list, and presses a key. */
const pressOnRow = async (page: Page, key: string): Promise<void> => {
  await page.waitForSelector('.grid-body .name');
  await page.focus('[role=grid]');
  await page.keyboard.press('Space');
  await page.keyboard.press(key);
};

const app = '/t/local/team/app:1.9.3';

const screens: readonly {
  readonly path: string;
  /** A selector of what is there at last; a heading where left out. */
  readonly ready?: string;
  readonly act?: (page: Page) => Promise<void>;
}[] = [
  { path: '/', ready: '.overview-large' },
  { path: '/repositories', ready: '.grid-body .name' },
  { path: '/repositories?q=nothing-is-called-so', ready: '.empty' },
  { path: '/repositories?view=tree', ready: '.tree-line' },
  { path: '/repositories?view=names&alone=with', ready: '.names-member' },
  { path: '/tags', ready: '.grid-body .name' },
  { path: '/r/local/team/app', ready: '.grid-tags .name' },
  { path: '/r/local/team/app?tag=1.9.3', ready: '.image-layers' },
  { path: '/r/local/team/app?q=1.2.0', ready: '.plan-words', act: (page) => pressOnRow(page, 'Delete') },
  ...['layers', 'config', 'labels', 'referrers', 'lineage', 'places', 'history', 'raw'].map((part) => ({
    path: `${app}?part=${part}`,
    ready: '[role=tabpanel]',
  })),
  { path: '/compare?a=local/team/app:1.9.3&b=local/team/app:1.2.0', ready: '.compare' },
  { path: '/activity', ready: '.event' },
  { path: '/jobs', ready: '.grid-body [role=row]' },
  { path: '/trash' },
  { path: '/search?q=app', ready: '.result' },
  { path: '/registries', ready: '.grid-body .name' },
  { path: '/registries/local', ready: '.registry-facts' },
  { path: '/registries/new', ready: 'input' },
  { path: '/protection?registry=local', ready: '.screen.rules' },
  { path: '/retention?registry=local', ready: '.screen.rules' },
  { path: '/access', ready: '.grid-body [role=row]' },
  { path: '/access?show=tokens', ready: '.grid-body [role=row]' },
  { path: '/access?show=webhooks', ready: '.screen.access' },
  { path: '/audit', ready: '.grid-body [role=row]' },
  { path: '/settings', ready: '.settings-facts' },
  { path: '/me', ready: '.screen.me' },
  { path: '/jobs/1/2/3', ready: '.empty' },
];

/** Something is still to come. */
const unready = '[aria-busy=true], .bone';

describeConsole('a language of which every text is longer', (stand) => {
  test('no screen shows a text of its own beside the catalogue, and none is cut off without a sign of it, wide or narrow', async () => {
    const { page, given } = await openPseudo(stand);
    const found: unknown[] = [];
    for (const { path, ready = 'main h1', act } of screens) {
      await page.setViewportSize({ width: 1280, height: 844 });
      await page.goto(`${stand.gateway.url}${path}`);
      await act?.(page);
      await page.waitForSelector(ready);
      await until(async () => (await page.locator(unready).count()) === 0);
      found.push(...(await findAll<string>(page, findBare(await given()))).map((text) => [path, text]));
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 844 });
        found.push(...(await findAll<string>(page, findClipped)).map((text) => [path, width, text]));
      }
    }
    expect(found).toEqual([]);
  });
});

function findAll<Found>(page: Page, script: string): Promise<readonly Found[]> {
  return page.evaluate<readonly Found[]>(script);
}
