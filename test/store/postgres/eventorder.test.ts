import { Client } from 'pg';
import { createEventLog } from '../../../src/store/events/eventlog.js';
import { removeAll } from '../../../src/store/index/namesgone.js';
import { openPostgres } from '../../../src/store/postgres/open.js';
import { describeWhere } from '../../support/processes/child.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../../support/servers/postgres.js';
import { until } from '../../support/timer.js';

const insert = "insert into event (at, kind, registry_id, registry_name) values (0, 'REGISTRY_BACK', 'r', 'r')";

describeWhere(postgresFolder !== null, "Debian's package postgresql is not installed", 'PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  const connect = async (url: string): Promise<Client & AsyncDisposable> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
  };

  test('an event is not read before another with a lower id is committed, and then both are, in their order', async () => {
    const url = await server.createDatabase();
    const database = await openPostgres(url);
    {
      const log = createEventLog(database);
      await using slow = await connect(url);
      await using quick = await connect(url);
      const read = async () => (await log.read(0, 10)).map(({ id }) => id);
      const found = async () => (await log.find({}, 0, 10)).map(({ id }) => id);
      await quick.query(insert);
      await slow.query('begin');
      await slow.query(insert);
      await slow.query(insert);
      await quick.query(insert);
      expect([await read(), await found()]).toEqual([[1], [1]]);
      expect(await log.bounds()).toEqual({ start: 0, end: 1 });
      expect([await log.reach(0, 100), await log.reach(1, 100)]).toEqual([1, null]);
      await slow.query('commit');
      expect([await read(), await found()]).toEqual([
        [1, 2, 3, 4],
        [1, 2, 3, 4],
      ]);
      expect(await log.bounds()).toEqual({ start: 0, end: 4 });
      expect(await log.reach(1, 100)).toBe(4);
      await slow.query('begin');
      await slow.query(insert);
      await quick.query(insert);
      await slow.query('rollback');
      expect(await read()).toEqual([1, 2, 3, 4, 6]);
    }
    await database.close();
  });

  test('a transaction that writes something else holds no event up', async () => {
    const url = await server.createDatabase();
    const database = await openPostgres(url);
    {
      await using slow = await connect(url);
      await slow.query("begin; insert into setting values ('a', 'b')");
      await slow.query('savepoint one');
      await slow.query(insert);
      await slow.query('rollback to one');
      await server.run(url, insert);
      expect((await createEventLog(database).read(0, 10)).map(({ id }) => id)).toEqual([2]);
    }
    await database.close();
  });

  test('repositories that take long to go hold no event up', async () => {
    const url = await server.createDatabase();
    const database = await openPostgres(url);
    {
      const insertRepository = `insert into repository (registry_id, name, first_seen_at) values ('r', 'app', 0)`;
      await server.run(
        url,
        `insert into registry (id, name, addr, created_at, max_age) values ('r', 'r', 'http://r.example', 0, 30);
        ${insertRepository};
        insert into tag (repository_id, name, sort_key, first_seen_at, changed_at, updated_at, updated_source)
          select id, 'v1', 'v1', 0, 0, 0, 'FIRST_SEEN' from repository`,
      );
      await using holder = await connect(url);
      await holder.query("begin; select id from tag where name = 'v1' for update");
      const { kysely } = database;
      const { id } = await kysely.selectFrom('repository').select('id').executeTakeFirstOrThrow();
      const removing = database.write('r', (trx) => removeAll(trx, [id], new Date(0)));
      const waits = "select count(*) from pg_locks where not granted and locktype in ('transactionid', 'tuple')";
      await until(async () => (await server.run(url, waits)) !== '0');
      await server.run(url, insert);
      const read = async () => (await createEventLog(database).read(0, 10)).map(({ kind }) => kind);
      expect(await read()).toEqual(['REGISTRY_BACK']);
      await holder.query('commit');
      await removing;
      expect(await read()).toEqual(['REGISTRY_BACK', 'REPOSITORY_GONE']);
    }
    await database.close();
  });

  test('a reader that goes on from the last one it had has each event once, however many write at a time', async () => {
    const url = await server.createDatabase();
    const database = await openPostgres(url);
    const [writers, each] = [4, 100];
    let writing = writers;
    const write = async (): Promise<void> => {
      await using client = await connect(url);
      for (let at = 0; at < each; at++) {
        await client.query('begin');
        for (let count = 0; count <= at % 3; count++) await client.query(insert);
        await client.query(at % 10 === 0 ? 'rollback' : 'commit');
      }
      writing -= 1;
    };
    const log = createEventLog(database);
    const seen: number[] = [];
    const follow = async (): Promise<void> => {
      for (let isLast = false; !isLast;) {
        isLast = writing === 0;
        for (const { id } of await log.read(seen.at(-1) ?? 0, 50)) seen.push(id);
        if (isLast && (await log.read(seen.at(-1) ?? 0, 1)).length > 0) isLast = false;
      }
    };
    await Promise.all([...Array.from({ length: writers }, write), follow()]);
    const all = await database.kysely.selectFrom('event').select('id').orderBy('id').execute();
    expect(seen).toEqual(all.map(({ id }) => id));
    expect(seen.length).toBeGreaterThan(writers * each);
    await database.close();
  });
});
