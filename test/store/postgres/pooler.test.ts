import { openPostgres } from '../../../src/store/postgres/open.js';
import { describeWhere, hasCommand } from '../../support/processes/child.js';
import { startPgbouncer } from '../../support/servers/pgbouncer.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../../support/servers/postgres.js';

const isThere = postgresFolder !== null && hasCommand('pgbouncer');
describeWhere(isThere, 'postgresql and pgbouncer are not both installed', 'a pooler before PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  const passesOver = 'ignore_startup_parameters=lock_timeout,idle_in_transaction_session_timeout';
  test.each([
    ['that refuses settings', ['pool_mode=session'], 'refuses what a session of the gateway begins with'],
    ['by session', ['pool_mode=session', passesOver], 'passes over the settings that a session'],
    ['by transaction', ['pool_mode=transaction', passesOver], 'passes over the settings that a session'],
  ])('a pooler %s is refused at the start, and nothing is made in the database', async (_kind, lines, why) => {
    const database = await server.createDatabase();
    const pooler = await startPgbouncer(database, lines);
    const refusal: unknown = await openPostgres(pooler.url).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', facts: { path: ['DATABASE_URL'] } });
    expect(String(refusal)).toContain(why);
    await pooler.close();
    const tables = "select count(*) from information_schema.tables where table_schema = 'public'";
    expect((await server.run(database, tables)).trim()).toBe('0');
  });
});
