import { createHash } from 'node:crypto';
import { buildImage } from '../../src/demo/images.js';
import { seed } from '../../src/demo/built.js';
import type { MemoryStore } from '../../src/demo/registry/store.js';
import { isFullRun } from '../support/run/amount.js';
import { findViolations } from '../explorer/browser.js';
import { type ConsoleStand, describeConsole, expectQuiet, operationsOf, testStates } from './states.js';

/** 255 and 128 characters, the longest that registries take. */
const longName = `deep/${'n'.repeat(120)}/${'m'.repeat(129)}`;
const longTag = 't'.repeat(128);
const markup = '<img src=x onerror="document.title=1"><b>bold</b>';
const turned = '\u202Egpj.exe\u202C שלום';

/** An image whose author wishes nobody well. */
function fillHostile(store: MemoryStore): void {
  const many = Array.from({ length: 10_000 }, (_, at) => [`label.${String(at).padStart(5, '0')}`, `value ${at}`]);
  const labels = {
    a: markup,
    b: turned,
    [`c.${'k'.repeat(250)}`]: 'v'.repeat(5000),
    d: 'javascript:alert(1)',
    e: 'https://example.com/docs',
    ...Object.fromEntries(many),
  };
  const history = [
    { created_by: `RUN echo ${markup}` },
    { created_by: `RUN ${'x'.repeat(3000)}` },
    ...Array.from({ length: 900 }, () => ({ created_by: turned, empty_layer: true })),
  ];
  const annotations = { hostile: markup, turned };
  const image = buildImage({ format: 'oci', labels, annotations, history, layers: [{ seed: '1' }, { seed: '2' }] });
  seed(store, longName, longTag, image);
  seed(store, 'team/app', 'hostile', image);
}

/** An image, five that are built on it, and one that says so itself. */
function fillLineage(store: MemoryStore): void {
  seed(store, 'line/base', '1', buildImage({ layers: [{ seed: 'base' }] }));
  for (let at = 0; at < 5; at++)
    seed(store, 'line/app', `v${at}`, buildImage({ layers: [{ seed: 'base' }, { seed: `app ${at}` }] }));
  const annotations = { 'org.opencontainers.image.base.name': markup };
  const layers = [{ seed: 'base' }, { seed: 'app 0' }, { seed: 'said' }];
  seed(store, 'line/said', '1', buildImage({ format: 'oci', annotations, layers }));
}

/** Moves a tag behind the gateway's back, and has it read that. */
async function moveTag({ gateway }: ConsoleStand, repository: string, tag: string, to: string): Promise<void> {
  const { store } = gateway.registry;
  store.setTag(repository, tag, store.findManifest(repository, to)!.digest);
  const answer = await fetch(`${gateway.url}/api/registries/local/repositories/${repository}`, {
    headers: { 'x-access-token': gateway.access, 'cache-control': 'no-cache' },
  });
  expect(answer.status).toBe(200);
}

const hostile = `/t/local/${longName}:${longTag}`;

/** Those that are made of the same pieces as others. */
const furtherStates = [
  { name: 'the history of a tag', path: '/t/local/team/app:latest?part=history', ready: '.image-history' },
  { name: 'the lineage of an image', path: '/t/local/line/app:v0?part=lineage', ready: '.image-relatives li' },
  { name: 'the places of an image', path: '/t/local/team/app:latest?part=places', ready: '.image-places' },
  { name: 'an image byte for byte', path: '/t/local/library/registry:latest?part=raw', ready: '.image-raw pre' },
  { name: 'a chart', path: '/t/local/charts/app:1.0.1', ready: '.image-texts' },
  { name: 'a tag that is not there', path: '/t/local/team/app:none', ready: '.empty' },
  { name: 'a comparison without sides', path: '/compare', ready: '.empty' },
  { name: 'hostile layers', path: hostile, ready: '.image-layers' },
];

