import { sql } from 'kysely';
import type { Database } from '../../../src/store/database/database.js';
import { listEngines } from '../../support/servers/engines.js';

/** Gives a lease to a replica, as one that takes it over does; gives its token. */
async function give({ kysely }: Database, holder: string): Promise<number> {
  await sql`insert into replica (id, started_at, seen_at) values (${holder}, 0, 0)`.execute(kysely);
  const { rows } = await sql<{ fence: number }>`insert into lease (name, holder_id) values ('work', ${holder})
    on conflict (name) do update set holder_id = excluded.holder_id, fence = excluded.fence
    returning fence`.execute(kysely);
  return rows[0]!.fence;
}

/** Writes something under the lease that has this fence. */
async function writeWithin({ leases, write }: Database, token: number): Promise<void> {
  const lease = { fence: { name: 'work', token }, lost: new AbortController().signal, release: async () => undefined };
  await leases.within(lease, () => write(null, (trx) => sql`select 1`.execute(trx)));
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
});
