import type { NewAuditEntry } from '../../src/domain/audit.js';
import type { PlannedRestoration } from '../../src/domain/deletion.js';
import type { Job } from '../../src/domain/job.js';
import { parseRegistryName, type RepositoryName, type TagName } from '../../src/domain/name.js';
import type { StepChange } from '../../src/store/jobs/deletions.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { writes } from '../support/observed/writes.js';
import { type Engine, listEngines } from '../support/servers/engines.js';
import { until } from '../support/timer.js';
import { openWorld, type World } from '../support/worlds/world.js';

const image = buildImage({ labels: { is: 'shared' } });
const other = buildImage({ labels: { is: 'other' } });

interface JobData {
  readonly id: string;
  readonly work: string;
  readonly state: string;
  readonly done: number;
  readonly total: number;
  readonly restorableTagCount: number;
  readonly failures: readonly { readonly subject: string; readonly code: string }[];
  readonly steps: {
    readonly nodes: readonly {
      readonly kind: string;
      readonly state: string;
      readonly tags: readonly string[];
      readonly code: string | null;
      readonly canRestore: boolean;
    }[];
  };
}
interface Undone {
  readonly undo: { readonly tagCount: number; readonly tags: readonly { name: string; state: string }[] } | null;
  readonly job: JobData | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

const fields =
  'id work state done total restorableTagCount failures { subject code } steps(first: 100) { nodes { kind state tags ' +
  'code canRestore } }';

class UndoneWorld implements AsyncDisposable {
  readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  /** `app` has v1, v2, v3 and kept on one image, and alone on another; the first three and `alone` are deleted. */
  static async open(tags = ['v1', 'v2', 'v3', 'alone'], openDatabase?: Engine['open']): Promise<UndoneWorld> {
    const world = new UndoneWorld(
      await openWorld({ flavour: '3.1' }, { maxAge: 3600, ...(openDatabase && { openDatabase }) }),
    );
    for (const tag of ['v1', 'v2', 'v3', 'kept']) seed(world.world.registry.store, 'app', tag, image);
    seed(world.world.registry.store, 'app', 'alone', other);
    await world.world.gateway.crawl('r');
    world.world.gateway.wait(3600);
    world.deletion = await world.delete(tags);
    world.#before = world.world.registry.requests.length;
    return world;
  }

  deletion = '';
  /** Requests that the deletion sent, and what came before it. */
  #before = 0;

