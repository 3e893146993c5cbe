import { array, assert, asyncProperty, constantFrom, integer, option, record } from 'fast-check';
import { randomBytes } from 'node:crypto';
import { type Catalogue, createCatalogue } from '../../src/catalogue/catalogue.js';
import type { Role } from '../../src/domain/account.js';
import { createKeyring } from '../../src/store/keys/keyring.js';
import { systemTimer, type Timer } from '../../src/timer.js';
import { createUpstream } from '../../src/upstream/client.js';
import { rows } from '../support/run/amount.js';
import { type TestCatalogue } from '../support/worlds/catalogue.js';
import { describeWith, startDistribution } from '../support/servers/distribution.js';
import { type Built, buildImage, buildIndex, signatureTag } from '../support/content/images.js';
import { push, seed, send } from '../support/content/push.js';
import type { Flavour } from '../support/registry/options.js';
import { type MemoryRegistry } from '../support/registry/server.js';
import { createHastyTimer, createManualTimer, until } from '../support/timer.js';
import { parseRegistryName } from '../../src/domain/name.js';
import { writes } from '../support/observed/writes.js';
import { openWorld, type World } from '../support/worlds/world.js';

interface UserErrors {
  readonly userErrors: readonly {
    readonly __typename: string;
    readonly code: string;
    readonly path: readonly string[] | null;
  }[];
}

interface Rule {
  readonly repository?: string;
  readonly tags?: string;
  readonly keepLast?: number;
  readonly keepYoungerThan?: number;
  readonly keepMatching?: readonly string[];
  readonly keepSemver?: string;
}

interface Preview {
  readonly kept: Record<string, readonly string[]>;
  readonly going: readonly string[];
  readonly token: string | null;
}

interface ShownJob {
  readonly id: string;
  readonly kind: string;
  readonly repository: string | null;
  readonly state: string;
  readonly done: number;
  readonly total: number;
  readonly requestedBy: string;
  readonly failures: readonly { readonly subject: string; readonly code: string }[];
}

const errors = 'userErrors { __typename code path }';
const jobFields = 'id kind: work repository: repositoryName state done total requestedBy failures { subject code }';

/** A registry, attached as `r`, and what is asked of the gateway about it. */
class RetentionWorld implements World {
  readonly registry: MemoryRegistry;
  readonly gateway: TestCatalogue;
  /** Of the registry. */
  readonly id: string;
  readonly #world: World;

  constructor(world: World, id: string) {
    this.registry = world.registry;
    this.gateway = world.gateway;
    this.id = id;
    this.#world = world;
  }

  static async open(flavour: Flavour = '2.8', options: object = {}): Promise<RetentionWorld> {
    const world = await openWorld({ flavour, ...options });
    const registry = await world.gateway.registries.findByName(parseRegistryName('r'));
    return new RetentionWorld(world, registry!.id);
  }

  /** Seeds tags on images of their own that were built so many days before the test's clock. */
  fill(repository: string, ages: Readonly<Record<string, number>>): void {
    for (const [tag, age] of Object.entries(ages)) this.seed(repository, tag, buildOld(age, `${repository}:${tag}`));
  }

  seed(repository: string, tag: string | null, image: Built): void {
    seed(this.registry.store, repository, tag, image);
  }

  tags(repository = 'app'): string[] {
    return this.registry.store.tags(repository).toSorted();
  }

  /** Requests that change something; the probes name nothing. */
  writes(): string[] {
    return writes(this.registry);
  }

  async mutate<P>(name: string, type: string, fields: string, input: object, role?: Role): Promise<P & UserErrors> {
    const { data, codes } = await this.gateway.query<Record<string, P & UserErrors>>(
      `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} ${errors} } }`,
      { input },
      role,
    );
    expect(codes).toEqual([]);
    return data[name]!;
  }

  set(
    settings: {
      readonly rules?: readonly Rule[] | null;
      readonly intervalHours?: number | null;
      readonly registry?: string;
    },
    role?: Role,
  ) {
    const rules = settings.rules?.map((rule) => ({ repository: '*', ...rule }));
    const fields =
      'registry { retention { rules { repository tags keepLast keepYoungerThan keepMatching keepSemver } ' +
      'intervalHours lastRunAt } }';
    return this.mutate<{
      registry: {
        retention: { rules: readonly object[]; intervalHours: number | null; lastRunAt: string | null };
      } | null;
    }>('setRetention', 'SetRetentionInput', fields, { registry: this.id, ...settings, ...(rules && { rules }) }, role);
  }

