import { MikroORM } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { postgresMigrations } from '../../../src/store/database/migrations/postgres.js';
import { postgresOptions } from '../../../src/store/postgres/migrating.js';
import { describeWhere } from '../../support/processes/child.js';
import { postgresFolder, startPostgres } from '../../support/servers/postgres.js';

/** Locks of a table that somebody who writes to it waits for, the weakest first. */
const locks = ['ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'];

const held = `select relation::regclass::text as name, mode from pg_locks
  where pid = pg_backend_pid() and locktype = 'relation' and mode = any($1)
    and relation in (select oid from pg_class where relkind = 'r')`;

describeWhere(postgresFolder !== null, "Debian's package postgresql is not installed", 'migrations', () => {
  test('no change of a table takes a weaker lock of it first than it needs later, for which it and a writer would wait for each other', async () => {
    const server = await startPostgres();
    const url = await server.createDatabase();
    const orm = await MikroORM.init(postgresOptions(url));
    const client = new Client({ connectionString: url });
    await client.connect();
    const raised: string[] = [];
    for (const { name, class: Made } of postgresMigrations) {
      const migration = new Made(orm.em.getDriver(), orm.config);
      await migration.up();
      await client.query('begin');
      const { rows } = await client.query<{ name: string }>(
        "select oid::regclass::text as name from pg_class where relkind = 'r'",
      );
      const before = new Set(rows.map((row) => row.name));
      const strongest = new Map<string, number>();
      for (const query of migration.getQueries().filter((one) => typeof one === 'string')) {
        await client.query(query);
        const now = await client.query<{ name: string; mode: string }>(held, [locks]);
        const modes = Map.groupBy(now.rows, (row) => row.name);
        for (const [table, all] of modes) {
          const mode = Math.max(...all.map((row) => locks.indexOf(row.mode)));
          const known = strongest.get(table);
          if (before.has(table) && known !== undefined && mode > known) raised.push(`${name}: ${table}`);
          strongest.set(table, mode);
        }
      }
      await client.query('commit');
    }
    await client.end();
    await orm.close(true);
    await server.close();
    expect(raised).toEqual([]);
  });
});
