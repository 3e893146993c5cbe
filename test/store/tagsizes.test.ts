import { CompiledQuery } from 'kysely';
import type { Database } from '../../src/store/database/database.js';
import { createUsageStore, type UsageStore } from '../../src/store/index/usage.js';
import { toSortKey } from '../../src/domain/version.js';
import { watchStatements } from '../support/observed/statements.js';
import { amount, chooseSeed } from '../support/run/amount.js';
import { createRandom } from '../support/run/random.js';
import { listEngines } from '../support/servers/engines.js';
import { addImage, addRegistry, addRepository, addTags, fakeDigest, plainly } from './rows.js';

interface Blob {
  readonly id: number;
  readonly size: number;
  readonly isForeign: boolean;
}

interface ModelImage {
  readonly key: number;
  /** Of an image its own blobs. */
  readonly blobs: readonly Blob[];
  /** Of an index its children. */
  readonly children: readonly { readonly image: ModelImage; readonly isAttestation: boolean }[];
  readonly size: number | null;
}

interface ModelTag {
  readonly key: number;
  readonly name: string;
  readonly registry: number;
  readonly repository: number;
  readonly updatedAt: number;
  readonly isHidden: boolean;
  readonly image: ModelImage | null;
}

function sumOf(blobs: Iterable<Blob>): number {
  return [...new Map([...blobs].map((blob) => [blob.id, blob.size])).values()].reduce((sum, size) => sum + size, 0);
}

/** What an image weighs; `isWhole`: with its attestations, as the registry stores it. */
function blobsOf({ blobs, children }: ModelImage, isWhole: boolean): Blob[] {
  return [
    ...blobs,
    ...children.flatMap(({ image, isAttestation }) => (isWhole || !isAttestation ? blobsOf(image, isWhole) : [])),
  ];
}

function addedTo(tag: ModelTag, all: readonly ModelTag[]): number | null {
  if (!tag.image || tag.image.size === null) return null;
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const before = all
    .filter((one) => one.repository === tag.repository && !one.isHidden && one.updatedAt < tag.updatedAt)
    .toSorted(
      (a, b) => a.updatedAt - b.updatedAt || compare(toSortKey(a.name), toSortKey(b.name)) || compare(a.name, b.name),
    )
    .at(-1);
  if (!before) return tag.image.size;
  if (before.image?.key === tag.image.key) return 0;
  if (!before.image || before.image.size === null) return null;
  const known = new Set(blobsOf(before.image, false).map(({ id }) => id));
  return sumOf(blobsOf(tag.image, false).filter(({ id }) => !known.has(id)));
}

function weigh(chosen: readonly ModelTag[], all: readonly ModelTag[]): { size: number; unique: number } {
  const stored = (tags: readonly ModelTag[]): Blob[] =>
    tags.flatMap(({ image }) => (image ? blobsOf(image, true).filter(({ isForeign }) => !isForeign) : []));
  const others = all.filter((tag) => tag.registry === chosen[0]?.registry && !chosen.includes(tag));
  const kept = new Set(stored(others).map(({ id }) => id));
  const own = stored(chosen);
  return { size: sumOf(own), unique: sumOf(own.filter(({ id }) => !kept.has(id))) };
}

const names = ['1.2', '1.10', 'latest', 'v2', 'dev', 'sha256-x.sig'];

