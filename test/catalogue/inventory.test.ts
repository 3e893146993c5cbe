import type { LayerInImage } from '../../src/catalogue/browse/images.js';
import type { RequestContext } from '../../src/catalogue/context.js';
import type { Repository } from '../../src/domain/catalogue.js';
import { createTestCatalogue, type TestCatalogue } from '../support/worlds/catalogue.js';
import { type Statements, watchStatements } from '../support/observed/statements.js';
import { addImage, addRegistry, addRepository, addTags, fakeDigest, plainly } from '../store/rows.js';

let fixture: TestCatalogue;
let registryId: string;
let statements: Statements;

beforeEach(async () => {
  fixture = await createTestCatalogue();
  registryId = await addRegistry(fixture.database.kysely, 'r');
  statements = await watchStatements(fixture.database);
});
afterEach(() => fixture[Symbol.asyncDispose]());

const open = (): RequestContext =>
  fixture.catalogue.open({ accountId: 'test', username: 'test', roles: ['registries:ro'] });
const noPace = (): Promise<void> => Promise.resolve();

interface Read {
  readonly tags: readonly string[];
  readonly layers: readonly LayerInImage[];
}

async function readAll(request: RequestContext, repositories: readonly Repository[]): Promise<Read[]> {
  const found: Read[] = [];
  for await (const { tags, layers } of fixture.catalogue.useCases.browsing.inventory.readContents(
    request,
    repositories,
    noPace,
  )) {
    const read = { tags: [] as string[], layers: [] as LayerInImage[] };
    for await (const page of tags) read.tags.push(...page.map(({ name }) => name));
    for await (const page of layers) read.layers.push(...page);
    found.push(read);
  }
  return found;
}

