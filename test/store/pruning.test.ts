import { statSync } from 'node:fs';
import { MikroORM } from '@mikro-orm/sqlite';
import { sql } from 'kysely';
import { createPruning } from '../../src/catalogue/pruning.js';
import { pruneAged } from '../../src/store/pruning/aging.js';
import { createUsageStore } from '../../src/store/index/usage.js';
import { type Database, openDatabase } from '../../src/store/database/database.js';
import { prepareFile } from '../../src/store/file/file.js';
import { createImageStore } from '../../src/store/index/images.js';
import { ormOptions } from '../../src/store/database/sqlitemigrating.js';
import { sqliteMigrations } from '../../src/store/database/migrations/sqlite.js';
import { makeShrinkable } from '../../src/store/file/space.js';
import { TagStore } from '../../src/store/index/tags.js';
import type { TagName } from '../../src/domain/name.js';
import { createHastyTimer, until } from '../support/timer.js';
import { createFolder } from './files.js';
import { createLayers, createManifest } from './manifests.js';
import { addRegistry, addRepository, fakeDigest, plainly } from './rows.js';
import { listEngines } from '../support/servers/engines.js';

describe.each(listEngines('pruning'))('on $name', ({ open: openMemory }) => {
  async function countRows(database: Database, table: string): Promise<number> {
    const { rows } = await sql<{ total: number }>`select count(*) as total from ${sql.table(table)}`.execute(
      database.kysely,
    );
    return rows[0]!.total;
  }

  async function countPages(database: Database): Promise<number> {
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(database.kysely);
    return rows[0]!.page_count;
  }

  function createPruningOf(database: Database) {
    const keep = { jobDays: 90, auditDays: null };
    return createPruning({ database, clock: () => new Date(), timer: createHastyTimer(), keep, log: () => undefined });
  }

  /** Points each of the repository's tags to a new image of so many layers. */
  async function moveTags(database: Database, repositoryKey: number, name: string, layers: number): Promise<void> {
    const tags = new TagStore(database);
    const images = createImageStore(database);
    const all = await tags.listAll([repositoryKey]);
    const now = new Date();
    const made = all.map((tag) =>
      createManifest(`${name} ${tag.name}`, { layers: createLayers(`${name} ${tag.name}`, layers) }),
    );
    const keys = await images.save(made, now);
    const readings = all.map((tag, at) => ({
      tagKey: tag.key,
      imageKey: keys.get(made[at]!.manifest.digest)!,
      was: tag.imageKey,
    }));
    await tags.applyReadings(readings, { at: now, now }, { at: now, source: 'CHANGE_SEEN' });
    await createUsageStore(database).deriveSizes(repositoryKey);
  }

  async function addTagged(database: Database, tags: number): Promise<{ registryId: string; repositoryKey: number }> {
    const registryId = await addRegistry(database.kysely, 'r');
    const repositoryKey = await addRepository(database.kysely, registryId, 'app');
    const names = Array.from({ length: tags }, (_, at) => `v${at}` as TagName);
    await new TagStore(database).applyNames(repositoryKey, names, { at: new Date(), source: 'CHANGE_SEEN' });
    return { registryId, repositoryKey };
  }

  test('the file stops growing: thirty rounds in which every tag moves', async () => {
    using folder = createFolder();
    const database = await openDatabase(`sqlite:${folder.file('g.db')}`);
    const { repositoryKey } = await addTagged(database, 20);
    const pruning = createPruningOf(database);
    const pages: number[] = [];
    for (let round = 0; round < 30; round++) {
      await moveTags(database, repositoryKey, `round ${round}`, 40);
      await pruning.sweep();
      pages.push(await countPages(database));
    }
    // Of this round and of the one before, which the look has marked.
    expect([await countRows(database, 'image'), await countRows(database, 'blob')]).toEqual([40, 1600]);
    expect(pages.at(-1)).toBeLessThan(pages[9]! + 100);
    await database.close();
  });

  test('what is detached gives its space back', async () => {
    using folder = createFolder();
    const path = folder.file('g.db');
    const database = await openDatabase(`sqlite:${path}`);
    const { registryId, repositoryKey } = await addTagged(database, 20);
    await moveTags(database, repositoryKey, 'only', 1000);
    const checkpoint = async (): Promise<number> => {
      // The gateway's own may be under way.
      await until(async () => {
        const done = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(database.kysely);
        return done.rows[0]?.busy === 0;
      });
      return statSync(path).size;
    };
    const before = await checkpoint();
    await database.kysely.deleteFrom('registry').where('id', '=', registryId).execute();
    const pruning = createPruningOf(database);
    for (let sweep = 0; sweep < 2; sweep++) await pruning.sweep();
    expect([
      await countRows(database, 'image'),
      await countRows(database, 'image_blob'),
      await countRows(database, 'blob'),
    ]).toEqual([0, 0, 0]);
    expect(await checkpoint()).toBeLessThan(before / 2);
    await database.close();
  });

  test('a file from before is brought over with its data, once, and says so', async () => {
    using folder = createFolder();
    const path = folder.file('g.db');
    const before = sqliteMigrations.slice(
      0,
      sqliteMigrations.findIndex(({ name }) => name.endsWith('_pruning')),
    );
    prepareFile(path, { mayCreate: true, keyFile: null, anyFileSystem: false });
    const first = await MikroORM.init({
      ...ormOptions(path),
      migrations: { migrationsList: before, snapshot: false, silent: true },
    });
    await first.migrator.up();
    const run = (statement: string): Promise<unknown> => first.em.getConnection().execute(statement);
    await run(`insert into image (digest, kind, media_type, manifest_size, labels, annotations, history, config_state,
  first_seen_at)
    values ('${fakeDigest(1)}', 'image', 'm', 1, '{"a":"b"}', '{}', '[]', 'read', 0)`);
    await run(
      "insert into audit_entry (at, actor, action, tags, outcome) values (5, 'ann', 'login', '[]', 'SUCCEEDED')",
    );
    await first.close(true);
    const lines: string[] = [];
    const log = (message: string): void => void lines.push(message);
    const database = await openDatabase(`sqlite:${path}`, { log });
    const told = lines.filter((line) => line !== 'the tables are brought up to date');
    expect(told).toEqual(['the database file is rewritten once, so that it can shrink from now on']);
    expect((await sql<{ auto_vacuum: number }>`pragma auto_vacuum`.execute(database.kysely)).rows).toEqual([
      { auto_vacuum: 2 },
    ]);
    const [image] = await createImageStore(database).findByDigests([fakeDigest(1) as never]);
    expect((await createImageStore(database).labelsOf([image!.key])).get(image!.key)).toEqual({ a: 'b' });
    expect([await countRows(database, 'audit_entry'), await countRows(database, 'search_label')]).toEqual([1, 1]);
    await database.close();
    const count = lines.length;
    const again = await openDatabase(`sqlite:${path}`, { log });
    expect(lines).toHaveLength(count);
    await again.close();
  });

  test('a file from before stays as it is where rewriting it takes more memory than there is, and says so', async () => {
    using folder = createFolder();
    const path = folder.file('g.db');
    prepareFile(path, { mayCreate: true, keyFile: null, anyFileSystem: false });
    const orm = await MikroORM.init(ormOptions(path));
    await orm.migrator.up();
    const lines: unknown[] = [];
    const log = (message: string, facts: object): void => void lines.push([message, facts]);
    const readMode = () => orm.em.getConnection().execute('pragma auto_vacuum');
    const megabytes = Math.ceil((statSync(path).size / 1e6) * 2);
    await makeShrinkable(orm, path, log, () => megabytes * 1e6 - 1);
    expect(lines).toEqual([
      ['the database file does not shrink: to rewrite it once takes a start with more memory', { path, megabytes }],
    ]);
    expect(await readMode()).toEqual([{ auto_vacuum: 0 }]);
    await makeShrinkable(orm, path, log, () => megabytes * 1e6);
    expect(await readMode()).toEqual([{ auto_vacuum: 2 }]);
    await orm.close(true);
  });

  describe('what has ended goes when it is older than its bound', () => {
    const bound = new Date('2026-01-01T00:00:00Z');
    const at = bound.getTime();
    const never = new Date(0);

    async function prune(database: Database, bounds: Partial<Parameters<typeof pruneAged>[1]>): Promise<number> {
      let removed = 0;
      const all = { tokens: never, history: never, jobs: never, audit: null, ...bounds };
      for await (const step of pruneAged(database.kysely, all)) removed += step.removed;
      return removed;
    }

    test('tokens by their expiry or their end', async () => {
      await using database = await openMemory();
      const { kysely: db } = database;
      await plainly(db)
        .insertInto('account')
        .values({ id: 'a', username: 'ann', roles: '[]', created_at: 0 })
        .execute();
      const token = { account_id: 'a', label: '', roles: '[]', created_at: 0 };
      const rows = [
        { id: 'expired', expires_at: at - 1 },
        { id: 'expires', expires_at: at },
        { id: 'revoked', expires_at: at + 10, revoked_at: at - 1 },
        { id: 'revokedLater', expires_at: at + 10, revoked_at: at },
      ];
      await plainly(db)
        .insertInto('token')
        .values(rows.map((row) => ({ ...token, revoked_at: null, ...row, hash: row.id })))
        .execute();
      expect(await prune(database, { tokens: bound })).toBe(2);
      expect((await db.selectFrom('token').select('id').orderBy('id').execute()).map(({ id }) => id)).toEqual([
        'expires',
        'revokedLater',
      ]);
    });

    test('jobs with their steps, but for those that run, and those whose placeholder may stand', async () => {
      await using database = await openMemory();
      const { kysely: db } = database;
      const registryId = await addRegistry(db, 'r');
      const job = {
        kind: 'DELETION',
        registry_id: registryId,
        requested_by: 'ann',
        failures: '[]',
        created_at: 0,
        failure_count: 0,
        done: 0,
        total: 0,
      };
      const rows = [
        { id: 'old', state: 'SUCCEEDED', finished_at: at - 1 },
        { id: 'new', state: 'SUCCEEDED', finished_at: at },
        { id: 'running', state: 'RUNNING', finished_at: null },
        { id: 'placeholder', state: 'FAILED', finished_at: at - 1 },
      ];
      await plainly(db)
        .insertInto('job')
        .values(rows.map((row) => ({ ...job, ...row })))
        .execute();
      const step = { kind: 'TAG', tags: '[]', state: 'DONE', digest: null };
      const steps = [
        ...Array.from({ length: 1200 }, (_, position) => ({ job_id: 'old', position, placeholder_digest: null })),
        { job_id: 'placeholder', position: 0, placeholder_digest: fakeDigest(1) },
        { job_id: 'new', position: 0, placeholder_digest: null },
      ];
      for (let start = 0; start < steps.length; start += 500) {
        await plainly(db)
          .insertInto('deletion_step')
          .values(steps.slice(start, start + 500).map((each) => ({ ...step, ...each })))
          .execute();
      }
      await prune(database, { jobs: bound });
      expect((await db.selectFrom('job').select('id').orderBy('id').execute()).map(({ id }) => id)).toEqual([
        'new',
        'placeholder',
        'running',
      ]);
      expect(await countRows(database, 'deletion_step')).toBe(2);
    });

    test('the history of a repository that is gone, from its last end on, and never of one that is there', async () => {
      await using database = await openMemory();
      const { kysely: db } = database;
      const registryId = await addRegistry(db, 'r');
      await addRepository(db, registryId, 'there');
      const revision = {
        registry_id: registryId,
        tag: 'v1',
        digest: fakeDigest(1),
        since: 0,
        since_source: 'FIRST_SEEN',
        until_source: 'CHANGE_SEEN',
      };
      const ends: [string, number][] = [
        ['there', at - 5],
        ['gone', at - 5],
        ['gone', at - 1],
        ['left', at - 5],
        ['left', at],
      ];
      const many = Array.from({ length: 1100 }, (): [string, number] => ['many', at - 1]);
      for (const [repository, until] of [...ends, ...many])
        await plainly(db)
          .insertInto('tag_revision')
          .values({ ...revision, repository, until })
          .execute();
      expect(await prune(database, { history: bound })).toBe(1102);
      const left = await db.selectFrom('tag_revision').select('repository').orderBy('id').execute();
      expect(left.map(({ repository }) => repository)).toEqual(['there', 'left', 'left']);
    });

    test('audit entries where a bound is set, from the oldest on; without one the database refuses as ever', async () => {
      await using database = await openMemory();
      const { kysely: db } = database;
      const entry = { actor: 'ann', action: 'login', tags: '[]', outcome: 'SUCCEEDED' };
      const times = [...Array.from({ length: 1200 }, () => at - 1), at, at + 1];
      for (const time of times)
        await plainly(db)
          .insertInto('audit_entry')
          .values({ ...entry, at: time })
          .execute();
      expect(await prune(database, {})).toBe(0);
      expect(await prune(database, { audit: bound })).toBe(1200);
      expect((await db.selectFrom('audit_entry').select('at').execute()).map((row) => row.at)).toEqual([at, at + 1]);
      expect(await db.selectFrom('setting').selectAll().execute()).toEqual([]);
      await expect(sql`delete from audit_entry where at = ${at}`.execute(db)).rejects.toThrow(
        'the audit log is never changed',
      );
    });
  });
});
