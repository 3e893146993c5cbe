import { Client } from 'pg';
import { createEventLog } from '../../../src/store/events/eventlog.js';
import { openPostgres } from '../../../src/store/postgres/open.js';
import { describeWhere } from '../../support/processes/child.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../../support/servers/postgres.js';

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
