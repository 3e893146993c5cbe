import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { CompiledQuery, sql } from 'kysely';
import { type Database, openDatabase } from '../../src/store/database/database.js';
import { createCheckpoints, type LogState } from '../../src/store/file/checkpoints.js';
import { openSqliteFile } from '../../src/store/file/driver.js';
import { createManualTimer, letRun, until } from '../support/timer.js';
import { createFolder } from './files.js';

/** A log of which the looks at it tell in turn, and what was done to it. */
function createLog(...states: (LogState | null)[]) {
  const timer = createManualTimer();
  const done: string[] = [];
  let isAlone = false;
  const checkpoints = createCheckpoints({
    timer,
    look: async () => {
      done.push('look');
      if (states.length === 0) throw new Error('The disk fails.');
      return states.shift()!;
    },
    checkpoint: async () => void done.push(isAlone ? 'checkpoint alone' : 'checkpoint'),
    async alone(work) {
      isAlone = true;
      return work().finally(() => (isAlone = false));
    },
    end: async () => void done.push('end'),
  });
  const write = async (): Promise<string[]> => {
    checkpoints.noteWrite();
    await timer.advance(250);
    return done.splice(0);
  };
  return { timer, done, checkpoints, write };
}

describe('checkpoints', () => {
  it('look at the log once for any number of writes, and leave it alone while it is short', async () => {
    const { timer, done, checkpoints, write } = createLog(
      { log: 2999, checkpointed: 2000 },
      { log: 5, checkpointed: 0 },
    );
    for (let each = 0; each < 100; each++) checkpoints.noteWrite();
    await timer.advance(249);
    expect(done).toEqual([]);
    expect(await write()).toEqual(['look']);
    expect(timer.waiting()).toEqual([]);
    expect(await write()).toEqual(['look']);
  });

  it('bring it into the file beside what is written, until it is long', async () => {
    const { write } = createLog(
      { log: 1000, checkpointed: 0 },
      { log: 1100, checkpointed: 1000 },
      { log: 16_383, checkpointed: 15_000 },
      { log: 16_383, checkpointed: 16_383 },
    );
    expect(await write()).toEqual(['look', 'checkpoint', 'look']);
    expect(await write()).toEqual(['look', 'checkpoint', 'look']);
  });

  it('bring what is long and not all in the file there while nothing is written, once for each 64 MB', async () => {
    const { write } = createLog(
      { log: 16_000, checkpointed: 15_000 },
      { log: 16_384, checkpointed: 16_000 },
      // Another process reads, so it did not begin anew.
      { log: 17_384, checkpointed: 16_384 },
      { log: 17_390, checkpointed: 17_384 },
      { log: 33_000, checkpointed: 17_384 },
      { log: 33_100, checkpointed: 33_000 },
      // It has.
      { log: 1000, checkpointed: 0 },
      { log: 1010, checkpointed: 1000 },
      { log: 17_000, checkpointed: 1000 },
      { log: 17_010, checkpointed: 17_000 },
    );
    const beside = ['look', 'checkpoint', 'look'];
    const alone = [...beside, 'checkpoint alone'];
    expect(await write()).toEqual(alone);
    expect(await write()).toEqual(beside);
    expect(await write()).toEqual(alone);
    expect(await write()).toEqual(beside);
    expect(await write()).toEqual(alone);
  });

  it('keep nobody waiting for what is long and all in the file', async () => {
    const { write } = createLog({ log: 20_000, checkpointed: 3 }, { log: 20_000, checkpointed: 20_000 });
    expect(await write()).toEqual(['look', 'checkpoint', 'look']);
  });

  it('leave the log alone while the file is at fault, and look again after a look that failed', async () => {
    const { write } = createLog(null);
    expect(await write()).toEqual(['look']);
    expect(await write()).toEqual(['look']);
    expect(await write()).toEqual(['look']);
  });

  it('look no more once they are closed', async () => {
    const { timer, checkpoints, done } = createLog({ log: 9000, checkpointed: 0 });
    checkpoints.noteWrite();
    await checkpoints.close();
    checkpoints.noteWrite();
    await timer.advance(1000);
    expect(done).toEqual(['end']);
  });
});

/** Writes some 1,500 pages. */
async function fill(database: Database): Promise<void> {
  await sql`create table if not exists filler (bytes blob)`.execute(database.kysely);
  await sql`insert into filler with recursive n(i) as (select 1 union all select i + 1 from n where i < 1500)
    select randomblob(4000) from n`.execute(database.kysely);
}

async function look(database: Database): Promise<LogState> {
  const { rows } = await database.kysely.executeQuery<LogState>(CompiledQuery.raw('pragma wal_checkpoint(noop)'));
  return rows[0]!;
}

describe('a database on a disk', () => {
  it('has its log brought into the file by another thread, and by no commit', async () => {
    using folder = createFolder();
    const timer = createManualTimer();
    const database = await openDatabase(`sqlite:${folder.file('g.db')}`, { timer });
    await fill(database);
    const written = await look(database);
    expect(written.log).toBeGreaterThan(1500);
    expect(written.checkpointed).toBe(0);
    await timer.advance(250);
    await until(async () => (await look(database)).checkpointed > 0);
    const { log, checkpointed } = await look(database);
    expect(checkpointed).toBe(log);
    // All of it is in the file, so it begins anew.
    await sql`delete from filler where rowid = 1`.execute(database.kysely);
    expect((await look(database)).log).toBeLessThan(20);
    await database.close();
  });

  it('leaves no log when it is closed, and nothing is missing', async () => {
    using folder = createFolder();
    const timer = createManualTimer();
    const path = folder.file('g.db');
    const database = await openDatabase(`sqlite:${path}`, { timer });
    await fill(database);
    await timer.advance(250);
    await database.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
    const file = openSqliteFile(path, { readonly: true });
    expect(file.prepare('select count(*) as count from filler').all()).toEqual([{ count: 1500 }]);
    file.close();
  });

  it('writes nothing to another file that has taken its name', async () => {
    using folder = createFolder();
    const timer = createManualTimer();
    const path = folder.file('g.db');
    const database = await openDatabase(`sqlite:${path}`, { timer });
    renameSync(path, `${path}.away`);
    copyFileSync(`${path}.away`, path);
    const copy = readFileSync(path);
    await fill(database);
    await timer.advance(250);
    // The second look is made once the thread has said that it has done what it could.
    for (let each = 0; each < 20; each++) await letRun();
    await database.close();
    expect(readFileSync(path).equals(copy)).toBe(true);
  });

  it('keeps no process from ending that does not close it', () => {
    using folder = createFolder();
    const program = folder.file('program.mjs');
    const at = (path: string): string => new URL(path, import.meta.url).href;
    writeFileSync(
      program,
      `import { openDatabase } from '${at('../../src/store/database/database.js')}';
      const { orm } = await openDatabase('sqlite:${folder.file('g.db')}');
      const execute = (text) => orm.em.getConnection().execute(text);
      await execute('create table filler (bytes blob)');
      await execute('insert into filler with recursive n(i) as (select 1 union all select i + 1 from n ' +
        'where i < 1500) select randomblob(4000) from n');
      const states = [];
      for (let look = 0; look < 100 && !states.at(-1)?.checkpointed; look++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        states.push(...(await execute('pragma wal_checkpoint(noop)')));
      }
      console.log(states.at(-1).checkpointed > 1000);`,
    );
    const { status, stdout } = spawnSync(process.execPath, [program], { encoding: 'utf8', timeout: 60_000 });
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'true\n' });
  });
});
