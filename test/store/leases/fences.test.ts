import { sql } from 'kysely';
import type { Database } from '../../../src/store/database/database.js';
import { assertHeld } from '../../../src/store/leases/fences.js';
import { listEngines } from '../../support/servers/engines.js';

/** Gives a lease to a replica, as one that takes it over does; gives its token. */
async function give({ kysely }: Database, holder: string): Promise<number> {
  await sql`insert into replica (id, started_at, seen_at) values (${holder}, 0, 0)`.execute(kysely);
  const { rows } = await sql<{ fence: number }>`insert into lease (name, holder_id) values ('work', ${holder})
    on conflict (name) do update set holder_id = excluded.holder_id, fence = excluded.fence
    returning fence`.execute(kysely);
  return rows[0]!.fence;
}

describe.each(listEngines('fences'))('on $name', ({ name, open }) => {
  test('a fence lets the writes of its holder through, and where there are several none of one that lost it', async () => {
    await using database = await open();
    if (name === 'sqlite') return assertHeld(database.kysely, { name: 'work', token: 1 });
    const first = { name: 'work', token: await give(database, 'a') };
    await database.kysely.transaction().execute((trx) => assertHeld(trx, first));
    const second = { name: 'work', token: await give(database, 'b') };
    expect(second.token).toBeGreaterThan(first.token);
    await assertHeld(database.kysely, second);
    const lost = { code: 'STORAGE_BUSY', message: 'Another gateway has taken over "work". Try again in a moment.' };
    await expect(assertHeld(database.kysely, first)).rejects.toMatchObject(lost);
    await sql`delete from lease`.execute(database.kysely);
    await expect(assertHeld(database.kysely, second)).rejects.toMatchObject(lost);
  });
});
