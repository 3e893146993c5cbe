import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { parseRegistryName, parseRepositoryName, parseTagName } from '../../src/domain/name.js';
import { parseRegistryAddress } from '../../src/domain/registry.js';
import { openDatabase, type Database } from '../../src/store/database/database.js';
import { openSqliteFile } from '../../src/store/file/driver.js';
import { takeLock } from '../../src/store/file/lock.js';
import { Repository, Tag } from '../../src/store/entities/content.js';
import { Registry } from '../../src/store/entities/registry.js';
import { noTracer, type Tracer } from '../../src/trace.js';
import { createManualTimer } from '../support/timer.js';
import { createFolder, openMemory } from './files.js';

const at = new Date('2026-01-02T03:04:05.678Z');

async function addRegistry(database: Database): Promise<void> {
  const em = database.orm.em.fork();
  em.create(Registry, {
    id: '0190c3a0-0000-7000-8000-000000000001',
    name: parseRegistryName('local'),
    addr: parseRegistryAddress('http://r'),
    createdAt: at,
  });
  await em.flush();
  const repository = em.create(Repository, {
    registry: '0190c3a0-0000-7000-8000-000000000001',
    name: parseRepositoryName('a/b'),
    firstSeenAt: at,
  });
  em.create(Tag, {
    repository,
    name: parseTagName('v1'),
    firstSeenAt: at,
    changedAt: at,
    updatedAt: at,
    updatedSource: 'FIRST_SEEN',
    sortKey: '0v1',
  });
  await em.flush();
}

async function pragma(database: Database, name: string): Promise<unknown> {
  const { rows } = await sql.raw<Record<string, unknown>>(`pragma ${name}`).execute(database.kysely);
  return Object.values(rows[0] ?? {})[0];
}

