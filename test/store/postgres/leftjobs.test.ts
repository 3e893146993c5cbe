import { sql } from 'kysely';
import type { Database } from '../../../src/store/database/database.js';
import { createJobStore } from '../../../src/store/jobs/jobs.js';
import { openPostgres } from '../../../src/store/postgres/open.js';
import type { Upstream } from '../../../src/upstream/upstream.js';
import { buildImage } from '../../support/content/images.js';
import { seed } from '../../support/content/push.js';
import { describeWhere } from '../../support/processes/child.js';
import { createMemoryRegistry } from '../../support/registry/server.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../../support/servers/postgres.js';
import { createManualTimer } from '../../support/timer.js';
import { createTestCatalogue, type TestCatalogue } from '../../support/worlds/catalogue.js';
import { addRegistry } from '../rows.js';

const createdAt = new Date('2026-01-02T03:04:05.678Z');

/** Stands still with the next list of tags that it has read, until it is woken. */
function standStill({ parts: { clients } }: TestCatalogue): {
  readonly asleep: Promise<void>;
  readonly wake: () => void;
} {
  const [falling, waking] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const open = clients.open.bind(clients);
  clients.open = async (registryId) => {
    const upstream = await open(registryId);
    const listTags: Upstream['listTags'] = async (...asked) => {
      const listed = await upstream.listTags(...asked);
      falling.resolve();
      await waking.promise;
      return listed;
    };
    return new Proxy(upstream, {
      get(of, name) {
        const value: unknown = name === 'listTags' ? listTags : Reflect.get(of, name);
        return typeof value === 'function' ? (value.bind(of) as unknown) : value;
      },
    });
  };
  return { asleep: falling.promise, wake: () => waking.resolve() };
}

describeWhere(postgresFolder !== null, "Debian's package postgresql is not installed", 'jobs that were left', () => {
  let server: PostgresServer;
  let database: Database;
  beforeAll(async () => {
    server = await startPostgres();
    database = await openPostgres(await server.createDatabase(), { timer: createManualTimer() });
  });
  afterAll(async () => {
    await database.close();
    await server.close();
  });

  test('who takes the lease over ends the job of the one before as it begins its own', async () => {
    const jobs = createJobStore(database);
    const [registryId, other] = [await addRegistry(database.kysely, 'r'), await addRegistry(database.kysely, 'other')];
    const wanted = { kind: 'CRAWL', registryId, requestedBy: 'ann', createdAt } as const;
    const left = await jobs.createLeased(wanted);
    const elsewhere = await jobs.createLeased({ ...wanted, registryId: other });
    const own = await jobs.createLeased(wanted);
    const found = await jobs.findMany([left.id, elsewhere.id, own.id]);
    const states = new Map(found.map(({ id, state }) => [id, state]));
    expect([left, elsewhere, own].map(({ id }) => states.get(id))).toEqual(['CANCELLED', 'RUNNING', 'RUNNING']);
  });

  test('a crawl of one that stands still is taken over, and nothing of what that one has read is written', async () => {
    const url = await server.createDatabase();
    // Its timer stands still, so that it gives no word, and does not notice either.
    const openDatabase = async () => {
      const opened = await openPostgres(url, { timer: createManualTimer() });
      return Object.assign(opened, { [Symbol.asyncDispose]: () => opened.close() });
    };
    const open = (): Promise<TestCatalogue> => createTestCatalogue({ openDatabase });
    await using registry = await createMemoryRegistry();
    await using paused = await open();
    for (const tag of ['v1', 'v2']) seed(registry.store, 'app', tag, buildImage({ labels: { tag } }));
    await paused.attach('r', registry.url);
    await paused.crawl('r');
    const { asleep, wake } = standStill(paused);
    const crawled = paused.crawl('r');
    await asleep;
    seed(registry.store, 'app', 'v1', buildImage({ labels: { tag: 'moved' } }));
    seed(registry.store, 'app', 'v3', buildImage({ labels: { tag: 'new' } }));
    await server.run(url, 'update replica set seen_at = 0');
    await using other = await open();
    expect((await other.crawl('r')).state).toBe('SUCCEEDED');
    const read = async (): Promise<unknown[]> => {
      const tables = ['job', 'tag', 'repository', 'event', 'generation'];
      const all = (table: string) => sql`select * from ${sql.ref(table)} order by 1`.execute(other.database.kysely);
      return (await Promise.all(tables.map(all))).map(({ rows }) => rows);
    };
    const before = await read();
    wake();
    await expect(crawled).rejects.toMatchObject({ code: 'STORAGE_BUSY' });
    expect(await read()).toEqual(before);
    const { rows } = await sql<{ state: string }>`select state from job order by created_at, state`.execute(
      other.database.kysely,
    );
    expect(rows.map(({ state }) => state)).toEqual(['CANCELLED', 'SUCCEEDED', 'SUCCEEDED']);
  });

  test('a job that has ended is not begun again by who has lost it, and neither a change nor an end is told of', async () => {
    const told: unknown[] = [];
    const jobs = createJobStore(database, (job) => told.push(job.state));
    const registryId = await addRegistry(database.kysely, 'stale');
    const { id } = await jobs.create({ kind: 'DELETE_TAGS', registryId, requestedBy: 'ann', createdAt });
    await jobs.update(id, { state: 'SUCCEEDED', finishedAt: createdAt });
    await jobs.update(id, { state: 'RUNNING' });
    await jobs.update(id, { state: 'FAILED', finishedAt: createdAt });
    expect([(await jobs.find(id))?.state, told]).toEqual(['SUCCEEDED', ['SUCCEEDED']]);
  });

  test('a state is written by nobody whose lease is lost', async () => {
    const jobs = createJobStore(database);
    const registryId = await addRegistry(database.kysely, 'lost');
    const { id } = await jobs.create({
      kind: 'DELETE_TAGS',
      registryId,
      requestedBy: 'ann',
      createdAt,
      state: 'QUEUED',
    });
    await database.leases.start();
    const lease = await database.leases.take('work');
    await database.kysely.deleteFrom('lease').execute();
    const begun = database.leases.within(lease!, () => jobs.update(id, { state: 'RUNNING' }));
    await expect(begun).rejects.toMatchObject({
      code: 'STORAGE_BUSY',
      message: 'Another gateway has taken over "work". Try again in a moment.',
    });
    expect((await jobs.find(id))?.state).toBe('QUEUED');
  });
});