describe.each(listEngines('sizes of tags'))('on $name', ({ name: engine, open }) => {
  let database: Database;
  let contents: UsageStore;
  let worlds = 0;
  beforeAll(async () => {
    database = await open();
    contents = createUsageStore(database);
  });
  afterAll(() => database.close());

  async function addBlobs(random: (below: number) => number): Promise<Blob[]> {
    const blobs: Blob[] = [];
    for (let at = 0; at < 8; at++) {
      const row = { digest: fakeDigest(`${worlds}b${at}`) };
      const { id } = await plainly(database.kysely)
        .insertInto('blob')
        .values(row)
        .returning('id')
        .executeTakeFirstOrThrow();
      blobs.push({ id, size: 10 ** at, isForeign: random(6) === 0 });
    }
    return blobs;
  }

  async function addImages(random: (below: number) => number): Promise<ModelImage[]> {
    const { kysely } = database;
    const blobs = await addBlobs(random);
    const images: ModelImage[] = [];
    for (let at = 0; at < 6; at++) {
      // A digest may stand in an image twice.
      const own = Array.from({ length: random(5) }, () => blobs[random(blobs.length)]!);
      const size = random(8) === 0 ? null : sumOf(own);
      const key = await addImage(kysely, fakeDigest(`${worlds}a${at}`), { size });
      for (const [position, { id, size: bytes, isForeign }] of own.entries())
        await kysely
          .insertInto('image_blob')
          .values({ image_id: key, position, blob_id: id, media_type: 'm', size: bytes, is_foreign: isForeign ? 1 : 0 })
          .execute();
      images.push({ key, blobs: own, children: [], size });
    }
    for (let at = 0; at < 3; at++) {
      const key = await addImage(kysely, fakeDigest(`${worlds}c${at}`), { kind: 'index' });
      const children = images
        .filter(() => random(3) === 0)
        .map((image) => ({ image, isAttestation: image.children.length === 0 && random(4) === 0 }));
      for (const [position, { image, isAttestation }] of children.entries())
        await plainly(kysely)
          .insertInto('image_entry')
          .values({
            index_id: key,
            position,
            child_digest: fakeDigest(`${worlds}d${at}${position}`),
            child_id: image.key,
            media_type: 'm',
            size: 0,
            attestation: isAttestation ? 1 : 0,
          })
          .execute();
      const weighed = children.filter(({ isAttestation }) => !isAttestation);
      const isKnown = weighed.every(({ image }) => image.size !== null);
      const size = sumOf(weighed.flatMap(({ image }) => blobsOf(image, false)));
      images.push({ key, blobs: [], children, size: isKnown ? size : null });
    }
    return images;
  }

  async function addWorld(random: (below: number) => number): Promise<ModelTag[]> {
    worlds += 1;
    const images = await addImages(random);
    const tags: ModelTag[] = [];
    for (let registry = 0; registry < 2; registry++) {
      const id = await addRegistry(database.kysely, `r${worlds}-${registry}`);
      for (let at = 0; at < 2; at++) {
        const repository = await addRepository(database.kysely, id, `app-${at}`);
        const own = names
          .filter(() => random(4) > 0)
          .map((name) => ({
            name,
            registry,
            repository,
            updatedAt: random(5),
            isHidden: name.endsWith('.sig'),
            image: random(8) === 0 ? null : images[random(images.length)]!,
          }));
        await addTags(
          database.kysely,
          repository,
          own.map(({ name, updatedAt, isHidden, image }) => ({
            name,
            updated_at: updatedAt,
            is_hidden: isHidden ? 1 : 0,
            image_id: image?.key ?? null,
          })),
        );
        await contents.deriveSizes(repository);
        const rows = await database.kysely
          .selectFrom('tag')
          .select(['id', 'name'])
          .where('repository_id', '=', repository)
          .execute();
        for (const tag of own) tags.push({ ...tag, key: rows.find((row) => row.name === tag.name)!.id });
      }
    }
    return tags;
  }

  test('added, held and unique bytes are those of a model, in worlds at random', async () => {
    const seed = chooseSeed();
    for (let at = 0; at < amount(12, 200); at++) {
      const random = createRandom(seed + at);
      const tags = await addWorld(random);
      const added = await contents.addedSizesOf(tags.map(({ key }) => key));
      expect([seed + at, ...tags.map(({ key }) => added.get(key))]).toEqual([
        seed + at,
        ...tags.map((tag) => addedTo(tag, tags)),
      ]);
      for (const repositoryKey of new Set(tags.map(({ repository }) => repository))) {
        const chosen = tags.filter(({ repository }) => repository === repositoryKey && random(2) === 0);
        const keys = {
          repositoryKey,
          tagKeys: chosen.map(({ key }) => key),
          imageKeys: [...new Set(chosen.flatMap(({ image }) => image?.key ?? []))],
        };
        const told = {
          size: await contents.measureChosen(keys),
          unique: await contents.measureUniqueOfChosen(keys),
        };
        expect({ seed: seed + at, ...told }).toEqual({ seed: seed + at, ...weigh(chosen, tags) });
      }
    }
  });

  test('of a tag behind a hundred signatures it is not known; of the one before them it is', async () => {
    const { kysely } = database;
    const repository = await addRepository(kysely, await addRegistry(kysely, 'signed'), 'app');
    const image_id = await addImage(kysely, fakeDigest('e1'), { size: 0 });
    const signatures = Array.from({ length: 100 }, (_one, at) => ({
      name: `sha256-${at}.sig`,
      is_hidden: 1,
      updated_at: 10 + at,
    }));
    await addTags(kysely, repository, [
      { name: 'first', updated_at: 1, image_id },
      { name: 'second', updated_at: 109, image_id },
      { name: 'third', updated_at: 110, image_id },
      ...signatures,
    ]);
    const rows = await kysely
      .selectFrom('tag')
      .select(['id', 'name'])
      .where('repository_id', '=', repository)
      .execute();
    const keyOf = (name: string): number => rows.find((row) => row.name === name)!.id;
    const [first, second, third] = ['first', 'second', 'third'].map(keyOf) as [number, number, number];
    const added = await contents.addedSizesOf([first, second, third]);
    expect([added.get(first), added.get(second), added.get(third)]).toEqual([0, 0, 0]);
    await addTags(kysely, repository, [
      { name: 'fourth', updated_at: 200, image_id },
      { name: 'sha256-y.sig', is_hidden: 1, updated_at: 110 },
    ]);
    await kysely.deleteFrom('tag').where('id', 'in', [second, third]).execute();
    const fourth = await kysely.selectFrom('tag').select('id').where('updated_at', '=', 200).executeTakeFirstOrThrow();
    expect((await contents.addedSizesOf([fourth.id])).get(fourth.id)).toBeNull();
  });

  test('100 tags take two statements, which read the tags before each by an index', async () => {
    if (engine !== 'sqlite') return;
    const { kysely } = database;
    const repository = await addRepository(kysely, await addRegistry(kysely, 'many'), 'app');
    const images = [
      await addImage(kysely, fakeDigest('f1'), { size: 0 }),
      await addImage(kysely, fakeDigest('f2'), { size: 0 }),
    ];
    const tags = Array.from({ length: 100 }, (_one, at) => ({
      name: `v${at}`,
      updated_at: at,
      image_id: images[at % 2]!,
    }));
    await addTags(kysely, repository, tags);
    const rows = await kysely.selectFrom('tag').select('id').where('repository_id', '=', repository).execute();
    const statements = await watchStatements(database);
    await contents.addedSizesOf(rows.map(({ id }) => id));
    const texts = statements.take();
    expect(texts).toHaveLength(2);
    const values = Array.from({ length: texts[0]!.split('?').length - 1 }, () => '[1]');
    const plan = await kysely.executeQuery<{ detail: string }>(
      CompiledQuery.raw(`explain query plan ${texts[0]}`, values),
    );
    const details = plan.rows.map(({ detail }) => detail).join('\n');
    expect(details).toContain(
      'SEARCH other USING INDEX tag_repository_id_updated_at_sort_key_name_index (repository_id=? AND updated_at<?)',
    );
    expect(details).not.toMatch(/SCAN (?:own|other|before|image)/);
  });
});