function suite(stand: ConsoleStand): void {
  testStates(stand, [
    { name: 'a tag beside its list', path: '/r/local/team/app?tag=latest', ready: '.dialog .image-layers' },
    { name: 'a tag of several platforms', path: '/t/local/library/registry:latest', ready: '.segments' },
    { name: 'how an image is run', path: '/t/local/team/app:latest?part=config', ready: '.image-config' },
    { name: 'a layer that is not there', path: `/layer/sha256:${'0'.repeat(64)}`, ready: '.empty' },
    { name: 'an image that is not there', path: `/image/sha256:${'0'.repeat(64)}`, ready: '.empty' },
    {
      name: 'a comparison',
      path: '/compare?a=local/team/app:1.9.3&b=local/team/app:latest',
      ready: '.compare-steps',
    },
    {
      name: 'a comparison of labels, with those that are alike',
      path: '/compare?a=local/library/registry:latest&b=local/tools/agent:latest&part=labels&all=yes',
      ready: '.compare-texts',
    },
    { name: 'hostile labels', path: `${hostile}?part=labels`, ready: '.image-texts' },
    ...(isFullRun ? furtherStates : []),
  ]);

  test('a tag is one operation, and what is read from registries is asked for when it is looked at', async () => {
    const watched = await stand.open('/t/local/library/registry:latest');
    const { page } = watched;
    await page.waitForSelector('.image-layers');
    expect(operationsOf(watched).toSorted()).toEqual(['Shell', 'Tag']);
    await page.click('.segment:has-text("arm64")');
    await page.waitForURL('**?platform=linux%2Farm64');
    await page.click('[role=tab]:has-text("Config")');
    await page.waitForSelector('.image-config');
    expect(operationsOf(watched).toSorted()).toEqual(['ConfigOf', 'PlatformOf', 'Shell', 'Tag']);
    expectQuiet(stand, watched);
  });

  test('the way through the tags of a list is gone by keys, with what is looked at kept', async () => {
    const { page } = await stand.open('/r/local/team/app?q=1.');
    await page.waitForSelector('.grid-tags .name');
    await page.focus('[role=grid]');
    const names = await page.locator('.grid-tags .name').allTextContents();
    await page.keyboard.press('Enter');
    await page.waitForSelector(`.dialog-head bdi:text-is("${names[0]}")`);
    await page.click('.dialog [role=tab]:has-text("Labels")');
    await page.waitForSelector('.dialog .image-texts');
    await page.keyboard.press('j');
    await page.waitForURL(`**tag=${names[1]}`);
    await page.waitForSelector(`.dialog-head bdi:text-is("${names[1]}")`);
    expect(await page.locator('.dialog .image-texts').count()).toBe(1);
    await page.keyboard.press('k');
    await page.waitForURL(`**tag=${names[0]}`);
    await page.keyboard.press('k');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.dialog', { state: 'detached' });
    expect(await page.evaluate('document.activeElement.getAttribute("role")')).toBe('grid');
    expect(await page.textContent('.grid-row.is-active .name')).toBe(names[0]);
  });

  test('the tool that an image is pulled by is remembered', async () => {
    const { page } = await stand.open('/t/local/team/app:latest');
    await page.selectOption('.image-pull select', 'KUBERNETES');
    const lines = page.locator('.image-line input');
    const texts = await Promise.all([0, 1].map((at) => lines.nth(at).inputValue()));
    expect(texts.map((line) => line.replace(/127[^/]*/, 'host'))).toEqual([
      'image: "host/team/app:latest"',
      expect.stringMatching(/^image: "host\/team\/app@sha256:[0-9a-f]{64}"$/),
    ]);
    await page.reload();
    await page.waitForSelector('.image-line');
    expect(await lines.first().inputValue()).toContain('image: ');
  });

  test('an SBOM is told as its packages, and a signature as what it says, when they are opened', async () => {
    const watched = await stand.open('/t/local/team/app:latest?part=referrers');
    const { page } = watched;
    await page.click('.image-referrers summary:has-text("SBOM")');
    expect(await page.locator('.image-table td').allTextContents()).toEqual(['fastify', '4.28.1', '']);
    await page.click('.image-referrers summary:has-text("Signature")');
    await page.waitForSelector('.image-contents:has-text("registry.example.com/team/app")');
    expect(operationsOf(watched).toSorted()).toEqual([
      'ReferrerContents',
      'ReferrerContents',
      'ReferrersOf',
      'Shell',
      'Tag',
    ]);
  });

  test('an image leads to what it is built on, and to what is built on it', async () => {
    const watched = await stand.open('/t/local/line/said:1?part=lineage');
    const { page } = watched;
    const bases = page.locator('.image-lineage:first-of-type .image-relatives > li');
    await bases.nth(1).waitFor();
    expect(await bases.first().textContent()).toContain(`Its annotations say so ${markup}`);
    expect(await bases.nth(1).textContent()).toContain('Its layers show it its 2 lowest layers');
    expect(await page.locator('main :is(img, b)').count()).toBe(0);
    expect(await findViolations(watched)).toEqual([]);
    await bases.nth(1).locator('.name').click();
    await page.waitForSelector('h1:has-text("v0")');
    await page.click('[role=tab]:has-text("Lineage")');
    await page.waitForSelector('h3:has-text("1 image is built on it")');
    await page.click('.image-relatives .name:has-text("line/base")');
    await page.waitForSelector('.crumbs:has-text("line/base")');
    await page.click('[role=tab]:has-text("Lineage")');
    await page.waitForSelector('h3:has-text("6 images are built on it")');
    expect(await page.locator('.image-lineage:last-of-type .image-relatives > li').count()).toBe(6);
    expect(operationsOf(watched).filter((name) => name === 'LineageOf')).toHaveLength(3);
    expectQuiet(stand, watched);
  });

  test('a layer leads to all images that have it', async () => {
    const watched = await stand.open('/t/local/line/app:v2');
    const { page } = watched;
    await page.click('.image-layers a');
    await page.waitForSelector('h2:has-text("7 images have this layer")');
    expect(await page.locator('.image-users .image-relatives > li').count()).toBe(7);
    expect(await page.locator('.image-users .name:has-text("line/base")').count()).toBe(1);
    expect(operationsOf(watched).toSorted()).toEqual(['Layer', 'Shell', 'Tag']);
    expect(await findViolations(watched)).toEqual([]);
    expectQuiet(stand, watched);
  });

  test('a tag is put back on what it pointed to before, and not where it has moved meanwhile', async () => {
    await moveTag(stand, 'line/app', 'v3', 'v4');
    const watched = await stand.open('/t/local/line/app:v3?part=history');
    const { page } = watched;
    const { store } = stand.gateway.registry;
    const digestOf = (tag: string): string => store.findManifest('line/app', tag)!.digest;
    await page.click('.image-history button:has-text("Put back")');
    await page.waitForSelector('dialog:has-text("Will point to")');
    await page.click('dialog .button-primary');
    await page.waitForSelector('.toast:has-text("v3 points to")');
    expect(digestOf('v3')).not.toBe(digestOf('v4'));
    await page.waitForSelector('.image-history li:nth-child(3)');
    store.setTag('line/app', 'v3', digestOf('v0'));
    await page.click('.image-history button:has-text("Put back")');
    await page.click('dialog .button-primary');
    await page.waitForSelector('dialog .notice-bad:has-text("points to")');
    expect(digestOf('v3')).toBe(digestOf('v0'));
    expect(operationsOf(watched).filter((name) => name === 'PutBack')).toHaveLength(2);
  });

  test('the manifest and the config are told byte for byte', async () => {
    const { page } = await stand.open('/t/local/team/app:latest?part=raw');
    await page.waitForSelector('.image-raw pre');
    const parts = page.locator('.image-raw');
    const digests = await parts.locator('.image-digest code').allTextContents();
    const texts = await parts.locator('pre').allTextContents();
    expect(texts.map((text) => `sha256:${createHash('sha256').update(text).digest('hex')}`)).toEqual(digests);
    expect(digests).toHaveLength(2);
  });

  test('two chosen tags are compared by one key, the older with the newer', async () => {
    const watched = await stand.open('/r/local/team/app?q=1.');
    const { page } = watched;
    await page.waitForSelector('.grid-tags .name');
    for (const tag of ['1.10.0', '1.9.3']) await page.click(`[aria-label="Select ${tag}"]`);
    await page.focus('[role=grid]');
    await page.keyboard.press('x');
    await page.waitForURL('**/compare?a=local%2Fteam%2Fapp%3A1.9.3&b=local%2Fteam%2Fapp%3A1.10.0');
    await page.waitForSelector('.compare-steps');
    expect(operationsOf(watched).filter((name) => name !== 'Shell')).toEqual(['Repository', 'Compare']);
    expect(await page.locator('.compare-step').count()).toBe((await page.locator('.compare-step.is-same').count()) + 3);
    await page.click('[role=tab]:has-text("Labels")');
    expect(await page.locator('.compare-text-key').allTextContents()).toEqual(['org.opencontainers.image.version']);
    await page.click('.compare-all');
    await page.waitForSelector('.compare-text-key:has-text("com.example.team")');
    await page.click('[role=tab]:has-text("Config")');
    await page.waitForSelector('.compare-text-key:has-text("cmd")');
  });

  test('the sides of a comparison are found by words of their names', async () => {
    const { page } = await stand.open('/compare?a=local/team/app:1.9.3');
    const other = page.locator('.compare-side input').nth(1);
    expect(await other.evaluate('document.activeElement.value')).toBe('');
    await other.pressSequentially('agent 3.1');
    const found = page.locator('datalist').nth(1).locator('option');
    await found.first().waitFor({ state: 'attached' });
    expect(await found.first().getAttribute('value')).toBe('local/tools/agent:3.1.0');
    await other.fill('local/tools/agent:3.1.0');
    await page.waitForURL('**b=local%2Ftools%2Fagent%3A3.1.0');
    await page.waitForSelector('.compare-bytes');
  });

  test('what a stranger wrote is only ever text, and is bounded', async () => {
    const watched = await stand.open(`${hostile}?part=labels`);
    const { page } = watched;
    await page.waitForSelector('.image-texts');
    expect(await page.locator('.image-texts dt').count()).toBeLessThan(60);
    expect(await page.locator('.image-texts dd').first().textContent()).toBe(markup);
    expect(await page.locator('.image-texts a').count()).toBe(1);
    expect(await page.getAttribute('.image-texts a', 'href')).toBe('https://example.com/docs');
    await page.click('text=Show all 5,000 characters');
    await page.click('text=Show all 1,000');
    expect(await page.locator('.image-texts dt').count()).toBeGreaterThan(999);
    await page.click('[role=tab]:has-text("Layers")');
    await page.waitForSelector('.image-layers');
    expect(await page.locator('main :is(img, b)').count()).toBe(0);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    expectQuiet(stand, watched);
  });
}

describeConsole('tags and images in the console', suite, (store) => {
  fillHostile(store);
  fillLineage(store);
});
