import { followsAll } from '../../src/domain/following.js';
import type { RepositoryName } from '../../src/domain/name.js';
import type { Database } from '../../src/store/database/database.js';
import { applyRepositoryNames } from '../../src/store/index/namelisting.js';
import { RepositoryStore } from '../../src/store/index/repositories.js';
import { openMemory } from './files.js';
import { addRegistry, addTags } from './rows.js';

const now = new Date(5000);
/** Names that come in one turn at the most. */
const aTurn = 500;

let database: Database;
let registryId: string;

beforeEach(async () => {
  database = await openMemory();
  registryId = await addRegistry(database.kysely, 'r');
  await database.kysely.updateTable('registry').set({ names_confirmed_at: null }).execute();
});
afterEach(() => database.close());

function nameMany(count: number, from = 0): RepositoryName[] {
  return Array.from({ length: count }, (_, at) => `team/app-${String(from + at).padStart(6, '0')}` as RepositoryName);
}

const listOf = (names: readonly RepositoryName[]) => ({ names, following: followsAll });
const select = () => database.kysely.selectFrom('repository').select(['name', 'in_first_listing']).execute();

/** Takes over a list, and gives how many names a reader beside it saw, each time that it saw others. */
async function watchGrowth(
  names: readonly RepositoryName[],
  look?: (count: number) => Promise<void>,
): Promise<{ seen: number[]; generations: number }> {
  const began = database.generation.value;
  const progress = { isDone: false };
  const writing = new RepositoryStore(database)
    .applyNames(registryId, listOf(names), now)
    .finally(() => (progress.isDone = true));
  const seen = [(await select()).length];
  while (!progress.isDone) {
    const { length } = await select();
    if (length !== seen.at(-1)) seen.push(length);
    await look?.(length);
  }
  await writing;
  return { seen, generations: database.generation.value - began };
}

test('thousands of new names come some at a time, and readers have their turn between them', async () => {
  const { seen, generations } = await watchGrowth(nameMany(3200));
  expect(seen.at(-1)).toBe(3200);
  const steps = seen.map((count, at) => count - (seen[at - 1] ?? 0));
  expect(Math.max(...steps)).toBe(aTurn);
  // What a reader was shown between is not taken for the end.
  expect(generations).toBe(Math.ceil(3200 / aTurn));
  expect(new Set((await select()).map((row) => row.in_first_listing))).toEqual(new Set([1]));
});

test('a list of names that are known writes none of them', async () => {
  await new RepositoryStore(database).applyNames(registryId, listOf(nameMany(1200)), now);
  expect(await watchGrowth(nameMany(1200))).toEqual({ seen: [1200], generations: 0 });
});

test('thousands that two lists did not have go some at a time, but for one that has tags now', async () => {
  const store = new RepositoryStore(database);
  await store.applyNames(registryId, listOf(nameMany(1300)), now);
  await store.applyNames(registryId, listOf(nameMany(10)), now);
  const { id } = await database.kysely
    .selectFrom('repository')
    .select('id')
    .where('name', '=', nameMany(1300).at(-1)!)
    .executeTakeFirstOrThrow();
  let isFound = false;
  const find = async (count: number): Promise<void> => {
    if (isFound || count === 1300) return;
    isFound = true;
    await addTags(database.kysely, id, [{ name: 'v1' }]);
  };
  const { seen } = await watchGrowth(nameMany(10), find);
  expect(Math.max(...seen.map((count, at) => (seen[at - 1] ?? 1300) - count))).toBe(100);
  expect((await select()).map((row) => row.name)).toEqual([...nameMany(10), nameMany(1300).at(-1)]);
});

test('a first list that was cut off is gone on with as the first, and what comes after it counts as new', async () => {
  const dying: Database['writeSingly'] = async (...write) => {
    await database.writeSingly(...write);
    throw new Error('the process died');
  };
  const cutOff = applyRepositoryNames({ ...database, writeSingly: dying }, registryId, listOf(nameMany(1200)), now);
  await expect(cutOff).rejects.toThrow('the process died');
  expect(await select()).toHaveLength(aTurn);
  const store = new RepositoryStore(database);
  await store.applyNames(registryId, listOf(nameMany(1200)), now);
  await store.applyNames(registryId, listOf(nameMany(2400)), now);
  const rows = await select();
  expect(rows.filter((row) => row.in_first_listing === 1).map((row) => row.name)).toEqual(nameMany(1200));
  expect(rows.filter((row) => row.in_first_listing === 0).map((row) => row.name)).toEqual(nameMany(1200, 1200));
});
