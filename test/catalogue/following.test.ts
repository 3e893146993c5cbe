import { maxFollowedOnRequest } from '../../src/domain/following.js';
import type { Job } from '../../src/domain/job.js';
import type { RepositoryName } from '../../src/domain/name.js';
import { plainly } from '../store/rows.js';
import { type Answer, createTestCatalogue, type TestCatalogue } from '../support/worlds/catalogue.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import type { FaultHandle } from '../support/registry/faults.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';

interface Problem {
  readonly code: string;
  readonly message: string;
}
interface Freshness {
  readonly state: string;
  readonly lastError: Problem | null;
}
interface Shown {
  readonly freshness: Freshness;
  readonly capabilities: { readonly catalog: boolean | null };
  readonly lastCrawl: {
    readonly state: string;
    readonly failures: readonly (Problem & { readonly subject: string })[];
  } | null;
  readonly repositories: {
    readonly nodes: readonly {
      readonly name: string;
      readonly freshness: Freshness;
      readonly tags: { readonly nodes: readonly { readonly name: string }[] };
    }[];
  };
}

let registry: MemoryRegistry;
let gateway: TestCatalogue;

beforeEach(async () => {
  registry = await createMemoryRegistry();
  gateway = await createTestCatalogue();
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry.close();
});

const freshness = 'freshness { state lastError { code message } }';

async function show(): Promise<Shown> {
  const { data, codes } = await gateway.query<{ registry: Shown }>(
    `{ registry(name: "r") { ${freshness} capabilities { catalog } lastCrawl { state failures { subject code message } }
      repositories(first: 100, filter: { empty: null }) { nodes { name ${freshness} tags(first: 100) { nodes
      { name } } } } } }`,
  );
  expect(codes).toEqual([]);
  return data.registry;
}

async function readNames(): Promise<string[]> {
  return (await show()).repositories.nodes.map(({ name }) => name);
}

interface Found {
  readonly registry: {
    readonly repository: {
      readonly name: string;
      readonly tags: { readonly nodes: readonly { readonly name: string }[] };
    } | null;
  };
}

function lookUp(name: string): Promise<Answer<Found>> {
  return gateway.query<Found>(
    'query ($name: String!) { registry(name: "r") { repository(name: $name) { name tags(first: 10) { nodes { ' +
      'name } } } } }',
    { name },
    'registries:ro',
  );
}

/** Reads it whole so many times, a minute after each other. */
async function crawl(times = 1): Promise<Job> {
  gateway.wait(60);
  const job = await gateway.crawl('r');
  return times === 1 ? job : crawl(times - 1);
}

/** Attaches it as `r`, and reads it. */
async function attach(following: readonly string[] = []): Promise<void> {
  await gateway.attach('r', registry.url, { following });
  await crawl();
}

interface Changed {
  readonly updateRegistry: {
    readonly registry: { readonly followedRepositories: readonly string[]; readonly hasCredentials: boolean } | null;
    readonly userErrors: readonly (Problem & { readonly path: readonly string[] | null })[];
  };
}

async function change(followedRepositories: readonly string[] | null): Promise<Changed['updateRegistry']> {
  const { id } = (await gateway.registries.list())[0]!;
  const { data, codes } = await gateway.query<Changed>(
    'mutation ($input: UpdateRegistryInput!) { updateRegistry(input: $input) { registry { followedRepositories ' +
      'hasCredentials } userErrors { code message path } } }',
    { input: { id, followedRepositories } },
  );
  expect(codes).toEqual([]);
  await crawl();
  return data.updateRegistry;
}

function push(name: string, tag = 'v1'): void {
  seed(registry.store, name, tag, buildImage({ labels: { of: `${name}:${tag}` } }));
}

