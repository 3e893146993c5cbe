import { assert, asyncProperty, integer } from 'fast-check';
import { createTestCatalogue, type TestCatalogue } from '../support/worlds/catalogue.js';
import { describeWith, startDistribution } from '../support/servers/distribution.js';
import { type Built, buildImage, buildIndex } from '../support/content/images.js';
import { push, seed, send } from '../support/content/push.js';
import type { Flavour } from '../support/registry/options.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { amount } from '../support/run/amount.js';
import { createPatientTimer, until } from '../support/timer.js';

/** Moments of a deletion at which each thing happens, spread over it. */
const moments = amount(2, 9);

/**
 * A repository of every kind of piece: images that go with one or two tags, an index with its children, tags that go
 * alone.
 */
function buildContent(id: string) {
  const make = (name: string): Built =>
    buildImage({ labels: { id, name }, layers: [{ size: 100, seed: `${id} ${name}` }] });
  const [pair, solo, shared, child, platform] = [
    make('pair'),
    make('solo'),
    make('shared'),
    make('child'),
    make('platform'),
  ];
  const index = (name: string, children: readonly Built[]): Built =>
    buildIndex(children, { annotations: { id, name } });
  const multi = index('multi', [child, make('other child')]);
  const staying = index('staying', [platform, make('other platform')]);
  const tags: Readonly<Record<string, Built>> = {
    v1: pair,
    v2: pair,
    solo,
    shared1: shared,
    shared2: shared,
    kept: make('kept'),
    moving: make('moving'),
    multi,
    staying,
    arm: platform,
  };
  return { id, tags, make, index, goes: { pair, solo, multi, child } };
}
type Content = ReturnType<typeof buildContent>;
type Going = keyof Content['goes'];

const asked = ['v1', 'v2', 'solo', 'shared1', 'multi', 'arm'];
const goings: readonly Going[] = ['pair', 'solo', 'multi', 'child'];

/** What someone else does while it is deleted. */
interface Interference {
  readonly name: string;
  /** The tag that it writes. */
  readonly tag: string | null;
  /** What it puts under the tag; null: it deletes. */
  readonly pushes: ((content: Content) => Built) | null;
  readonly deletes?: (store: MemoryRegistry['store'], content: Content) => void;
  /** What goes and is in use then. */
  readonly uses: Going | null;
}

const interferences: readonly Interference[] = [
  ...['v1', 'solo', 'shared1', 'multi', 'arm'].map((tag): Interference => ({
    name: `new content is pushed to ${tag}, which goes`,
    tag,
    pushes: ({ make }) => make(`new ${tag}`),
    uses: null,
  })),
  ...goings.map((uses): Interference => ({
    name: `a new tag is pushed on ${uses}, which goes`,
    tag: 'new',
    pushes: ({ goes }) => goes[uses],
    uses,
  })),
  ...goings.map((uses): Interference => ({
    name: `a tag that stays moves to ${uses}, which goes`,
    tag: 'moving',
    pushes: ({ goes }) => goes[uses],
    uses,
  })),
  ...goings.map((uses): Interference => ({
    name: `a new index holds ${uses}, which goes`,
    tag: 'new',
    pushes: ({ goes, index }) => index('new', [goes[uses]]),
    uses,
  })),
  { name: 'a tag that goes moves to an image that goes', tag: 'v1', pushes: ({ goes }) => goes.solo, uses: 'solo' },
  {
    name: 'a new index under a tag that goes holds a child of the old one',
    tag: 'multi',
    pushes: ({ goes, index, make }) => index('new', [goes.child, make('new')]),
    uses: 'child',
  },
  ...goings.map((one): Interference => ({
    name: `someone else deletes ${one}`,
    tag: null,
    pushes: null,
    deletes: (store, { id, goes }) => void store.deleteManifest(id, goes[one].digest),
    uses: null,
  })),
  ...['shared1', 'solo'].map((tag): Interference => ({
    name: `someone else deletes the tag ${tag}`,
    tag: null,
    pushes: null,
    deletes: (store, { id }) => void store.deleteTag(id, tag),
    uses: null,
  })),
];

interface Answer {
  readonly deleteTags: {
    readonly deletedTagIds: readonly string[];
    readonly job: {
      readonly id: string;
      readonly state: string;
      readonly steps: {
        readonly nodes: readonly {
          kind: string;
          state: string;
          tags: string[];
          digest: string | null;
          code: string | null;
        }[];
      };
    } | null;
    readonly userErrors: readonly { code: string; message: string }[];
  };
}
const mutation = `mutation ($input: DeleteTagsInput!) { deleteTags(input: $input) {
  deletedTagIds job { id state steps(first: 50) { nodes { kind state tags digest code } } } userErrors
  { code message } } }`;

