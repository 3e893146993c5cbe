import { type TestCatalogue, createTestCatalogue } from '../support/worlds/catalogue.js';
import { type Built, buildImage, buildIndex, fallbackTag } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { media } from '../../src/demo/registry/media.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { sha256 } from '../support/registry/store.js';

let registry: MemoryRegistry;
let gateway: TestCatalogue;

beforeEach(async () => {
  registry = await createMemoryRegistry({ flavour: '3.1' });
  gateway = await createTestCatalogue();
  await gateway.attach('r', registry.url);
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry.close();
});

interface Shown {
  readonly name: string;
  readonly digest: string | null;
  readonly size: number | null;
  readonly image: {
    readonly kind: string;
    readonly mediaType: string;
    readonly manifestSize: number;
    readonly size: number | null;
    readonly problems: readonly { readonly field: string; readonly message: string }[];
    readonly platforms: readonly Record<string, unknown>[];
  } | null;
}

async function listTags(filter = ''): Promise<Map<string, Shown>> {
  const { data, codes } = await gateway.query<{
    registry: { repository: { tags: { nodes: readonly Shown[] } } };
  }>(`{ registry(name: "r") { repository(name: "app") {
    tags(first: 100 ${filter}) { nodes { name digest size image { kind mediaType manifestSize size problems
    { field message }
      platforms { os architecture variant osVersion osFeatures size } } } } } } }`);
  expect(codes).toEqual([]);
  return new Map(data.registry.repository.tags.nodes.map((tag) => [tag.name, tag]));
}

