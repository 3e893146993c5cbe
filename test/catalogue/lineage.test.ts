import { buildImage, buildIndex } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { openWorld, type World } from '../support/worlds/world.js';

const layer = (name: string, size: number) => ({ seed: name, size, command: `RUN make ${name}` });
const made = (year: number) => ({ created: `${year}-01-01T00:00:00Z` });
const os = layer('os', 4000);
const base = buildImage({ layers: [os], ...made(2020) });
const app = buildImage({ layers: [os, layer('app', 5000)], ...made(2021) });
const tools = buildImage({ layers: [os, layer('app', 5000), layer('tools', 6000)], ...made(2022) });
const arm = buildImage({ arch: 'arm64', layers: [layer('arm', 3000)], ...made(2023) });

let world: World;
beforeAll(async () => {
  world = await openWorld();
  const { store } = world.registry;
  seed(store, 'team/app', 'base', base);
  seed(store, 'team/app', '1.0', app);
  seed(store, 'team/app', 'same', app);
  seed(store, 'team/app', '1.1', tools);
  seed(store, 'team/app', '2.0', buildIndex([tools, arm]));
  seed(store, 'other/app', 'copy', app);
  await world.gateway.crawl('r');
});
afterAll(() => world[Symbol.asyncDispose]());

const ofRepository = (fields: string): string => `{ repository(registry: "r", name: "team/app") { ${fields} } }`;

async function read<T>(fields: string): Promise<T> {
  const { codes, data } = await world.gateway.query<{ repository: T }>(ofRepository(fields));
  expect(codes).toEqual([]);
  return data.repository;
}

const configSize = async (tag: string): Promise<number> => {
  const { tag: found } = await read<{ tag: { size: number; image: { platforms: { layers: { size: number }[] }[] } } }>(
    `tag(name: "${tag}") { size image { platforms { layers { size } } } }`,
  );
  return found.size - found.image.platforms[0]!.layers.reduce((sum, { size }) => sum + size, 0);
};

test('a tag says how much it has that the one before it has not', async () => {
  const { tags } = await read<{ tags: { nodes: { name: string; size: number; addedSize: number }[] } }>(
    'tags(first: 10, orderBy: { field: UPDATED_AT }) { nodes { name size addedSize } }',
  );
  const config = Object.fromEntries(
    await Promise.all(['base', '1.0', '1.1'].map(async (tag) => [tag, await configSize(tag)])),
  ) as Record<string, number>;
  const added = Object.fromEntries(tags.nodes.map((tag) => [tag.name, tag.addedSize]));
  const sizes = Object.fromEntries(tags.nodes.map((tag) => [tag.name, tag.size]));
  expect(added['base']).toBe(sizes['base']);
  // Two tags of one time are not before each other: both brought the image.
  expect([added['1.0'], added['same']]).toEqual([config['1.0']! + 5000, config['1.0']! + 5000]);
  expect(added['1.1']).toBe(config['1.1']! + 6000);
  // The index has all of the tag before it, and one platform more.
  expect(added['2.0']).toBe(sizes['2.0']! - sizes['1.1']!);
});

test('chosen tags are weighed together, each blob once, with what would come back', async () => {
  const weigh = async (args: string): Promise<unknown> =>
    (await read<{ tagsSize: unknown }>(`tagsSize(${args}) { count unknownCount size uniqueSize }`)).tagsSize;
  const sizeOf = async (tag: string): Promise<number> =>
    (await read<{ tag: { size: number } }>(`tag(name: "${tag}") { size }`)).tag.size;
  const [one, two, config] = [await sizeOf('1.0'), await sizeOf('2.0'), await configSize('1.1')];
  expect(await weigh('tags: ["1.0", "same", "none"]')).toEqual({ count: 2, unknownCount: 0, size: one, uniqueSize: 0 });
  // The image of 1.1 is within that of 2.0: alone it gives nothing back, and both give what nothing else has.
  expect(await weigh('filter: { glob: "1.1" }')).toMatchObject({ count: 1, uniqueSize: 0 });
  expect(await weigh('filter: { semver: ">=1.1" }, except: ["same"]')).toEqual({
    count: 2,
    unknownCount: 0,
    size: two,
    uniqueSize: config + 6000 + (two - (await sizeOf('1.1'))),
  });
  expect(await weigh('tags: []')).toEqual({ count: 0, unknownCount: 0, size: 0, uniqueSize: 0 });
});

test.each([
  ['tags: ["1.0"], filter: { glob: "*" }', '"tags" and "filter" are both given: give either of them.'],
  ['tags: ["1.0"], except: ["same"]', '"tags" and "except" are both given: give either of them.'],
  ['tags: ["no tag"]', '"no tag" is not a tag'],
  ['except: ["no tag"]', '"no tag" is not a tag'],
  ['filter: { semver: "no range" }', '"no range" is not a version range'],
])('tags that are chosen by %s are refused, and the message says why', async (args, message) => {
  const { codes, messages } = await world.gateway.query(ofRepository(`tagsSize(${args}) { count }`));
  expect(codes).toEqual(['BAD_USER_INPUT']);
  expect(messages[0]).toContain(message);
});