describe('openDatabase', () => {
  it('migrates an empty file to exactly the tables of the entities, and again changes nothing', async () => {
    using folder = createFolder();
    const url = `sqlite:${folder.file('new/deep/gateway.db')}`;
    for (let start = 0; start < 2; start++) {
      const database = await openDatabase(url);
      expect(await database.checkSchema()).toBe(true);
      expect(await database.orm.migrator.getPending()).toEqual([]);
      await database.close();
    }
  });

  it('makes the folder 0700 and every file 0600', async () => {
    using folder = createFolder();
    const database = await openDatabase(`sqlite:${folder.file('data/gateway.db')}`);
    await addRegistry(database);
    const mode = (name: string): number => statSync(folder.file(name)).mode & 0o777;
    expect(mode('data')).toBe(0o700);
    for (const file of ['gateway.db', 'gateway.db-wal', 'gateway.db-shm', 'gateway.db.lock'])
      expect([file, mode(`data/${file}`)]).toEqual([file, 0o600]);
    await database.close();
  });

  it('refuses a file that is open to all, saying what to run', async () => {
    using folder = createFolder();
    writeFileSync(folder.file('g.db'), '');
    chmodSync(folder.file('g.db'), 0o644);
    await expect(openDatabase(`sqlite:${folder.file('g.db')}`)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message:
        `The database file ${folder.file('g.db')} is open to every user of this machine. Run: chmod 600 ` +
        folder.file('g.db'),
    });
  });

  it.each(['postgresql://localhost/x', 'sqlite:', 'gateway.db', ''])('refuses the URL %j', async (url) => {
    await expect(openDatabase(url)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('sets its pragmas on the connection', async () => {
    using folder = createFolder();
    const database = await openDatabase(`sqlite:${folder.file('g.db')}`);
    const names = ['journal_mode', 'synchronous', 'busy_timeout', 'cache_size', 'temp_store', 'foreign_keys'];
    const values = [];
    for (const name of names) values.push(await pragma(database, name));
    expect(values).toEqual(['wal', 1, 100, -16384, 2, 1]);
    await database.close();
  });

  it('gives raw rows with snake_case columns, times in milliseconds and booleans as 0 and 1', async () => {
    await using database = await openMemory();
    await addRegistry(database);
    const row = await database.kysely
      .selectFrom('tag')
      .innerJoin('repository', 'repository.id', 'tag.repository_id')
      .innerJoin('registry', 'registry.id', 'repository.registry_id')
      .select(['tag.name', 'tag.image_id', 'tag.changed_at', 'registry.tls_skip_verify', 'repository.missed_scans'])
      .executeTakeFirstOrThrow();
    expect(row).toEqual({ name: 'v1', image_id: null, changed_at: at.getTime(), tls_skip_verify: 0, missed_scans: 0 });
  });

  it('removes repositories and tags with their registry', async () => {
    await using database = await openMemory();
    await addRegistry(database);
    await database.kysely.deleteFrom('registry').execute();
    expect(await database.kysely.selectFrom('tag').selectAll().execute()).toEqual([]);
  });
});

describe('a damaged or foreign file', () => {
  it.each([
    ['is no database', Buffer.alloc(8192, 'x'), 'STORAGE_CORRUPT'],
    ['is cut off', null, 'STORAGE_CORRUPT'],
  ])('a damaged or foreign file that %s is refused and left as it is', async (_what, content, code) => {
    using folder = createFolder();
    const path = folder.file('g.db');
    if (content === null) {
      const database = await openDatabase(`sqlite:${path}`);
      await addRegistry(database);
      await database.close();
      const whole = readFileSync(path);
      whole.fill(0xff, 4096, whole.length);
      writeFileSync(path, whole);
    } else {
      writeFileSync(path, content, { mode: 0o600 });
    }
    const before = readFileSync(path);
    await expect(openDatabase(`sqlite:${path}`)).rejects.toMatchObject({ name: 'GatewayError', code });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('changed by a later version is refused', async () => {
    using folder = createFolder();
    const url = `sqlite:${folder.file('g.db')}`;
    const database = await openDatabase(url);
    await database.orm.em
      .getConnection()
      .execute("insert into mikro_orm_migrations (name) values ('Migration29990101000000_later')");
    await database.close();
    await expect(openDatabase(url)).rejects.toMatchObject({
      code: 'STORAGE_CORRUPT',
      message:
        'The database was changed by a later version (Migration29990101000000_later). Start that version, or ' +
        'restore the backup made before it.',
    });
  });
});

/** As a new file stands between its header and its first table: the log is not there yet. */
function makeHeaderOnly(path: string): void {
  writeFileSync(path, '', { mode: 0o600 });
  const file = openSqliteFile(path);
  file.exec('pragma auto_vacuum = incremental; pragma user_version = 1');
  file.close();
}

/** Gives the text of each statement. */
function createStatementTracer(statements: string[]): Tracer {
  return {
    ...noTracer,
    isOn: true,
    part(describe, work) {
      statements.push(String(describe().attributes?.['db.query.text']));
      return work(null);
    },
  };
}

async function writeBeside(url: string): Promise<void> {
  const tool = await openDatabase(url, { access: 'beside' });
  await tool.kysely.updateTable('registry').set({ max_age: 60 }).execute();
  await sql`pragma user_version = 0`.execute(tool.kysely);
  await tool.close();
}

describe('one gateway for each file', () => {
  const holder = `
    import { openDatabase } from ${JSON.stringify(join(process.cwd(), '.test/src/store/database/database.js'))};
    try {
      const database = await openDatabase(process.argv[1]);
      process.stdout.write('open\\n');
      process.stdin.on('end', () => void database.close()).resume();
    } catch (error) { process.stdout.write(error.code + ' ' + error.message + '\\n'); }`;

  function start(url: string): { line: Promise<string>; readonly stop: (signal?: NodeJS.Signals) => Promise<void> } {
    const child = spawn(process.execPath, ['--input-type=module', '-e', holder, url], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const line = new Promise<string>((resolve) =>
      child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim())),
    );
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    return {
      line,
      stop: (signal) => {
        if (signal) child.kill(signal);
        else child.stdin.end();
        return gone;
      },
    };
  }

  it('one gateway for each file is refused to a second process with the reason, and free again when the first is killed', async () => {
    using folder = createFolder();
    const url = `sqlite:${folder.file('g.db')}`;
    const first = start(url);
    expect(await first.line).toBe('open');
    await expect(openDatabase(url)).rejects.toMatchObject({
      code: 'STORAGE_BUSY',
      message:
        `Another gateway is running on ${folder.file('g.db')}. Only one process may serve an SQLite file: ` +
        'stop it, or set another DATABASE_URL.',
    });
    await first.stop('SIGKILL');
    await (await openDatabase(url)).close();
  });

  it('goes to exactly one of several that start at once on a new file', async () => {
    using folder = createFolder();
    const url = `sqlite:${folder.file('g.db')}`;
    const starts = [start(url), start(url), start(url)];
    const lines = await Promise.all(starts.map(({ line }) => line));
    expect(lines.filter((line) => line === 'open')).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith('STORAGE_BUSY Another gateway is running on'))).toHaveLength(2);
    await Promise.all(starts.map(({ stop }) => stop()));
  });

  it('takes what another gateway has half made for busy, and without that gateway for a lost database', async () => {
    using folder = createFolder();
    const path = folder.file('g.db');
    makeHeaderOnly(path);
    const lock = takeLock(path);
    await expect(openDatabase(`sqlite:${path}`)).rejects.toMatchObject({
      code: 'STORAGE_BUSY',
      message: expect.stringMatching(/^Another gateway is running on/) as string,
    });
    await expect(openDatabase(`sqlite:${path}`, { access: 'beside' })).rejects.toMatchObject({
      code: 'STORAGE_BUSY',
      message: `A gateway is starting on ${path}. Try again in a moment.`,
    });
    lock.release();
    await expect(openDatabase(`sqlite:${path}`)).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
    await expect(openDatabase(`sqlite:${path}`, { access: 'beside' })).rejects.toMatchObject({
      code: 'STORAGE_CORRUPT',
    });
  });

  it('checks a file at its start unless it was closed in order, checked, and nobody wrote to it since', async () => {
    using folder = createFolder();
    const url = `sqlite:${folder.file('g.db')}`;
    const isChecked = async (served: 'for a moment' | 'for long'): Promise<boolean> => {
      const statements: string[] = [];
      const timer = createManualTimer();
      const database = await openDatabase(url, { tracer: createStatementTracer(statements) });
      await database.watch(timer, () => undefined);
      if (served === 'for long') await timer.advance(2000);
      await database.close();
      return statements.some((sql) => sql.includes('quick_check'));
    };
    expect(await isChecked('for a moment')).toBe(true);
    expect(await isChecked('for long')).toBe(false);
    expect(await isChecked('for a moment')).toBe(false);
    expect(await isChecked('for a moment')).toBe(true);
    utimesSync(folder.file('g.db'), 1, 1);
    expect(await isChecked('for a moment')).toBe(true);
    await writeBeside(url);
    expect(await isChecked('for a moment')).toBe(true);
    renameSync(folder.file('g.db.lock'), folder.file('h.db.lock'));
    expect(await isChecked('for a moment')).toBe(true);
    expect(await isChecked('for a moment')).toBe(false);
  });

  it('lets a tool beside it read and write', async () => {
    using folder = createFolder();
    const url = `sqlite:${folder.file('g.db')}`;
    const own = await openDatabase(url);
    await addRegistry(own);
    const beside = await openDatabase(url, { access: 'beside' });
    await beside.kysely.updateTable('registry').set({ max_age: 60 }).execute();
    expect(await own.kysely.selectFrom('registry').select('max_age').execute()).toEqual([{ max_age: 60 }]);
    await beside.close();
    await own.close();
  });

  it('lets a tool alone migrate a new file and leaves it free', async () => {
    using folder = createFolder();
    const url = `sqlite:${folder.file('g.db')}`;
    const tool = await openDatabase(url, { access: 'beside' });
    await (await openDatabase(url)).close();
    await tool.close();
    expect(existsSync(folder.file('g.db.lock'))).toBe(true);
  });
});
