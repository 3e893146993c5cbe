import { CompiledQuery } from 'kysely';
import type { Digest } from '../../src/domain/digest.js';
import { parseRepositoryGlob } from '../../src/domain/glob.js';
import { stackLayers } from '../../src/domain/lineage.js';
import type { Database } from '../../src/store/database/database.js';
import { createImageStore, type ImageStore } from '../../src/store/index/images.js';
import { createUsageStore, type UsageStore } from '../../src/store/index/usage.js';
import { fillStacks } from '../../src/store/pruning/missingstacks.js';
import { createLayerUseStore } from '../../src/store/queries/layeruse.js';
import { createLineageStore, type LayerBase } from '../../src/store/queries/lineage.js';
import { watchStatements } from '../support/observed/statements.js';
import { sha256 } from '../support/registry/store.js';
import { amount, chooseSeed } from '../support/run/amount.js';
import { createRandom } from '../support/run/random.js';
import { listEngines } from '../support/servers/engines.js';
import { createManifest } from './manifests.js';
import { addRegistry, addRepository, addTags } from './rows.js';

interface ModelImage {
  readonly key: number;
  readonly layers: readonly string[];
  /** It has layers, all of which are known. */
  readonly isStack: boolean;
  /** The repositories that hold it, and not as an attestation alone. */
  readonly holders: ReadonlySet<number>;
}

const repositories = ['team/a', 'team/b', 'solo'];

function isBuiltOn(image: ModelImage, base: ModelImage): boolean {
  const isLonger = image.layers.length > base.layers.length;
  return image.isStack && base.isStack && isLonger && base.layers.every((layer, at) => layer === image.layers[at]);
}

function baseOf(image: ModelImage, seen: readonly ModelImage[]): LayerBase | null {
  const [best] = seen
    .filter((one) => isBuiltOn(image, one))
    .toSorted((a, b) => b.layers.length - a.layers.length || a.key - b.key);
  return best ? { imageKey: best.key, layerCount: best.layers.length } : null;
}

function derivedFrom(base: ModelImage, seen: readonly ModelImage[]): number[] {
  return seen
    .filter((one) => isBuiltOn(one, base))
    .map(({ key }) => key)
    .toSorted((a, b) => b - a);
}

