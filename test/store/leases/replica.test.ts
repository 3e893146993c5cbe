import { sql } from 'kysely';
import type { Database } from '../../../src/store/database/database.js';
import type { Lease } from '../../../src/store/leases/leases.js';
import { openPostgres } from '../../../src/store/postgres/open.js';
import type { Timer } from '../../../src/timer.js';
import { describeWhere } from '../../support/processes/child.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../../support/servers/postgres.js';
import { createManualTimer, until } from '../../support/timer.js';

/** Puts a row into a table of its own, in a transaction. */
async function write({ kysely }: Database, value: number): Promise<void> {
  await kysely.transaction().execute((trx) => sql`insert into written values (${value})`.execute(trx));
}

describeWhere(postgresFolder !== null, "Debian's package postgresql is not installed", 'leases of replicas', () => {
  let server: PostgresServer;
  let url: string;
  const opened: Database[] = [];
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    url = await server.createDatabase();
  });
  afterEach(async () => {
    await server.run(url, `alter database ${nameOf(url)} allow_connections true`).catch(() => undefined);
    await Promise.all(opened.splice(0).map((database) => database.close()));
  });

  const nameOf = (address: string): string => new URL(address).pathname.slice(1);
  const open = async (timer?: Timer): Promise<Database> => {
    const database = await openPostgres(url, timer && { timer });
    opened.push(database);
    return database;
  };
  /** As those are that were killed, or stand still: nobody has heard of them for long. */
  const letDie = (): Promise<string> => server.run(url, 'update replica set seen_at = 0');
  const admin = (statement: string): Promise<string> =>
    server.run(url.replace(nameOf(url), 'postgres'), statement.replaceAll('$name', nameOf(url)));
  const shut = async (): Promise<void> => {
    await admin('alter database $name allow_connections false');
    await admin(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '$name'`);
  };
  const held = async (database: Database, name = 'work'): Promise<Lease> => {
    const lease = await database.leases.take(name);
    if (!lease) throw new Error(`Somebody has ${name}.`);
    return lease;
  };

  test('a lease is of one replica until that gives it back, or ends', async () => {
    const [a, b] = [await open(), await open()];
    const first = await held(a);
    expect([await a.leases.take('work'), await b.leases.take('work')]).toEqual([null, null]);
    expect(await b.leases.listHeld(['work', 'other'])).toEqual(new Set(['work']));
    await first.release();
    await first.release();
    const second = await held(b);
    expect(second.fence.token).toBeGreaterThan(first.fence.token);
    await opened.pop()!.close();
    expect((await held(a)).fence.token).toBeGreaterThan(second.fence.token);
  });

  test('a lease is kept while slow statements have all connections of the pool', async () => {
    const timer = createManualTimer();
    const a = await openPostgres(url, { timer, pool: 2 });
    opened.push(a);
    const lease = await held(a);
    const seen = () => server.run(url, 'select seen_at from replica');
    const before = await seen();
    let isBusy = true;
    const slow = [1, 2].map(() => sql`select pg_sleep(4)`.execute(a.kysely).finally(() => (isBusy = false)));
    await timer.advance(3000);
    await until(async () => (await seen()) !== before);
    expect([isBusy, lease.lost.aborted]).toEqual([true, false]);
    await Promise.all(slow);
    expect(lease.lost.aborted).toBe(false);
  });

  test('of many who want leases at once each is given to one, and those who wrote under it never overlap', async () => {
    const replicas = await Promise.all([open(), open(), open()]);
    const inside = new Map<string, number>();
    let most = 0;
    let taken = 0;
    const work = async (database: Database, index: number): Promise<void> => {
      for (let [turn, mine] = [0, 0]; mine < 3; turn++) {
        const name = `work ${(index + turn) % 5}`;
        const lease = await database.leases.take(name);
        if (!lease) continue;
        mine++;
        taken++;
        inside.set(name, (inside.get(name) ?? 0) + 1);
        most = Math.max(most, inside.get(name)!);
        await database.leases.within(lease, () =>
          database.kysely.transaction().execute((trx) => sql`select 1`.execute(trx)),
        );
        inside.set(name, inside.get(name)! - 1);
        await lease.release();
      }
    };
    await Promise.all(replicas.flatMap((database) => [0, 1, 2, 3].map((index) => work(database, index))));
    expect([most, taken]).toEqual([1, 36]);
    expect(await server.run(url, 'select count(*) from lease')).toBe('0');
  });

  test('what one left that is not heard of is taken over, and whatever it writes after that is refused', async () => {
    const [a, b] = [await open(createManualTimer()), await open(createManualTimer())];
    await server.run(url, 'create table written (value int)');
    const stale = await held(a);
    await a.leases.within(stale, () => write(a, 1));
    await letDie();
    const lease = await held(b);
    await b.leases.within(lease, () => write(b, 2));
    const lost = { code: 'STORAGE_BUSY', message: 'Another gateway has taken over "work". Try again in a moment.' };
    await expect(a.leases.within(stale, () => write(a, 3))).rejects.toMatchObject(lost);
    // Entities are written by another way; work that is not of the lease goes on; so does the connection.
    const entities = (): Promise<void> =>
      a.orm.em.fork().transactional(async (em) => void (await em.execute('select 1')));
    await expect(a.leases.within(stale, entities)).rejects.toMatchObject(lost);
    await a.leases.within(stale, () => a.leases.apart(() => write(a, 4)));
    await write(a, 5);
    // Giving back what it has no more takes nothing from the other.
    await stale.release();
    await b.leases.within(lease, () => write(b, 6));
    expect(await server.run(url, 'select value from written order by 1')).toBe('1\n2\n4\n5\n6');
    expect(
      await server.run(
        url,
        `select count(*) from pg_stat_activity where datname = '${nameOf(url)}'
      and state like 'idle in%'`,
      ),
    ).toBe('0');
  });

  test('a transaction that is open keeps the lease until it ends', async () => {
    const [a, b] = [await open(createManualTimer()), await open(createManualTimer())];
    const lease = await held(a);
    const { promise: gate, resolve: end } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const writing = a.leases.within(lease, () =>
      a.kysely.transaction().execute(async () => {
        begin();
        await gate;
      }),
    );
    await begun;
    await letDie();
    const order: string[] = [];
    const taking = held(b).then(() => order.push('taken'));
    setTimeout(() => {
      order.push('written');
      end();
    }, 200);
    await Promise.all([writing, taking]);
    expect(order).toEqual(['written', 'taken']);
  });

  test('one that hears of work which another left is told, once it has counted that one out', async () => {
    const [aTimer, bTimer] = [createManualTimer(), createManualTimer()];
    const [a, b] = [await open(aTimer), await open(bTimer)];
    await held(a);
    const left = Promise.withResolvers<void>();
    await b.leases.start();
    b.leases.onLeft(left.resolve);
    await server.run(url, 'update replica set seen_at = 0 where id = (select holder_id from lease)');
    await bTimer.advance(3000);
    await left.promise;
    expect(await server.run(url, 'select (select count(*) from lease), (select count(*) from replica)')).toBe('0|1');
  });

  test('one that cannot reach the database has lost everything, says so, and comes back as another', async () => {
    const timer = createManualTimer();
    const a = await open(timer);
    const lease = await held(a);
    const left = Promise.withResolvers<void>();
    a.leases.onLeft(left.resolve);
    const [former] = (await server.run(url, 'select id from replica')).split('\n');
    await shut();
    await timer.advance(3000);
    expect(lease.lost.aborted).toBe(false);
    await timer.advance(4500);
    expect(lease.lost.aborted).toBe(true);
    expect(lease.lost.reason).toMatchObject({ message: 'The lease "work" is lost.' });
    await expect(a.leases.take('other')).rejects.toThrow();
    await admin('alter database $name allow_connections true');
    await timer.advance(3000);
    await left.promise;
    await letDie();
    const again = await held(a);
    expect(again.fence.token).toBeGreaterThan(lease.fence.token);
    expect(await server.run(url, 'select holder_id from lease')).not.toBe(former);
  });

  test('what could not be given back while the database was away is given back with the next word', async () => {
    const timer = createManualTimer();
    const a = await open(timer);
    const lease = await held(a);
    await shut();
    await lease.release();
    await admin('alter database $name allow_connections true');
    expect(await server.run(url, 'select count(*) from lease')).toBe('1');
    await timer.advance(3000);
    for (let tries = 0; tries < 100 && (await server.run(url, 'select count(*) from lease')) !== '0'; tries++);
    expect(lease.lost.aborted).toBe(false);
    await held(a);
  });
});
