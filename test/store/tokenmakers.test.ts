import { randomUUID } from 'node:crypto';
import type { Role } from '../../src/domain/account.js';
import type { Database } from '../../src/store/database/database.js';
import { AccountStore, type NewToken, type TokenRecord } from '../../src/store/accounts/accounts.js';
import { changeAccount } from '../../src/store/accounts/changes.js';
import { pageTokens, type TokenSight } from '../../src/store/accounts/tokenlists.js';
import { listEngines } from '../support/servers/engines.js';

const at = new Date('2026-01-02T03:04:05.678Z');
const days = (count: number): Date => new Date(at.getTime() + count * 24 * 60 * 60 * 1000);
const everything: TokenSight = { beyond: [], beyondGrants: [], hidesLogins: false, tokenId: undefined };

interface Held {
  readonly accounts: AccountStore;
  readonly accountId: string;
  readonly make: (more?: Partial<NewToken>, madeBy?: TokenRecord) => Promise<TokenRecord>;
  readonly list: (sight: TokenSight, first?: number) => Promise<readonly string[]>;
}

async function hold(database: Database, roles: readonly Role[] = ['registries:rw']): Promise<Held> {
  const accounts = new AccountStore(database, () => at);
  const { id: accountId } = await accounts.create({ username: 'ann', roles, passwordHash: 'x' });
  return {
    accounts,
    accountId,
    make: (more = {}, madeBy) =>
      accounts.createToken({
        accountId,
        hash: randomUUID(),
        label: '',
        roles,
        expiresAt: days(30),
        ...more,
        conditions: madeBy ? { madeBy: madeBy.id, most: 200 } : {},
      }),
    async list(sight, first = 100) {
      const found: string[] = [];
      for (let after: string | null = null; ;) {
        const page = await pageTokens(accounts.kysely, { valid: true }, sight, { first, after }, at);
        found.push(...page.items.map(({ id }) => id));
        if (!page.hasNextPage) return found;
        after = page.cursorOf(page.items.at(-1)!);
      }
    },
  };
}

describe.each(listEngines('tokenmakers'))('on $name', ({ open }) => {
  test('what a token makes runs out and ends with it, and what a login makes does not', async () => {
    await using database = await open();
    const { accounts, make, list } = await hold(database);
    const login = await make({ kind: 'LOGIN', expiresAt: days(1) });
    const ofLogin = await make({ kind: 'SERVICE_KEY' }, login);
    const token = await make({ expiresAt: days(2) }, login);
    const child = await make({}, token);
    const key = await make({ kind: 'SERVICE_KEY' }, child);
    expect([ofLogin, child, key].map(({ expiresAt }) => expiresAt)).toEqual([days(30), days(2), days(2)]);
    await accounts.revokeToken(token.id);
    await accounts.revokeToken(login.id);
    expect(await list(everything)).toEqual([ofLogin.id]);
  });

  test('a change of the password ends the keys of tokens that it ends, and those of the one that asks stay', async () => {
    await using database = await open();
    const { accounts, accountId, make, list } = await hold(database);
    const [login, asking, other] = [await make({ kind: 'LOGIN' }), await make(), await make()];
    const keys = [];
    for (const maker of [login, asking, other]) keys.push(await make({ kind: 'SERVICE_KEY' }, maker));
    const password = { hash: 'y', expiresAt: null, endsTokens: true, askedBy: asking.id };
    const change = (endsServiceKeys: boolean) =>
      accounts.transact((trx) =>
        changeAccount(trx, { id: accountId }, { password: { ...password, endsServiceKeys } }, at),
      );
    expect((await change(false)).endedTokens).toBe(3);
    expect((await list(everything)).toSorted()).toEqual([asking.id, keys[0]!.id, keys[1]!.id].toSorted());
    expect((await change(true)).endedTokens).toBe(2);
    expect(await list(everything)).toEqual([asking.id]);
  });

  test('roles that an account loses its valid tokens lose for good', async () => {
    await using database = await open();
    const { accounts, accountId, make } = await hold(database, ['admin', 'registries:ro']);
    await accounts.create({ username: 'admin', roles: ['admin'], passwordHash: 'x' });
    const token = await make({ hash: 'a' });
    await accounts.setRoles(accountId, ['registries:rw']);
    await accounts.setRoles(accountId, ['admin']);
    expect((await accounts.findToken('a'))?.roles).toEqual(['registries:rw', 'registries:ro']);
    expect((await make({ roles: ['admin'] }, token)).roles).toEqual(['admin']);
  });

  test('a list by pages has no token beyond the asker but its own, and an account its 50 newest logins', async () => {
    await using database = await open();
    const { make, list } = await hold(database);
    const reader = await make({ roles: ['registries:ro'] });
    const writer = await make();
    for (let login = 0; login < 60; login++) await make({ kind: 'LOGIN', roles: ['registries:ro'] });
    const beyond: Role[] = ['admin', 'registries:rw'];
    const ofReader = await list({ ...everything, beyond, tokenId: reader.id }, 7);
    expect([ofReader.length, new Set(ofReader).size]).toEqual([51, 51]);
    expect(ofReader).not.toContain(writer.id);
    expect(await list({ ...everything, beyond, tokenId: writer.id }, 7)).toContain(writer.id);
    expect(await list(everything, 7)).toHaveLength(52);
  });
});
