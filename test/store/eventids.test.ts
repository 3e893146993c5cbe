import { createOwnEntry } from '../../src/domain/audit.js';
import { backUp, restore } from '../../src/store/backup/backup.js';
import { type Database, openDatabase } from '../../src/store/database/database.js';
import { createEventLog } from '../../src/store/events/eventlog.js';
import { createManualTimer } from '../support/timer.js';
import { createFolder } from './files.js';

const entry = createOwnEntry({ at: new Date(0), actor: '(operator)', action: 'restore', details: null });

async function write(database: Database, times: number): Promise<void> {
  const row = { at: 1, kind: 'TAG_PUSHED', registry_id: 'r', registry_name: 'r' as never } as const;
  for (let n = 0; n < times; n++) await database.kysely.insertInto('event').values(row).execute();
}
const idsIn = async (database: Database): Promise<number[]> =>
  (await createEventLog(database).read(0, 100)).map(({ id }) => id);

/** Opens it as a gateway does, has it written, and closes it. */
async function serve(path: string, times: number, isInOrder: boolean): Promise<number[]> {
  const database = await openDatabase(`sqlite:${path}`);
  try {
    if (isInOrder) await database.watch(createManualTimer(), () => undefined);
    await write(database, times);
    return await idsIn(database);
  } finally {
    await database.close();
  }
}

test('a start after a stop in order goes on with the next id', async () => {
  using folder = createFolder();
  const path = folder.file('g.db');
  expect(await serve(path, 2, true)).toEqual([1, 2]);
  expect(await serve(path, 1, true)).toEqual([1, 2, 3]);
});

test('a start after a stop that was not in order passes over the ids of events that may be lost', async () => {
  using folder = createFolder();
  const path = folder.file('g.db');
  expect(await serve(path, 0, false)).toEqual([]);
  expect(await serve(path, 2, false)).toEqual([1_000_001, 1_000_002]);
  expect(await serve(path, 1, false)).toEqual([1_000_001, 1_000_002, 2_000_003]);
});

test('a tool beside a gateway passes over none', async () => {
  using folder = createFolder();
  const path = folder.file('g.db');
  await serve(path, 1, false);
  const beside = await openDatabase(`sqlite:${path}`, { access: 'beside' });
  await write(beside, 1);
  expect(await idsIn(beside)).toEqual([1, 2]);
  await beside.close();
});

test('a backup that is put back gives none of the ids that came after it', async () => {
  using folder = createFolder();
  const path = folder.file('g.db');
  await serve(path, 2, true);
  backUp(path, folder.file('backup.db'), () => undefined);
  expect(await serve(path, 3, true)).toEqual([1, 2, 3, 4, 5]);
  const putBack = (hour: number): void =>
    void restore(path, folder.file('backup.db'), {
      now: new Date(hour * 3_600_000),
      tell: () => undefined,
      keys: null,
      describe: () => entry,
    });
  putBack(0);
  expect(await serve(path, 1, true)).toEqual([1, 2, 1_000_006]);
  // Those from between two restorations of one backup are not given again either.
  putBack(1);
  expect(await serve(path, 1, true)).toEqual([1, 2, 2_000_007]);
});
