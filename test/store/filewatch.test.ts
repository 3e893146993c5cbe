import {
  copyFileSync,
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import type { GatewayError } from '../../src/errors.js';
import { AccountStore } from '../../src/store/accounts/accounts.js';
import { type Database, openDatabase } from '../../src/store/database/database.js';
import { createManualTimer, until } from '../support/timer.js';
import { createFolder } from './files.js';

/** A database in use whose file is looked at when `look` is called, as it is each two seconds. */
async function open(path: string) {
  const database = await openDatabase(`sqlite:${path}`);
  await new AccountStore(database).create({ username: 'ann', roles: ['admin'], passwordHash: null });
  const timer = createManualTimer();
  const faults: (string | null)[] = [];
  await database.watch(timer, (fault: GatewayError | null) => faults.push(fault?.message ?? null));
  const lookUntil = async (isSo: () => boolean): Promise<void> =>
    until(async () => {
      await timer.advance(2000);
      return isSo();
    });
  return { database, timer, faults, lookUntil };
}

async function addAccount(database: Database, username: string): Promise<void> {
  await new AccountStore(database).create({ username, roles: [], passwordHash: null });
}

const next =
  'Nothing is written any more. Stop the gateway, put the file back or restore a backup, and start it again.';
const removed = `The database file was removed or replaced while it was served. ${next}`;
const overwritten = `The database file was overwritten while it was served. ${next}`;
const damaged = `The database file is damaged. ${next}`;
const logRemoved = `The database's write-ahead log was removed or replaced while it was served. ${next}`;

/** Bytes of the file that hold its rows, not its header. */
function damage(path: string): void {
  const file = openSync(path, 'r+');
  const { size } = statSync(path);
  for (let page = 4096; page < size; page += 4096) writeSync(file, Buffer.alloc(512, 0xa5), 0, 512, page);
  closeSync(file);
}

describe('a database whose file is', () => {
  it.each<[string, string, (path: string) => void]>([
    ['removed', removed, (path) => rmSync(path)],
    ['moved away', removed, (path) => renameSync(path, `${path}.away`)],
    [
      'replaced by a copy of itself',
      removed,
      (path) => {
        copyFileSync(path, `${path}.copy`);
        renameSync(`${path}.copy`, path);
      },
    ],
    [
      'removed with its folder',
      removed,
      (path) => renameSync(path.slice(0, path.lastIndexOf('/')), `${path.slice(0, path.lastIndexOf('/'))}.away`),
    ],
    ['emptied', overwritten, (path) => truncateSync(path, 0)],
    ['overwritten with text', overwritten, (path) => writeFileSync(path, 'x'.repeat(statSync(path).size))],
    ['overwritten by another database', overwritten, (path) => writeFileSync(path, readFileSync(`${path}.other`))],
    ['damaged beyond its header', damaged, damage],
    ['without its log', logRemoved, (path) => rmSync(`${path}-wal`)],
  ])('%s refuses writes, and says why', async (_what, message, harm) => {
    using folder = createFolder();
    const path = folder.file('data/g.db');
    await (await openDatabase(`sqlite:${path}.other`)).close();
    const { database, faults, lookUntil } = await open(path);
    await database.kysely.selectFrom('account').selectAll().execute();
    harm(path);
    await lookUntil(() => database.fault !== null);
    expect(faults).toEqual([message]);
    await expect(addAccount(database, 'bob')).rejects.toMatchObject({ code: 'STORAGE_CORRUPT', message });
    const begun = database.kysely.transaction().execute((trx) => trx.deleteFrom('account').execute());
    await expect(begun).rejects.toMatchObject({ code: 'STORAGE_CORRUPT', message });
    await database.close();
  });

  it('damaged is told by the check that its closing waits for, and is checked by the next start', async () => {
    using folder = createFolder();
    const path = folder.file('g.db');
    const { database, timer, faults } = await open(path);
    await database.orm.em.getConnection().execute('pragma wal_checkpoint(truncate)');
    damage(path);
    // The look begins the check, and nobody looks again.
    await timer.advance(2000);
    await database.close();
    expect(faults).toEqual([damaged]);
    await expect(openDatabase(`sqlite:${path}`)).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
  });

  it('removed gives no free pages back', async () => {
    using folder = createFolder();
    const path = folder.file('g.db');
    const { database, lookUntil } = await open(path);
    const execute = (statement: string) => database.orm.em.getConnection().execute(statement);
    await execute(
      'create table filler as with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000) ' +
        'select randomblob(4000) as bytes from n',
    );
    await execute('drop table filler');
    const given: number[] = [];
    for await (const pages of database.giveBackPages()) {
      given.push(pages);
      break;
    }
    expect(given).toEqual([100]);
    rmSync(path);
    await lookUntil(() => database.fault !== null);
    for await (const pages of database.giveBackPages()) given.push(pages);
    expect(given).toEqual([100]);
    await database.close();
  });

  it('put back goes on', async () => {
    using folder = createFolder();
    const path = folder.file('g.db');
    const { database, faults, lookUntil } = await open(path);
    renameSync(path, `${path}.away`);
    await lookUntil(() => database.fault !== null);
    expect((await database.kysely.selectFrom('account').selectAll().execute()).map((row) => row.username)).toEqual([
      'ann',
    ]);
    renameSync(`${path}.away`, path);
    await lookUntil(() => database.fault === null);
    await addAccount(database, 'bob');
    expect(faults).toEqual([removed, null]);
    await database.close();
  });

  it('whole stays so: writes, checkpoints and other processes that read are no fault', async () => {
    using folder = createFolder();
    const path = folder.file('g.db');
    const { database, timer, faults } = await open(path);
    for (let round = 0; round < 5; round++) {
      await addAccount(database, `user${round}`);
      await database.orm.em.getConnection().execute('pragma wal_checkpoint(truncate)');
      const beside = await openDatabase(`sqlite:${path}`, { access: 'beside' });
      await addAccount(beside, `beside${round}`);
      await beside.close();
      await timer.advance(2000);
    }
    expect(faults).toEqual([]);
    await database.close();
  });
});