/** What came of one interleaving. */
interface Run extends Content {
  readonly log: readonly string[];
  readonly answer: Answer['deleteTags'];
}

let runs = 0;

/** Deletes, and has `act` happen right before the request of this number, counted from 0, is carried out. */
async function interleave(
  registry: MemoryRegistry,
  gateway: TestCatalogue,
  at: number,
  act: (content: Content) => void,
): Promise<Run> {
  const content = buildContent(`app-${runs++}`);
  for (const [tag, built] of Object.entries(content.tags)) seed(registry.store, content.id, tag, built);
  await gateway.query('query ($name: String!) { repository(registry: "r", name: $name) { tagCount } }', {
    name: content.id,
  });
  const log: string[] = [];
  const watch = registry.fail({
    kind: 'delay',
    ms: 0,
    match({ method, path }) {
      if (log.length === at) act(content);
      log.push(`${method} ${path.slice(`/v2/${content.id}/`.length)}`);
      return false;
    },
  });
  const answer = await deleteAsked(gateway, content.id);
  watch.stop();
  registry.forget();
  return { ...content, log, answer };
}

async function deleteAsked(gateway: TestCatalogue, repository: string, wait = true): Promise<Answer['deleteTags']> {
  const { data, codes } = await gateway.query<Answer>(mutation, {
    input: { registry: 'r', repository, tags: asked, wait },
  });
  expect(codes).toEqual([]);
  return data.deleteTags;
}

/**
 * Whether it was done after the deletion had looked for the last time, and before it took away what that look had
 * allowed: [after, upTo].
 */
function isInWindow({ log, goes }: Run, { tag, uses }: Interference, at: number): boolean {
  const isBetween = (look: string, gone: number): boolean =>
    gone >= 0 && at <= gone && at > log.slice(0, gone).lastIndexOf(look);
  if (uses === null)
    return isBetween(
      `HEAD manifests/${tag}`,
      log.findIndex((line) => line === `PUT manifests/${tag}` || line === `DELETE manifests/${tag}`),
    );
  // An index is lost with any of its children too.
  const lost = [goes[uses], ...goes[uses].children].map(({ digest }) => log.indexOf(`DELETE manifests/${digest}`));
  return lost.some((gone) => isBetween(tag === 'new' ? 'GET tags/list' : `GET manifests/${tag}`, gone));
}

function isWhole(store: MemoryRegistry['store'], repository: string, built: Built): boolean {
  return (
    store.findManifest(repository, built.digest) !== null &&
    built.children.every((child) => isWhole(store, repository, child))
  );
}

/** What must be true whatever happened. */
function expectSane(
  { store }: MemoryRegistry,
  { id, tags, log, answer }: Run,
  at: number,
  written: string | null,
): void {
  const standing = store.tags(id);
  for (const tag of ['shared2', 'kept', 'moving', 'staying']) {
    if (tag === written) continue;
    expect([tag, store.resolveTag(id, tag)]).toEqual([tag, tags[tag]!.digest]);
    expect([tag, isWhole(store, id, tags[tag]!)]).toEqual([tag, true]);
  }
  expect(store.manifests(id).filter(({ bytes }) => String(bytes).includes('tombstone'))).toEqual([]);
  const left = asked.filter((tag) => standing.includes(tag));
  expect(left.filter((tag) => tag !== written)).toEqual([]);
  // What is said to be gone is not there, and what is there is said; but for what came after the reading back.
  if (at > log.lastIndexOf('GET tags/list')) return;
  expect(answer.job!.state === 'SUCCEEDED').toBe(left.length === 0 && answer.userErrors.length === 0);
  expect(answer.deletedTagIds).toHaveLength(asked.length - left.length);
}

const figures = { interleavings: 0, inWindow: 0, lostTags: 0, lostImages: 0 };
afterAll(() => process.stdout.write(`Deletions raced: ${JSON.stringify(figures)}\n`));

