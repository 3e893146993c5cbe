import { sql } from 'kysely';
import type { RepositoryName } from '../../../src/domain/name.js';
import type { Database } from '../../../src/store/database/database.js';
import { RepositoryStore } from '../../../src/store/index/repositories.js';
import { listEngines } from '../../support/servers/engines.js';
import { addRegistry, addRepository } from '../rows.js';

/** Gives a lease to a replica, as one that takes it over does; gives its token. */
async function give({ kysely }: Database, holder: string): Promise<number> {
  await sql`insert into replica (id, started_at, seen_at) values (${holder}, 0, 0)`.execute(kysely);
  const { rows } = await sql<{ fence: number }>`insert into lease (name, holder_id) values ('work', ${holder})
    on conflict (name) do update set holder_id = excluded.holder_id, fence = excluded.fence
    returning fence`.execute(kysely);
  return rows[0]!.fence;
}

/** Writes something under the lease that has this fence. */
async function writeWithin(database: Database, token: number): Promise<void> {
  await within(database, token, () => database.write(null, (trx) => sql`select 1`.execute(trx)));
}

/** Does work under the lease that has this fence. */
function within<T>({ leases }: Database, token: number, work: () => Promise<T>): Promise<T> {
  const lease = { fence: { name: 'work', token }, lost: new AbortController().signal, release: async () => undefined };
  return leases.within(lease, work);
}

describe.each(listEngines('fences'))('on $name', ({ name, open }) => {
  test('a fence lets the writes of its holder through, and where there are several none of one that lost it', async () => {
    await using database = await open();
    if (name === 'sqlite') {
      await writeWithin(database, 1);
      return;
    }
    const first = await give(database, 'a');
    await writeWithin(database, first);
    const second = await give(database, 'b');
    expect(second).toBeGreaterThan(first);
    await writeWithin(database, second);
    const lost = { code: 'STORAGE_BUSY', message: 'Another gateway has taken over "work". Try again in a moment.' };
    await expect(writeWithin(database, first)).rejects.toMatchObject(lost);
    await sql`delete from lease`.execute(database.kysely);
    await expect(writeWithin(database, second)).rejects.toMatchObject(lost);
  });

  test('a statement by itself is refused as a transaction is, by whom it was written and whatever it writes', async () => {
    await using database = await open();
    const { kysely } = database;
    const registryId = await addRegistry(kysely, 'r');
    await addRepository(kysely, registryId, 'app');
    const repositories = new RepositoryStore(database);
    const repository = (await repositories.find(registryId, 'app' as RepositoryName))!;
    const at = new Date();
    const error = { code: 'UPSTREAM_TIMEOUT', message: 'It did not answer.', at } as const;
    const writes: readonly (() => Promise<unknown>)[] = [
      () => repositories.recordLook({ ...repository, missedScans: 0 }, false, at),
      () => repositories.recordTagsError(repository.key, error, at),
      () => sql`update repository set dropped_tags = 7`.execute(kysely),
      () => sql`with made as (select 8 as n) update repository set size = (select n from made)`.execute(kysely),
    ];
    const read = async () => {
      const { missed_scans, tags_error_code, dropped_tags, size } = await kysely
        .selectFrom('repository')
        .selectAll()
        .executeTakeFirstOrThrow();
      return [missed_scans, tags_error_code, dropped_tags, size];
    };
    const before = await read();
    const after = [1, error.code, 7, 8];
    const held = name === 'sqlite' ? 1 : await give(database, 'a');
    if (name === 'postgres') {
      await give(database, 'b');
      for (const write of writes)
        await expect(within(database, held, write)).rejects.toMatchObject({ code: 'STORAGE_BUSY' });
      expect(await read()).toEqual(before);
      // What it reads goes on, and so does the connection.
      expect(await within(database, held, read)).toEqual(before);
    }
    const token =
      name === 'sqlite' ? held : (await kysely.selectFrom('lease').select('fence').executeTakeFirst())!.fence;
    for (const write of writes) await within(database, token, write);
    expect(await read()).toEqual(after);
    await expect(within(database, token, () => sql`update repository set id = null`.execute(kysely))).rejects.toThrow();
    expect(await within(database, token, read)).toEqual(after);
  });
});