  apply(input: { readonly repository?: string; readonly planToken?: string | null } = {}, role?: Role) {
    return this.mutate<{ job: ShownJob | null; plan: { token: string } | null }>(
      'applyRetention',
      'ApplyRetentionInput',
      `job { ${jobFields} } plan { token }`,
      { registry: 'r', ...input },
      role,
    );
  }

  deleteTags(tags: readonly string[], planToken: string | null) {
    return this.mutate<{ deletedTagIds: readonly string[] }>('deleteTags', 'DeleteTagsInput', 'deletedTagIds', {
      registry: 'r',
      repository: 'app',
      tags,
      planToken,
    });
  }

  async preview(rules: readonly Rule[] | null, role?: Role, repository = 'app') {
    const query = `query ($repository: String!, $rules: [RetentionRuleInput!])
    { retentionPreview(registry: "r", repository: $repository, rules: $rules) {
      repository { name } keptCount kept(first: 100) { tag { name } reasons } plan { tagCount tags(first: 100)
      { name } token } } }`;
    interface Shown {
      readonly keptCount: number;
      readonly kept: readonly { readonly tag: { readonly name: string }; readonly reasons: readonly string[] }[];
      readonly plan: {
        readonly tagCount: number;
        readonly tags: readonly { readonly name: string }[];
        readonly token: string;
      } | null;
    }
    return this.gateway.query<{ retentionPreview: Shown | null }>(
      query,
      { repository, rules: rules?.map((rule) => ({ repository: '*', ...rule })) },
      role,
    );
  }

  /** What it shows, where it must not fail. */
  async show(rules: readonly Rule[] | null, role?: Role): Promise<Preview> {
    const { data, codes, messages } = await this.preview(rules, role);
    expect([codes, messages]).toEqual([[], []]);
    const { kept, keptCount, plan } = data.retentionPreview!;
    expect(keptCount).toBe(kept.length);
    return {
      kept: Object.fromEntries(kept.map(({ tag, reasons }) => [tag.name, reasons])),
      going: plan?.tags.map(({ name }) => name) ?? [],
      token: plan?.token ?? null,
    };
  }

