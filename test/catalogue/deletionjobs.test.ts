import { createTestCatalogue, type TestCatalogue } from '../support/catalogue.js';
import { buildImage, buildIndex } from '../support/images.js';
import { seed } from '../support/push.js';
import type { Flavour } from '../support/registry/options.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { writes } from '../support/writes.js';

interface JobData {
  readonly id: string;
  readonly state: string;
  readonly done: number;
  readonly total: number;
  readonly cancelledBy: string | null;
  readonly failures: readonly { readonly subject: string; readonly code: string; readonly message: string }[];
  readonly steps: { readonly nodes: readonly { readonly kind: string; readonly state: string; readonly tags: readonly string[]; readonly code: string | null; readonly message: string | null }[] };
}
interface Payload {
  readonly deletedTagIds?: readonly string[];
  readonly deletedRepositoryId?: string | null;
  readonly repository?: object | null;
  readonly job: JobData | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

const fields = 'id state done total cancelledBy failures { subject code message } steps(first: 100) { nodes { kind state tags code message } }';
const deletion = `mutation ($input: DeleteTagsInput!) { done: deleteTags(input: $input) { deletedTagIds repository { name } job { ${fields} } userErrors { code message } } }`;
const wholeDeletion = `mutation ($input: DeleteRepositoryInput!) { done: deleteRepository(input: $input) { deletedRepositoryId job { ${fields} } userErrors { code message } } }`;

/** Never a probe. */
const isDelete = { method: 'DELETE', match: /sha256:(?!0{64})/ } as const;

interface World extends AsyncDisposable {
  readonly registry: MemoryRegistry;
  readonly gateway: TestCatalogue;
  deleteTags(tags: readonly string[], more?: object): Promise<Payload>;
  deleteRepository(more?: object): Promise<Payload>;
  readJob(id: string): Promise<JobData>;
  /** The job as it ended. */
  waitForEnd(id: string): Promise<JobData>;
}

async function open(options: { readonly flavour?: Flavour } = {}): Promise<World> {
  const registry = await createMemoryRegistry(options);
  const gateway = await createTestCatalogue();
  await gateway.attach('r', registry.url);
  const mutate = async (source: string, input: object): Promise<Payload> => {
    const { data, codes } = await gateway.query<{ done: Payload }>(source, { input: { registry: 'r', ...input } });
    expect(codes).toEqual([]);
    return data.done;
  };
  const readJob = async (id: string): Promise<JobData> => (await gateway.query<{ job: JobData }>(`query ($id: ID!) { job(id: $id) { ${fields} } }`, { id })).data.job;
  return {
    registry,
    gateway,
    deleteTags: (tags, more) => mutate(deletion, { repository: 'app', tags, ...more }),
    deleteRepository: (more) => mutate(wholeDeletion, { name: 'app', ...more }),
    readJob,
    async waitForEnd(id) {
      for (;;) {
        const job = await readJob(id);
        if (!['QUEUED', 'RUNNING'].includes(job.state)) return job;
        await pause(5);
      }
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await registry.close();
    },
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Distinct images under these tags. */
function fill({ registry }: World, ...tags: string[]): void {
  for (const tag of tags) seed(registry.store, 'app', tag, buildImage({ labels: { tag } }));
}

/** Once, right before the registry answers the nth request like that. */
function before({ registry }: World, nth: number, method: string, match: RegExp, act: () => unknown): void {
  let seen = 0;
  registry.fail({
    kind: 'delay',
    ms: 0,
    match(request) {
      if (request.method === method && match.test(request.path) && ++seen === nth) void act();
      return false;
    },
  });
}

const states = ({ steps }: JobData): string[] => steps.nodes.map(({ kind, state }) => `${kind} ${state}`);

describe('what is read back', () => {
  test('a tag that a registry says it deleted, and still has, is not deleted', async () => {
    await using world = await open({ flavour: '3.1' });
    const image = buildImage();
    for (const tag of ['v1', 'v2']) seed(world.registry.store, 'app', tag, image);
    world.registry.fail({ kind: 'status', status: 202, body: '', method: 'DELETE', match: /manifests\/v1$/ });
    const { job, deletedTagIds, userErrors } = await world.deleteTags(['v1']);
    expect([job!.state, states(job!), deletedTagIds]).toEqual(['FAILED', ['TAG FAILED'], []]);
    expect(userErrors).toMatchObject([{ code: 'DELETE_INCOMPLETE', message: expect.stringContaining('still has it: v1') as unknown }]);
  });

  test('so is a tag with nothing behind it', async () => {
    await using world = await open({ flavour: '3.1' });
    fill(world, 'v1');
    world.registry.store.setTag('app', 'gone', `sha256:${'d'.repeat(64)}`);
    world.registry.fail({ kind: 'status', status: 202, body: '', method: 'DELETE', match: /manifests\/gone$/ });
    const { job, deletedTagIds } = await world.deleteTags(['gone']);
    expect([job!.state, states(job!), deletedTagIds]).toEqual(['FAILED', ['TAG FAILED'], []]);
  });

  test('what timed out and was done later is done', async () => {
    await using world = await open();
    fill(world, 'v1', 'v2');
    const { digest } = buildImage({ labels: { tag: 'v1' } });
    world.registry.fail({ kind: 'hang', ...isDelete, times: 1 });
    // Long after the gateway has given up on it.
    before(world, 1, 'DELETE', new RegExp(buildImage({ labels: { tag: 'v2' } }).digest), () => world.registry.store.deleteManifest('app', digest));
    const { job, userErrors } = await world.deleteRepository();
    expect([job!.state, states(job!), userErrors]).toEqual(['SUCCEEDED', ['MANIFEST DONE', 'MANIFEST DONE'], []]);
  });

  test('what timed out and was never done is not', async () => {
    await using world = await open();
    fill(world, 'v1', 'v2');
    world.registry.fail({ kind: 'hang', ...isDelete, times: 1 });
    const { job, userErrors, deletedRepositoryId } = await world.deleteRepository();
    expect([job!.state, states(job!), deletedRepositoryId]).toEqual(['PARTIALLY_FAILED', ['MANIFEST FAILED', 'MANIFEST DONE'], null]);
    expect(userErrors).toMatchObject([{ code: 'DELETE_INCOMPLETE' }]);
    expect([job!.done, job!.total]).toEqual([2, 2]);
  });

  test('an answer of 500 to what was done is no failure', async () => {
    await using world = await open();
    fill(world, 'v1');
    before(world, 1, 'DELETE', /sha256:(?!0{64})/, () => world.registry.store.deleteManifest('app', buildImage({ labels: { tag: 'v1' } }).digest));
    world.registry.fail({ kind: 'status', status: 500, ...isDelete });
    expect((await world.deleteRepository()).job!.state).toBe('SUCCEEDED');
  });

  test('a tag that moved before its image went is not said to be gone', async () => {
    await using world = await open();
    const image = buildImage();
    for (const tag of ['a', 'b']) seed(world.registry.store, 'app', tag, image);
    before(world, 1, 'DELETE', /sha256:(?!0{64})/, () => seed(world.registry.store, 'app', 'b', buildImage({ labels: { pushed: 'meanwhile' } })));
    const { job, deletedTagIds, userErrors } = await world.deleteTags(['a', 'b']);
    expect(world.registry.store.tags('app')).toEqual(['b']);
    expect([job!.state, deletedTagIds!.length]).toEqual(['PARTIALLY_FAILED', 1]);
    expect(userErrors).toMatchObject([{ code: 'DELETE_INCOMPLETE', message: expect.stringMatching(/still has 1 of the tags \(b\).*app:b of r was pushed meanwhile/) as unknown }]);
  });

  test('a registry that asks for fewer requests then is waited for', async () => {
    await using world = await open();
    fill(world, 'v1', 'v2');
    before(world, 1, 'DELETE', /sha256:(?!0{64})/, () => world.registry.fail({ kind: 'rateLimit', retryAfter: '1', method: 'GET', times: 1 }));
    const { job, userErrors } = await world.deleteTags(['v1']);
    expect([job!.state, userErrors]).toEqual(['SUCCEEDED', []]);
  });
});

describe('what stands in the repository', () => {
  test('is looked at again when the index has dropped the repository meanwhile', async () => {
    await using world = await open();
    const image = buildImage();
    fill(world, 'x');
    for (const tag of ['v1', 'v2']) seed(world.registry.store, 'app', tag, image);
    // As the last of what was asked for, so that a look lies between.
    const first = buildImage({ labels: { tag: 'x' } }).digest;
    world.registry.fail({ kind: 'delay', ms: 300, method: 'DELETE', match: new RegExp(first) });
    const order = (await world.deleteTags(['v1', 'v2', 'x'], { dryRun: true })).userErrors;
    expect(order).toEqual([]);
    for (const digest of [first, image.digest]) {
      before(world, 1, 'DELETE', new RegExp(digest), () => {
        if (world.registry.store.tags('app').includes('v3')) return;
        seed(world.registry.store, 'app', 'v3', digest === first ? image : buildImage({ labels: { tag: 'x' } }));
        void world.gateway.database.kysely.deleteFrom('repository').execute();
      });
    }
    world.registry.fail({ kind: 'delay', ms: 300, method: 'DELETE', match: new RegExp(image.digest) });
    await world.deleteTags(['v1', 'v2', 'x']);
    expect(world.registry.store.tags('app')).toEqual(['v3']);
  });

  test('a config that cannot be read keeps nothing from being deleted; an index within an index does', async () => {
    await using world = await open();
    const child = buildImage({ labels: { n: '1' } });
    const inner = buildIndex([child]);
    seed(world.registry.store, 'app', 'outer', buildIndex([inner]));
    seed(world.registry.store, 'app', 'inner-child', child);
    world.registry.store.setTag('app', 'gone', `sha256:${'d'.repeat(64)}`);
    world.registry.fail({ kind: 'status', status: 500, method: 'GET', match: /\/blobs\// });
    const blocked = world.registry.fail({ kind: 'status', status: 500, method: 'GET', match: new RegExp(inner.digest) });
    expect((await world.deleteTags(['inner-child'])).userErrors).toMatchObject([{ code: expect.stringMatching(/^UPSTREAM_/) as unknown }]);
    expect(writes(world.registry)).toEqual([]);
    blocked.stop();
    expect((await world.deleteTags(['inner-child'])).userErrors).toEqual([]);
    expect(world.registry.store.findManifest('app', child.digest)).not.toBeNull();
  });

  test('an image that goes with its tags stays while an index that was to go still stands and holds it', async () => {
    await using world = await open();
    const child = buildImage({ arch: 'arm64' });
    const index = buildIndex([buildImage(), child]);
    seed(world.registry.store, 'app', 'multi', index);
    seed(world.registry.store, 'app', 'arm', child);
    world.registry.fail({ kind: 'status', status: 500, method: 'DELETE', match: new RegExp(index.digest) });
    const { job } = await world.deleteTags(['multi', 'arm']);
    expect(job!.state).toBe('PARTIALLY_FAILED');
    expect(world.registry.store.tags('app')).toEqual(['multi']);
    expect(world.registry.store.findManifest('app', child.digest)).not.toBeNull();
  });

  test('nor does an image go that an index holds which was pushed meanwhile to a tag that was to go', async () => {
    await using world = await open();
    const child = buildImage({ arch: 'arm64' });
    seed(world.registry.store, 'app', 'multi', buildIndex([buildImage(), child]));
    seed(world.registry.store, 'app', 'arm', child);
    const { plan } = (await world.gateway.query<{ done: { plan: { token: string } } }>(`mutation ($input: DeleteTagsInput!) { done: deleteTags(input: $input) { plan { token } } }`, {
      input: { registry: 'r', repository: 'app', tags: ['multi', 'arm'], dryRun: true },
    })).data.done;
    // Once the execution has planned the same: it probes then, and looks next.
    before(world, 1, 'DELETE', /0{64}/, () => seed(world.registry.store, 'app', 'multi', buildIndex([buildImage({ labels: { new: 'yes' } }), child])));
    await world.deleteTags(['multi', 'arm'], { planToken: plan.token });
    expect(world.registry.store.tags('app')).toEqual(['multi']);
    expect(world.registry.store.findManifest('app', child.digest)).not.toBeNull();
  });
});
