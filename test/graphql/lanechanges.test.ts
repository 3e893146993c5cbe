import { setImmediate as nextTurn } from 'node:timers/promises';
import { createPruning } from '../../src/catalogue/pruning.js';
import { parseFollowing } from '../../src/domain/following.js';
import { buildImage, buildIndex } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { watchTagChanges } from '../support/observed/tagchanges.js';
import { amount, chooseSeed, report } from '../support/run/amount.js';
import { createRandom } from '../support/run/random.js';
import { createHastyTimer } from '../support/timer.js';
import { openLanes } from '../support/worlds/lanes.js';
import { openWorld } from '../support/worlds/world.js';

const names = ['team/app', 'team/web', 'plain'];
const tags = ['v1', 'v2', 'v10', 'latest'];

const fields = 'nodes { id name digest imageId size updatedAt updatedAtSource }';
const queries = [
  `{ registry(name: "local") { repositories { nodes { name tagCount size updatedAt tags { ${fields} } } } } }`,
  `{ repositories(filter: { empty: null }) { nodes {
    tags(first: 2, orderBy: { field: SEMVER }) { nodes { name } } } } }`,
  `{ repositories(orderBy: { field: UPDATED_AT, direction: DESC }) { nodes { name
    tags(first: 3, orderBy: { field: UPDATED_AT, direction: DESC }) {
    edges { cursor node { name size digest } } } } } }`,
];

test.each(Array.from({ length: amount(3, 30) }, chooseSeed))(
  'texts are what is true at each moment, and no change leaves its repository with its version: seed %i',
  async (start) => {
    await using world = await openWorld({}, { name: 'local' });
    const { gateway, registry } = world;
    const { parts, registries, database, catalogue } = gateway;
    const random = createRandom(start);
    const pick = <T>(values: readonly T[]): T => values[random(values.length)]!;
    const { id } = (await registries.list())[0]!;
    // An index whose children come later has no size until they are read, wherever it stands.
    const children = ['amd64', 'arm64'].map((arch) => buildImage({ arch, layers: [{ seed: arch }] }));
    const index = buildIndex(children);
    const pruning = createPruning({
      database,
      clock: parts.clock,
      timer: createHastyTimer(),
      keep: { jobDays: 90, auditDays: null },
      log: () => undefined,
    });
    const repositoryOf = async (name: string) => (await parts.repositories.listOf(id)).find((one) => one.name === name);
    let step = 0;
    const changes: (() => unknown)[] = [
      () => seed(registry.store, pick(names), pick(tags), buildImage({ labels: { at: `${step}` } })),
      () => seed(registry.store, pick(names), pick(tags), buildImage({ labels: { at: `${step}` }, created: null })),
      () => seed(registry.store, pick(names), pick(tags), { ...index, children: [] }),
      () => seed(registry.store, pick(names), null, pick(children)),
      () => registry.store.deleteTag(pick(names), pick(tags)),
      () => gateway.wait(pick([1, 31, 3600])),
      () => registries.update(id, { following: parseFollowing(pick([[], ['team/*'], ['*', '!plain']])) }),
      () => pruning.sweep(),
      async () => {
        const repository = await repositoryOf(pick(names));
        const [tag] = repository ? await parts.tags.listAll([repository.key]) : [];
        if (tag) await parts.tags.recordPush(tag.repositoryKey, [tag.name], parts.clock());
      },
      async () => {
        const repository = await repositoryOf(pick(names));
        const found = (await registries.list())[0]!;
        if (repository) await catalogue.sync.syncRepository(found, repository.key, { joinRunning: false });
      },
    ];
    for (const name of names) for (const tag of tags) seed(registry.store, name, tag, buildImage({ labels: { tag } }));
    const lanes = openLanes(gateway);
    const watch = await watchTagChanges(database);
    const find = parts.tagTexts.find.bind(parts.tagTexts);
    let found = 0;
    parts.tagTexts.find = (...given) => {
      const text = find(...given);
      if (text) found += 1;
      return text;
    };
    const askOn = async (signal: AbortSignal): Promise<void> => {
      while (!signal.aborted) {
        for (const query of queries) await lanes.fast(query);
        await nextTurn();
      }
    };
    for (; step < 50; step++) {
      const before = new Map((await parts.repositories.listOf(id)).map(({ key, tagsVersion }) => [key, tagsVersion]));
      // Texts are made in the midst of changes too, which may leave none that is not true behind.
      const asking = new AbortController();
      const asked = askOn(asking.signal);
      await pick(changes)();
      if (step === 0 || random(2) === 0) await gateway.crawl('local');
      asking.abort();
      await asked;
      for (const { key, version, isSettled } of await watch.take())
        expect({ start, step, key, isOld: isSettled === 1 && version === before.get(key) }).toMatchObject({
          isOld: false,
        });
      for (const query of queries) {
        const expected = { start, step, query, answer: await lanes.plain(query) };
        expect({ start, step, query, answer: await lanes.fast(query) }).toEqual(expected);
        expect(lanes.written).toBe(1);
      }
    }
    report('texts', { start, found });
    expect(found).toBeGreaterThan(50);
  },
);