interface Deleted {
  readonly plan: {
    readonly manifests: readonly string[];
    readonly keepingImage: readonly { name: string }[];
    readonly uncertainties: readonly string[];
  } | null;
  readonly job: { readonly state: string } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

async function deleteTags(tags: readonly string[], more: object = {}): Promise<Deleted> {
  const { data, codes } = await gateway.query<{ deleteTags: Deleted }>(
    'mutation ($input: DeleteTagsInput!) { deleteTags(input: $input) { plan { manifests keepingImage { name } ' +
      'uncertainties } job { state } userErrors { code message } } }',
    { input: { registry: 'r', repository: 'app', tags, ...more } },
  );
  expect(codes).toEqual([]);
  return data.deleteTags;
}

async function deleteRepository(): Promise<void> {
  const { data } = await gateway.query<{ deleteRepository: Deleted }>(
    'mutation { deleteRepository(input: { registry: "r", name: "app" }) { job { state } userErrors { code ' +
      'message } } }',
  );
  expect(data.deleteRepository).toMatchObject({ job: { state: 'SUCCEEDED' }, userErrors: [] });
  expect(registry.store.tags('app')).toEqual([]);
}

function put(tag: string | null, body: unknown, mediaType: string): string {
  return registry.store.putManifest(
    'app',
    tag,
    mediaType,
    Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  );
}

function putIndex(tag: string | null, manifests: unknown, more: object = {}): string {
  return put(tag, { schemaVersion: 2, mediaType: media.ociIndex, manifests, ...more }, media.ociIndex);
}

const toEntry = ({ mediaType, digest, size }: Built) => ({ mediaType, digest, size });
const holds = (digest: string): boolean => registry.store.findManifest('app', digest) !== null;

/** `depth` indexes in one another around the image: the outermost is the last. */
function nest(image: Built, depth: number): Built {
  let all = image;
  for (let level = 0; level < depth; level++) all = buildIndex([all], { annotations: { level: `${level}` } });
  return all;
}

describe('whatever is in a registry', () => {
  test('whatever is in a registry is shown with its digest, its type and its own size, and can be deleted', async () => {
    const good = buildImage();
    seed(registry.store, 'app', 'good', good);
    const image = JSON.parse(good.bytes.toString()) as { layers: object[]; config: object };
    // Together they say more than 2^63 bytes.
    const lying = (from: number, to: number): object[] =>
      Array.from({ length: to - from }, (_, n) => ({
        ...image.layers[0],
        digest: sha256(`${from + n}`),
        size: 2 ** 53 - 1,
      }));
    const bodies: Record<string, [unknown, string]> = {
      text: ['not JSON', media.ociManifest],
      both: [{ ...image, mediaType: undefined, manifests: [] }, 'application/json'],
      negative: [{ ...image, layers: [{ ...image.layers[0], size: -1 }] }, media.dockerManifest],
      huge: [{ ...image, layers: [{ ...image.layers[0], size: 2 ** 60 }] }, media.dockerManifest],
      sum: [{ ...image, layers: lying(0, 1000) }, media.dockerManifest],
      more: [{ ...image, layers: lying(1000, 1100) }, media.dockerManifest],
      none: [{ ...image, layers: null }, media.dockerManifest],
      list: [{ schemaVersion: 2, manifests: { 0: 'x' } }, media.ociIndex],
    };
    for (const [tag, [body, type]] of Object.entries(bodies)) put(tag, body, type);
    expect((await gateway.crawl('r')).state).toBe('SUCCEEDED');
    const tags = await listTags();
    for (const tag of Object.keys(bodies)) {
      const { digest, bytes } = registry.store.findManifest('app', tag)!;
      expect(tags.get(tag)).toMatchObject({
        digest,
        image: { manifestSize: bytes.length, problems: ['sum', 'more'].includes(tag) ? [] : [expect.anything()] },
      });
    }
    expect(['text', 'both', 'negative', 'list', 'none'].map((tag) => tags.get(tag)!.image!.kind)).toEqual([
      'UNKNOWN',
      'UNKNOWN',
      'IMAGE',
      'INDEX',
      'IMAGE',
    ]);
    expect(['text', 'negative', 'huge', 'sum', 'list'].map((tag) => tags.get(tag)!.size)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(tags.get('negative')!.image!.problems).toEqual([
      { field: 'layers.0.size', message: 'it is not a number of bytes from 0 to 2^53-1' },
    ]);
    expect(tags.get('good')!.size).toBeGreaterThan(0);
    for (const tag of Object.keys(bodies)) {
      expect(await deleteTags([tag])).toMatchObject({ job: { state: 'SUCCEEDED' }, userErrors: [] });
      expect(registry.store.tags('app')).not.toContain(tag);
    }
    await deleteRepository();
  });

  test('says no size of a layer that its manifest says none of', async () => {
    const { layers, ...rest } = JSON.parse(buildImage().bytes.toString()) as { layers: object[] };
    put('v1', { ...rest, layers: [{ ...layers[0], size: -1 }] }, media.dockerManifest);
    await gateway.crawl('r');
    const { data } = await gateway.query<{ registry: { repository: unknown } }>(
      '{ registry(name: "r") { repository(name: "app") { size tags(first: 1) { nodes { image { platforms { layers ' +
        '{ size } } } } } } } }',
    );
    expect(data.registry.repository).toMatchObject({
      tags: { nodes: [{ image: { platforms: [{ layers: [{ size: null }] }] } }] },
    });
  });
});

describe('what cannot be read may hold anything', () => {
  test.each<[string, () => void]>([
    ['a tag on no JSON', () => void put('odd', 'not JSON', media.ociIndex)],
    ['an index whose entries cannot be read', () => void putIndex('odd', [{ digest: 'sha384:00' }])],
    [
      'an index of a type that is not known',
      () =>
        void putIndex('odd', [{ mediaType: 'application/vnd.acme.manifest.v9+json', digest: sha256('x'), size: 9 }]),
    ],
    [
      'an inner index that is gone',
      () => void putIndex('odd', [{ mediaType: media.ociIndex, digest: sha256('gone'), size: 9 }]),
    ],
    [
      'a child that is no JSON',
      () => void putIndex('odd', [{ mediaType: media.ociIndex, digest: put(null, 'no', media.ociIndex), size: 2 }]),
    ],
  ])('%s keeps every image, blocks no tag, and the plan says why', async (_, make) => {
    const image = buildImage();
    seed(registry.store, 'app', 'v1', image);
    make();
    const { plan } = await deleteTags(['v1'], { dryRun: true });
    expect(plan).toMatchObject({
      manifests: [],
      keepingImage: [{ name: 'v1' }],
      uncertainties: [expect.stringMatching(/not known\.$/)],
    });
    expect(await deleteTags(['v1'])).toMatchObject({ job: { state: 'SUCCEEDED' } });
    expect([registry.store.tags('app'), holds(image.digest)]).toEqual([['odd'], true]);
    await deleteRepository();
  });

  test('a child that the registry refuses makes its index uncertain, and is left when the index goes', async () => {
    const [image, child] = [buildImage(), buildImage({ arch: 'arm64' })];
    seed(registry.store, 'app', 'v1', image);
    seed(registry.store, 'app', 'multi', buildIndex([child]));
    registry.fail({ kind: 'status', status: 403, method: 'GET', match: new RegExp(child.digest) });
    expect((await gateway.crawl('r')).state).toBe('PARTIALLY_FAILED');
    expect((await listTags()).get('multi')!.image!.problems).toMatchObject([{ field: 'manifests.0' }]);
    expect((await deleteTags(['v1'])).job?.state).toBe('SUCCEEDED');
    expect(holds(image.digest)).toBe(true);
    const { plan } = await deleteTags(['multi'], { dryRun: true });
    expect(plan?.uncertainties).toEqual(['Of the indexes that go, 1 children were not read, and are left.']);
    await deleteRepository();
    expect(holds(child.digest)).toBe(true);
  });

  test('an image that is gone holds nothing: other images go with their tags, and the crawl succeeds', async () => {
    const [image, child, gone] = [buildImage(), buildImage({ arch: 'arm64' }), buildImage({ arch: 's390x' })];
    seed(registry.store, 'app', 'v1', image);
    seed(registry.store, 'app', 'multi', buildIndex([child, gone]));
    registry.store.deleteManifest('app', gone.digest);
    expect((await gateway.crawl('r')).state).toBe('SUCCEEDED');
    const { platforms, problems } = (await listTags()).get('multi')!.image!;
    expect(platforms.map(({ architecture, size }) => [architecture, size === null])).toEqual([
      ['arm64', false],
      ['s390x', true],
    ]);
    expect(problems).toMatchObject([{ field: 'manifests.1' }]);
    expect((await deleteTags(['v1'], { dryRun: true })).plan).toMatchObject({
      manifests: [image.digest],
      uncertainties: [],
    });
    expect((await deleteTags(['v1'])).job?.state).toBe('SUCCEEDED');
    expect(holds(image.digest)).toBe(false);
  });
});

describe('indexes within indexes', () => {
  test.each([1, 3, 4, 5, 6, 8, 9, 12])('%i deep: what the innermost holds is never deleted', async (depth) => {
    const image = buildImage();
    const chain = nest(image, depth);
    seed(registry.store, 'app', 'outer', chain);
    seed(registry.store, 'app', 'inner', image);
    await gateway.crawl('r');
    expect((await deleteTags(['inner'])).job?.state).toBe('SUCCEEDED');
    expect([registry.store.tags('app'), holds(image.digest)]).toEqual([['outer'], true]);
    const { platforms, problems, size } = (await listTags()).get('outer')!.image!;
    const isWithin = depth <= 8;
    expect([platforms.length, problems.length, size! > 0]).toEqual([isWithin ? 1 : 0, isWithin ? 0 : 1, isWithin]);
    await deleteRepository();
    expect(holds(chain.digest)).toBe(false);
    if (isWithin) expect(registry.store.manifests('app')).toEqual([]);
  });

  test('indexes within indexes are shown, and counted, once where they hold each other many times over', async () => {
    const image = buildImage();
    let inner: Built = image;
    for (let level = 0; level < 5; level++)
      inner = buildIndex(
        Array.from({ length: 40 }, () => inner),
        { annotations: { level: `${level}` } },
      );
    registry.store.putManifest('app', 'v1', inner.mediaType, inner.bytes);
    for (let one = inner; one.children[0]; one = one.children[0])
      seed(registry.store, 'app', null, { ...one, children: [] });
    seed(registry.store, 'app', null, image);
    await gateway.crawl('r');
    const { size, image: shown } = (await listTags()).get('v1')!;
    expect(shown!.platforms).toHaveLength(1);
    expect(size).toBe([image.config!, ...image.layers].reduce((sum, blob) => sum + blob.size, 0));
    await deleteRepository();
  });
});

describe('entries that are no manifests', () => {
  test('entries that are no manifests are not asked for as manifests, and count with their bytes, each once', async () => {
    const layer = { mediaType: media.ociLayer, digest: sha256('layer'), size: 1000 };
    const cache = { mediaType: 'application/vnd.buildkit.cacheconfig.v0', digest: sha256('cache'), size: 30 };
    putIndex('cache', [layer, layer, cache]);
    expect((await gateway.crawl('r')).state).toBe('SUCCEEDED');
    expect((await listTags()).get('cache')).toMatchObject({
      size: 1030,
      image: { kind: 'INDEX', platforms: [], problems: [] },
    });
    for (const { digest } of [layer, cache])
      expect(registry.requests.filter(({ path }) => path.includes(digest))).toEqual([]);
    const image = buildImage();
    seed(registry.store, 'app', 'v1', image);
    expect((await deleteTags(['v1'], { dryRun: true })).plan).toMatchObject({
      manifests: [image.digest],
      uncertainties: [],
    });
    await deleteRepository();
    for (const { digest } of [layer, cache])
      expect(registry.requests.filter(({ path }) => path.includes(digest))).toEqual([]);
  });

  test('an index of 3,500 signatures is read, 3,000 of them are asked for, once, and what is beside it can be deleted', async () => {
    const image = buildImage();
    seed(registry.store, 'app', 'v1', image);
    const other = buildImage({ arch: 'arm64' });
    seed(registry.store, 'app', 'v2', other);
    const entries = Array.from({ length: 3500 }, (_, n) => ({
      mediaType: media.ociManifest,
      digest: sha256(`signature ${n}`),
      size: 9,
      artifactType: 'application/vnd.acme.signature',
    }));
    putIndex(fallbackTag(image.digest), entries);
    expect((await gateway.crawl('r')).state).toBe('SUCCEEDED');
    const digests = new Set<string>(entries.map(({ digest }) => digest));
    const countAsked = () =>
      registry.requests.filter(({ path }) => digests.has(path.slice(path.lastIndexOf('/') + 1))).length;
    expect(countAsked()).toBe(3000);
    expect((await deleteTags(['v2'])).job?.state).toBe('SUCCEEDED');
    expect(holds(other.digest)).toBe(false);
    // Of those that were gone some are asked for again, since the repository changed; not all of them each time.
    expect(countAsked()).toBeLessThanOrEqual(4000);
    await deleteRepository();
  });
});

describe('platforms', () => {
  const windows = (layer: string): Built => buildImage({ os: 'windows', layers: [{ seed: layer }] });

  test('of two builds of Windows are told apart, shown and found by their version', async () => {
    const entries = ['10.0.17763.6054', '10.0.20348.1487'].map((version) => {
      const image = windows(version);
      seed(registry.store, 'app', null, image);
      return {
        ...toEntry(image),
        platform: { os: 'windows', architecture: 'amd64', 'os.version': version, 'os.features': ['win32k'] },
      };
    });
    putIndex('ltsc', entries);
    await gateway.crawl('r');
    const { platforms } = (await listTags()).get('ltsc')!.image!;
    expect(platforms).toMatchObject([
      { osVersion: '10.0.17763.6054', osFeatures: ['win32k'] },
      { osVersion: '10.0.20348.1487' },
    ]);
    const find = async (version: string) => [
      ...(
        await listTags(`, filter: { platform: { os: "windows", architecture: "amd64", osVersion: "${version}" } }`)
      ).keys(),
    ];
    expect([
      await find('10.0.20348'),
      await find('10.0.20348.1487'),
      await find('10.0.2034'),
      await find('10.0.20348.9'),
    ]).toEqual([['ltsc'], ['ltsc'], [], []]);
  });

  test.each<[string, unknown, object]>([
    ['none', {}, { os: 'linux', architecture: 'arm64', variant: 'v8' }],
    ['half of one', { architecture: 'arm' }, { os: 'linux', architecture: 'arm', variant: 'v8' }],
    [
      'null for one of its fields',
      { os: null, architecture: 'arm64', variant: 'v9' },
      { os: 'linux', architecture: 'arm64', variant: 'v9' },
    ],
    ['text', 'linux/arm64', { os: 'linux', architecture: 'arm64', variant: 'v8' }],
  ])('platforms are the entry’s word, then the config’s: an entry that says %s', async (_, platform, expected) => {
    const image = buildImage({ arch: 'arm64', variant: 'v8' });
    seed(registry.store, 'app', null, image);
    putIndex('v1', [{ ...toEntry(image), platform }]);
    await gateway.crawl('r');
    const { platforms } = (await listTags()).get('v1')!.image!;
    expect(platforms).toMatchObject([expected]);
    const { os, architecture } = platforms[0]!;
    expect([
      ...(
        await listTags(`, filter: { platform: { os: "${os as string}", architecture: "${architecture as string}" } }`)
      ).keys(),
    ]).toEqual(['v1']);
  });
});

test('of tags of one time the highest version is the latest, and pages by time hold each tag once', async () => {
  const names = ['1.9.0', '1.12.0', '1.10.0', '1.12', 'edge', '2.0.0-rc.1', 'v1.12.0'];
  for (const name of names) seed(registry.store, 'app', name, buildImage({ labels: { name } }));
  await gateway.crawl('r');
  const query = `query ($after: String, $direction: OrderDirection!) { registry(name: "r") { repository(name: "app")
  { latestTag { name }
    tags(first: 2, after: $after, orderBy: { field: UPDATED_AT, direction: $direction }) { nodes { name } pageInfo
    { hasNextPage endCursor } } } } }`;
  interface Page {
    readonly registry: {
      readonly repository: {
        readonly latestTag: { name: string };
        readonly tags: {
          readonly nodes: { name: string }[];
          readonly pageInfo: { hasNextPage: boolean; endCursor: string };
        };
      };
    };
  }
  const readAll = async (direction: string): Promise<string[]> => {
    const found: string[] = [];
    let after: string | null = null;
    do {
      const page: Page = (await gateway.query<Page>(query, { after, direction })).data;
      const { latestTag, tags } = page.registry.repository;
      expect(latestTag.name).toBe('2.0.0-rc.1');
      found.push(...tags.nodes.map(({ name }) => name));
      after = tags.pageInfo.hasNextPage ? tags.pageInfo.endCursor : null;
    } while (after !== null);
    return found;
  };
  const ascending = ['edge', '1.9.0', '1.10.0', '1.12', '1.12.0', 'v1.12.0', '2.0.0-rc.1'];
  expect(await readAll('ASC')).toEqual(ascending);
  expect(await readAll('DESC')).toEqual(ascending.toReversed());
});
