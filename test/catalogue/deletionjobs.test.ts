import type { NewAuditEntry } from '../../src/domain/audit.js';
import type { PlannedStep } from '../../src/domain/deletion.js';
import type { Job } from '../../src/domain/job.js';
import { parseRegistryName, parseRepositoryName, parseTagName } from '../../src/domain/name.js';
import { createDeletionStore, type StepChange } from '../../src/store/jobs/deletions.js';
import { createJobStore } from '../../src/store/jobs/jobs.js';
import { systemTimer, type Timer } from '../../src/timer.js';
import { describePlaceholder } from '../../src/upstream/content/placeholder.js';
import { type TestCatalogueOptions } from '../support/worlds/catalogue.js';
import { buildImage, buildIndex } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import type { Flavour } from '../support/registry/options.js';
import { createMemoryRegistry } from '../support/registry/server.js';
import { createManualTimer, letRun, until } from '../support/timer.js';
import { writes } from '../support/observed/writes.js';
import { openWorld, type World } from '../support/worlds/world.js';
import { refuseChanges } from '../support/observed/refusals.js';

interface JobData {
  readonly id: string;
  readonly state: string;
  readonly done: number;
  readonly total: number;
  readonly cancelledBy: string | null;
  readonly failures: readonly { readonly subject: string; readonly code: string; readonly message: string }[];
  readonly steps: {
    readonly nodes: readonly {
      readonly kind: string;
      readonly state: string;
      readonly tags: readonly string[];
      readonly code: string | null;
      readonly message: string | null;
    }[];
  };
}
interface Payload {
  readonly deletedTagIds?: readonly string[];
  readonly deletedRepositoryId?: string | null;
  readonly repository?: object | null;
  readonly job: JobData | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

const fields =
  'id state done total cancelledBy failures { subject code message } steps(first: 100) { nodes { kind state tags ' +
  'code message } }';
const deletion =
  'mutation ($input: DeleteTagsInput!) { done: deleteTags(input: $input) { deletedTagIds repository ' +
  `{ name } job { ${fields} } userErrors { code message } } }`;
const wholeDeletion =
  'mutation ($input: DeleteRepositoryInput!) { done: deleteRepository(input: $input) { ' +
  `deletedRepositoryId job { ${fields} } userErrors { code message } } }`;

/** Never a probe. */
const isDelete = { method: 'DELETE', match: /sha256:(?!0{64})/ } as const;

interface DeletionWorld extends World {
  deleteTags(tags: readonly string[], more?: object): Promise<Payload>;
  deleteRepository(more?: object): Promise<Payload>;
  readJob(id: string): Promise<JobData>;
  /** The job as it ended. */
  waitForEnd(id: string): Promise<JobData>;
}

async function open({
  flavour,
  ...options
}: { readonly flavour?: Flavour } & TestCatalogueOptions = {}): Promise<DeletionWorld> {
  const world = await openWorld({ ...(flavour && { flavour }) }, options);
  const { gateway } = world;
  const mutate = async (source: string, input: object): Promise<Payload> => {
    const { data, codes } = await gateway.query<{ done: Payload }>(source, { input: { registry: 'r', ...input } });
    expect(codes).toEqual([]);
    return data.done;
  };
  const readJob = async (id: string): Promise<JobData> =>
    (await gateway.query<{ job: JobData }>(`query ($id: ID!) { job(id: $id) { ${fields} } }`, { id })).data.job;
  return {
    ...world,
    deleteTags: (tags, more) => mutate(deletion, { repository: 'app', tags, ...more }),
    deleteRepository: (more) => mutate(wholeDeletion, { name: 'app', ...more }),
    readJob,
    async waitForEnd(id) {
      await until(async () => !['QUEUED', 'RUNNING'].includes((await readJob(id)).state));
      return readJob(id);
    },
  };
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
    expect(userErrors).toMatchObject([
      { code: 'DELETE_INCOMPLETE', message: expect.stringContaining('still has it: v1') as unknown },
    ]);
  });

  test('a job says by their ids what it took off: tags so far, and a repository once all of it is gone', async () => {
    await using world = await open({ flavour: '3.1' });
    const image = buildImage();
    for (const tag of ['v1', 'v2', 'v3', 'v4']) seed(world.registry.store, 'app', tag, image);
    const { data } = await world.gateway.query<{ repository: { id: string; tags: { nodes: { id: string }[] } } }>(
      '{ repository(registry: "r", name: "app") { id tags { nodes { id } } } }',
    );
    const [v1, v2, v3, v4] = data.repository.tags.nodes.map(({ id }) => id);
    const read = async (job: JobData | null) => {
      const selection = 'deletedTagIds one: deletedTagIds(first: 1) deletedRepositoryId steps { nodes { tagIds } }';
      const text = `query ($id: ID!) { job(id: $id) { ${selection} } }`;
      return (await world.gateway.query<{ job: object }>(text, { id: job!.id })).data.job;
    };
    world.registry.fail({ kind: 'status', status: 500, body: '', method: 'DELETE', match: /manifests\/v1$/ });
    expect(await read((await world.deleteTags(['v1', 'v2', 'v3'])).job)).toEqual({
      deletedTagIds: [v2, v3],
      one: [v2],
      deletedRepositoryId: null,
      steps: { nodes: [{ tagIds: [v1] }, { tagIds: [v2] }, { tagIds: [v3] }] },
    });
    world.registry.heal();
    expect(await read((await world.deleteRepository()).job)).toEqual({
      deletedTagIds: [v1, v4],
      one: [v1],
      deletedRepositoryId: data.repository.id,
      steps: { nodes: [{ tagIds: [v1, v4] }] },
    });
    const { data: all } = await world.gateway.query(
      '{ jobs(filter: { registries: ["r"], kinds: [DELETE_REPOSITORY, DELETE_TAGS] }) { totalCount ' +
        'nodes { work repositoryName registry { name } } } }',
    );
    const deletion = { repositoryName: 'app', registry: { name: 'r' } };
    expect(all).toMatchObject({
      jobs: {
        totalCount: 2,
        nodes: [
          { work: 'DELETE_REPOSITORY', ...deletion },
          { work: 'DELETE_TAGS', ...deletion },
        ],
      },
    });
  });

  test('a tag with nothing behind it, that a registry says it deleted, and still has, is not deleted', async () => {
    await using world = await open({ flavour: '3.1' });
    fill(world, 'v1');
    world.registry.store.setTag('app', 'gone', `sha256:${'d'.repeat(64)}`);
    world.registry.fail({ kind: 'status', status: 202, body: '', method: 'DELETE', match: /manifests\/gone$/ });
    const { job, deletedTagIds } = await world.deleteTags(['gone']);
    expect([job!.state, states(job!), deletedTagIds]).toEqual(['FAILED', ['TAG FAILED'], []]);
  });

  test('what timed out and was done later is done', async () => {
    await using world = await open({ headers: 500 });
    fill(world, 'v1', 'v2');
    const { digest } = buildImage({ labels: { tag: 'v1' } });
    world.registry.fail({ kind: 'hang', ...isDelete, times: 1 });
    // Long after the gateway has given up on it.
    before(world, 1, 'DELETE', new RegExp(buildImage({ labels: { tag: 'v2' } }).digest), () =>
      world.registry.store.deleteManifest('app', digest),
    );
    const { job, userErrors } = await world.deleteRepository();
    expect([job!.state, states(job!), userErrors]).toEqual(['SUCCEEDED', ['MANIFEST DONE', 'MANIFEST DONE'], []]);
  });

  test('what timed out and was never done is not', async () => {
    await using world = await open({ headers: 500 });
    fill(world, 'v1', 'v2');
    world.registry.fail({ kind: 'hang', ...isDelete, times: 1 });
    const { job, userErrors, deletedRepositoryId } = await world.deleteRepository();
    expect([job!.state, states(job!), deletedRepositoryId]).toEqual([
      'PARTIALLY_FAILED',
      ['MANIFEST FAILED', 'MANIFEST DONE'],
      null,
    ]);
    expect(userErrors).toMatchObject([{ code: 'DELETE_INCOMPLETE' }]);
    expect([job!.done, job!.total]).toEqual([2, 2]);
  });

  test('an answer of 500 to what was done is no failure', async () => {
    await using world = await open();
    fill(world, 'v1');
    before(world, 1, 'DELETE', /sha256:(?!0{64})/, () =>
      world.registry.store.deleteManifest('app', buildImage({ labels: { tag: 'v1' } }).digest),
    );
    world.registry.fail({ kind: 'status', status: 500, ...isDelete });
    expect((await world.deleteRepository()).job!.state).toBe('SUCCEEDED');
  });

  test('a tag that moved before its image went is not said to be gone', async () => {
    await using world = await open();
    const image = buildImage();
    for (const tag of ['a', 'b']) seed(world.registry.store, 'app', tag, image);
    before(world, 1, 'DELETE', /sha256:(?!0{64})/, () =>
      seed(world.registry.store, 'app', 'b', buildImage({ labels: { pushed: 'meanwhile' } })),
    );
    const { job, deletedTagIds, userErrors } = await world.deleteTags(['a', 'b']);
    expect(world.registry.store.tags('app')).toEqual(['b']);
    expect([job!.state, deletedTagIds!.length]).toEqual(['PARTIALLY_FAILED', 1]);
    expect(userErrors).toMatchObject([
      {
        code: 'DELETE_INCOMPLETE',
        message: expect.stringMatching(/still has 1 of the tags \(b\).*app:b of r was pushed meanwhile/) as unknown,
      },
    ]);
  });

  test('a registry that asks for fewer requests then is waited for', async () => {
    await using world = await open();
    fill(world, 'v1', 'v2');
    before(world, 1, 'DELETE', /sha256:(?!0{64})/, () =>
      world.registry.fail({ kind: 'rateLimit', retryAfter: '1', method: 'GET', times: 1 }),
    );
    const { job, userErrors } = await world.deleteTags(['v1']);
    expect([job!.state, userErrors]).toEqual(['SUCCEEDED', []]);
  });
});