describe('without a catalogue', () => {
  let refusal: FaultHandle;
  beforeEach(() => {
    refusal = registry.fail({ kind: 'status', status: 404, match: /_catalog/ });
    for (const name of ['team/app', 'team/web', 'other']) push(name);
  });

  test('nothing is followed at first, and the registry says what to do', async () => {
    await attach();
    const {
      freshness: { state, lastError },
      capabilities,
      repositories,
    } = await show();
    expect({ state, capabilities, repositories }).toEqual({
      state: 'NEVER_INDEXED',
      capabilities: { catalog: false },
      repositories: { nodes: [] },
    });
    expect(lastError).toMatchObject({
      code: 'UPSTREAM_UNSUPPORTED',
      message: expect.stringMatching(
        /None of r is followed yet: name repositories with followedRepositories, or look one up by its name\.$/,
      ),
    });
  });

  test('what followedRepositories names is the list: read whole it is FRESH, and its crawls succeed', async () => {
    await attach(['team/app', 'other']);
    expect(await show()).toMatchObject({
      freshness: { state: 'FRESH', lastError: null },
      capabilities: { catalog: false },
      lastCrawl: { state: 'SUCCEEDED', failures: [] },
      repositories: {
        nodes: [
          { name: 'other', freshness: { state: 'FRESH' } },
          { name: 'team/app', freshness: { state: 'FRESH' }, tags: { nodes: [{ name: 'v1' }] } },
        ],
      },
    });
    push('team/app', 'v2');
    gateway.wait(31);
    expect(await show()).toMatchObject({ freshness: { state: 'STALE' } });
    expect(await crawl()).toMatchObject({ state: 'SUCCEEDED', done: 2, total: 2 });
    expect(await show()).toMatchObject({
      freshness: { state: 'FRESH' },
      repositories: { nodes: [{}, { tags: { nodes: [{ name: 'v1' }, { name: 'v2' }] } }] },
    });
  });

  test('a pattern that lets in cannot be expanded there, and is named; one that leaves out can', async () => {
    await attach(['team/*', 'other']);
    const failure = {
      code: 'UPSTREAM_UNSUPPORTED',
      message: expect.stringMatching(
        /Nobody knows which repositories of r followedRepositories means by "team\/\*": name them in full\.$/,
      ),
    };
    expect(await show()).toMatchObject({
      freshness: { state: 'STALE', lastError: failure },
      lastCrawl: { state: 'PARTIALLY_FAILED', failures: [{ subject: 'r', ...failure }] },
      repositories: { nodes: [{ name: 'other' }] },
    });
    await change(['other', '!team/tmp-*']);
    expect(await show()).toMatchObject({
      freshness: { state: 'FRESH' },
      lastCrawl: { state: 'SUCCEEDED' },
      repositories: { nodes: [{ name: 'other' }] },
    });
  });

  test('a repository that is looked up by its name is followed from then on', async () => {
    await attach(['other']);
    expect((await lookUp('team/app')).data.registry.repository).toEqual({
      name: 'team/app',
      tags: { nodes: [{ name: 'v1' }] },
    });
    push('team/app', 'v2');
    await crawl(3);
    expect(await show()).toMatchObject({
      freshness: { state: 'FRESH' },
      repositories: {
        nodes: [{ name: 'other' }, { name: 'team/app', tags: { nodes: [{ name: 'v1' }, { name: 'v2' }] } }],
      },
    });
  });

  test('a repository is followed whose history is asked for, and one that a notification names', async () => {
    await attach();
    const { codes } = await gateway.query(
      '{ registry(name: "r") { tagHistory(repository: "team/web", first: 10) { nodes { tag } } } }',
    );
    const { id } = (await gateway.registries.list())[0]!;
    gateway.catalogue.sync.scheduleRefresh(id, 'other' as RepositoryName, new Date('2026-01-02T03:04:05Z'));
    for (let n = 0; n < 200 && (await readNames()).length < 2; n++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    await crawl(3);
    expect(codes).toEqual([]);
    expect(await show()).toMatchObject({
      freshness: { state: 'FRESH' },
      repositories: {
        nodes: [
          { name: 'other', tags: { nodes: [{ name: 'v1' }] } },
          { name: 'team/web', tags: { nodes: [{ name: 'v1' }] } },
        ],
      },
    });
  });

  test('a name that the registry does not know is not followed, and one without tags for a crawl or two only', async () => {
    await attach(['other']);
    expect((await lookUp('team/none')).codes).toEqual(['NOT_FOUND']);
    registry.store.setTag('team/empty', 'v1', `sha256:${'0'.repeat(64)}`);
    registry.store.deleteTag('team/empty', 'v1');
    expect((await lookUp('team/empty')).data.registry.repository).toEqual({ name: 'team/empty', tags: { nodes: [] } });
    await crawl(2);
    expect(await readNames()).toEqual(['other']);
  });

  test('one that gets its first tag after it was looked up is followed then', async () => {
    await attach(['other']);
    registry.store.setTag('late', 'v1', `sha256:${'0'.repeat(64)}`);
    registry.store.deleteTag('late', 'v1');
    await lookUp('late');
    push('late');
    await crawl(3);
    expect(await readNames()).toEqual(['late', 'other']);
  });

  test('what two looks in a row do not find is no longer read; what is named stays, with its error', async () => {
    await attach(['team/app', 'team/mistyped']);
    await lookUp('other');
    const {
      freshness: { state },
      lastCrawl,
      repositories,
    } = await show();
    const missing = {
      code: 'NOT_FOUND',
      message:
        'The registry r has no repository "team/mistyped", which followedRepositories names: push it, or take ' +
        'the name away.',
    };
    expect({ state, lastCrawl }).toEqual({
      state: 'FRESH',
      lastCrawl: { state: 'PARTIALLY_FAILED', failures: [{ subject: 'team/mistyped', ...missing }] },
    });
    expect(repositories.nodes.at(-1)).toEqual({
      name: 'team/mistyped',
      freshness: { state: 'NEVER_INDEXED', lastError: missing },
      tags: { nodes: [] },
    });
    registry.store.removeRepository('other');
    await crawl();
    expect(await readNames()).toEqual(['other', 'team/app', 'team/mistyped']);
    await crawl();
    expect(await readNames()).toEqual(['team/app', 'team/mistyped']);
    registry.forget();
    await crawl();
    expect(registry.count('GET', /other/)).toBe(0);
    push('team/mistyped');
    expect(await crawl()).toMatchObject({ state: 'SUCCEEDED' });
  });

  test('a failure is no look: whatever a registry answers but that it does not know the name, the repository stays', async () => {
    await attach();
    await lookUp('other');
    for (const status of [500, 403, 401, 429]) {
      const fault = registry.fail({ kind: 'status', status, match: /other/ });
      await crawl(3);
      fault.stop();
    }
    const bare = registry.fail({ kind: 'status', status: 404, body: 'not here', match: /other/ });
    await crawl(3);
    bare.stop();
    await crawl();
    registry.store.removeRepository('other');
    await crawl();
    push('other');
    await crawl();
    registry.store.removeRepository('other');
    await crawl();
    expect(await readNames()).toEqual(['other']);
  });

  test('a name that is taken away is no longer read; a look-up outlives that, a pattern that leaves it out does not', async () => {
    await attach(['team/app', 'team/web']);
    await lookUp('other');
    expect(await change(['team/app'])).toMatchObject({
      registry: { followedRepositories: ['team/app'] },
      userErrors: [],
    });
    expect(await readNames()).toEqual(['other', 'team/app']);
    await change(['team/app', '!oth*']);
    expect(await readNames()).toEqual(['team/app']);
    await change(null);
    expect(await show()).toMatchObject({
      freshness: { state: 'STALE', lastError: { message: expect.stringContaining('None of r is followed yet') } },
      repositories: { nodes: [] },
    });
  });

  test('a repository that a catalogue listed once is read on when the catalogue is refused, and no longer when the registry lost it', async () => {
    refusal.stop();
    await attach();
    registry.fail({ kind: 'status', status: 404, match: /_catalog/ });
    push('other', 'v2');
    expect(await crawl()).toMatchObject({ state: 'SUCCEEDED', total: 3 });
    registry.store.removeRepository('other');
    await crawl(2);
    expect(await readNames()).toEqual(['team/app', 'team/web']);
  });

  test.each([
    ['followedRepositories names', ['team/app'], ['team/app']],
    ['somebody looked up', [], []],
  ])(
    'a repository that %s is deleted like any other, though the registry then forgets its name',
    async (_, following, left) => {
      await attach(following);
      await lookUp('team/app');
      const isForgotten = (path: string): boolean =>
        /team\/app\/tags/.test(path) && registry.store.tags('team/app').length === 0;
      registry.fail({ kind: 'status', status: 404, match: ({ path }) => isForgotten(path) });
      const { data, codes } = await gateway.query(
        'mutation { deleteRepository(input: { registry: "r", name: "team/app" }) { job { state failures { code ' +
          'message } } userErrors { code message } } }',
      );
      expect(codes).toEqual([]);
      expect(data).toEqual({ deleteRepository: { job: { state: 'SUCCEEDED', failures: [] }, userErrors: [] } });
      expect(registry.store.manifests('team/app')).toEqual([]);
      await crawl(3);
      expect(await readNames()).toEqual(left);
    },
  );

  test('a repository is still followed by the next process', async () => {
    await attach();
    await lookUp('team/app');
    const rows = await gateway.database.kysely.selectFrom('repository').select(['name', 'found_by']).execute();
    expect(rows).toEqual([{ name: 'team/app', found_by: 'REQUEST' }]);
  });

  test('look-ups cannot make the index grow without end: beyond the limit they answer and are not followed, and the log says so once', async () => {
    await attach(['other']);
    const { id: registry_id } = (await gateway.registries.list())[0]!;
    const row = {
      registry_id,
      found_by: 'REQUEST',
      first_seen_at: 0,
      missed_scans: 0,
      is_settled: 0,
      tag_count: 0,
      size: 0,
    };
    for (let n = 0; n < maxFollowedOnRequest; n += 1000) {
      const rows = Array.from({ length: 1000 }, (_, at) => ({ ...row, name: `followed-${n + at}` }));
      await plainly(gateway.database.kysely).insertInto('repository').values(rows).execute();
    }
    for (const name of ['team/app', 'team/web'])
      expect((await lookUp(name)).data.registry.repository).toEqual({ name, tags: { nodes: [{ name: 'v1' }] } });
    const said = gateway.lines.filter(({ message }) => message.includes('followed'));
    expect(said).toEqual([
      {
        message: 'too many repositories are followed because they were asked for: no more are',
        facts: { registry: 'r', limit: maxFollowedOnRequest },
      },
    ]);
    await plainly(gateway.database.kysely).deleteFrom('repository').where('name', 'like', 'followed-%').execute();
    expect((await lookUp('team/web')).data.registry.repository).toMatchObject({ name: 'team/web' });
    // There is room again: what is still there is followed by the next reading that finds tags in it.
    await crawl(3);
    expect(await readNames()).toEqual(['other', 'team/app', 'team/web']);
  });
});

describe('with a catalogue', () => {
  beforeEach(() => {
    for (const name of ['team/app', 'team/tmp-1', 'team/tmp-2', 'other']) push(name);
  });

  test('patterns limit what is read and listed, and nothing is asked about the rest', async () => {
    await attach(['team/*', '!team/tmp-*']);
    expect(await show()).toMatchObject({
      freshness: { state: 'FRESH' },
      capabilities: { catalog: true },
      lastCrawl: { state: 'SUCCEEDED' },
    });
    expect(await readNames()).toEqual(['team/app']);
    expect(registry.count('GET', /other|tmp/)).toBe(0);
  });

  test('what a new pattern leaves out goes at once, with its history, and comes back with it', async () => {
    await attach();
    expect(await readNames()).toEqual(['other', 'team/app', 'team/tmp-1', 'team/tmp-2']);
    await change(['!team/tmp-*']);
    expect(await readNames()).toEqual(['other', 'team/app']);
    await change([]);
    expect(await readNames()).toEqual(['other', 'team/app', 'team/tmp-1', 'team/tmp-2']);
    const { data } = await gateway.query<{
      registry: { tagHistory: { nodes: { tag: string; until: string | null }[] } };
    }>('{ registry(name: "r") { tagHistory(repository: "team/tmp-1", first: 10) { nodes { tag until } } } }');
    expect(data.registry.tagHistory.nodes).toEqual([
      { tag: 'v1', until: null },
      { tag: 'v1', until: expect.any(String) },
    ]);
  });

  test('what is left out is not found by its name, and not asked for; what no pattern is about is, and is followed', async () => {
    await attach(['team/*', '!team/tmp-*']);
    const refused = await lookUp('team/tmp-1');
    expect(refused.codes).toEqual(['NOT_FOUND']);
    expect(refused.messages).toEqual([
      'The repository "team/tmp-1" of r is left out by followedRepositories: change that with updateRegistry to ' +
        'have it read.',
    ]);
    const { id } = (await gateway.registries.list())[0]!;
    gateway.catalogue.sync.scheduleRefresh(id, 'team/tmp-2' as RepositoryName, new Date('2026-01-02T03:04:05Z'));
    expect((await lookUp('other')).data.registry.repository).toMatchObject({ name: 'other' });
    await crawl(3);
    expect(await readNames()).toEqual(['other', 'team/app']);
    expect(registry.count('GET', /tmp/)).toBe(0);
  });

  test('a name in full is read also where the catalogue leaves it out', async () => {
    registry.fail({ kind: 'namesNull', match: /_catalog/ });
    await attach(['other']);
    await crawl(3);
    expect(await readNames()).toEqual(['other']);
    await change(['team/app']);
    expect(await readNames()).toEqual(['team/app']);
  });

  test('a repository that was looked up and that the catalogue does not list stays while the registry knows it', async () => {
    const unlisted = registry.fail({ kind: 'namesNull', match: /_catalog/ });
    await attach();
    await lookUp('other');
    await crawl(3);
    expect(await readNames()).toEqual(['other']);
    // From the moment it is listed the catalogue has the say.
    unlisted.stop();
    await crawl();
    registry.fail({ kind: 'namesNull', match: /_catalog/ });
    for (const name of ['other', 'team/app', 'team/tmp-1', 'team/tmp-2'])
      for (const tag of registry.store.tags(name)) registry.store.deleteTag(name, tag);
    await crawl(2);
    expect(await readNames()).toEqual([]);
  });

  test('a bad pattern changes nothing', async () => {
    await attach(['team/*']);
    expect(await change(['ok', 'Not/Ok'])).toMatchObject({
      registry: null,
      userErrors: [{ code: 'BAD_USER_INPUT', path: ['input', 'followedRepositories', '1'] }],
    });
    expect((await gateway.registries.list())[0]!.following.patterns).toEqual(['team/*']);
  });
});
