import { createToken, hashToken, type TokenText } from '../../src/auth/token.js';
import { type Authenticate, createAuthenticator } from '../../src/auth/viewer.js';
import { AccountStore } from '../../src/store/accounts/accounts.js';
import { openDatabase } from '../../src/store/database/database.js';
import { createFolder } from '../store/files.js';

const now = new Date('2026-01-02T00:00:00.000Z');
const clock = (): Date => now;

async function addToken(accounts: AccountStore): Promise<{ token: TokenText; id: string; accountId: string }> {
  const token = createToken();
  const account = await accounts.create({
    username: 'ci',
    roles: ['registries:ro', 'registries:rw'],
    passwordHash: null,
  });
  const { id } = await accounts.createToken({
    accountId: account.id,
    hash: hashToken(token),
    label: '',
    roles: ['registries:ro', 'registries:rw'],
    expiresAt: new Date(now.getTime() + 1000),
  });
  return { token, id, accountId: account.id };
}

async function rolesBy(authenticate: Authenticate, token: TokenText): Promise<unknown> {
  return authenticate(['Authorization', `Bearer ${token}`]).then(
    (viewer) => viewer?.roles,
    (error: { code: string }) => error.code,
  );
}

describe('a token that was used before', () => {
  it.each(['this process', 'another connection to the file'])(
    'a token that was used before is refused from the next request on once %s revokes it',
    async (who) => {
      using folder = createFolder();
      const url = `sqlite:${folder.file('a.db')}`;
      const database = await openDatabase(url);
      const beside = await openDatabase(url, { access: 'beside' });
      const accounts = new AccountStore(database, clock);
      const other = who === 'this process' ? accounts : new AccountStore(beside, clock);
      const { token, id, accountId } = await addToken(accounts);
      const authenticate = createAuthenticator(accounts, clock);
      for (let use = 0; use < 3; use++)
        expect(await rolesBy(authenticate, token)).toEqual(['registries:ro', 'registries:rw']);
      await other.setRoles(accountId, ['registries:ro']);
      expect(await rolesBy(authenticate, token)).toEqual(['registries:ro']);
      await other.revokeToken(id);
      expect(await rolesBy(authenticate, token)).toBe('UNAUTHENTICATED');
      await beside.close();
      await database.close();
    },
  );

  it('costs no query', async () => {
    using folder = createFolder();
    const database = await openDatabase(`sqlite:${folder.file('a.db')}`);
    const accounts = new AccountStore(database, clock);
    const { token } = await addToken(accounts);
    const hash = hashToken(token);
    expect(await accounts.findToken(hash)).toBe(await accounts.findToken(hash));
    await database.close();
  });

  it('a token that was used before was not there before it was made', async () => {
    using folder = createFolder();
    const database = await openDatabase(`sqlite:${folder.file('a.db')}`);
    const accounts = new AccountStore(database, clock);
    const token = createToken();
    expect(await accounts.findToken(hashToken(token))).toBeNull();
    const { id } = await accounts.create({ username: 'ci', roles: [], passwordHash: null });
    await accounts.createToken({ accountId: id, hash: hashToken(token), label: '', roles: [], expiresAt: now });
    expect(await accounts.findToken(hashToken(token))).not.toBeNull();
    await database.close();
  });
});
