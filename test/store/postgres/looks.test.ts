import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { Client } from 'pg';
import { AccountStore } from '../../../src/store/accounts/accounts.js';
import { Hearing } from '../../../src/store/postgres/hearing.js';
import { pruneGenerations } from '../../../src/store/pruning/oldgenerations.js';
import { openPostgres } from '../../../src/store/postgres/open.js';
import { describeWhere } from '../../support/processes/child.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../../support/servers/postgres.js';
import { addRegistry } from '../rows.js';
import { createManualTimer, type ManualTimer, until } from '../../support/timer.js';

/** Lets the look that is due be made, and waits until it was answered. */
async function lookAgain(timer: ManualTimer): Promise<void> {
  await timer.advance(400);
  await until(() => timer.waiting().includes(400));
}

/** Passes on to a server, and counts the bytes that it sends. */
async function countBytes(url: string): Promise<{ url: string; read: () => number; server: Server }> {
  let bytes = 0;
  const server = createServer((socket) => {
    const behind = connect(Number(new URL(url).port), '127.0.0.1');
    behind.on('data', (chunk: Buffer) => (bytes += chunk.length));
    for (const [one, other] of [
      [socket, behind],
      [behind, socket],
    ] as const) {
      one.pipe(other);
      one.on('error', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.port = String((server.address() as AddressInfo).port);
  return { url: through.href, read: () => bytes, server };
}

describeWhere(postgresFolder !== null, "Debian's package postgresql is not installed", 'looks', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  const prepare = async (): Promise<string> => {
    const url = await server.createDatabase();
    await (await openPostgres(url)).close();
    return url;
  };
  const dropListeners = (url: string): Promise<string> =>
    server.run(
      url,
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'registry-gateway (listens)'`,
    );

  test('a token that was revoked while no connection listened counts no more once one does', async () => {
    const url = await server.createDatabase();
    const timer = createManualTimer();
    const database = await openPostgres(url, { timer });
    const accounts = new AccountStore(database, () => new Date(0));
    const { id: accountId } = await accounts.create({ username: 'ann', roles: ['admin'], passwordHash: null });
    const token = { accountId, hash: 'h', label: 'ci', roles: ['admin' as const], expiresAt: new Date(2e13) };
    await accounts.createToken(token);
    const find = async () => (await accounts.findToken('h'))!;
    await until(async () => (await find()) === (await find()));
    await dropListeners(url);
    // Its next attempt is waited for: nobody hears.
    await until(() => timer.waiting().includes(250));
    await server.run(url, 'update token set revoked_at = 5');
    await timer.advance(250);
    await until(() => timer.waiting().includes(400));
    expect((await find()).revokedAt).toEqual(new Date(5));
    await database.close();
  });

  test('after a restore, or a failover that lost commits, all that was counted otherwise is told', async () => {
    const url = await prepare();
    const timer = createManualTimer();
    await server.run(
      url,
      `insert into generation select name, 7, 5 from unnest(array['settings back', 'settings gone', 'settings same',
        'holdings same']) as name`,
    );
    const hearing = new Hearing(url, timer);
    await hearing.start();
    const told: string[] = [];
    for (const change of ['settings', 'holdings'] as const)
      hearing.on(change, (registryId) => told.push(`${change} ${registryId}`));
    await dropListeners(url);
    await until(() => timer.waiting().includes(250));
    await server.run(
      url,
      `update generation set value = 3 where name = 'settings back'; delete from generation where name like '% gone'`,
    );
    await timer.advance(250);
    await until(() => hearing.isHeard());
    expect(told).toEqual(['settings back', 'settings gone']);
    // What comes next is told, though it was counted as often before.
    await server.run(url, `update generation set value = 4, changed = 9e15 where name = 'settings back'`);
    await lookAgain(timer);
    expect(told.at(-1)).toBe('settings back');
    expect(told).toHaveLength(3);
    await server.stop();
    await server.resume();
    told.length = 0;
    await until(async () => {
      await timer.advance(50);
      return hearing.isHeard();
    });
    expect(told.toSorted()).toEqual(['holdings same', 'settings back', 'settings same']);
    await hearing.close();
  });

  test('a change is read once, however long a transaction anywhere on the server lasts', async () => {
    const url = await prepare();
    const other = new Client({ connectionString: await server.createDatabase() });
    await other.connect();
    await other.query('begin');
    await other.query('select pg_current_xact_id()');
    const through = await countBytes(url);
    const timer = createManualTimer();
    const hearing = new Hearing(through.url, timer);
    await hearing.start();
    const changes = `insert into generation select 'state ' || n, 1, pg_current_xact_id()::text::bigint
      from generate_series(1, 1000) as n`;
    await server.run(url, changes);
    const first = through.read();
    await lookAgain(timer);
    const second = through.read();
    expect(second - first).toBeGreaterThan(10_000);
    await lookAgain(timer);
    expect(through.read() - second).toBeLessThan(2000);
    await other.query('rollback');
    await other.end();
    await hearing.close();
    through.server.close();
  });

  test('what was counted of a detached registry is removed an hour after it changed, and of others never', async () => {
    const url = await server.createDatabase();
    const database = await openPostgres(url);
    const attached = await addRegistry(database.kysely, 'r');
    const prune = async (): Promise<void> => {
      for await (const _step of pruneGenerations(database.kysely));
    };
    const add = (name: string) =>
      server.run(url, `insert into generation values ('${name}', 1, pg_current_xact_id()::text::bigint)`);
    const list = () => server.run(url, 'select name from generation order by name');
    for (const name of ['visible ', `visible ${attached}`, 'visible gone', 'settings gone']) await add(name);
    await prune();
    await prune();
    expect((await list()).split('\n')).toHaveLength(4);
    await add('visible late');
    await server.run(
      url,
      "update setting set value = '1 ' || substr(value, strpos(value, ' ') + 1) where key like 'gen%'",
    );
    await prune();
    expect((await list()).split('\n')).toEqual(['visible ', `visible ${attached}`, 'visible late']);
    await database.close();
  });

  test('who has not looked for ten minutes of the server takes all as changed', async () => {
    const url = await prepare();
    const name = new URL(url).pathname.slice(1);
    await server.run(
      url,
      `create schema late; create table late.shift (by interval); insert into late.shift values ('0');
        create function late.clock_timestamp() returns timestamptz language sql volatile as
          'select pg_catalog.clock_timestamp() + by from late.shift';
        alter database ${name} set search_path = late, pg_catalog, public`,
    );
    await server.run(url, "insert into generation values ('settings gone', 7, 5)");
    const timer = createManualTimer();
    const hearing = new Hearing(url, timer);
    await hearing.start();
    const told: string[] = [];
    hearing.on('settings', (registryId) => told.push(registryId));
    await server.run(url, "delete from generation; update late.shift set by = '11 minutes'");
    await timer.advance(400);
    await until(() => timer.waiting().includes(250));
    await timer.advance(250);
    await until(() => hearing.isHeard());
    expect(told).toEqual(['gone']);
    await hearing.close();
  });
});
