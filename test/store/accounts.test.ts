import { randomUUID } from 'node:crypto';
import { changePreferences, noPreferences } from '../../src/domain/preferences.js';
import { AccountStore } from '../../src/store/accounts/accounts.js';
import { readPreferences, writePreferences } from '../../src/store/accounts/preferences.js';
import { plainly } from './rows.js';
import { listEngines } from '../support/servers/engines.js';

describe.each(listEngines('accounts'))('on $name', ({ open: openMemory }) => {
  const at = new Date('2026-01-02T03:04:05.678Z');
  const later = new Date('2026-02-02T03:04:05.678Z');

  describe('the account store', () => {
    it('finds an account by its exact name', async () => {
      await using database = await openMemory();
      const store = new AccountStore(database, () => at);
      const account = await store.create({ username: 'ci', roles: ['registries:ro'], passwordHash: null });
      expect(account).toEqual({
        id: account.id,
        username: 'ci',
        roles: ['registries:ro'],
        passwordHash: null,
        createdAt: at,
        disabledAt: null,
        passwordExpiresAt: null,
      });
      expect(await store.find('ci')).toEqual(account);
      expect(await store.find('CI')).toBeNull();
      expect(await store.hasLogin()).toBe(false);
      await store.create({ username: 'admin', roles: ['admin'], passwordHash: 'x' });
      expect(await store.hasLogin()).toBe(true);
      await expect(store.create({ username: 'ci', roles: [], passwordHash: null })).rejects.toMatchObject({
        code: 'CONFLICT',
        message: 'There is an account ci already.',
      });
    });

    it('reads the last use of a token as it is stored, whatever is remembered', async () => {
      await using database = await openMemory();
      const [store, other] = [new AccountStore(database, () => at), new AccountStore(database, () => at)];
      const { id: accountId } = await store.create({ username: 'ci', roles: [], passwordHash: null });
      const made = { accountId, hash: 'h', label: '', roles: [], expiresAt: later };
      const { id } = await store.createToken(made);
      await store.findToken('h');
      expect(await store.readLastUse(id)).toEqual(at);
      await other.recordUse(id, later, '192.0.2.1');
      expect([await store.readLastUse(id), (await store.findToken('h'))?.lastUsedAt]).toEqual([later, null]);
      expect(await store.readLastUse(randomUUID())).toBeNull();
    });

    it('drops a stored role that no longer exists', async () => {
      await using database = await openMemory();
      const store = new AccountStore(database);
      await store.create({ username: 'ci', roles: ['admin'], passwordHash: null });
      await plainly(database.kysely).updateTable('account').set({ roles: '["admin","root"]' }).execute();
      expect((await store.find('ci'))?.roles).toEqual(['admin']);
    });

    it('finds a token by its hash, with its account as it is now', async () => {
      await using database = await openMemory();
      const store = new AccountStore(database, () => at);
      const account = await store.create({ username: 'ci', roles: ['registries:rw'], passwordHash: null });
      const token = await store.createToken({
        accountId: account.id,
        hash: 'h',
        label: 'x',
        roles: ['registries:rw'],
        expiresAt: later,
      });
      expect(token).toEqual({
        id: token.id,
        kind: 'TOKEN',
        grants: [],
        heldGrants: [],
        label: 'x',
        roles: ['registries:rw'],
        createdAt: at,
        expiresAt: later,
        lastUsedAt: null,
        lastUsedFrom: null,
        revokedAt: null,
        account,
      });
      await store.setRoles(account.id, ['registries:ro']);
      await store.recordUse(token.id, later);
      expect(await store.findToken('h')).toEqual({
        ...token,
        lastUsedAt: later,
        // It is narrowed with its account.
        roles: ['registries:ro'],
        account: { ...account, roles: ['registries:ro'] },
      });
      expect(await store.findToken('other')).toBeNull();
      expect(await store.listTokens()).toHaveLength(1);
    });

    it('revokes once, and says when there is no such token', async () => {
      await using database = await openMemory();
      let now = at;
      const store = new AccountStore(database, () => now);
      const { id: accountId } = await store.create({ username: 'ci', roles: [], passwordHash: null });
      const { id } = await store.createToken({ accountId, hash: 'h', label: '', roles: [], expiresAt: later });
      await store.revokeToken(id);
      now = later;
      await store.revokeToken(id);
      expect((await store.findToken('h'))?.revokedAt).toEqual(at);
      for (const unknown of [randomUUID(), 'x']) {
        await expect(store.revokeToken(unknown)).rejects.toMatchObject({
          code: 'NOT_FOUND',
          message: 'There is no token with this id.',
        });
      }
      await expect(store.setRoles(randomUUID(), [])).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: 'There is no such account.',
      });
    });
  });

  describe('the preferences of an account', () => {
    it('stay whole, counted by version, and go with the account', async () => {
      await using database = await openMemory();
      const store = new AccountStore(database, () => at);
      const { id } = await store.create({ username: 'ann', roles: ['admin'], passwordHash: 'x' });
      const other = await store.create({ username: 'bob', roles: ['admin'], passwordHash: 'x' });
      expect(await readPreferences(database.kysely, id)).toEqual(noPreferences);
      const set = (theme: 'DARK' | 'LIGHT') =>
        store.write((trx) => writePreferences(trx, id, (before) => changePreferences(before, { theme }), at));
      expect(await set('DARK')).toEqual({ ...noPreferences, theme: 'DARK', version: 1 });
      expect(await set('LIGHT')).toEqual({ ...noPreferences, theme: 'LIGHT', version: 2 });
      expect(await readPreferences(database.kysely, id)).toEqual({ ...noPreferences, theme: 'LIGHT', version: 2 });
      expect(await readPreferences(database.kysely, other.id)).toEqual(noPreferences);
      await database.kysely.deleteFrom('account').where('id', '=', id).execute();
      expect(await database.kysely.selectFrom('preferences').selectAll().execute()).toEqual([]);
      expect(await set('DARK')).toBeNull();
    });

    it('have both of two changes at once, in either order', async () => {
      await using database = await openMemory();
      const store = new AccountStore(database, () => at);
      const { id } = await store.create({ username: 'ann', roles: ['admin'], passwordHash: 'x' });
      const changes = [{ theme: 'DARK' }, { density: 'COMPACT' }, { language: 'de' }, { pullTool: 'CRANE' }] as const;
      const ends = await Promise.all(
        changes.map((change) =>
          store.write((trx) => writePreferences(trx, id, (before) => changePreferences(before, change), at)),
        ),
      );
      expect(new Set(ends.map((end) => end?.version))).toEqual(new Set([1, 2, 3, 4]));
      const all = { theme: 'DARK', density: 'COMPACT', language: 'de', pullTool: 'CRANE', version: 4 };
      expect(await readPreferences(database.kysely, id)).toMatchObject(all);
    });

    it('have the default of a field that came with a later version', async () => {
      await using database = await openMemory();
      const store = new AccountStore(database, () => at);
      const { id } = await store.create({ username: 'ann', roles: ['admin'], passwordHash: 'x' });
      const row = { account_id: id, chosen: '{"theme":"DARK"}', version: 3, changed_at: at.getTime() };
      await plainly(database.kysely).insertInto('preferences').values(row).execute();
      expect(await readPreferences(database.kysely, id)).toEqual({ ...noPreferences, theme: 'DARK', version: 3 });
    });
  });
});
