import { Migration } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/sqlite';
import { toSortKey } from '../../src/domain/version.js';
import { applyMigrations, ormOptions } from '../../src/store/database/sqlitemigrating.js';
import { sqliteMigrations } from '../../src/store/database/migrations/sqlite.js';
import { createFolder } from './files.js';

/** Rebuilds `registry`, the parent of everything, as a changed column type would. */
class Rebuild extends Migration {
  override name = 'Rebuild';
  override up(): void {
    this.addSql('pragma foreign_keys = off');
    this.addSql('create table registry_new as select * from registry');
    this.addSql('drop table registry');
    this.addSql(
      'create table registry (id text not null primary key, name text not null unique, addr text not null, ' +
        'tls_skip_verify integer not null default 0, max_age integer not null default 30, created_at datetime not ' +
        'null, dropped_names integer not null default 0)',
    );
    this.addSql(
      'insert into registry (id, name, addr, created_at) select id, name, addr, created_at from registry_new',
    );
    this.addSql('drop table registry_new');
  }
}

class LoseParents extends Migration {
  override name = 'LoseParents';
  override up(): void {
    this.addSql('delete from registry');
  }
}

class FailHalfWay extends Migration {
  override name = 'FailHalfWay';
  override up(): void {
    this.addSql('create table debris (id integer)');
    this.addSql('insert into nowhere values (1)');
  }
}

async function openFilled(
  path: string,
  ...more: (new (...args: ConstructorParameters<typeof Migration>) => Migration)[]
): Promise<MikroORM> {
  const first = await MikroORM.init(ormOptions(path));
  await applyMigrations(first);
  const run = (statement: string): Promise<unknown> => first.em.getConnection().execute(statement);
  await run("insert into registry (id, name, addr, created_at) values ('r', 'local', 'http://r', 0)");
  await run("insert into repository (id, registry_id, name, first_seen_at) values (1, 'r', 'a', 0), (2, 'r', 'b', 0)");
  await run(
    'insert into tag (repository_id, name, sort_key, first_seen_at, changed_at, updated_at, updated_source) values ' +
      "(1, 'v1', '', 0, 0, 0, ''), (2, 'v1', '', 0, 0, 0, ''), (2, 'v2', '', 0, 0, 0, '')",
  );
  await first.close(true);
  const list = [...sqliteMigrations, ...more.map((type) => ({ name: type.name, class: type }))];
  return MikroORM.init({ ...ormOptions(path), migrations: { migrationsList: list, snapshot: false, silent: true } });
}

async function count(orm: MikroORM): Promise<number[]> {
  const rows = await orm.em
    .getConnection()
    .execute<{ n: number }[]>(
      'select count(*) as n from registry union all select count(*) from repository union all select count(*) from tag',
    );
  return rows.map(({ n }) => n);
}

describe('applyMigrations', () => {
  it('keeps every row of parent and child tables when a parent table is rebuilt', async () => {
    using folder = createFolder();
    const orm = await openFilled(folder.file('g.db'), Rebuild);
    await applyMigrations(orm);
    expect(await count(orm)).toEqual([1, 2, 3]);
    expect(await orm.em.getConnection().execute('pragma foreign_keys')).toEqual([{ foreign_keys: 1 }]);
    await orm.close(true);
  });

  it('says each step before it is begun, of a database that was filled before; of a new one nothing', async () => {
    using folder = createFolder();
    const lines: unknown[] = [];
    const log = (...line: unknown[]): void => void lines.push(line);
    const orm = await openFilled(folder.file('g.db'), FailHalfWay);
    await expect(applyMigrations(orm, log)).rejects.toThrow('nowhere');
    expect(lines).toEqual([['the tables are brought up to date', { change: 'FailHalfWay', step: 1, of: 1 }]]);
    await orm.close(true);
    const fresh = await MikroORM.init(ormOptions(folder.file('new.db')));
    await applyMigrations(fresh, log);
    expect(lines).toHaveLength(1);
    await fresh.close(true);
  });

  it('refuses a migration that leaves children without a parent, and changes nothing', async () => {
    using folder = createFolder();
    const orm = await openFilled(folder.file('g.db'), LoseParents);
    await expect(applyMigrations(orm)).rejects.toMatchObject({
      code: 'STORAGE_CORRUPT',
      message: 'A migration would leave rows without their parent in: repository. Nothing was changed.',
    });
    expect(await count(orm)).toEqual([1, 2, 3]);
    await orm.close(true);
  });

  it('reads the versions of tags anew where an earlier gateway read them in another way', async () => {
    using folder = createFolder();
    const path = folder.file('g.db');
    const before = sqliteMigrations.slice(
      0,
      sqliteMigrations.findIndex(({ name }) => name.endsWith('_ages')),
    );
    const first = await MikroORM.init({
      ...ormOptions(path),
      migrations: { migrationsList: before, snapshot: false, silent: true },
    });
    await first.migrator.up();
    const run = (orm: MikroORM, statement: string): Promise<{ sort_key: string }[]> =>
      orm.em.getConnection().execute(statement);
    await run(first, "insert into registry (id, name, addr, created_at) values ('r', 'local', 'http://r', 0)");
    await run(first, "insert into repository (id, registry_id, name, first_seen_at) values (1, 'r', 'a', 0)");
    const names = ['1.0.0-rc.2_up1', 'V2.0', '1.9', 'latest'];
    const rows = names.map((name) => `(1, '${name}', 'before', 0, 0, 0, '')`).join(', ');
    await run(
      first,
      'insert into tag (repository_id, name, sort_key, first_seen_at, changed_at, updated_at, updated_source) ' +
        `values ${rows}`,
    );
    await first.close(true);
    const orm = await MikroORM.init(ormOptions(path));
    await applyMigrations(orm);
    const keys = await run(orm, 'select name, sort_key from tag order by id');
    expect(keys.map(({ sort_key }) => sort_key)).toEqual([
      toSortKey(names[0]!),
      toSortKey(names[1]!),
      'before',
      'before',
    ]);
    await orm.close(true);
  });

  it('undoes all of a migration that fails half-way, and those before it', async () => {
    using folder = createFolder();
    const orm = await openFilled(folder.file('g.db'), Rebuild, FailHalfWay);
    await expect(applyMigrations(orm)).rejects.toThrow('nowhere');
    expect(await orm.em.getConnection().execute("select name from sqlite_master where name = 'debris'")).toEqual([]);
    expect((await orm.migrator.getPending()).map(({ name }) => name)).toEqual(['Rebuild', 'FailHalfWay']);
    expect(await count(orm)).toEqual([1, 2, 3]);
    await orm.close(true);
  });
});
