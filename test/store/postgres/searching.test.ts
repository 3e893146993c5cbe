import { sql } from 'kysely';
import type { Database } from '../../../src/store/database/database.js';
import { openPostgres, type PostgresOptions } from '../../../src/store/postgres/open.js';
import { describeWhere } from '../../support/processes/child.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../../support/servers/postgres.js';
import { createManualTimer } from '../../support/timer.js';

async function open(url: string, options: PostgresOptions = {}): Promise<Database & AsyncDisposable> {
  const database = await openPostgres(url, options);
  return Object.assign(database, { [Symbol.asyncDispose]: () => database.close() });
}

/** Longer than any test takes. */
const endless = sql`select pg_sleep(600)`;

const answer = async ({ scanner }: Pick<Database, 'scanner'>): Promise<unknown> =>
  (await sql`select 1 as one`.execute(scanner)).rows;

/** Of a test's own database. */
interface Place {
  readonly url: string;
  /** Resolves when as many search in the server; throws after 10 s. */
  readonly haveSearching: (count: number) => Promise<void>;
}

describeWhere(postgresFolder !== null, "Debian's package postgresql is not installed", 'searches on PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  const createPlace = async (): Promise<Place> => {
    const url = await server.createDatabase();
    const count = (): Promise<string> =>
      server.run(
        url,
        `select count(*) from pg_stat_activity where datname = current_database() and state = 'active'
          and application_name = 'registry-gateway (searches)'`,
      );
    const haveSearching = async (expected: number): Promise<void> => {
      const end = Date.now() + 10_000;
      for (let found = await count(); found !== `${expected}`; found = await count())
        if (Date.now() > end) throw new Error(`${found} search, where ${expected} should.`);
    };
    return { url, haveSearching };
  };

  test('the server ends a statement that takes too long, and no other of the gateway', async () => {
    const { url, haveSearching } = await createPlace();
    // The gateway's own timer stands: only the server ends it.
    await using database = await open(url, { searchTime: 100, timer: createManualTimer() });
    await expect(endless.execute(database.scanner)).rejects.toMatchObject({
      code: 'OPERATION_TIMEOUT',
      message:
        'The database server ended a statement that took too long (57014). Ask for less: narrow a search by a ' +
        'registry, a repository, or a longer word.',
    });
    await haveSearching(0);
    expect(await answer(database)).toEqual([{ one: 1 }]);
    const { rows } = await sql`select current_setting('statement_timeout') as longest`.execute(database.kysely);
    expect(rows).toEqual([{ longest: '0' }]);
  });

  test('a search ends in the server after ten seconds when nothing else is set', async () => {
    await using database = await open((await createPlace()).url);
    const { rows } = await sql`select current_setting('statement_timeout') as longest`.execute(database.scanner);
    expect(rows).toEqual([{ longest: '10s' }]);
  });

  test('an operation ends in the server when its searches have taken five times what they may cost', async () => {
    const { url, haveSearching } = await createPlace();
    const timer = createManualTimer();
    await using database = await open(url, { timer });
    const asker = { caller: 'ann', budget: 200 };
    const work = database.readAs(asker, () => endless.execute(database.scanner));
    const ended = expect(work).rejects.toMatchObject({ code: 'QUERY_TOO_COMPLEX' });
    await haveSearching(1);
    await timer.advance(900);
    await haveSearching(1);
    await timer.advance(300);
    await ended;
    await haveSearching(0);
    await expect(database.readAs(asker, () => answer(database))).rejects.toMatchObject({ code: 'QUERY_TOO_COMPLEX' });
    expect(await database.readAs({ ...asker }, () => answer(database))).toEqual([{ one: 1 }]);
  });

  test('a search ends in the server with the operation that it is for', async () => {
    const { url, haveSearching } = await createPlace();
    await using database = await open(url);
    const leaving = new AbortController();
    const work = database.readAs({ caller: 'ann', signal: leaving.signal }, () => endless.execute(database.scanner));
    const ended = expect(work).rejects.toThrow('enough');
    await haveSearching(1);
    leaving.abort(new Error('enough'));
    await ended;
    await haveSearching(0);
    expect(await answer(database)).toEqual([{ one: 1 }]);
  });

  test('the slow searches of one caller leave sessions for others, and the connections of the gateway', async () => {
    const { url, haveSearching } = await createPlace();
    const database = await open(url, { pool: 2, readers: 3 });
    const searchAs = (caller: string): Promise<unknown> =>
      database.readAs({ caller }, () => endless.execute(database.scanner)).catch((error: unknown) => error);
    const slow = Array.from({ length: 40 }, () => searchAs('ann'));
    await haveSearching(2);
    expect(await database.readAs({ caller: 'bob' }, () => answer(database))).toEqual([{ one: 1 }]);
    expect(await answer({ scanner: database.kysely })).toEqual([{ one: 1 }]);
    slow.push(searchAs('bob'), searchAs('eve'));
    await haveSearching(3);
    expect(await answer({ scanner: database.kysely })).toEqual([{ one: 1 }]);
    await database.close();
    for (const error of await Promise.all(slow)) expect(error).toMatchObject({ code: 'STORAGE_BUSY' });
    await haveSearching(0);
  });

  test('a search cannot write', async () => {
    await using database = await open((await createPlace()).url);
    const write = sql`insert into setting (key, value) values ('a', 'b')`.execute(database.scanner);
    await expect(write).rejects.toMatchObject({ code: 'STORAGE_READ_ONLY' });
  });

  test('a search gives values as the connections of the gateway do', async () => {
    await using database = await open((await createPlace()).url);
    const values = sql`select count(*) as whole, sum(2::bigint) as total, null as none, true as yes,
      ${'a\0b'}::text as text, array['a'] as list, '{"a":1}'::json as json`;
    const read = async ({ scanner }: Pick<Database, 'scanner'>): Promise<unknown> =>
      (await values.execute(scanner)).rows;
    expect(await read(database)).toEqual(await read({ scanner: database.kysely }));
    expect(await read(database)).toMatchObject([{ whole: 1, total: 2, text: 'a\ufffdb' }]);
  });

  test('a search is busy while the server is away, and found again when it is back', async () => {
    await using database = await open((await createPlace()).url);
    expect(await answer(database)).toEqual([{ one: 1 }]);
    const work = endless.execute(database.scanner);
    const ended = expect(work).rejects.toMatchObject({ code: 'STORAGE_BUSY' });
    await server.stop();
    await ended;
    await expect(answer(database)).rejects.toMatchObject({ code: 'STORAGE_BUSY' });
    await server.resume();
    expect(await answer(database)).toEqual([{ one: 1 }]);
  });
});
