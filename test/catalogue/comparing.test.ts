import { buildImage, buildIndex } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { watchStatements } from '../support/observed/statements.js';
import { openWorld, type World } from '../support/worlds/world.js';

const layer = (seed: string, size: number) => ({ seed, size, command: `RUN make ${seed}` });
const old = buildImage({
  layers: [layer('base', 4000), layer('app', 5000)],
  labels: { team: 'a', version: '1', gone: 'x' },
  env: ['PATH=/bin', 'OLD=1', 'TOKEN=secret1'],
  cmd: ['serve'],
});
const young = buildImage({
  layers: [layer('base', 4000), layer('tools', 6000), layer('app', 7000)],
  labels: { team: 'a', version: '2', new: 'y' },
  env: ['PATH=/bin', 'NEW=1', 'TOKEN=secret2'],
  cmd: ['serve', '-v'],
  execution: { User: '1000' },
});
const arm = buildImage({ arch: 'arm64', layers: [layer('arm', 3000)] });
const [before, after] = [buildIndex([old]), buildIndex([young, arm])];

interface Line {
  readonly difference: string;
  readonly key: string;
  readonly base: string | null;
  readonly head: string | null;
}
interface Comparison {
  readonly isSame: boolean;
  readonly platforms: readonly {
    readonly name: string;
    readonly difference: string;
    readonly layers: readonly { readonly difference: string; readonly layer: { readonly digest: string } }[];
    readonly sizes: object;
    readonly steps: readonly { readonly difference: string; readonly head: object | null }[];
    readonly labels: readonly Line[];
    readonly config: readonly Line[] | null;
  }[];
}

const indexed = `isSame base { digest } head { digest } platforms { name difference base { digest } head { digest }
  layers { difference layer { digest size } } sizes { shared added removed }
  steps { difference base { createdBy } head { createdBy } } labels { key difference base head }`;
const ask = `query ($base: String!, $head: String!) { compare(base: $base, head: $head) { ${indexed}
  config { key difference base head } } } }`;

let world: World;
let other: World;

beforeAll(async () => {
  [world, other] = [await openWorld(), await openWorld()];
  seed(world.registry.store, 'team/app', 'v1', before);
  seed(world.registry.store, 'team/app', 'single', old);
  seed(other.registry.store, 'mirror/app', 'v2', after);
  await world.gateway.attach('other', other.registry.url);
  for (const name of ['r', 'other']) await world.gateway.crawl(name);
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
});

async function compare(base: string, head: string, role?: 'registries:ro') {
  const answer = await world.gateway.query<{ compare: Comparison | null }>(ask, { base, head }, role);
  return { ...answer, comparison: answer.data.compare };
}

const linesOf = (lines: readonly Line[]): string[] =>
  lines.map(({ key, difference, base, head }) => `${difference} ${key} ${base} ${head}`);

test('two tags in two registries are told apart by platforms, layers, bytes, steps, labels and config', async () => {
  const { comparison, codes } = await compare('r/team/app:v1', `${other.registry.host}/mirror/app:v2`);
  expect(codes).toEqual([]);
  const { isSame, platforms } = comparison!;
  expect([isSame, platforms.map(({ name, difference }) => `${difference} ${name}`)]).toEqual([
    false,
    ['CHANGED linux/amd64', 'ADDED linux/arm64'],
  ]);
  const [amd, added] = platforms;
  const [base, tools, app] = young.layers;
  expect(amd!.layers).toEqual([
    { difference: 'SAME', layer: { digest: base!.digest, size: base!.size } },
    { difference: 'REMOVED', layer: { digest: old.layers[1]!.digest, size: old.layers[1]!.size } },
    { difference: 'ADDED', layer: { digest: tools!.digest, size: tools!.size } },
    { difference: 'ADDED', layer: { digest: app!.digest, size: app!.size } },
  ]);
  expect(amd!.sizes).toEqual({ shared: base!.size, added: tools!.size + app!.size, removed: old.layers[1]!.size });
  expect(amd!.steps.map(({ difference }) => difference)).toEqual(['SAME', 'ADDED', 'CHANGED', 'REMOVED', 'ADDED']);
  expect(linesOf(amd!.labels)).toEqual(['REMOVED gone x null', 'ADDED new null y', 'CHANGED version 1 2']);
  expect(linesOf(amd!.config!)).toEqual([
    'CHANGED cmd ["serve"] ["serve","-v"]',
    'ADDED environment.NEW null "1"',
    'REMOVED environment.OLD "1" null',
    'CHANGED environment.TOKEN "secret1" "secret2"',
    'ADDED user null "1000"',
  ]);
  expect(added).toMatchObject({ difference: 'ADDED', sizes: { shared: 0, added: arm.layers[0]!.size, removed: 0 } });
});

test('who may not delete is told which variables came and went, and not what they hold', async () => {
  const { comparison, data } = await compare('r/team/app:v1', after.digest, 'registries:ro');
  expect(linesOf(comparison!.platforms[0]!.config!).filter((line) => line.includes('environment'))).toEqual([
    'ADDED environment.NEW null ',
    'REMOVED environment.OLD  null',
  ]);
  expect(JSON.stringify(data)).not.toContain('secret');
});

test('an image and an index that has it differ in nothing but their digests', async () => {
  const { comparison } = await compare(old.digest, 'r/team/app:v1');
  const { isSame, platforms } = comparison!;
  expect(isSame).toBe(false);
  expect(platforms).toMatchObject([{ difference: 'SAME', labels: [], config: [] }]);
  expect(platforms[0]!.steps.every(({ difference }) => difference === 'SAME')).toBe(true);
  expect((await compare('r/team/app:v1', before.digest)).comparison!.isSame).toBe(true);
});

test('tags and images are named by their ids too, and what is not known or no name is refused', async () => {
  const { data } = await world.gateway.query<{ repository: { tag: { id: string; image: { id: string } } } }>(
    '{ repository(registry: "r", name: "team/app") { tag(name: "v1") { id image { id } } } }',
  );
  const { id, image } = data.repository.tag;
  expect((await compare(id, image.id)).comparison!.isSame).toBe(true);
  for (const [text, code] of [
    ['r/team/app:none', 'NOT_FOUND'],
    ['none/team/app:v1', 'NOT_FOUND'],
    [`sha256:${'0'.repeat(64)}`, 'NOT_FOUND'],
    ['r/team/app', 'BAD_USER_INPUT'],
    ['', 'BAD_USER_INPUT'],
  ] as const)
    expect(await compare(id, text)).toMatchObject({ comparison: null, codes: [code] });
});

test('two platforms take as many statements as one', async () => {
  const statements = await watchStatements(world.gateway.database);
  const count = async (base: string, head: string): Promise<number> => {
    statements.take();
    await world.gateway.query(`{ compare(base: "${base}", head: "${head}") { ${indexed} } } }`);
    return statements.take().length;
  };
  // The registries are known from the first one on.
  await count(before.digest, after.digest);
  await world.gateway.parts.tasks.finish();
  const two = await count(before.digest, after.digest);
  expect(two).toBeGreaterThan(2);
  expect(two).toBe(await count(before.digest, before.digest));
});