interface Base {
  readonly knownBy: string;
  readonly name: string | null;
  readonly digest: string | null;
  readonly layerCount: number | null;
  readonly image: { readonly digest: string } | null;
}
interface Derived {
  readonly totalCount: number;
  readonly nodes: readonly { readonly digest: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

async function readPlatforms<T>(image: string, fields: string, of: World = world): Promise<readonly T[]> {
  const { codes, data } = await of.gateway.query<{ image: { platforms: T[] } }>(
    `{ image(digest: "${image}") { platforms { ${fields} } } }`,
  );
  expect(codes).toEqual([]);
  return data.image.platforms;
}
const bases = 'baseImages { knownBy name digest layerCount image { digest } }';
const derived = (args: string): string =>
  `derivedImages(${args}) { totalCount nodes { digest } pageInfo { hasNextPage endCursor } }`;

test('an image tells by its layers what it is built on, and what is built on it', async () => {
  const none = { totalCount: 0, nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };
  const byLayers = (image: typeof app, layerCount: number): Base => ({
    knownBy: 'LAYERS',
    name: null,
    digest: image.digest,
    layerCount,
    image: { digest: image.digest },
  });
  const [ofTools] = await readPlatforms<{ baseImages: Base[]; derivedImages: Derived }>(
    tools.digest,
    `${bases} ${derived('first: 5')}`,
  );
  expect(ofTools).toEqual({ baseImages: [byLayers(app, 2)], derivedImages: none });
  const [ofBase] = await readPlatforms<{ baseImages: Base[]; derivedImages: Derived }>(
    base.digest,
    `${bases} ${derived('first: 1')}`,
  );
  expect(ofBase!.baseImages).toEqual([]);
  expect(ofBase!.derivedImages).toMatchObject({ totalCount: 2, pageInfo: { hasNextPage: true } });
  const after = ofBase!.derivedImages.pageInfo.endCursor;
  const [rest] = await readPlatforms<{ derivedImages: Derived }>(base.digest, derived(`first: 5, after: "${after}"`));
  expect(rest!.derivedImages.pageInfo.hasNextPage).toBe(false);
  const all = [...ofBase!.derivedImages.nodes, ...rest!.derivedImages.nodes].map(({ digest }) => digest);
  expect(new Set(all)).toEqual(new Set([app.digest, tools.digest]));
  expect(all).toHaveLength(2);
});

test('a cursor of the images built on another is refused, and so is one that was made up', async () => {
  const [{ derivedImages } = { derivedImages: null }] = await readPlatforms<{ derivedImages: Derived }>(
    base.digest,
    derived('first: 1'),
  );
  const made = Buffer.from(JSON.stringify([`derived:${base.digest}`, 7])).toString('base64url');
  for (const [image, cursor] of [
    [app.digest, derivedImages!.pageInfo.endCursor],
    [base.digest, made],
  ]) {
    const { codes } = await world.gateway.query(
      `{ image(digest: "${image}") { platforms { ${derived(`first: 1, after: "${cursor}"`)} } } }`,
    );
    expect(codes).toEqual(['BAD_USER_INPUT']);
  }
});

test('annotations name a base: those of the image before those of its entry, and these before those of the index', async () => {
  const store = world.registry.store;
  const stated = (name: string, digest: string): Record<string, string> => ({
    'org.opencontainers.image.base.name': name,
    'org.opencontainers.image.base.digest': digest,
  });
  const long = 'x'.repeat(2000);
  const own = buildImage({ format: 'oci', annotations: stated('its/own:1', base.digest), layers: [os, {}] });
  const plain = buildImage({ format: 'oci', arch: 'arm64', layers: [{ seed: 'plain' }] });
  const bad = buildImage({ format: 'oci', arch: 's390x', annotations: stated(long, 'no digest') });
  const entryOf = buildImage({ format: 'oci', arch: 'riscv64', layers: [{ seed: 'entry' }] });
  const unknown = `sha256:${'e'.repeat(64)}`;
  // An index has the annotations of its entries beside each digest.
  const named = [
    { ...own, annotations: stated('of/entry:0', app.digest) },
    plain,
    { ...bad, annotations: {} },
    { ...entryOf, annotations: stated('of/entry:1', app.digest) },
  ];
  const index = buildIndex(named, { annotations: stated('of/index:1', unknown) });
  seed(store, 'annotated/app', 'v1', index);
  await world.gateway.crawl('r');
  const found = await readPlatforms<{ digest: string; baseImages: Base[] }>(index.digest, `digest ${bases}`);
  const told = Object.fromEntries(found.map(({ digest, baseImages }) => [digest, baseImages]));
  const annotated = { knownBy: 'ANNOTATION', layerCount: null };
  expect(told[own.digest]).toEqual([
    { ...annotated, name: 'its/own:1', digest: base.digest, image: { digest: base.digest } },
    { knownBy: 'LAYERS', name: null, digest: base.digest, layerCount: 1, image: { digest: base.digest } },
  ]);
  expect(told[plain.digest]).toEqual([{ ...annotated, name: 'of/index:1', digest: unknown, image: null }]);
  expect(told[bad.digest]).toEqual([{ ...annotated, name: 'x'.repeat(512), digest: null, image: null }]);
  expect(told[entryOf.digest]).toEqual([
    { ...annotated, name: 'of/entry:1', digest: app.digest, image: { digest: app.digest } },
  ]);
});