/** 0 to `below` - 1, always the same ones. */
function createDice(): (below: number) => number {
  let state = 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

async function addLayers(imageKey: number, blobs: readonly number[]): Promise<void> {
  const { kysely } = fixture.database;
  for (let start = 0; start < blobs.length; start += 500) {
    const some = blobs.slice(start, start + 500);
    const rows = some.map((blob_id, at) => ({
      image_id: imageKey,
      position: start + at + 1,
      blob_id,
      media_type: 'layer',
      size: blob_id,
    }));
    await kysely.insertInto('image_blob').values(rows).execute();
  }
}

async function addEntries(indexKey: number, children: readonly (number | null)[]): Promise<void> {
  const { kysely } = fixture.database;
  for (let start = 0; start < children.length; start += 200) {
    const rows = children.slice(start, start + 200).map((child_id, at) => ({
      index_id: indexKey,
      position: start + at,
      child_digest: fakeDigest(child_id ?? 'f'),
      child_id,
      media_type: 'manifest',
      size: 1,
      attestation: (child_id ?? 0) % 7 === 1 ? 1 : 0,
    }));
    await plainly(kysely).insertInto('image_entry').values(rows).execute();
  }
}

async function addBlobs(count: number): Promise<number[]> {
  const rows = Array.from({ length: count }, (_, at) => ({ digest: `sha256:${String(at).padStart(64, '0')}` }));
  const found = [];
  for (let start = 0; start < count; start += 500) {
    const some = rows.slice(start, start + 500);
    found.push(...(await plainly(fixture.database.kysely).insertInto('blob').values(some).returning('id').execute()));
  }
  return found.map(({ id }) => id);
}

function historyOf(layers: number): string {
  const step = { createdAt: null, comment: null, author: null, emptyLayer: false };
  return JSON.stringify(Array.from({ length: layers }, (_, at) => ({ ...step, createdBy: `step ${at}` })));
}

async function addImageWith(blobs: readonly number[], name: number): Promise<number> {
  const key = await addImage(fixture.database.kysely, fakeDigest(`1${name}a`), {
    history: historyOf(blobs.length),
    author: `author ${name}`,
    os: 'linux',
  });
  await addLayers(key, blobs);
  return key;
}

/** Images and indexes, some of which hold each other's, one each that no statement reads whole. */
async function addContent(dice: (below: number) => number): Promise<number[]> {
  const blobs = await addBlobs(1300);
  const images = [
    await addImageWith(blobs, 0),
    await addImageWith(blobs.slice(0, 500), 1),
    await addImageWith(blobs.slice(3, 504), 2),
  ];
  for (let at = 3; at < 150; at++) {
    const layers = Array.from({ length: dice(15) }, () => blobs[dice(300)]!);
    images.push(await addImageWith([...new Set(layers)], at));
  }
  const content = [...images];
  for (let at = 0; at < 60; at++) {
    const entries = at === 7 ? 1200 : at === 8 ? 500 : dice(20);
    const key = await addImage(fixture.database.kysely, fakeDigest(`2${at}b`), { kind: 'index' });
    await addEntries(
      key,
      Array.from({ length: entries }, () => (dice(20) === 0 ? null : content[dice(content.length)]!)),
    );
    content.push(key);
  }
  return content;
}

test('tags and layers are those of each repository in their order, whichever neighbours share a statement with them', async () => {
  const { kysely } = fixture.database;
  const dice = createDice();
  const content = await addContent(dice);
  const keys = [];
  const names = new Map<number, string[]>();
  for (let at = 0; at < 70; at++) {
    const key = await addRepository(kysely, registryId, `app-${at}`);
    const count = at === 20 ? 1300 : at === 30 ? 500 : at === 31 || at === 32 ? 499 : dice(30);
    const choose = (): number | null => (dice(15) === 0 ? null : content[dice(content.length)]!);
    const tags = Array.from({ length: count }, (_, tag) => ({ name: `t${tag}`, image_id: choose() }));
    await addTags(kysely, key, tags);
    names.set(key, tags.map(({ name }) => name).sort());
    keys.push(key);
  }
  const request = open();
  const repositories = await fixture.parts.repositories.findMany(keys);
  const found = await readAll(request, repositories);
  expect(found).toHaveLength(70);
  for (const [at, repository] of repositories.entries()) {
    expect(found[at]!.tags).toEqual(names.get(repository.key));
    expect(found[at]!.layers).toEqual(
      await fixture.catalogue.useCases.browsing.images.listLayersOf(request, repository, Infinity),
    );
  }
  expect(found.flatMap(({ layers }) => layers).length).toBeGreaterThan(10_000);
});

test('the first layers of a repository of many tags are read with no more tags than they take', async () => {
  const { kysely } = fixture.database;
  const blobs = await addBlobs(1200);
  const key = await addRepository(kysely, registryId, 'big');
  const images: number[] = [];
  for (const [at, blob] of blobs.entries()) images.push(await addImageWith([blob], at));
  const tags = Array.from({ length: 2500 }, (_, at) => ({
    name: `t${String(at).padStart(4, '0')}`,
    image_id: images[at % images.length]!,
  }));
  await addTags(kysely, key, tags);
  const [repository] = await fixture.parts.repositories.findMany([key]);
  const count = async (first: number): Promise<[number, number]> => {
    statements.take();
    const layers = await fixture.catalogue.useCases.browsing.images.listLayersOf(open(), repository!, first);
    const pages = statements.take().filter((statement) => statement.includes('other.name >'));
    expect(layers.map(({ size }) => size)).toEqual(blobs.slice(0, layers.length));
    return [layers.length, pages.length];
  };
  // A page has 500 tags, and the images of the last 1,300 have no layer that was not there before.
  expect(await count(100)).toEqual([100, 1]);
  expect(await count(500)).toEqual([500, 1]);
  expect(await count(501)).toEqual([501, 2]);
  expect(await count(Infinity)).toEqual([1200, 6]);
});

test('1,000 repositories of ten tags cost statements by their rows, and not by their number', async () => {
  const { kysely } = fixture.database;
  const [base = 0, ...own] = await addBlobs(1001);
  const keys = [];
  for (let at = 0; at < 1000; at++) {
    const key = await addRepository(kysely, registryId, `app-${String(at).padStart(4, '0')}`);
    const image = await addImageWith([base, own[at]!], at);
    await addTags(
      kysely,
      key,
      Array.from({ length: 10 }, (_, tag) => ({ name: `v${tag}`, image_id: image })),
    );
    keys.push(key);
  }
  const request = open();
  const repositories = await fixture.parts.repositories.findMany(keys);
  statements.take();
  const found = await readAll(request, repositories);
  expect(found.every(({ tags, layers }) => tags.length === 10 && layers.length === 2)).toBe(true);
  // 50 repositories share each: for their tags, and of their images the layers, the size of histories, the rows, the
  // histories.
  expect(statements.take()).toHaveLength(20 * 5);
});

test('histories are read no more than a megabyte at a time, however many images share a statement otherwise', async () => {
  const { kysely } = fixture.database;
  const blobs = await addBlobs(10);
  const key = await addRepository(kysely, registryId, 'app');
  for (const [at, blob] of blobs.entries()) {
    const image = await addImageWith([blob], at);
    const history = JSON.stringify([
      { createdAt: null, createdBy: 'x'.repeat(400_000), comment: null, author: null, emptyLayer: false },
    ]);
    await plainly(kysely).updateTable('image').set({ history }).where('id', '=', image).execute();
    await addTags(kysely, key, [{ name: `t${at}`, image_id: image }]);
  }
  const request = open();
  const repositories = await fixture.parts.repositories.findMany([key]);
  statements.take();
  const [read] = await readAll(request, repositories);
  expect(read?.layers.map(({ createdBy }) => createdBy?.length)).toEqual(blobs.map(() => 400_000));
  expect(statements.take().filter((statement) => statement.includes('"history" as "text"'))).toHaveLength(5);
});

test('a repository whose layers nobody reads leaves those of the next as they are', async () => {
  const { kysely } = fixture.database;
  const blobs = await addBlobs(3);
  const keys = [];
  for (const [at, blob] of blobs.entries()) {
    const key = await addRepository(kysely, registryId, `app-${at}`);
    await addTags(kysely, key, [{ name: 'v1', image_id: await addImageWith([blob], at) }]);
    keys.push(key);
  }
  const request = open();
  const found = [];
  for await (const { repository, layers } of fixture.catalogue.useCases.browsing.inventory.readContents(
    request,
    await fixture.parts.repositories.findMany(keys),
    noPace,
  )) {
    if (repository.name === 'app-1') continue;
    for await (const page of layers) found.push([repository.name, page.map(({ size }) => size)]);
  }
  expect(found).toEqual([
    ['app-0', [blobs[0]]],
    ['app-2', [blobs[2]]],
  ]);
});
