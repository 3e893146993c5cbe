import { createFormats } from '../../src/console/pure/format.js';
import { buildImage, buildIndex, type Built } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { amount, chooseSeed } from '../support/run/amount.js';
import { createRandom } from '../support/run/random.js';
import { until } from '../support/timer.js';
import type { Watched } from '../explorer/browser.js';
import { describeConsole } from './states.js';

/** What a registry holds, by the names of its repositories and tags. */
type World = ReadonlyMap<string, ReadonlyMap<string, Built>>;

interface Numbers {
  readonly tags: number;
  /** Bytes of each distinct blob once. */
  readonly size: number;
  /** Of those, of the blobs that no other repository has. */
  readonly unique: number;
}

/** Up to six repositories of up to eight tags; their images share some of ten layers, and some are of two platforms. */
function makeWorld(random: (below: number) => number): World {
  const layer = () => ({ seed: `shared ${random(10)}`, size: 1000 + 700 * random(10) });
  const makeImage = (arch: string, own: string): Built =>
    buildImage({ arch, labels: { own }, layers: Array.from({ length: 1 + random(4) }, layer), format: 'oci' });
  const makeTag = (own: string): Built =>
    random(3) === 0 ? buildIndex(['amd64', 'arm64'].map((arch) => makeImage(arch, own))) : makeImage('amd64', own);
  return new Map(
    Array.from({ length: 1 + random(6) }, (_, at) => {
      // Some tags are of the same image.
      const images = Array.from({ length: 1 + random(5) }, (_each, own) => makeTag(`${at} ${own}`));
      const tags = Array.from(
        { length: 1 + random(8) },
        (_each, tag) => [`v${tag}`, images[random(images.length)]!] as const,
      );
      return [`team-${at % 2}/app-${at}`, new Map(tags)] as const;
    }),
  );
}

/** The size of each distinct blob that a pull of these needs: configs and layers. */
function blobsOf(all: Iterable<Built>, found = new Map<string, number>()): Map<string, number> {
  for (const { config, layers, children } of all) {
    for (const { digest, size } of [...(config ? [config] : []), ...layers]) found.set(digest, size);
    blobsOf(children, found);
  }
  return found;
}

const sum = (blobs: ReadonlyMap<string, number>): number => [...blobs.values()].reduce((all, size) => all + size, 0);

function countRepository(world: World, name: string): Numbers {
  const own = blobsOf(world.get(name)!.values());
  const others = blobsOf([...world].flatMap(([other, tags]) => (other === name ? [] : [...tags.values()])));
  const unique = new Map([...own].filter(([digest]) => !others.has(digest)));
  return { tags: world.get(name)!.size, size: sum(own), unique: sum(unique) };
}

type Page = Watched['page'];

/** The texts of the list's cells, a row each, by the names of their columns. */
async function readCells(page: Page, columns: readonly string[], rows: number): Promise<string[][]> {
  await page.waitForSelector('.grid-body .name');
  const row = page.locator('.grid-body [role=row]');
  await until(async () => (await row.count()) === rows);
  return Promise.all(
    (await row.all()).map((one) =>
      Promise.all(columns.map(async (column) => (await one.locator(`.cell-${column}`).innerText()).trim())),
    ),
  );
}

/** What the terms of such lists say. */
async function readFacts(page: Page, list: string): Promise<Readonly<Record<string, string>>> {
  await page.waitForSelector(`${list} dd`);
  const facts = page.locator(list);
  const [terms, values] = [await facts.locator('dt').allTextContents(), await facts.locator('dd').allTextContents()];
  return Object.fromEntries(terms.map((term, at) => [term, values[at]!.trim()]));
}

async function readRepository(page: Page, tags: number) {
  const sizes = await readCells(page, ['name', 'size'], tags);
  return { facts: await readFacts(page, '.facts'), sizes: new Map(sizes as [string, string][]) };
}

describeConsole('the numbers of the console', (stand) => {
  const formats = createFormats('en-US');
  const registries: MemoryRegistry[] = [];
  afterAll(() => Promise.all(registries.map((registry) => registry.close())));

  async function attach(name: string, world: World): Promise<void> {
    const registry = await createMemoryRegistry({ strict: false });
    registries.push(registry);
    for (const [repository, tags] of world)
      for (const [tag, built] of tags) seed(registry.store, repository, tag, built);
    const headers = { 'x-access-token': stand.gateway.access, 'content-type': 'application/json' };
    const body = JSON.stringify({ name, addr: registry.url });
    const answer = await fetch(`${stand.gateway.url}/api/registries`, { method: 'POST', headers, body });
    expect(answer.status).toBe(204);
    const query = `{ registry(name: "${name}") { freshness { state } } }`;
    await until(async () => {
      const asked = await fetch(`${stand.gateway.url}/graphql`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query }),
      });
      return (await asked.text()).includes('FRESH');
    });
  }

  test('each is that of the registry: of a list, of a repository, of a registry, in worlds at random', async () => {
    const { page } = await stand.open('/me');
    const first = chooseSeed();
    for (let at = 0; at < amount(2, 50); at++) {
      const name = `world-${at}`;
      const world = makeWorld(createRandom(first + at));
      await attach(name, world);
      const repositories = [...world.keys()];
      const all = blobsOf([...world.values()].flatMap((tags) => [...tags.values()]));
      const counted = new Map(repositories.map((one) => [one, countRepository(world, one)]));
      const where = `seed ${first + at}`;

      await page.goto(`${stand.gateway.url}/repositories?registry=${name}&sort=name`);
      const list = await readCells(page, ['name', 'tags', 'size', 'unique'], repositories.length);
      const rows = repositories.map((one) => {
        const { tags, size, unique } = counted.get(one)!;
        return [one, formats.count(tags), formats.bytes(size), formats.bytes(unique)];
      });
      expect([where, list]).toEqual([where, rows.toSorted(([a], [b]) => (a! < b! ? -1 : 1))]);

      const [some] = repositories;
      const own = counted.get(some!)!;
      await page.goto(`${stand.gateway.url}/r/${name}/${some}?sort=name`);
      const { facts, sizes } = await readRepository(page, own.tags);
      const shown = [...world.get(some!)!].map(([tag, built]) => [tag, formats.bytes(sum(blobsOf([built])))] as const);
      expect([where, some, sizes]).toEqual([where, some, new Map(shown)]);
      expect([where, some, facts.Tags, facts.Size, facts['Only here']]).toEqual([
        where,
        some,
        formats.count(own.tags),
        formats.bytes(own.size),
        formats.bytes(own.unique),
      ]);

      await page.goto(`${stand.gateway.url}/registries/${name}`);
      const registry = await readFacts(page, '.facts');
      const tags = [...counted.values()].reduce((total, one) => total + one.tags, 0);
      expect([where, registry.Repositories, registry.Tags, registry.Size]).toEqual([
        where,
        formats.count(repositories.length),
        formats.count(tags),
        formats.bytes(sum(all)),
      ]);

      await page.goto(stand.gateway.url);
      const held = page.locator('.overview-registry', { has: page.getByText(name, { exact: true }) }).locator('strong');
      await held.waitFor();
      expect([where, await held.innerText()]).toEqual([where, formats.bytes(sum(all))]);
    }
  });
});
