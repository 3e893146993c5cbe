import { type Kysely, sql } from 'kysely';
import type { Database, Tables } from '../../../src/store/database/database.js';
import { openPostgres } from '../../../src/store/postgres/open.js';
import { pruneNames } from '../../../src/store/pruning/searchnames.js';
import { createSearchStore } from '../../../src/store/queries/search.js';
import { after } from '../../support/observed/after.js';
import { watchStatements } from '../../support/observed/statements.js';
import { describeWhere } from '../../support/processes/child.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../../support/servers/postgres.js';
import { until } from '../../support/timer.js';
import { addRegistry, addRepository, addTags } from '../rows.js';

async function prune(db: Kysely<Tables>): Promise<number[]> {
  const removed: number[] = [];
  for await (const step of pruneNames(db)) removed.push(step.removed);
  return removed;
}

async function listNames(db: Kysely<Tables>): Promise<unknown> {
  const { rows } = await sql`select name, first_id from search_tag order by name`.execute(db);
  return rows;
}

/** Pushes so many names once, in one statement, and deletes them. */
async function pushAndDelete(db: Kysely<Tables>, repository: number, count: number): Promise<void> {
  await sql`insert into tag (repository_id, name, sort_key, first_seen_at, changed_at, updated_at, updated_source)
    select ${repository}, 'build-' || n, '0', 0, 0, 0, 'FIRST_SEEN'
    from generate_series(1, ${count}::int) as n`.execute(db);
  await sql`delete from tag where name like 'build-%'`.execute(db);
}

async function find({ kysely }: Database, query: string): Promise<unknown> {
  const page = await createSearchStore(kysely).search(query, null, { first: 20, after: null });
  return [page.items.map(({ type }) => type), await page.totalCount()];
}

describeWhere(postgresFolder !== null, "Debian's package postgresql is not installed", 'names without tags', () => {
  let server: PostgresServer;
  let database: Database;
  let db: Kysely<Tables>;
  let repository: number;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    database = await openPostgres(await server.createDatabase());
    db = database.kysely;
    repository = await addRepository(db, await addRegistry(db, 'r'), 'app');
  });
  afterEach(() => database.close());

  async function idOf(name: string): Promise<number> {
    const { rows } = await sql<{ id: number }>`select min(id) as id from tag where name = ${name}`.execute(db);
    return rows[0]!.id;
  }

  test('a search among names that all went asks the server as often as any other, and finds those that came', async () => {
    await pushAndDelete(db, repository, 5000);
    await addTags(db, repository, [{ name: 'build-last' }]);
    const watched = await watchStatements(database);
    expect(await find(database, 'build')).toEqual([['tag'], 1]);
    expect(watched.take().length).toBeLessThan(15);
  });

  test('pruning removes names in pieces of a thousand, each in a transaction of its own', async () => {
    await pushAndDelete(db, repository, 2500);
    await addTags(db, repository, [{ name: 'kept' }]);
    const watched = await watchStatements(database);
    expect(await prune(db)).toEqual([1000, 1000, 500]);
    const ofNames = (): string[] => watched.take().filter((statement) => statement.includes('search_tag'));
    expect([watched.takeCommits(), ofNames().length]).toEqual([4, 13]);
    expect(await listNames(db)).toEqual([{ name: 'kept', first_id: await idOf('kept') }]);
    watched.take();
    expect(await prune(db)).toEqual([0]);
    expect(ofNames()).toHaveLength(3);
  });

  test('a name whose first tags went is told which is the first now, and one that is hidden goes', async () => {
    const other = await addRepository(db, await addRegistry(db, 's'), 'other');
    await addTags(db, repository, [{ name: 'v1' }, { name: 'v2' }]);
    await addTags(db, other, [{ name: 'v1' }]);
    await sql`update tag set is_hidden = 1 where name = 'v2'`.execute(db);
    await sql`delete from repository where id = ${repository}`.execute(db);
    await prune(db);
    expect(await listNames(db)).toEqual([{ name: 'v1', first_id: await idOf('v1') }]);
    expect(await find(database, 'v1')).toEqual([['tag'], 1]);
  });

  test('a name is kept whose tag another transaction adds meanwhile, and pruning does not wait for it', async () => {
    await pushAndDelete(db, repository, 3);
    await database.write(null, async (trx) => {
      await addTags(trx, repository, [{ name: 'build-2' }]);
      await prune(db);
    });
    expect(await find(database, 'build')).toEqual([['tag'], 1]);
    expect(await prune(db)).toEqual([0]);
  });

  test('a name that is being removed is added anew by who adds its tag', async () => {
    await pushAndDelete(db, repository, 3);
    let adding: Promise<void> | undefined;
    const isWaiting = async (): Promise<boolean> => {
      const { rows } = await sql<{ waiting: number }>`select count(*) as waiting from pg_stat_activity
        where wait_event_type = 'Lock' and datname = current_database()`.execute(db);
      return rows[0]!.waiting === 1;
    };
    const begin = async (): Promise<void> => {
      adding = addTags(db, repository, [{ name: 'build-2' }]);
      await until(isWaiting);
    };
    expect(await prune(db.withPlugin(after('for update skip locked', begin)))).toEqual([3]);
    await adding;
    expect(await find(database, 'build')).toEqual([['tag'], 1]);
  });
});