describe('what stands in the repository', () => {
  test('what stands in the repository is looked at again when the index has dropped the repository meanwhile', async () => {
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

  test('a config that cannot be read keeps nothing from being deleted; an index within an index that cannot be keeps every image', async () => {
    await using world = await open();
    const child = buildImage({ labels: { n: '1' } });
    const inner = buildIndex([child]);
    seed(world.registry.store, 'app', 'outer', buildIndex([inner]));
    seed(world.registry.store, 'app', 'inner-child', child);
    world.registry.store.setTag('app', 'gone', `sha256:${'d'.repeat(64)}`);
    world.registry.fail({ kind: 'status', status: 500, method: 'GET', match: /\/blobs\// });
    const blocked = world.registry.fail({
      kind: 'status',
      status: 500,
      method: 'GET',
      match: new RegExp(inner.digest),
    });
    expect((await world.deleteTags(['inner-child'])).userErrors).toEqual([]);
    expect(world.registry.store.findManifest('app', child.digest)).not.toBeNull();
    blocked.stop();
    seed(world.registry.store, 'app', 'inner-child', child);
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

  test('an image stays that an index holds which was pushed meanwhile to a tag that was to go', async () => {
    await using world = await open();
    const child = buildImage({ arch: 'arm64' });
    seed(world.registry.store, 'app', 'multi', buildIndex([buildImage(), child]));
    seed(world.registry.store, 'app', 'arm', child);
    const { plan } = (
      await world.gateway.query<{ done: { plan: { token: string } } }>(
        `mutation ($input: DeleteTagsInput!) { done: deleteTags(input: $input) { plan { token } } }`,
        {
          input: { registry: 'r', repository: 'app', tags: ['multi', 'arm'], dryRun: true },
        },
      )
    ).data.done;
    // Once the execution has planned the same: it probes then, and looks next.
    before(world, 1, 'DELETE', /0{64}/, () =>
      seed(world.registry.store, 'app', 'multi', buildIndex([buildImage({ labels: { new: 'yes' } }), child])),
    );
    await world.deleteTags(['multi', 'arm'], { planToken: plan.token });
    expect(world.registry.store.tags('app')).toEqual(['multi']);
    expect(world.registry.store.findManifest('app', child.digest)).not.toBeNull();
  });
});

describe('a job that is cancelled', () => {
  test('stops before its next piece', async () => {
    await using world = await open({ headers: 60_000 });
    fill(world, 'a', 'b', 'c');
    world.registry.fail({ kind: 'delay', ms: 2000, ...isDelete });
    const { job } = await world.deleteRepository({ wait: false });
    await until(() => writes(world.registry).length > 0);
    const cancelled = await cancel(world, job!.id);
    expect([cancelled.state, cancelled.cancelledBy, cancelled.done, cancelled.total]).toEqual([
      'CANCELLED',
      'test',
      1,
      3,
    ]);
    expect(states(cancelled)).toEqual(['MANIFEST DONE', 'MANIFEST CANCELLED', 'MANIFEST CANCELLED']);
    expect([writes(world.registry).length, world.registry.store.tags('app').length]).toEqual([1, 2]);
    expect(await cancel(world, job!.id)).toEqual(cancelled);
  });

  test('while it waits for its turn ends at once, and nothing is sent for it', async () => {
    await using world = await open({ headers: 60_000 });
    fill(world, 'a', 'b');
    const slow = world.registry.fail({ kind: 'delay', ms: 2000, ...isDelete });
    const first = await world.deleteTags(['a'], { wait: false });
    const second = await world.deleteTags(['b'], { wait: false });
    expect((await cancel(world, second.job!.id)).state).toBe('CANCELLED');
    expect((await world.readJob(first.job!.id)).state).toBe('RUNNING');
    slow.stop();
    expect((await world.waitForEnd(first.job!.id)).state).toBe('SUCCEEDED');
    expect(await world.readJob(second.job!.id)).toMatchObject({ state: 'CANCELLED', done: 0, total: 1 });
    expect([writes(world.registry).length, world.registry.store.tags('app')]).toEqual([1, ['b']]);
  });

  test('while its registry wants to be left alone does not wait that long, and sends nothing more', async () => {
    const rests: number[] = [];
    const standing = createManualTimer();
    const timer: Timer = {
      elapsed: () => systemTimer.elapsed(),
      after: (ms, work) => systemTimer.after(ms, work),
      // As long as it takes: only what cancels it ends it. On PostgreSQL the job is looked at in between.
      sleep(ms, signal) {
        if (ms < 1000) return systemTimer.sleep(ms, signal);
        rests.push(ms);
        return standing.sleep(ms, signal);
      },
    };
    await using world = await open({ timer });
    fill(world, 'a', 'b');
    world.registry.fail({ kind: 'rateLimit', retryAfter: '60', method: 'HEAD' });
    const { job } = await world.deleteTags(['a'], { wait: false });
    await until(() => rests.length > 0);
    expect(rests).toEqual([60_000]);
    // The read-back is limited too, and waited for: what counts is that no piece is begun.
    void cancel(world, job!.id).catch(() => undefined);
    await until(async () => (await world.readJob(job!.id)).steps.nodes[0]!.state === 'CANCELLED');
    expect(writes(world.registry)).toEqual([]);
  });

  test('stays cancelled when the process ends before it has stopped', async () => {
    await using world = await open();
    fill(world, 'a', 'b');
    const id = await leave(world, [manifest('a'), manifest('b')], [{ state: 'DONE' }], {
      state: 'RUNNING',
      cancelledBy: 'ann',
    });
    await world.gateway.catalogue.start();
    expect(await world.waitForEnd(id)).toMatchObject({ state: 'CANCELLED', cancelledBy: 'ann' });
    expect(writes(world.registry)).toEqual([]);
  });
});

describe('a job that an ended process left', () => {
  test.each<[string, StepChange]>([
    ['before its first request', {}],
    ['after it was sent', { state: 'SENT' }],
  ])('goes on, %s', async (_what, change) => {
    await using world = await open();
    fill(world, 'a', 'b');
    const id = await leave(world, [manifest('a')], [change], { state: 'RUNNING' });
    await world.gateway.catalogue.start();
    expect(await world.waitForEnd(id)).toMatchObject({ state: 'SUCCEEDED', done: 1, total: 1 });
    expect([writes(world.registry).length, world.registry.store.tags('app')]).toEqual([1, ['b']]);
  });

  test('does nothing twice that was done', async () => {
    await using world = await open();
    fill(world, 'a', 'b');
    const id = await leave(world, [manifest('a')], [{ state: 'SENT' }], { state: 'RUNNING' });
    world.registry.store.deleteManifest('app', imageOf('a').digest);
    await world.gateway.catalogue.start();
    expect(await world.waitForEnd(id)).toMatchObject({ state: 'SUCCEEDED', done: 1 });
    expect(writes(world.registry)).toEqual([]);
  });

  test.each<[string, boolean, boolean]>([
    ['the tag stands on it', true, false],
    ['it was never put there', false, false],
    ['the tag was pushed since', true, true],
  ])('takes its placeholder away: %s', async (_what, isPut, isPushed) => {
    await using world = await open();
    const image = buildImage();
    for (const tag of ['v1', 'v2']) seed(world.registry.store, 'app', tag, image);
    const placeholder = describePlaceholder(image.digest, new Date());
    if (isPut) world.registry.store.putManifest('app', 'v1', placeholder.mediaType, placeholder.bytes);
    if (isPushed) seed(world.registry.store, 'app', 'v1', buildImage({ labels: { pushed: 'since' } }));
    const step: PlannedStep = { kind: 'TAG', digest: image.digest, tags: [parseTagName('v1')] };
    const id = await leave(world, [step], [{ state: 'SENT', placeholderDigest: placeholder.digest }], {
      state: 'RUNNING',
    });
    await world.gateway.catalogue.start();
    const job = await world.waitForEnd(id);
    expect(states(job)).toEqual([isPushed ? 'TAG KEPT' : 'TAG DONE']);
    expect(world.registry.store.tags('app').toSorted()).toEqual(isPushed ? ['v1', 'v2'] : ['v2']);
    expect(world.registry.store.manifests('app').filter(({ bytes }) => bytes.includes('tombstone'))).toEqual([]);
  });

  test('puts the tag back on its image where the registry deletes nothing any more', async () => {
    await using world = await open();
    const image = buildImage();
    for (const tag of ['v1', 'v2']) seed(world.registry.store, 'app', tag, image);
    const placeholder = describePlaceholder(image.digest, new Date());
    world.registry.store.putManifest('app', 'v1', placeholder.mediaType, placeholder.bytes);
    const step: PlannedStep = { kind: 'TAG', digest: image.digest, tags: [parseTagName('v1')] };
    const id = await leave(world, [step], [{ state: 'SENT', placeholderDigest: placeholder.digest }], {
      state: 'RUNNING',
    });
    world.registry.fail({ kind: 'status', status: 405, method: 'DELETE' });
    await world.gateway.catalogue.start();
    expect(await world.waitForEnd(id)).toMatchObject({
      state: 'FAILED',
      failures: [{ subject: 'v1', code: 'DELETE_DISABLED' }],
    });
    expect(world.registry.store.resolveTag('app', 'v1')).toBe(image.digest);
  });

  test.each<
    [string, 'RUNNING' | 'FAILED', { readOnly: boolean } | { protection: { repository: string; tag: string }[] }]
  >([
    ['protected since, while it ran', 'RUNNING', { protection: [{ repository: 'app', tag: 'v1' }] }],
    ['protected since it ended', 'FAILED', { protection: [{ repository: 'app', tag: 'v1' }] }],
    ['of a registry that is read-only since it ended', 'FAILED', { readOnly: true }],
  ])(
    'gives a tag its image back that is %s; where nothing may be written it stays',
    async (_what, state, protection) => {
      await using world = await open();
      const image = buildImage();
      for (const tag of ['v1', 'v2']) seed(world.registry.store, 'app', tag, image);
      const placeholder = describePlaceholder(image.digest, new Date());
      world.registry.store.putManifest('app', 'v1', placeholder.mediaType, placeholder.bytes);
      const step: PlannedStep = { kind: 'TAG', digest: image.digest, tags: [parseTagName('v1')] };
      const isRunning = state === 'RUNNING';
      const id = await leave(
        world,
        [step],
        [{ state: isRunning ? 'SENT' : 'FAILED', placeholderDigest: placeholder.digest }],
        { state, ...(!isRunning && { finishedAt: new Date() }) },
      );
      const { registries } = world.gateway;
      await registries.setProtection((await registries.list())[0]!.id, protection);
      await world.gateway.catalogue.start();
      if (isRunning)
        expect(await world.waitForEnd(id)).toMatchObject({ failures: [{ subject: 'v1', code: 'PROTECTED' }] });
      const isReadOnly = 'readOnly' in protection;
      const steps = createDeletionStore(world.gateway.database);
      if (isReadOnly) for (let turn = 0; turn < 50; turn++) await letRun();
      else await until(async () => (await steps.listLeftovers()).length === 0);
      expect(world.registry.store.resolveTag('app', 'v1')).toBe(isReadOnly ? placeholder.digest : image.digest);
      expect(writes(world.registry).map((request) => request.split(' ')[0])).toEqual(isReadOnly ? [] : ['PUT']);
      expect(await steps.listLeftovers()).toHaveLength(isReadOnly ? 1 : 0);
    },
  );

  test('a deletion that the audit log cannot take is not begun', async () => {
    await using world = await open();
    fill(world, 'a', 'b');
    const { gateway } = world;
    await refuseChanges(gateway.database.kysely, { change: 'insert', table: 'audit_entry' }, 'full');
    const { codes } = await gateway.query(deletion, { input: { registry: 'r', repository: 'app', tags: ['a'] } });
    expect([
      codes.length,
      writes(world.registry),
      (await gateway.query<{ registry: { jobs: object[] } }>('{ registry(name: "r") { jobs { id } } }')).data.registry
        .jobs,
    ]).toEqual([1, [], []]);
  });

  test('a step that the gateway could not write down is gone on with', async () => {
    await using world = await open();
    fill(world, 'a', 'b');
    const done = { change: 'update', table: 'deletion_step', when: "new.state = 'DONE'" } as const;
    const takeAgain = await refuseChanges(world.gateway.database.kysely, done, 'full');
    const { job, userErrors } = await world.deleteTags(['a']);
    expect([job!.state, userErrors]).toEqual(['RUNNING', []]);
    await takeAgain();
    await world.gateway.catalogue.start();
    expect(await world.waitForEnd(job!.id)).toMatchObject({ state: 'SUCCEEDED', done: 1 });
    expect(writes(world.registry)).toHaveLength(1);
  });

  test('a job that an ended process left is remembered while its placeholder stands, however many come after it', async () => {
    await using world = await open();
    const step: PlannedStep = { kind: 'TAG', digest: imageOf('a').digest, tags: [parseTagName('a')] };
    const id = await leave(world, [step], [{ state: 'FAILED', placeholderDigest: imageOf('b').digest }], {
      state: 'FAILED',
      finishedAt: new Date(1),
    });
    for (let at = 0; at < 52; at++) await leave(world, [], [], { state: 'SUCCEEDED', finishedAt: new Date(2) });
    expect((await createDeletionStore(world.gateway.database).listLeftovers()).map(({ jobId }) => jobId)).toEqual([id]);
  });
});

describe('a registry that changes meanwhile', () => {
  test('deleting is switched off: no tag is lost to a placeholder, and nothing more is tried', async () => {
    await using world = await open();
    const image = buildImage();
    for (const tag of ['a', 'b', 'c', 'd']) seed(world.registry.store, 'app', tag, image);
    // From the second piece on.
    before(world, 1, 'DELETE', /sha256:(?!0{64})/, () =>
      world.registry.fail({ kind: 'status', status: 405, method: 'DELETE', after: 1 }),
    );
    const { job, deletedTagIds } = await world.deleteTags(['a', 'b', 'c']);
    expect([job!.state, states(job!), deletedTagIds!.length]).toEqual([
      'PARTIALLY_FAILED',
      ['TAG DONE', 'TAG FAILED', 'TAG CANCELLED'],
      1,
    ]);
    expect(job!.failures).toMatchObject([{ subject: 'b', code: 'DELETE_DISABLED' }]);
    expect(writes(world.registry).map((line) => line.split(' ')[0])).toEqual(['PUT', 'DELETE']);
    expect(world.registry.store.tags('app').toSorted()).toEqual(['b', 'c', 'd']);
  });

  test('deleting is switched off: images are not tried one after the other', async () => {
    await using world = await open();
    fill(world, 'a', 'b', 'c');
    before(world, 1, 'DELETE', /sha256:(?!0{64})/, () =>
      world.registry.fail({ kind: 'status', status: 405, method: 'DELETE', after: 1 }),
    );
    const { job, userErrors } = await world.deleteRepository();
    expect([states(job!), writes(world.registry).length]).toEqual([
      ['MANIFEST DONE', 'MANIFEST FAILED', 'MANIFEST CANCELLED'],
      2,
    ]);
    expect(userErrors).toMatchObject([
      { code: 'DELETE_INCOMPLETE', message: expect.stringContaining('does not delete images') as unknown },
    ]);
  });

  test('the registry is detached: the piece under way is done to its end, and nothing stands on a placeholder', async () => {
    await using world = await open();
    const image = buildImage();
    for (const tag of ['a', 'b', 'c']) seed(world.registry.store, 'app', tag, image);
    world.registry.fail({ kind: 'delay', ms: 100, method: 'PUT' });
    await world.deleteTags(['a', 'b'], { wait: false });
    await until(() => writes(world.registry).some((line) => line.startsWith('PUT')));
    const { id } = (await world.gateway.registries.findByName(parseRegistryName('r')))!;
    const { data } = await world.gateway.query<{ removed: object }>(
      'mutation ($id: ID!) { removed: removeRegistry(input: { id: $id }) { removedRegistryId userErrors { code } } }',
      { id },
    );
    expect(data.removed).toEqual({ removedRegistryId: id, userErrors: [] });
    for (const tag of world.registry.store.tags('app'))
      expect(world.registry.store.resolveTag('app', tag)).toBe(image.digest);
    expect(world.gateway.log).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['it gets another name: the deletion goes on', { name: 'renamed' }, 'SUCCEEDED'],
    ['it gets another address: what was planned for the old one is not done there', {}, 'CANCELLED'],
  ])('%s', async (_what, change, state) => {
    await using world = await open();
    const other = await createMemoryRegistry({ store: world.registry.store });
    try {
      fill(world, 'a', 'b', 'c');
      world.registry.fail({ kind: 'delay', ms: 100, ...isDelete });
      const { job } = await world.deleteRepository({ wait: false });
      await until(() => writes(world.registry).length > 0);
      const { id } = (await world.gateway.registries.findByName(parseRegistryName('r')))!;
      const input = { id, ...('name' in change ? change : { addr: other.url }) };
      const { data } = await world.gateway.query<{ changed: { userErrors: object[] } }>(
        'mutation ($input: UpdateRegistryInput!) { changed: updateRegistry(input: $input) { userErrors { code ' +
          'message } } }',
        { input },
      );
      expect(data.changed.userErrors).toEqual([]);
      expect((await world.waitForEnd(job!.id)).state).toBe(state);
      expect(writes(other)).toEqual([]);
      expect(world.registry.store.tags('app').length).toBe(state === 'SUCCEEDED' ? 0 : 2);
    } finally {
      await other.close();
    }
  });

  test('the gateway is stopped while it does not answer: that is done at once, and the next start goes on', async () => {
    // Nothing but the stop ends the request.
    const world = await open({ headers: 600_000 });
    fill(world, 'a', 'b');
    world.registry.fail({ kind: 'hang', ...isDelete });
    const { job } = await world.deleteTags(['a'], { wait: false });
    await until(() => writes(world.registry).length > 0);
    await world.gateway.catalogue.close();
    expect((await createDeletionStore(world.gateway.database).listSteps(job!.id))[0]!.state).toBe('SENT');
    expect((await createJobStore(world.gateway.database).find(job!.id))!.state).toBe('RUNNING');
    await world[Symbol.asyncDispose]();
  });

  test('the registry asks for fewer requests: that is waited for, and the piece is done', async () => {
    await using world = await open();
    fill(world, 'a', 'b');
    world.registry.fail({ kind: 'rateLimit', retryAfter: '1', ...isDelete, times: 1 });
    expect((await world.deleteTags(['a'])).job).toMatchObject({ state: 'SUCCEEDED', done: 1, total: 1 });
    expect(world.registry.store.tags('app')).toEqual(['b']);
  });

  test('the registry lets nobody in any more: it is left alone after five pieces', async () => {
    await using world = await open();
    fill(world, 'a', 'b', 'c', 'd', 'e', 'f', 'g');
    before(world, 1, 'HEAD', /manifests/, () => world.registry.fail({ kind: 'status', status: 403 }));
    const { job } = await world.deleteRepository();
    expect([job!.state, states(job!).filter((state) => state.endsWith('CANCELLED')).length]).toEqual(['FAILED', 2]);
    expect(writes(world.registry)).toEqual([]);
  });
});

function imageOf(tag: string): ReturnType<typeof buildImage> {
  return buildImage({ labels: { tag } });
}

function manifest(tag: string): PlannedStep {
  return { kind: 'MANIFEST', digest: imageOf(tag).digest, tags: [parseTagName(tag)] };
}

async function cancel(world: DeletionWorld, id: string): Promise<JobData> {
  const { data } = await world.gateway.query<{ done: { userErrors: object[] } }>(
    'mutation ($id: ID!) { done: cancelJob(input: { id: $id }) { userErrors { code } } }',
    { id },
  );
  expect(data.done.userErrors).toEqual([]);
  return world.readJob(id);
}

/** What the audit log would tell of it. */
function entryOf({ id: jobId, createdAt: at }: Job): NewAuditEntry {
  const nothing = {
    requestId: null,
    registryId: null,
    registryName: null,
    repository: null,
    code: null,
    message: null,
    details: null,
  };
  return { ...nothing, at, actor: 'test', action: 'deleteTags', tags: [], outcome: 'ACCEPTED', jobId };
}

/** A job as an ended process left it. Gives its id. */
async function leave(
  { gateway: { database, registries } }: World,
  steps: readonly PlannedStep[],
  changes: readonly StepChange[],
  job: Parameters<ReturnType<typeof createJobStore>['update']>[1],
): Promise<string> {
  const registry = (await registries.findByName(parseRegistryName('r')))!;
  const store = createDeletionStore(database);
  const { id } = await store.create(
    {
      kind: 'DELETE_TAGS',
      registryId: registry.id,
      repository: parseRepositoryName('app'),
      requestedBy: 'test',
      createdAt: new Date(),
    },
    steps,
    entryOf,
  );
  for (const [position, change] of changes.entries())
    if (Object.keys(change).length > 0) await store.record(id, position, change);
  await createJobStore(database).update(id, job);
  return id;
}