  /** Requests since. */
  get requests() {
    return this.world.registry.requests.slice(this.#before);
  }

  async delete(tags: readonly string[]): Promise<string> {
    const { data } = await this.world.gateway.query<{ deleteTags: { job: { id: string; state: string } } }>(
      'mutation ($tags: [String!]!) { deleteTags(input: { registry: "r", repository: "app", tags: $tags }) { job { ' +
        'id state } } }',
      { tags },
    );
    expect(data.deleteTags.job.state).toBe('SUCCEEDED');
    return data.deleteTags.job.id;
  }

  async undo(more: object = {}, role: 'admin' | 'registries:ro' = 'admin'): Promise<Undone> {
    const { data, codes } = await this.world.gateway.query<{ undoJob: Undone }>(
      `mutation ($input: UndoJobInput!) { undoJob(input: $input) { undo { tagCount tags { name state } }
        job { ${fields} } userErrors { code message } } }`,
      { input: { id: this.deletion, ...more } },
      role,
    );
    expect(codes).toEqual([]);
    return data.undoJob;
  }

  async read(id: string): Promise<JobData> {
    const { data } = await this.world.gateway.query<{ job: JobData }>(
      `query ($id: ID!) { job(id: $id) { ${fields} } }`,
      {
        id,
      },
    );
    return data.job;
  }

  async ended(id: string): Promise<JobData> {
    await until(async () => !['QUEUED', 'RUNNING'].includes((await this.read(id)).state));
    return this.read(id);
  }

  async tags(): Promise<Record<string, string>> {
    const { data } = await this.world.gateway.query<{
      repository: { tags: { nodes: { name: string; updatedAtSource: string }[] } };
    }>('{ repository(registry: "r", name: "app") { tags { nodes { name updatedAtSource } } } }');
    return Object.fromEntries(data.repository.tags.nodes.map(({ name, updatedAtSource }) => [name, updatedAtSource]));
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.world[Symbol.asyncDispose]();
  }
}

const statesOf = ({ undo }: Undone): Record<string, string> =>
  Object.fromEntries(undo!.tags.map(({ name, state }) => [name, state]));
const stepsOf = (job: JobData | null): string[] =>
  job!.steps.nodes.map(({ tags, state, code }) => `${tags.join()} ${state} ${code ?? ''}`.trim());
const puts = (world: UndoneWorld): string[] => writes({ ...world.world.registry, requests: world.requests }).toSorted();

describe.each(listEngines('undoing deletions'))('on $name', ({ open }) => {
  const openUndone = (): Promise<UndoneWorld> => UndoneWorld.open(undefined, open);

  test('all that can come back does, with the times it had, and a second time nothing is done', async () => {
    await using world = await openUndone();
    const before = await world.read(world.deletion);
    expect([before.restorableTagCount, before.steps.nodes.map(({ kind, canRestore }) => [kind, canRestore])]).toEqual([
      3,
      [
        ['MANIFEST', false],
        ['TAG', true],
        ['TAG', true],
        ['TAG', true],
      ],
    ]);
    const first = await world.undo();
    expect(statesOf(first)).toEqual({ alone: 'IMAGE_GONE', v1: 'RESTORABLE', v2: 'RESTORABLE', v3: 'RESTORABLE' });
    expect(first.userErrors).toEqual([]);
    expect(first.job).toMatchObject({ work: 'RESTORE_TAGS', state: 'SUCCEEDED', done: 3, total: 3, failures: [] });
    expect(stepsOf(first.job)).toEqual(['v1 DONE', 'v2 DONE', 'v3 DONE']);
    expect(puts(world)).toEqual(['v1', 'v2', 'v3'].map((tag) => `PUT /v2/app/manifests/${tag}`));
    const images = world.requests.filter(({ method, path }) => method === 'GET' && path.endsWith(image.digest));
    // Once for all tags on it, and once by the reading afterwards, at the most.
    expect(images.length).toBeLessThanOrEqual(2);
    expect(await world.tags()).toEqual({ kept: 'IMAGE_CONFIG', v1: 'RESTORED', v2: 'RESTORED', v3: 'RESTORED' });
    expect((await world.read(world.deletion)).restorableTagCount).toBe(0);
    const second = await world.undo();
    expect([second.job, second.userErrors]).toEqual([null, []]);
    expect(statesOf(second)).toEqual({ alone: 'IMAGE_GONE', v1: 'PRESENT', v2: 'PRESENT', v3: 'PRESENT' });
    expect(puts(world)).toHaveLength(3);
  });

  test('a dry run tells what each tag would come to, and changes nothing', async () => {
    await using world = await openUndone();
    const { store } = world.world.registry;
    seed(store, 'app', 'v1', image);
    seed(store, 'app', 'v2', other);
    await world.world.gateway.crawl('r');
    const before = world.requests.length;
    const { undo, job, userErrors } = await world.undo({ dryRun: true });
    expect([undo!.tagCount, job, userErrors]).toEqual([4, null, []]);
    // The image of "alone" was pushed again, as another tag.
    expect(statesOf({ undo, job, userErrors })).toEqual({
      alone: 'RESTORABLE',
      v1: 'PRESENT',
      v2: 'MOVED',
      v3: 'RESTORABLE',
    });
    expect(puts(world)).toEqual([]);
    expect(world.requests.length - before).toBe(3);
    expect((await world.read(world.deletion)).restorableTagCount).toBe(2);
  });

  test('a job that an ended process left goes on, and does nothing twice', async () => {
    await using world = await openUndone();
    const { gateway, registry } = world.world;
    // It was put back, and the process ended before that was written down.
    seed(registry.store, 'app', 'v1', image);
    const { id } = await leave(world.world, ['v1', 'v2', 'v3'], [{ state: 'SENT' }]);
    await gateway.catalogue.start();
    const job = await world.ended(id);
    expect([job.state, stepsOf(job)]).toEqual(['SUCCEEDED', ['v1 DONE', 'v2 DONE', 'v3 DONE']]);
    expect(puts(world)).toEqual(['v2', 'v3'].map((tag) => `PUT /v2/app/manifests/${tag}`));
    expect(await world.tags()).toMatchObject({ v1: 'RESTORED', v2: 'RESTORED', v3: 'RESTORED' });
  });
});

test('what fails, or was pushed meanwhile, is told of each tag, and the rest comes back', async () => {
  await using world = await UndoneWorld.open();
  const { registry } = world.world;
  const pushMeanwhile = (): boolean => {
    seed(registry.store, 'app', 'v2', other);
    return false;
  };
  registry.fail({ kind: 'delay', ms: 0, method: 'PUT', match: ({ path }) => path.endsWith('v1') && pushMeanwhile() });
  registry.fail({ kind: 'status', status: 500, body: '', method: 'PUT', match: /manifests\/v3$/ });
  const { job } = await world.undo();
  expect([job!.state, stepsOf(job)]).toEqual([
    'PARTIALLY_FAILED',
    ['v1 DONE', 'v2 KEPT CHANGED_SINCE_PLAN', 'v3 FAILED UPSTREAM_ERROR'],
  ]);
  expect(job!.failures).toEqual([
    { subject: 'v2', code: 'CHANGED_SINCE_PLAN' },
    { subject: 'v3', code: 'UPSTREAM_ERROR' },
  ]);
  expect(registry.store.resolveTag('app', 'v2')).toBe(other.digest);
  expect(await world.tags()).toMatchObject({ v1: 'RESTORED', v2: 'FIRST_SEEN' });
});

test('what is pushed while the image is read for it stays', async () => {
  await using world = await UndoneWorld.open(['v1']);
  const { registry } = world.world;
  const pushMeanwhile = (): boolean => {
    seed(registry.store, 'app', 'v1', other);
    return false;
  };
  registry.fail({
    kind: 'delay',
    ms: 0,
    method: 'GET',
    match: ({ path }) => path.includes(image.digest) && pushMeanwhile(),
  });
  const { job } = await world.undo();
  expect([job!.state, stepsOf(job)]).toEqual(['FAILED', ['v1 KEPT CHANGED_SINCE_PLAN']]);
  expect(registry.store.resolveTag('app', 'v1')).toBe(other.digest);
  expect(puts(world)).toEqual([]);
});

test('a registry that loses the images meanwhile is told of', async () => {
  await using world = await UndoneWorld.open();
  const { registry } = world.world;
  let heads = 0;
  const loseThem = (): boolean => {
    if (++heads === 3) registry.store.deleteManifest('app', image.digest);
    return false;
  };
  // The first two ask whether the images are there; the next one is of the job.
  registry.fail({
    kind: 'delay',
    ms: 0,
    method: 'HEAD',
    match: ({ path }) => path.startsWith('/v2/app/') && loseThem(),
  });
  const { job } = await world.undo();
  expect([job!.state, stepsOf(job)]).toEqual([
    'FAILED',
    ['v1 FAILED NOT_FOUND', 'v2 FAILED NOT_FOUND', 'v3 FAILED NOT_FOUND'],
  ]);
  expect(puts(world)).toEqual([]);
});

test('two that ask at once have each tag put back once', async () => {
  await using world = await UndoneWorld.open();
  const answers = await Promise.all([world.undo(), world.undo()]);
  const jobs = await Promise.all(answers.flatMap(({ job }) => (job ? [world.ended(job.id)] : [])));
  expect(jobs.map(({ state }) => state)).toEqual(jobs.map(() => 'SUCCEEDED'));
  expect(puts(world)).toEqual(['v1', 'v2', 'v3'].map((tag) => `PUT /v2/app/manifests/${tag}`));
  expect(await world.tags()).toMatchObject({ v1: 'RESTORED', v2: 'RESTORED', v3: 'RESTORED' });
});

test('one that is cancelled puts no further tag back', async () => {
  await using world = await UndoneWorld.open();
  const { gateway, registry } = world.world;
  registry.fail({ kind: 'delay', ms: 1500, method: 'PUT' });
  const { job } = await world.undo({ wait: false });
  await until(() => puts(world).length > 0);
  await gateway.query('mutation ($id: ID!) { cancelJob(input: { id: $id }) { userErrors { code } } }', {
    id: job!.id,
  });
  const ended = await world.ended(job!.id);
  expect([ended.state, stepsOf(ended)]).toEqual(['CANCELLED', ['v1 DONE', 'v2 CANCELLED', 'v3 CANCELLED']]);
  expect(await world.tags()).toMatchObject({ v1: 'RESTORED' });
  expect(registry.store.tags('app')).toEqual(['kept', 'v1']);
});

test('where nothing can come back it is refused, and says why', async () => {
  await using world = await UndoneWorld.open(['alone']);
  const { job, userErrors, undo } = await world.undo();
  expect([job, undo!.tagCount, userErrors]).toEqual([
    null,
    1,
    [{ code: 'NOT_FOUND', message: expect.stringContaining('no longer has the images of 1') as unknown }],
  ]);
});

test('readers may not, nor anybody in a read-only registry; what is no deletion is not undone; all leave entries', async () => {
  await using world = await UndoneWorld.open();
  const { gateway } = world.world;
  expect((await world.undo({}, 'registries:ro')).userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
  const crawl = await gateway.crawl('r');
  for (const [id, code] of [
    [crawl.id, 'BAD_USER_INPUT'],
    ['00000000-0000-4000-8000-000000000000', 'NOT_FOUND'],
  ])
    expect((await world.undo({ id })).userErrors).toMatchObject([{ code }]);
  const { job } = await world.undo();
  expect((await world.undo({ id: job!.id })).userErrors).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
  const registry = (await gateway.registries.findByName(parseRegistryName('r')))!;
  await gateway.registries.setProtection(registry.id, { readOnly: true });
  expect((await world.undo()).userErrors).toMatchObject([{ code: 'READ_ONLY' }]);
  expect(puts(world)).toHaveLength(3);
  const { data } = await gateway.query<{ auditLog: { nodes: object[] } }>(
    '{ auditLog(first: 20) { nodes { action outcome code repository } } }',
  );
  const entry = (action: string, outcome: string, code: string | null) => ({ action, outcome, code });
  expect(data.auditLog.nodes).toMatchObject([
    entry('undoJob', 'REFUSED', 'READ_ONLY'),
    entry('undoJob', 'REFUSED', 'BAD_USER_INPUT'),
    { ...entry('endOfRestoration', 'DONE', null), repository: 'app' },
    { ...entry('undoJob', 'ACCEPTED', null), repository: 'app' },
    entry('undoJob', 'REFUSED', 'NOT_FOUND'),
    entry('undoJob', 'REFUSED', 'BAD_USER_INPUT'),
    entry('undoJob', 'REFUSED', 'FORBIDDEN'),
    entry('endOfDeletion', 'DONE', null),
    entry('deleteTags', 'ACCEPTED', null),
  ]);
});

/** Leaves a job as a process would that ended in the middle of it. */
async function leave(
  { gateway }: World,
  tags: readonly string[],
  changes: readonly StepChange[],
): Promise<Pick<Job, 'id'>> {
  const { steps, jobs, clock } = gateway.parts;
  const registry = (await gateway.registries.findByName(parseRegistryName('r')))!;
  const planned = tags.map((tag): PlannedRestoration => ({
    kind: 'RESTORE',
    digest: image.digest,
    tags: [tag as TagName],
  }));
  const wanted = {
    kind: 'RESTORE_TAGS',
    registryId: registry.id,
    repository: 'app' as RepositoryName,
    requestedBy: 'test',
    createdAt: clock(),
  } as const;
  const entry = (job: Job): NewAuditEntry => ({
    at: clock(),
    actor: 'test',
    requestId: null,
    action: 'undoJob',
    registryId: registry.id,
    registryName: registry.name,
    repository: 'app',
    tags: [],
    outcome: 'ACCEPTED',
    code: null,
    message: null,
    details: null,
    jobId: job.id,
  });
  const job = await steps.create(wanted, planned, entry);
  for (const [position, change] of changes.entries()) await steps.record(job.id, position, change);
  await jobs.update(job.id, { state: 'RUNNING' });
  return job;
}
