import type { PoolClient } from 'pg';
import { sql } from 'kysely';
import { toStorageError } from '../../../src/store/file/errors.js';
import { connectPostgres } from '../../../src/store/moving/postgresclient.js';
import { openPostgres } from '../../../src/store/postgres/open.js';
import { type ListWorking, watchStatements } from '../../../src/store/postgres/stalled.js';
import { describeWhere } from '../../support/processes/child.js';
import { postgresFolder, startPostgres } from '../../support/servers/postgres.js';
import { startRelay } from '../../support/servers/relay.js';
import { createManualTimer, until } from '../../support/timer.js';

/** A client that answers the first statement alone, and counts how often it was ended. */
async function openSilent(listWorking: ListWorking) {
  const timer = createManualTimer();
  const watch = watchStatements(listWorking, timer);
  const state = { ends: 0, answer: (): void => undefined };
  const client = {
    query: (text: string) =>
      new Promise((resolve) => {
        if (text.includes('pid')) resolve({ rows: [{ pid: 7 }] });
        else state.answer = () => resolve({ rows: [] });
      }),
    end: async () => void (state.ends += 1),
  };
  await watch.admit(client as unknown as PoolClient);
  return { timer, watch, state, ask: () => void client.query('select 1') };
}

test('a statement that the server works on is left alone, however long it lasts', async () => {
  const { timer, state, ask } = await openSilent(async (pids) => new Set(pids));
  ask();
  await timer.advance(3_600_000);
  expect(state.ends).toBe(0);
});

test('a statement that nobody can be asked about is given up after a minute', async () => {
  const { timer, state, ask } = await openSilent(() => Promise.reject(new Error('away')));
  ask();
  await timer.advance(59_000);
  expect(state.ends).toBe(0);
  await timer.advance(1000);
  expect(state.ends).toBe(1);
});

test('what is asked after one that failed is believed, and a statement that was answered meanwhile is not ended', async () => {
  let asked = 0;
  const found = Promise.withResolvers<ReadonlySet<number>>();
  const { timer, state, ask } = await openSilent(() =>
    ++asked === 1 ? Promise.reject(new Error('of a dead flow')) : found.promise,
  );
  ask();
  await timer.advance(15_000);
  expect(asked).toBe(2);
  state.answer();
  await timer.advance(0);
  found.resolve(new Set());
  await timer.advance(30_000);
  expect([asked, state.ends]).toEqual([2, 0]);
});

test('nothing waits any more once the watch is closed', async () => {
  const { timer, watch } = await openSilent(async () => new Set());
  watch.close();
  expect(timer.waiting()).toEqual([]);
});

describeWhere(postgresFolder !== null, "Debian's package postgresql is not installed", 'dead flows', () => {
  test('a statement in a dead flow ends as STORAGE_BUSY, and the pool gives another connection', async () => {
    const server = await startPostgres();
    const url = await server.createDatabase();
    const relay = await startRelay(Number(new URL(url).port));
    const timer = createManualTimer();
    const database = await openPostgres(Object.assign(new URL(url), { port: relay.port }).href, { timer, pool: 1 });
    const ask = (text: string): Promise<unknown> =>
      sql
        .raw(text)
        .execute(database.kysely)
        .then(() => 'answered');
    const outcome = (text: string): Promise<unknown> => ask(text).catch((error: unknown) => toStorageError(error));
    // One that lasts in the server is asked about, and answered.
    const slow = outcome('select pg_sleep(1.5)');
    await until(
      async () => (await server.run(url, "select 1 from pg_stat_activity where query like '%sleep(1.5)'")) !== '',
    );
    await timer.advance(15_000);
    expect(await slow).toBe('answered');
    relay.failNext('as lost', 'stop');
    const lost = outcome('select 1 as lost');
    await until(() => relay.hits === 1);
    await timer.advance(15_000);
    expect(await lost).toMatchObject({ code: 'STORAGE_BUSY' });
    expect(await outcome('select 2')).toBe('answered');
    await database.close();
    await relay.close();
    await server.close();
  });
});

describeWhere(postgresFolder !== null, "Debian's package postgresql is not installed", 'a move to PostgreSQL', () => {
  test('a statement of a move whose flow is dead is given up, and not waited for without end', async () => {
    const server = await startPostgres();
    const relay = await startRelay(Number(new URL(server.url).port));
    const timer = createManualTimer();
    const session = await connectPostgres(Object.assign(new URL(server.url), { port: relay.port }).href, timer);
    relay.failNext('select 41', 'stop');
    let fault: unknown = null;
    const asked = session.run('select 41').catch((error: unknown) => (fault = error));
    await until(() => relay.hits === 1);
    await until(async () => {
      await timer.advance(5000);
      return fault !== null;
    });
    await asked;
    expect(fault).toMatchObject({ code: 'STORAGE_BUSY' });
    await session.close();
    await relay.close();
    await server.close();
  });
});
