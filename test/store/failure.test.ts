import { sql } from 'kysely';
import { AccountStore } from '../../src/store/accounts/accounts.js';
import { openDatabase } from '../../src/store/database/database.js';
import { withStorage } from '../../src/store/file/errors.js';
import { createFolder, openMemory } from './files.js';

describe('withStorage', () => {
  it('waits for another process without stopping the event loop, then succeeds', async () => {
    using folder = createFolder();
    const url = `sqlite:${folder.file('g.db')}`;
    const own = await openDatabase(url);
    const beside = await openDatabase(url, { access: 'beside' });
    await sql`begin immediate`.execute(beside.kysely);
    setTimeout(() => void sql`rollback`.execute(beside.kysely), 400);
    await withStorage(() => own.kysely.insertInto('setting').values({ key: 'a', value: 'b' }).execute());
    expect(await own.kysely.selectFrom('setting').selectAll().execute()).toEqual([{ key: 'a', value: 'b' }]);
    await beside.close();
    await own.close();
  });

  it('gives up as STORAGE_BUSY', async () => {
    using folder = createFolder();
    const url = `sqlite:${folder.file('g.db')}`;
    const own = await openDatabase(url);
    const beside = await openDatabase(url, { access: 'beside' });
    await sql`begin immediate`.execute(beside.kysely);
    const write = withStorage(() => own.kysely.insertInto('setting').values({ key: 'a', value: 'b' }).execute(), {
      pauses: [10, 10],
    });
    await expect(write).rejects.toMatchObject({ code: 'STORAGE_BUSY', facts: { retryAfter: 1 }, retryable: true });
    await sql`rollback`.execute(beside.kysely);
    await beside.close();
    await own.close();
  });

  it('says STORAGE_FULL when the disk is full, reads go on, and writes work again with room', async () => {
    await using database = await openMemory();
    const limit = async (pages: number): Promise<void> =>
      void (await sql.raw(`pragma max_page_count = ${pages}`).execute(database.kysely));
    const write = (key: string): Promise<unknown> =>
      withStorage(() =>
        database.kysely
          .insertInto('setting')
          .values({ key, value: 'x'.repeat(100_000) })
          .execute(),
      );
    await limit(1);
    await expect(write('a')).rejects.toMatchObject({
      code: 'STORAGE_FULL',
      message: 'The disk is full: nothing can be stored. Reading still works; free some space.',
    });
    expect(await database.kysely.selectFrom('setting').selectAll().execute()).toEqual([]);
    await limit(1_000_000);
    await write('a');
  });

  it('goes on after SQLite itself has ended a transaction, as it does on a full disk', async () => {
    await using database = await openMemory();
    await sql`create temp trigger full before insert on account begin select raise(rollback, 'full'); end`.execute(
      database.kysely,
    );
    const accounts = new AccountStore(database);
    const account = { username: 'ann', roles: ['admin'], passwordHash: null } as const;
    await expect(accounts.create(account)).rejects.toThrow('full');
    await expect(
      database.kysely.transaction().execute((trx) => sql`insert into account (id) values ('a')`.execute(trx)),
    ).rejects.toThrow('full');
    await sql`drop trigger full`.execute(database.kysely);
    await accounts.create(account);
    expect(await accounts.find('ann')).toMatchObject({ username: 'ann' });
  });

  it('passes other errors unchanged', async () => {
    const error = new Error('other');
    await expect(withStorage(() => Promise.reject(error))).rejects.toBe(error);
  });
});
