import { AccountStore } from '../../src/store/accounts/accounts.js';
import { pageAccounts } from '../../src/store/accounts/accountlists.js';
import { changeAccount } from '../../src/store/accounts/changes.js';
import { listEngines } from '../support/servers/engines.js';

describe.each(listEngines('lastadmin'))('on $name', ({ open }) => {
  it('two changes at once that take the last two admins away leave one of them', async () => {
    await using database = await open();
    const store = new AccountStore(database);
    for (let round = 0; round < 5; round++) {
      const ids = [];
      for (const username of [`ann${round}`, `ben${round}`])
        ids.push((await store.create({ username, roles: ['admin'], passwordHash: 'x' })).id);
      const results = await Promise.allSettled(
        ids.map((id) => store.transact((trx) => changeAccount(trx, { id }, { roles: [] }, new Date()))),
      );
      const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
      expect(refused).toMatchObject([{ code: 'LAST_ADMIN' }]);
      const page = await pageAccounts(database.kysely, { role: 'admin' }, { first: 10, after: null });
      expect([page.items.length, await page.totalCount()]).toEqual([1, 1]);
      await database.kysely.deleteFrom('account').execute();
    }
  });
});