describe.each(listEngines('what images are built on'))('on $name', ({ name: engine, open }) => {
  let database: Database;
  let images: ImageStore;
  let contents: UsageStore;
  let worlds = 0;
  beforeAll(async () => {
    database = await open();
    images = createImageStore(database);
    contents = createUsageStore(database);
  });
  afterAll(() => database.close());

  /** Images of few layers, so that many are built on others, some of them in one of three repositories. */
  async function addWorld(random: (below: number) => number): Promise<{ registryId: string; all: ModelImage[] }> {
    worlds += 1;
    const registryId = await addRegistry(database.kysely, `r${worlds}`);
    const keys = await Promise.all(repositories.map((name) => addRepository(database.kysely, registryId, name)));
    const made = Array.from({ length: 16 }, (_one, at) => ({
      name: `${worlds} image ${at}`,
      layers: Array.from({ length: random(6) }, () => `${worlds} ${random(2)}`),
      kind: random(8) === 0 ? ('artifact' as const) : ('image' as const),
      hasAllBlobs: random(10) > 0,
      holders: new Set(keys.filter(() => random(3) === 0)),
      isAttestation: random(10) === 0,
    }));
    const manifests = made.map(({ name, layers, kind, hasAllBlobs }) =>
      createManifest(name, {
        kind,
        hasAllBlobs,
        layers: layers.map((layer) => ({ digest: sha256(layer), size: 1, mediaType: 'm', foreign: random(4) === 0 })),
      }),
    );
    const entry = {
      size: 1,
      mediaType: 'm',
      role: 'manifest',
      artifactType: null,
      platform: null,
      base: null,
    } as const;
    const attested = made.filter(({ isAttestation }) => isAttestation);
    const index = createManifest(`${worlds} index`, {
      kind: 'index',
      entries: attested.map(({ name }) => ({ ...entry, digest: sha256(name), attestation: true })),
    });
    const saved = await images.save([...manifests, index], new Date());
    for (const [at, repository] of keys.entries()) {
      const own = made.filter(({ holders, isAttestation }) => holders.has(repository) && !isAttestation);
      await addTags(database.kysely, repository, [
        ...own.map(({ name }, number) => ({ name: `v${number}`, image_id: saved.get(sha256(name))! })),
        { name: `index${at}`, image_id: saved.get(sha256(`${worlds} index`))! },
      ]);
      await contents.deriveSizes(repository);
    }
    const all = made.map(({ name, layers, kind, hasAllBlobs, holders, isAttestation }) => ({
      key: saved.get(sha256(name))!,
      layers,
      isStack: kind === 'image' && hasAllBlobs && layers.length > 0,
      holders: isAttestation ? new Set<number>() : holders,
    }));
    return { registryId, all };
  }

  /** Each layer of a world, by who has it. */
  async function compareLayers(seen: readonly ModelImage[], mine: (holder: number) => boolean, db = database.scanner) {
    const layers = createLayerUseStore({ scanner: db, shareReads: database.shareReads });
    for (const name of [0, 1].map((at) => `${worlds} ${at}`)) {
      const users = seen.filter((one) => one.layers.includes(name));
      const digest = sha256(name);
      const found = await layers.find(digest);
      expect(found && { ...found, key: 0 }).toEqual(
        users.length === 0 ? null : { key: 0, digest, size: 1, mediaType: 'm' },
      );
      if (!found) continue;
      const holders = new Set(users.flatMap((one) => [...one.holders].filter(mine)));
      expect(await layers.count(found.key)).toEqual({ images: users.length, repositories: holders.size });
      const read: number[] = [];
      for (let page = await layers.list(found.key, 2, null); ;) {
        read.push(...page.imageKeys);
        if (!page.hasNextPage) break;
        page = await layers.list(found.key, 2, read.at(-1)!);
      }
      expect(read).toEqual(users.map(({ key }) => key).toSorted((a, b) => b - a));
    }
  }

  async function compare(asked: readonly ModelImage[], seen: readonly ModelImage[], db = database.scanner) {
    const lineage = createLineageStore(db);
    const keys = asked.map(({ key }) => key);
    const bases = await lineage.findBases(keys);
    expect(asked.map(({ key }) => bases.get(key) ?? null)).toEqual(asked.map((image) => baseOf(image, seen)));
    const counts = await lineage.countDerived(keys);
    const wanted = asked.map((image) => derivedFrom(image, seen));
    expect(asked.map(({ key }) => counts.get(key) ?? 0)).toEqual(wanted.map(({ length }) => length));
    const pages = await lineage.listDerived(keys, 2, null);
    for (const [at, { key }] of asked.entries()) {
      const read: number[] = [];
      for (let page = pages.get(key); page;) {
        read.push(...page.imageKeys);
        const last = page.imageKeys.at(-1) ?? null;
        page = page.hasNextPage ? (await lineage.listDerived([key], 2, last)).get(key) : undefined;
      }
      expect(read).toEqual(wanted[at]);
    }
  }

  test('bases, what is built on them, and what has a layer are those of a model, in worlds at random, for all and for who sees a part', async () => {
    const seed = chooseSeed();
    for (let at = 0; at < amount(2, 100); at++) {
      const random = createRandom(seed + at);
      const { registryId, all } = await addWorld(random);
      const held = all.filter(({ holders }) => holders.size > 0);
      await compare(all, held);
      await compareLayers(held, () => true);
      const glob = ['team/*', 'solo', 'team/a'][random(3)]!;
      const granted = [{ registryId, repositories: parseRepositoryGlob(glob) }];
      const rows = await database.kysely
        .selectFrom('repository')
        .select(['id', 'name'])
        .where('registry_id', '=', registryId)
        .execute();
      const mine = new Set(
        rows.filter(({ name }) => name === glob || (glob === 'team/*' && name.startsWith('team/'))).map(({ id }) => id),
      );
      const seen = all.filter(({ holders }) => [...holders].some((holder) => mine.has(holder)));
      await compare(seen, seen, database.seenBy(granted).scanner);
      await compareLayers(seen, (holder) => mine.has(holder), database.seenBy(granted).scanner);
    }
  });

  async function readStacks(): Promise<unknown> {
    const { kysely } = database;
    return [
      await kysely.selectFrom('image').select(['id', 'stack']).orderBy('id').execute(),
      await kysely
        .selectFrom('image_blob')
        .select(['image_id', 'position', 'stack'])
        .orderBy('image_id')
        .orderBy('position')
        .execute(),
    ];
  }

  test('stacks that an earlier gateway has not written are worked out in steps, as they are for new images', async () => {
    const { kysely } = database;
    const config = { digest: sha256('config'), size: 1, mediaType: 'm' };
    const layer = (at: number) => ({ digest: sha256(`deep ${at}`), size: 1, mediaType: 'm', foreign: false });
    // An image of more layers than a step takes, and many of some.
    await images.save(
      [createManifest('deep', { config, layers: Array.from({ length: 60 }, (_one, at) => layer(at)) })],
      new Date(),
    );
    const some = Array.from({ length: 40 }, (_one, at) =>
      createManifest(`some ${at}`, { config, layers: Array.from({ length: at % 20 }, (_layer, n) => layer(n)) }),
    );
    await images.save(some, new Date());
    const before = await readStacks();
    await kysely.updateTable('image').set({ stack: null }).execute();
    await kysely.updateTable('image_blob').set({ stack: null }).execute();
    let steps = 0;
    for await (const step of fillStacks(database, { images: 10, layers: 50 })) steps += step.table === 'image' ? 1 : 0;
    expect(await readStacks()).toEqual(before);
    expect(steps).toBeGreaterThan(3);
    // There is nothing to do any more: one look.
    for await (const { removed } of fillStacks(database)) steps += 100 + removed;
    expect(steps).toBeLessThan(200);
  });

  test('a page for twenty images is one statement, which reads the index of stacks', async () => {
    if (engine !== 'sqlite') return;
    const lineage = createLineageStore(database.scanner);
    const keys = Array.from({ length: 20 }, (_one, at) => at + 1);
    const statements = await watchStatements(database);
    await lineage.findBases(keys);
    await lineage.listDerived(keys, 20, null);
    await lineage.countDerived(keys);
    const texts = statements.take();
    expect(texts).toHaveLength(3);
    for (const text of texts) {
      const values = Array.from({ length: text.split('?').length - 1 }, () => '[1]');
      const plan = await database.kysely.executeQuery<{ detail: string }>(
        CompiledQuery.raw(`explain query plan ${text}`, values),
      );
      const details = plan.rows.map(({ detail }) => detail).join('\n');
      expect(details).toMatch(/INDEX (?:image_stack_id_index|image_blob_stack_image_id_index) \(stack=\?/);
      expect(details).not.toMatch(/SCAN (?:layer|candidate|base|root|derived|holder)/);
    }
  });
});

test('stacks of the same layers in another order, or cut elsewhere, are told apart', () => {
  const [a, b] = [sha256('a'), sha256('b')] as [Digest, Digest];
  const texts = [[a], [b], [a, b], [b, a], [a, a], [a, a, a]].map((layers) => stackLayers(layers).at(-1));
  expect(new Set(texts).size).toBe(texts.length);
  expect(stackLayers([a, b, a]).slice(0, 2)).toEqual(stackLayers([a, b]));
  expect(stackLayers([])).toEqual([]);
});
