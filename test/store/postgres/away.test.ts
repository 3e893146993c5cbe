import { type Kysely, sql } from 'kysely';
import { Hearing } from '../../../src/store/postgres/hearing.js';
import { isPostgresAway } from '../../../src/store/faults/postgresfaults.js';
import { openPostgres } from '../../../src/store/postgres/open.js';
import { openWordConnection } from '../../../src/store/postgres/word.js';
import { describeWhere } from '../../support/processes/child.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../../support/servers/postgres.js';
import { type Relay, startRelay } from '../../support/servers/relay.js';
import { createManualTimer, until } from '../../support/timer.js';

const keptFor = 60_000;

describeWhere(postgresFolder !== null, "Debian's package postgresql is not installed", 'PostgreSQL', () => {
  let server: PostgresServer;
  let relay: Relay;
  let hearing: Hearing;
  let word: Kysely<unknown>;
  const timer = createManualTimer();
  beforeAll(async () => {
    server = await startPostgres();
    const address = new URL(await server.createDatabase());
    await (await openPostgres(address.href)).close();
    relay = await startRelay(Number(address.port));
    address.port = String(relay.port);
    word = openWordConnection(address.href);
    hearing = new Hearing(address.href, timer, keptFor);
    await hearing.start();
  });
  afterAll(async () => {
    await hearing.close();
    await word.destroy();
    await relay.close();
    await server.close();
  });

  test('a connection that is lost in the midst of a word has failed that word, and the next has another', async () => {
    const asked = sql`select pg_sleep(600)`.execute(word).then(
      () => null,
      (error: unknown) => error,
    );
    const sleeping = `select count(*) from pg_stat_activity where query like '%pg_sleep(600)%' and state = 'active'
      and pid <> pg_backend_pid()`;
    await until(async () => (await server.run(server.url, sleeping)).trim() === '1');
    relay.setAway(true);
    expect(await asked).toBeInstanceOf(Error);
    relay.setAway(false);
    const { rows } = await sql<{ one: number }>`select 1 as one`.execute(word);
    expect(rows).toEqual([{ one: 1 }]);
    await until(async () => {
      await timer.advance(250);
      return hearing.isHeard();
    });
  });

  test('a server is away where whatever stands before it takes connections and ends them at once', async () => {
    expect([hearing.isHeard(), hearing.awayFor]).toEqual([true, null]);
    relay.setAway(true);
    await until(() => !hearing.isHeard());
    await until(async () => {
      await timer.advance(250);
      return hearing.awayFor !== null;
    });
    relay.setAway(false);
    await until(async () => {
      await timer.advance(250);
      return hearing.isHeard();
    });
    expect(hearing.awayFor).toBeNull();
  });

  test('a server that takes the connection, and does not answer on it, is not away', async () => {
    relay.setAway(true);
    await until(async () => {
      await timer.advance(250);
      return hearing.awayFor !== null;
    });
    const before = relay.hits;
    relay.failNext('listen ', 'stop');
    relay.setAway(false);
    await until(async () => {
      await timer.advance(250);
      return relay.hits > before;
    });
    expect([hearing.isHeard(), hearing.awayFor]).toEqual([false, null]);
  });
});

test.each([
  ['a refused connection', Object.assign(new Error('connect'), { code: 'ECONNREFUSED', syscall: 'connect' }), true],
  ['an ended connection', new Error('Connection terminated unexpectedly'), true],
  ['silence', new Error('timeout expired'), true],
  ['a server that starts', Object.assign(new Error('starting up'), { code: '57P03', severity: 'FATAL' }), true],
  ['a certificate that has expired', Object.assign(new Error('expired'), { code: 'CERT_HAS_EXPIRED' }), false],
  ['a statement without an answer', new Error('Query read timeout'), false],
  ['a fault of this program', new TypeError('x is not a function'), false],
])('%s shows whether a server is away', (_what, error, isAway) => {
  expect(isPostgresAway(error)).toBe(isAway);
});