describe.each<Flavour>(['2.8', '3.1'])('while it is deleted from a registry like distribution %s', (flavour) => {
  let registry: MemoryRegistry;
  let gateway: TestCatalogue;
  let [first, last] = [0, 0];

  beforeAll(async () => {
    registry = await createMemoryRegistry({ flavour });
    // A request that is sent again, or an answer before the job has ended, would be no race but a slow machine.
    gateway = await createTestCatalogue({ timer: createPatientTimer(), headers: 60_000 });
    await gateway.attach('r', registry.url);
    const { log, answer } = await interleave(registry, gateway, -1, () => undefined);
    expect(answer).toMatchObject({ userErrors: [], job: { state: 'SUCCEEDED' } });
    // The second list is the execution's first look; before it, it is planned.
    first = log.indexOf('GET tags/list', 1);
    last = log.length;
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await registry.close();
  });

  test.each(interferences.map((one, at) => ({ ...one, at })))(
    '$name: nothing is lost but within the documented moment',
    async (interference) => {
      const { tag, pushes, deletes } = interference;
      for (let moment = 0; moment < moments; moment++) {
        const at = first + Math.round(((moment + (interference.at % 5) / 5) * (last - first)) / moments);
        const run = await interleave(registry, gateway, at, (content) => {
          if (pushes) seed(registry.store, content.id, tag, pushes(content));
          else deletes!(registry.store, content);
        });
        figures.interleavings += 1;
        expectSane(registry, run, at, tag);
        if (!pushes || run.log.length <= at) continue;
        const pushed = pushes(run);
        const [hasTag, hasImage] = [
          registry.store.resolveTag(run.id, tag!) === pushed.digest,
          isWhole(registry.store, run.id, pushed),
        ];
        const inWindow = isInWindow(run, interference, at);
        if (interference.uses === null) expect([at, run.log, hasImage]).toEqual([at, run.log, true]);
        if (!inWindow) expect([at, run.log, hasTag, hasImage]).toEqual([at, run.log, true, true]);
        figures.inWindow += Number(inWindow);
        figures.lostTags += Number(!hasTag);
        figures.lostImages += Number(!hasImage);
      }
    },
    600_000,
  );
});

const realRaces = amount(15, 40);
const accept = {
  accept: ['vnd.oci.image.index.v1', 'vnd.docker.distribution.manifest.v2']
    .map((type) => `application/${type}+json`)
    .join(', '),
};

describeWith('docker-registry', 'while it is deleted from a real docker-registry', () => {
  test('no image that is pushed under a tag of its own is lost, nothing else is touched, and no placeholder is left', async () => {
    const registry = await startDistribution();
    await using gateway = await createTestCatalogue({ headers: 60_000 });
    await gateway.attach('r', registry.url);
    const readState = async (id: string): Promise<string> =>
      (await gateway.query<{ job: { state: string } }>(`{ job(id: "${id}") { state } }`)).data.job.state;
    const found = { races: 0, lostTags: 0, lostImages: 0 };
    const race = async (which: number, milliseconds: number): Promise<void> => {
      const content = buildContent(`app-${runs++}`);
      for (const [tag, built] of Object.entries(content.tags)) await push(registry.url, content.id, tag, built);
      const { tag, pushes, uses } = pushing[which]!;
      const pushed = pushes!(content);
      // It is planned by then: what is pushed from now on is no part of the plan.
      const { job } = await deleteAsked(gateway, content.id, false);
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      await pushPatiently(registry.url, content.id, tag!, pushed);
      await until(async () => !['QUEUED', 'RUNNING'].includes(await readState(job!.id)), 60);
      const state = await readState(job!.id);
      const digestOf = async (reference: string): Promise<unknown> =>
        (await send('HEAD', `${registry.url}/v2/${content.id}/manifests/${reference}`, {}, accept)).headers[
          'docker-content-digest'
        ];
      for (const other of ['shared2', 'kept', 'moving', 'staying']) {
        const { digest, children } = content.tags[other]!;
        if (other !== tag) expect([other, await digestOf(other)]).toEqual([other, digest]);
        for (const child of children) expect(await digestOf(child.digest)).toBe(child.digest);
      }
      const { tags } = JSON.parse(String((await send('GET', `${registry.url}/v2/${content.id}/tags/list`)).body)) as {
        tags: string[];
      };
      // Where a push and a DELETE overlap, distribution 2.8.2 may leave a tag with nothing behind it: then that is
      // said.
      const left = tags.filter((one) => asked.includes(one) && one !== tag);
      if (left.length > 0) expect([left, state]).toEqual([left, 'PARTIALLY_FAILED']);
      const [onTag, isThere] = [
        tags.includes(tag!) ? await digestOf(tag!) : undefined,
        (await digestOf(pushed.digest)) === pushed.digest,
      ];
      if (uses === null) expect([tag, isThere]).toEqual([tag, true]);
      found.races += 1;
      found.lostTags += Number(onTag !== pushed.digest);
      found.lostImages += Number(!isThere);
    };
    try {
      await assert(asyncProperty(integer({ min: 0, max: pushing.length - 1 }), integer({ min: 0, max: 120 }), race), {
        numRuns: realRaces,
        endOnFailure: true,
      });
    } finally {
      await registry.close();
    }
    process.stdout.write(`Deletions raced on a real registry: ${JSON.stringify(found)}\n`);
  }, 600_000);
});

const pushing = interferences.filter(({ pushes }) => pushes !== null);

/** As a client does: distribution 2.8.2 answers 500 or 400 to some pushes beside a DELETE. */
async function pushPatiently(url: string, repository: string, tag: string, built: Built): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await push(url, repository, tag, built);
    } catch (error) {
      if (attempt === 4) throw error;
    }
  }
}