  /** A job, once it has ended. */
  async end(job: ShownJob | null): Promise<ShownJob> {
    for (;;) {
      const { data } = await this.gateway.query<{ job: ShownJob }>(
        `query ($id: ID!) { job(id: $id) { ${jobFields} } }`,
        { id: job!.id },
      );
      if (data.job.state !== 'QUEUED' && data.job.state !== 'RUNNING') return data.job;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** The newest first. */
  async jobs(): Promise<readonly ShownJob[]> {
    const { data } = await this.gateway.query<{ registry: { jobs: readonly ShownJob[] } }>(
      `{ registry(name: "r") { jobs(first: 100, kinds: [RETENTION, RETENTION_RUN]) { ${jobFields} } } }`,
    );
    return data.registry.jobs;
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#world[Symbol.asyncDispose]();
  }
}

function buildOld(days: number, label: string): Built {
  return buildImage({
    labels: { label },
    created: new Date(Date.parse('2026-01-02T03:04:05Z') - days * 86_400_000).toISOString(),
  });
}

describe.each<Flavour>(rows(['3.1', '2.8'], 1))('on a registry like distribution %s', (flavour) => {
  test('what the preview shows goes, and nothing else; the preview itself writes nothing', async () => {
    await using world = await RetentionWorld.open(flavour);
    world.fill('app', { 'v1.0.0': 50, 'v1.1.0': 40, 'v2.0.0': 30, 'nightly-1': 20, 'nightly-2': 2, main: 100 });
    const rules: Rule[] = [
      { tags: 'v*', keepLast: 1, keepSemver: '~1.0' },
      { tags: 'nightly-*', keepYoungerThan: 7 },
    ];
    const { kept, going, token } = await world.show(rules);
    expect(kept).toEqual({ 'v1.0.0': ['SEMVER'], 'v2.0.0': ['LAST'], 'nightly-2': ['YOUNGER'], main: ['NO_RULE'] });
    expect(going).toEqual(['nightly-1', 'v1.1.0']);
    expect(world.writes()).toEqual([]);
    const { deletedTagIds, userErrors } = await world.deleteTags(going, token);
    expect([deletedTagIds.length, userErrors]).toEqual([2, []]);
    expect(world.tags()).toEqual(['main', 'nightly-2', 'v1.0.0', 'v2.0.0']);
    expect(await world.show(rules)).toMatchObject({ going: [], token: null });
  });

  test('protected tags, children of indexes, signatures, and what is not known stay', async () => {
    await using world = await RetentionWorld.open(flavour);
    const [child, other] = [buildOld(90, 'arm'), buildOld(90, 'amd')];
    world.seed('app', 'multi', buildIndex([child, other]));
    world.seed('app', 'outer', buildIndex([buildIndex([buildOld(95, 'deep')])]));
    world.seed('app', 'deep', buildOld(95, 'deep'));
    world.seed('app', 'arm', child);
    world.seed('app', signatureTag(child.digest), buildImage({ created: null, labels: { is: 'signature' } }));
    world.seed('app', 'undated', buildImage({ created: null }));
    world.seed('app', 'broken', buildOld(80, 'broken'));
    world.fill('app', { stable: 200, old: 100, older: 300 });
    await world.mutate('setProtection', 'SetProtectionInput', 'registry { id }', {
      registry: world.id,
      rules: [
        { repository: '*', tag: 'st*' },
        { repository: '*', tag: 'outer' },
      ],
    });
    world.registry.fail({ kind: 'status', status: 500, match: /manifests\/broken$/ });
    const rules: Rule[] = [{ keepMatching: ['multi'], keepLast: 1 }];
    const kept = {
      arm: ['INDEX_CHILD'],
      deep: ['INDEX_CHILD'],
      broken: expect.arrayContaining(['UNREAD']) as unknown,
      multi: expect.arrayContaining(['MATCHING']) as unknown,
      outer: expect.arrayContaining(['PROTECTED']) as unknown,
      stable: ['PROTECTED'],
      undated: ['UNDATED'],
      [signatureTag(child.digest)]: expect.arrayContaining(['HIDDEN']) as unknown,
    };
    const preview = await world.show(rules);
    expect(preview).toMatchObject({ kept, going: ['old', 'older'] });
    await world.set({ rules });
    const { job, userErrors } = await world.apply({ repository: 'app' });
    expect(userErrors).toEqual([]);
    await world.end(job);
    expect(world.tags()).toEqual(Object.keys(kept).toSorted());
    for (const { digest } of [child, other]) expect(world.registry.store.findManifest('app', digest)).not.toBeNull();
  });

  test('an index goes with its tagged children, when the rules let all of them go', async () => {
    await using world = await RetentionWorld.open(flavour);
    const child = buildOld(90, 'arm');
    world.seed('app', 'multi', buildIndex([child, buildOld(90, 'amd')]));
    world.seed('app', 'arm', child);
    world.fill('app', { v1: 1 });
    await world.set({ rules: [{ keepLast: 1 }] });
    expect((await world.end((await world.apply({ repository: 'app' })).job)).state).toBe('SUCCEEDED');
    expect(world.tags()).toEqual(['v1']);
    expect(world.registry.store.findManifest('app', child.digest)).toBeNull();
  });

  test('of any tags on any images and indexes, those go that the rules let go and no kept index holds', async () => {
    const leaf = integer({ min: 0, max: 3 });
    const graph = array(
      record({ image: leaf, index: option(leaf, { freq: 2 }), isProtected: integer({ min: 0, max: 5 }) }),
      { minLength: 1, maxLength: 8 },
    );
    await assert(
      asyncProperty(
        graph,
        integer({ min: 1, max: 3 }),
        constantFrom('*', 't?', 't*'),
        async (tags, keepLast, about) => {
          await using world = await RetentionWorld.open(flavour);
          const images = [0, 1, 2, 3].map((n) => buildOld(10 * (n + 1), `${n}`));
          const contentOf = ({ image, index }: (typeof tags)[number]): Built =>
            index === null ? images[image]! : buildIndex([images[image]!, images[index]!]);
          tags.forEach((one, at) => world.seed('app', `t${at}`, contentOf(one)));
          const guarded = tags.flatMap(({ isProtected }, at) => (isProtected === 0 ? [`t${at}`] : []));
          await world.mutate('setProtection', 'SetProtectionInput', 'registry { id }', {
            registry: world.id,
            rules: guarded.map((tag) => ({ repository: 'app', tag })),
          });
          await world.set({ rules: [{ tags: about, keepLast }] });
          // An index is as new as its newest platform; tags of one time go by their number, as they are found at once.
          const ageOf = ({ image, index }: (typeof tags)[number]): number => Math.min(image, index ?? image);
          const ranked = tags
            .map((one, at) => ({ at, age: ageOf(one) }))
            .toSorted((a, b) => a.age - b.age || b.at - a.at);
          const stays = new Set([
            ...ranked.slice(0, keepLast).map(({ at }) => at),
            ...tags.flatMap(({ isProtected }, at) => (isProtected === 0 ? [at] : [])),
          ]);
          const held = new Set(
            [...stays].flatMap((at) =>
              tags[at]!.index === null ? [] : contentOf(tags[at]!).children.map(({ digest }) => digest),
            ),
          );
          const expected = tags.flatMap((one, at) =>
            stays.has(at) || held.has(contentOf(one).digest) ? [`t${at}`] : [],
          );
          const { job, userErrors } = await world.apply({ repository: 'app' });
          expect(userErrors).toEqual([]);
          if (job) expect((await world.end(job)).failures).toEqual([]);
          expect(world.tags()).toEqual(expected);
          for (const digest of held) expect(world.registry.store.findManifest('app', digest)).not.toBeNull();
          expect((await world.show(null)).going).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('a plan that was shown', () => {
  test('a plan that was shown is executed as it was, or not at all', async () => {
    await using world = await RetentionWorld.open();
    world.fill('app', { a: 30, b: 20, c: 10 });
    await world.set({ rules: [{ keepLast: 1 }] });
    const { going, token } = await world.show(null);
    world.seed('app', 'b', buildOld(0, 'pushed meanwhile'));
    expect((await world.deleteTags(going, token)).userErrors).toMatchObject([{ code: 'CHANGED_SINCE_PLAN' }]);
    const refused = await world.apply({ repository: 'app', planToken: token });
    expect(refused).toMatchObject({ job: null, userErrors: [{ __typename: 'ChangedSincePlanError' }] });
    expect(world.writes()).toEqual([]);
    const { job, userErrors } = await world.apply({ repository: 'app', planToken: refused.plan!.token });
    expect(userErrors).toEqual([]);
    expect(await world.end(job)).toMatchObject({
      kind: 'RETENTION',
      repository: 'app',
      state: 'SUCCEEDED',
      requestedBy: 'test',
    });
    expect(world.tags()).toEqual(['b']);
  });

  test('a plan that was shown is refused once the rules let nothing go, and is of one repository', async () => {
    await using world = await RetentionWorld.open();
    world.fill('app', { a: 30, b: 20 });
    world.fill('other', { a: 30, b: 20 });
    const { token } = await world.show([{ keepLast: 1 }]);
    const codes = async (input: object): Promise<unknown> =>
      (await world.apply(input)).userErrors.map(({ code, path }) => [code, path]);
    expect(await codes({ repository: 'app', planToken: token })).toEqual([['CHANGED_SINCE_PLAN', null]]);
    await world.set({ rules: [{ keepLast: 1 }] });
    expect(await codes({ planToken: token })).toEqual([['PLAN_INVALID', ['input', 'planToken']]]);
    expect(await codes({ repository: 'other', planToken: token })).toEqual([['PLAN_INVALID', ['input', 'planToken']]]);
    expect(await codes({ repository: 'app', planToken: 'made up' })).toEqual([
      ['PLAN_INVALID', ['input', 'planToken']],
    ]);
    world.gateway.wait(301);
    expect(await codes({ repository: 'app', planToken: token })).toEqual([['PLAN_INVALID', ['input', 'planToken']]]);
    expect(world.writes()).toEqual([]);
  });

  test('may be of more tags than can be named in a deletion', async () => {
    await using world = await RetentionWorld.open();
    const old = buildOld(30, 'old');
    for (let n = 0; n < 510; n++) world.seed('app', `t${n}`, old);
    world.fill('app', { keep: 1 });
    await world.set({ rules: [{ keepMatching: ['keep'] }] });
    const { token } = await world.show(null);
    expect((await world.end((await world.apply({ repository: 'app', planToken: token })).job)).state).toBe('SUCCEEDED');
    expect(world.tags()).toEqual(['keep']);
  });
});

describe('a run over a registry', () => {
  test('deletes in the repositories that a rule names, by a job each', async () => {
    await using world = await RetentionWorld.open();
    for (const name of ['team/a', 'team/b', 'other']) world.fill(name, { v1: 30, v2: 20 });
    world.fill('team/c', { v1: 30 });
    await world.gateway.crawl('r');
    await world.set({ rules: [{ repository: 'team/*', keepLast: 1 }] });
    const { job, userErrors } = await world.apply();
    expect([job!.kind, userErrors]).toEqual(['RETENTION_RUN', []]);
    expect(await world.end(job)).toMatchObject({
      repository: null,
      state: 'SUCCEEDED',
      done: 3,
      total: 3,
      requestedBy: 'test',
      failures: [],
    });
    expect(['team/a', 'team/b', 'team/c', 'other'].map((name) => world.tags(name))).toEqual([
      ['v2'],
      ['v2'],
      ['v1'],
      ['v1', 'v2'],
    ]);
    const deletions = (await world.jobs()).filter(({ kind }) => kind === 'RETENTION');
    expect(deletions.map(({ repository, state }) => [repository, state])).toEqual([
      ['team/b', 'SUCCEEDED'],
      ['team/a', 'SUCCEEDED'],
    ]);
  });

  test('asks the registry nothing of repositories where the index has nothing to delete', async () => {
    await using world = await RetentionWorld.open();
    world.fill('a', { v1: 30 });
    world.fill('b', { v1: 30, v2: 20 });
    await world.gateway.crawl('r');
    await world.set({ rules: [{ keepLast: 1 }] });
    world.registry.forget();
    await world.end((await world.apply()).job);
    expect(world.registry.count(undefined, /\/v2\/a\//)).toBe(0);
    expect(world.tags('b')).toEqual(['v2']);
  });

  test('goes on after a repository that fails, and tells of it', async () => {
    await using world = await RetentionWorld.open();
    for (const name of ['a', 'b', 'c']) world.fill(name, { v1: 30, v2: 20 });
    await world.gateway.crawl('r');
    await world.set({ rules: [{ keepLast: 1 }] });
    world.registry.fail({ kind: 'status', status: 500, match: /\/v2\/b\/tags/ });
    expect(await world.end((await world.apply()).job)).toMatchObject({
      state: 'PARTIALLY_FAILED',
      done: 3,
      failures: [{ subject: 'b', code: 'UPSTREAM_ERROR' }],
    });
    expect(['a', 'b', 'c'].map((name) => world.tags(name))).toEqual([['v2'], ['v1', 'v2'], ['v2']]);
  });

  test.each([
    ['deleting is off', { deleteEnabled: false }, 'DELETE_DISABLED'],
    ['it is in maintenance', { readOnly: true }, 'READ_ONLY'],
  ])('ends at the first repository where %s, and writes nothing', async (_what, options, code) => {
    await using world = await RetentionWorld.open('2.8', options);
    for (const name of ['a', 'b', 'c']) world.fill(name, { v1: 30, v2: 20 });
    await world.gateway.crawl('r');
    await world.set({ rules: [{ keepLast: 1 }] });
    expect((await world.apply({ repository: 'a' })).userErrors).toMatchObject([{ code }]);
    expect(await world.end((await world.apply()).job)).toMatchObject({
      state: 'FAILED',
      done: 1,
      total: 3,
      failures: [{ subject: 'a', code }],
    });
    expect(world.writes()).toEqual([]);
  });

  test('leaves a registry alone that has gone away', async () => {
    await using world = await RetentionWorld.open();
    for (let n = 0; n < 12; n++) world.fill(`a${n}`, { v1: 30, v2: 20 });
    await world.gateway.crawl('r');
    await world.set({ rules: [{ keepLast: 1 }] });
    world.registry.fail({ kind: 'reset' });
    const job = await world.end((await world.apply()).job);
    expect([job.state, job.failures.length, job.total]).toEqual(['FAILED', 5, 12]);
    expect(world.writes()).toEqual([]);
  });

  test('stops when it is cancelled, with its deletion, and when the rules are taken back', async () => {
    await using world = await RetentionWorld.open('2.8', { delayMs: 5 });
    const shared = buildOld(30, 'shared');
    for (const name of ['a', 'b']) {
      for (let n = 0; n < 30; n++) world.seed(name, `t${n}`, shared);
      world.seed(name, 'keep', shared);
    }
    await world.gateway.crawl('r');
    await world.set({ rules: [{ keepMatching: ['keep'] }] });
    const { job } = await world.apply();
    await until(() => world.tags('a').length <= 28);
    const { data } = await world.gateway.query<{ cancelJob: { job: ShownJob } }>(
      `mutation ($id: ID!) { cancelJob(input: { id: $id }) { job { ${jobFields} } } }`,
      { id: job!.id },
    );
    expect(data.cancelJob.job).toMatchObject({ state: 'CANCELLED', kind: 'RETENTION_RUN' });
    expect((await world.jobs()).map(({ kind, state }) => [kind, state])).toContainEqual(['RETENTION', 'CANCELLED']);
    expect([world.tags('a').length > 1, world.tags('b').length]).toEqual([true, 31]);
    const again = (await world.apply()).job;
    await until(() => world.tags('a').length <= 20);
    await world.set({ rules: [] });
    await world.end(again);
    expect([world.tags('a'), world.tags('b').length]).toEqual([['keep'], 31]);
  });

  test('a run over a registry is one for each registry at a time', async () => {
    await using world = await RetentionWorld.open();
    world.fill('a', { v1: 30, v2: 20 });
    await world.gateway.crawl('r');
    await world.set({ rules: [{ keepLast: 1 }] });
    const [first, second] = await Promise.all([world.apply(), world.apply()]);
    expect(second.job!.id).toBe(first.job!.id);
    await world.end(first.job);
  });
});

describe('the schedule', () => {
  const hours = 3600;

  async function openScheduled(settings: {
    readonly rules?: readonly Rule[];
    readonly intervalHours?: number | null;
  }): Promise<RetentionWorld> {
    const world = await RetentionWorld.open();
    world.fill('app', { v1: 30, v2: 20 });
    await world.gateway.crawl('r');
    await world.set(settings);
    return world;
  }

  test('the schedule is off until an interval is set, and without rules', async () => {
    await using off = await openScheduled({ rules: [{ keepLast: 1 }] });
    await using unruled = await openScheduled({ intervalHours: 1 });
    for (const world of [off, unruled]) {
      world.gateway.wait(10_000 * hours);
      await world.gateway.catalogue.retention.runDue();
      expect([await world.jobs(), world.writes(), world.tags()]).toEqual([[], [], ['v1', 'v2']]);
      const { data } = await world.gateway.query('{ registry(name: "r") { retention { lastRunAt } } }');
      expect(data).toEqual({ registry: { retention: { lastRunAt: null } } });
    }
  });

  test('runs when it is due, and not before', async () => {
    await using world = await openScheduled({ rules: [{ keepLast: 1 }], intervalHours: 24 });
    const { retention } = world.gateway.catalogue;
    await Promise.all([retention.runDue(), retention.runDue()]);
    expect(world.tags()).toEqual(['v2']);
    const { data } = await world.gateway.query('{ registry(name: "r") { retention { intervalHours lastRunAt } } }');
    expect(data).toEqual({ registry: { retention: { intervalHours: 24, lastRunAt: '2026-01-02T03:04:05.000Z' } } });
    expect((await world.jobs()).map(({ kind, requestedBy, state }) => [kind, requestedBy, state])).toEqual([
      ['RETENTION', '(retention)', 'SUCCEEDED'],
      ['RETENTION_RUN', '(retention)', 'SUCCEEDED'],
    ]);
    world.fill('app', { v3: 10 });
    world.gateway.wait(24 * hours - 1);
    await world.gateway.crawl('r');
    await retention.runDue();
    expect(world.tags()).toEqual(['v2', 'v3']);
    world.gateway.wait(1);
    await retention.runDue();
    expect(world.tags()).toEqual(['v3']);
  });

  test('the schedule is ended by null, and by making the registry read-only', async () => {
    await using world = await openScheduled({ rules: [{ keepLast: 1 }], intervalHours: 1 });
    const { retention } = world.gateway.catalogue;
    await world.mutate('setProtection', 'SetProtectionInput', 'registry { id }', {
      registry: world.id,
      readOnly: true,
    });
    await retention.runDue();
    await world.mutate('setProtection', 'SetProtectionInput', 'registry { id }', {
      registry: world.id,
      readOnly: false,
    });
    const { registry } = await world.set({ intervalHours: null });
    expect(registry!.retention).toMatchObject({ intervalHours: null, rules: [{ keepLast: 1 }] });
    await retention.runDue();
    expect([await world.jobs(), world.writes()]).toEqual([[], []]);
  });

  test('a restart makes it run neither early nor twice, also when the run ended the process', async () => {
    await using world = await openScheduled({ rules: [{ keepLast: 1 }], intervalHours: 24 });
    // It is killed before it has read anything: what is left is the time of the run, and its job.
    const { jobs } = world.gateway.parts;
    await world.gateway.registries.claimRetentionRun(world.id, new Date('2026-01-02T03:04:05Z'), null);
    const killed = await jobs.create({
      kind: 'RETENTION_RUN',
      registryId: world.id,
      requestedBy: 'retention',
      createdAt: new Date(),
    });
    for (const restart of [1, 2]) {
      world.gateway.wait(restart * hours);
      const next = reopen(world);
      await next.start();
      await next.retention.runDue();
      await next.close();
      expect([restart, world.writes(), (await world.jobs()).map(({ id, state }) => [id, state])]).toEqual([
        restart,
        [],
        [[killed.id, 'CANCELLED']],
      ]);
    }
    world.gateway.wait(21 * hours);
    const next = reopen(world);
    await next.start();
    await next.retention.runDue();
    await next.close();
    expect(world.tags()).toEqual(['v2']);
    expect((await world.jobs()).filter(({ kind }) => kind === 'RETENTION_RUN')).toHaveLength(2);
  });

  test('looks once a minute while the gateway is up', async () => {
    await using world = await openScheduled({ rules: [{ keepLast: 1 }] });
    const timer = createManualTimer();
    const next = reopen(world, timer);
    try {
      await next.start();
      await next.retention.runDue();
      await world.set({ intervalHours: 1 });
      await timer.advance(59_999);
      expect(world.tags()).toEqual(['v1', 'v2']);
      await timer.advance(1);
      await until(() => world.tags().length === 1);
    } finally {
      await next.close();
    }
  });
});

test('a deletion that the gateway was stopped in is gone on with at the next start, and its run is not said to have succeeded', async () => {
  await using world = await RetentionWorld.open('2.8', { delayMs: 5 });
  const shared = buildOld(30, 'shared');
  for (const tag of ['keep', ...Array.from({ length: 10 }, (_, n) => `t${n}`)]) world.seed('a', tag, shared);
  await world.gateway.crawl('r');
  await world.set({ rules: [{ keepMatching: ['keep'] }] });
  await world.apply();
  await until(() => world.tags('a').length <= 9);
  await world.gateway.catalogue.close();
  expect(world.tags('a').length).toBeGreaterThan(1);
  const next = reopen(world);
  await next.start();
  await until(() => world.tags('a').length <= 1);
  await next.close();
  expect((await world.jobs()).find(({ kind }) => kind === 'RETENTION_RUN')).toMatchObject({ state: 'CANCELLED' });
});

/** Another process on the same database. */
function reopen({ gateway }: World, timer: Timer = systemTimer): Catalogue {
  const { clock } = gateway.parts;
  const create: Parameters<typeof createCatalogue>[0]['createUpstream'] = (settings) =>
    createUpstream(settings, { userAgent: 'test', timer: createHastyTimer() });
  const { database, registries } = gateway;
  const sealer = createKeyring(randomBytes(32));
  return createCatalogue({ database, registries, sealer, clock, timer, createUpstream: create, log: () => undefined });
}

describe('who may, and with what', () => {
  test('only admins set it; whoever may delete previews and applies it; readers do neither', async () => {
    await using world = await RetentionWorld.open();
    world.fill('app', { v1: 30, v2: 20 });
    const rules: Rule[] = [{ keepLast: 1 }];
    for (const role of ['registries:rw', 'registries:ro'] as const) {
      expect((await world.set({ rules, intervalHours: 1 }, role)).userErrors).toMatchObject([
        { __typename: 'ForbiddenError', code: 'FORBIDDEN' },
      ]);
    }
    expect(
      (
        await world.gateway.query(
          '{ registry(name: "r") { retention { rules { keepLast } intervalHours } } }',
          {},
          'registries:ro',
        )
      ).data,
    ).toEqual({ registry: { retention: { rules: [], intervalHours: null } } });
    await world.set({ rules });
    expect((await world.preview(null, 'registries:ro')).codes).toEqual(['FORBIDDEN']);
    for (const input of [{}, { repository: 'app' }])
      expect((await world.apply(input, 'registries:ro')).userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
    expect(await world.jobs()).toEqual([]);
    expect(world.registry.count('DELETE')).toBe(0);
    expect((await world.show(null, 'registries:rw')).going).toEqual(['v1']);
    expect((await world.end((await world.apply({ repository: 'app' }, 'registries:rw')).job)).state).toBe('SUCCEEDED');
  });

  test('a registry that is read-only here is refused whole, before it is asked anything', async () => {
    await using world = await RetentionWorld.open();
    world.fill('app', { v1: 30, v2: 20 });
    await world.set({ rules: [{ keepLast: 1 }] });
    await world.mutate('setProtection', 'SetProtectionInput', 'registry { id }', {
      registry: world.id,
      readOnly: true,
    });
    expect((await world.preview(null)).codes).toEqual(['READ_ONLY']);
    for (const input of [{}, { repository: 'app' }])
      expect((await world.apply(input)).userErrors).toMatchObject([{ __typename: 'ReadOnlyError' }]);
    expect([await world.jobs(), world.registry.count('DELETE'), world.writes()]).toEqual([[], 0, []]);
  });

  test('a repository that is protected whole has nothing to delete, and is not written to', async () => {
    await using world = await RetentionWorld.open();
    world.fill('app', { v1: 30, v2: 20 });
    await world.set({ rules: [{ keepLast: 1 }] });
    await world.mutate('setProtection', 'SetProtectionInput', 'registry { id }', {
      registry: world.id,
      rules: [{ repository: 'app', tag: '*' }],
    });
    expect(await world.show(null)).toEqual({
      kept: { v1: ['PROTECTED'], v2: ['LAST', 'PROTECTED'] },
      going: [],
      token: null,
    });
    expect(await world.apply({ repository: 'app' })).toEqual({ job: null, plan: null, userErrors: [] });
    expect(world.writes()).toEqual([]);
  });

  test.each<[string, object, string[]]>([
    ['rules that keep nothing', { rules: [{}] }, ['input', 'rules', '0']],
    [
      'a rule without a pattern that can be',
      { rules: [{ keepLast: 1 }, { repository: 'Team', keepLast: 1 }] },
      ['input', 'rules', '1', 'repository'],
    ],
    ['no days', { rules: [{ keepYoungerThan: 0 }] }, ['input', 'rules', '0', 'keepYoungerThan']],
    ['what is no range', { rules: [{ keepSemver: '>=1 <' }] }, ['input', 'rules', '0', 'keepSemver']],
    ['too many rules', { rules: Array.from({ length: 21 }, () => ({ keepLast: 1 })) }, ['input', 'rules']],
    ['no hours', { intervalHours: 0 }, ['input', 'intervalHours']],
    ['more hours than a year has', { intervalHours: 8761 }, ['input', 'intervalHours']],
  ])('%s are refused, with nothing changed', async (_what, settings, path) => {
    await using world = await RetentionWorld.open();
    world.fill('app', { v1: 30 });
    await world.set({ rules: [{ keepLast: 5 }], intervalHours: 12 });
    expect((await world.set(settings)).userErrors).toEqual([
      { __typename: 'InvalidInputError', code: 'BAD_USER_INPUT', path },
    ]);
    const { registry } = await world.set({});
    expect(registry!.retention).toEqual({
      rules: [{ repository: '*', tags: '*', keepLast: 5, keepYoungerThan: null, keepMatching: [], keepSemver: null }],
      intervalHours: 12,
      lastRunAt: null,
    });
    if ('rules' in settings) expect((await world.preview(settings.rules as Rule[])).codes).toEqual(['BAD_USER_INPUT']);
    expect(world.writes()).toEqual([]);
  });

  test('what is not there is not found', async () => {
    await using world = await RetentionWorld.open();
    world.fill('app', { v1: 30 });
    expect((await world.set({ registry: '00000000-0000-4000-8000-000000000000', rules: [] })).userErrors).toMatchObject(
      [{ code: 'NOT_FOUND' }],
    );
    expect((await world.preview(null, 'admin', 'nope')).codes).toEqual(['NOT_FOUND']);
    expect((await world.apply({ repository: 'nope' })).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });
});

describeWith('docker-registry', 'on a real docker-registry', () => {
  test('what the rules let go goes, and what they keep can still be pulled', async () => {
    const distribution = await startDistribution();
    try {
      await using own = await openWorld({}, { name: 'memory' });
      const world = new RetentionWorld(own, (await own.gateway.attach('r', distribution.url)).id);
      const child = buildOld(50, 'arm');
      const kept = {
        multi: buildIndex([child, buildOld(50, 'amd')]),
        arm: child,
        new: buildOld(1, 'new'),
        also: buildOld(40, 'old'),
      };
      for (const [tag, image] of Object.entries(kept)) await push(distribution.url, 'app', tag, image);
      await push(distribution.url, 'app', 'old', buildOld(40, 'old'));
      await push(distribution.url, 'app', 'older', buildOld(60, 'older'));
      await world.set({ rules: [{ keepYoungerThan: 30, keepMatching: ['multi', 'also'] }] });
      const { going, token } = await world.show(null);
      expect(going).toEqual(['old', 'older']);
      expect((await world.end((await world.apply({ repository: 'app', planToken: token })).job)).state).toBe(
        'SUCCEEDED',
      );
      const { tags } = JSON.parse(String((await send('GET', `${distribution.url}/v2/app/tags/list`)).body)) as {
        tags: string[];
      };
      expect(tags.toSorted()).toEqual(Object.keys(kept).toSorted());
      for (const { digest, mediaType } of [...Object.values(kept), ...kept.multi.children]) {
        expect(
          (await send('GET', `${distribution.url}/v2/app/manifests/${digest}`, {}, { accept: mediaType })).status,
        ).toBe(200);
      }
    } finally {
      await distribution.close();
    }
  });
});
