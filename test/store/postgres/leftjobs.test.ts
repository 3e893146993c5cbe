import type { Database } from '../../../src/store/database/database.js';
import { createJobStore } from '../../../src/store/jobs/jobs.js';
import { openPostgres } from '../../../src/store/postgres/open.js';
import { describeWhere } from '../../support/processes/child.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../../support/servers/postgres.js';
import { createManualTimer } from '../../support/timer.js';
import { addRegistry } from '../rows.js';

const createdAt = new Date('2026-01-02T03:04:05.678Z');

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
