import { type ActivityFilter, type CatalogueEvent, type EventFilter, matchesFilter } from '../../src/domain/event.js';
import type { RepositoryName } from '../../src/domain/name.js';
import type { Database } from '../../src/store/database/database.js';
import { createEventLog, type EventLog } from '../../src/store/events/eventlog.js';
import { type Statements, watchStatements } from '../support/observed/statements.js';
import { openMemory } from './files.js';
import { plainly } from './rows.js';

const kinds = ['TAG_PUSHED', 'TAG_MOVED', 'REPOSITORY_EMPTIED'] as const;
const app = 'app' as RepositoryName;

let database: Database;
let log: EventLog;
let statements: Statements;
let all: CatalogueEvent[];

beforeAll(async () => {
  database = await openMemory();
  const rows = Array.from({ length: 60 }, (_, at) => ({
    at,
    kind: kinds[at % 3]!,
    registry_id: `r${at % 2}`,
    registry_name: `r${at % 2}`,
    repository: at % 5 === 0 ? 'app' : at % 7 === 0 ? null : 'other',
  }));
  await plainly(database.kysely).insertInto('event').values(rows).execute();
  log = createEventLog(database);
  all = await log.read(0, 100);
  statements = await watchStatements(database);
});
afterAll(() => database.close());

async function explain(statement: string): Promise<string[]> {
  const parameters = Array.from(statement.matchAll(/\?/g), () => null);
  const query = { sql: `explain query plan ${statement}`, parameters, query: { kind: 'RawNode' } };
  const { rows } = await database.kysely.executeQuery<{ detail: string }>(query as never);
  return rows.map(({ detail }) => detail);
}

const byId = 'SEARCH event USING INTEGER PRIMARY KEY';
const byRepository =
  'SEARCH event USING INDEX event_registry_id_repository_id_index (registry_id=? AND repository=? AND id>?';

const filters: readonly [string, EventFilter, string][] = [
  ['nothing', {}, byId],
  ['a registry', { registryIds: ['r0'] }, byId],
  ['registries', { registryIds: ['r0', 'r1'] }, byId],
  ['no registry', { registryIds: [] }, byId],
  ['a repository', { repository: app }, byId],
  ['a kind', { kinds: ['TAG_MOVED'] }, byId],
  ['kinds of a registry', { registryIds: ['r1'], kinds: ['TAG_MOVED', 'TAG_PUSHED'] }, byId],
  ['a repository of registries', { registryIds: ['r0', 'r1'], repository: app }, byId],
  ['a repository of a registry', { registryIds: ['r0'], repository: app }, byRepository],
  ['a kind in a repository', { registryIds: ['r0'], repository: app, kinds: ['TAG_PUSHED'] }, byRepository],
];

test.each(filters)(
  'events by %s are found in the order of their ids, and none is sorted',
  async (_of, filter, expected) => {
    for (const upTo of [undefined, 50]) {
      statements.take();
      const found = await log.find(filter, 3, 4, upTo);
      const [statement] = statements.take();
      const fitting = all.filter((event) => event.id > 3 && event.id <= (upTo ?? 60) && matchesFilter(filter, event));
      expect(found).toEqual(fitting.slice(0, 4));
      const plan = await explain(statement!);
      expect(plan[0]).toContain(expected);
      expect(plan.join()).not.toContain('TEMP B-TREE');
    }
  },
);

test.each(filters)('events by %s are found back from the newest, and none is sorted', async (_of, filter, expected) => {
  for (const before of [null, 50]) {
    statements.take();
    const found = await log.findBack(filter, before, 4);
    const [statement] = statements.take();
    const fitting = all.filter((event) => event.id < (before ?? 61) && matchesFilter(filter, event));
    expect(found).toEqual(fitting.toReversed().slice(0, 4));
    const plan = await explain(statement!);
    expect(plan[0]).toContain(expected.replace(' AND id>?', ' AND id<?'));
    expect(plan.join()).not.toContain('TEMP B-TREE');
  }
});

test('events of a time are found and counted, whatever their order', async () => {
  // Their times grow with their ids: the first is of 0.
  const [since, before] = [new Date(10), new Date(13)];
  const idsOf = async (filter: ActivityFilter): Promise<number[]> =>
    (await log.findBack(filter, null, 100)).map(({ id }) => id);
  expect(await idsOf({ since, before })).toEqual([13, 12, 11]);
  expect(await idsOf({ before: new Date(2) })).toEqual([2, 1]);
  expect(await log.count({ since })).toBe(50);
});

test.each(filters)('events by %s are counted as they are found', async (_of, filter) => {
  expect(await log.count(filter)).toBe(all.filter((event) => matchesFilter(filter, event)).length);
});

test('events of a registry are counted by the index alone', async () => {
  statements.take();
  await log.count({ registryIds: ['r0'] });
  const plan = await explain(statements.take()[0]!);
  expect(plan[0]).toContain('COVERING INDEX event_registry_id_repository_id_index (registry_id=?)');
});
