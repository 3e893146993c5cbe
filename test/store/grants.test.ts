import { randomUUID } from 'node:crypto';
import type { Role } from '../../src/domain/account.js';
import { createOwnEntry } from '../../src/domain/audit.js';
import { parseRepositoryGlob } from '../../src/domain/glob.js';
import type { GrantHolder, Right } from '../../src/domain/grant.js';
import { AccountStore, type NewToken } from '../../src/store/accounts/accounts.js';
import { giveGrant, readGrantsOf, readHeldGrants, takeGrant } from '../../src/store/accounts/grants.js';
import {
  insertTeam,
  pageTeams,
  readMembers,
  readTeamsOf,
  removeTeam,
  updateTeam,
} from '../../src/store/accounts/teams.js';
import { changeLogin, takeEverything } from '../../src/store/accounts/logins.js';
import type { Database } from '../../src/store/database/database.js';
import { listEngines } from '../support/servers/engines.js';
import { plainly } from './rows.js';

const at = new Date('2026-01-02T03:04:05.678Z');
const entry = createOwnEntry({ at, actor: 'admin', action: 'grantAccess', details: null });
const place = (repositories: string, registryId: string | null = null) => ({
  registryId,
  repositories: parseRepositoryGlob(repositories),
});
const team = (name: string, ...members: string[]) => ({ name, description: '', members });

async function hold(database: Database) {
  const accounts = new AccountStore(database, () => at);
  const create = (username: string, ...roles: Role[]) => accounts.create({ username, roles, passwordHash: null });
  const ann = await create('ann');
  return {
    accounts,
    ann,
    create,
    give: (holder: GrantHolder, right: Right, repositories: string, registryId: string | null = null) =>
      accounts.transact((trx) =>
        giveGrant(
          trx,
          holder,
          { ...place(repositories, registryId), right, givenBy: 'admin', givenAt: at },
          () => entry,
        ),
      ),
    take: (id: string) => accounts.transact((trx) => takeGrant(trx, id, () => entry)),
    makeToken: async (more: Partial<NewToken> = {}) => {
      const hash = randomUUID();
      const expiresAt = new Date(at.getTime() + 1000);
      await accounts.createToken({ accountId: ann.id, hash, label: '', roles: [], expiresAt, ...more });
      return async () => (await accounts.findToken(hash))?.heldGrants;
    },
  };
}

async function addRegistry({ kysely }: Database, id = randomUUID()): Promise<string> {
  await plainly(kysely).insertInto('registry').values({ id, name: id, addr: 'http://x', created_at: 0 }).execute();
  return id;
}

describe.each(listEngines('grants'))('on $name', ({ open }) => {
  test('a login has the grants of its account and of its teams, as they are at each look', async () => {
    await using database = await open();
    const { accounts, give, take, makeToken } = await hold(database);
    const held = await makeToken({ kind: 'LOGIN' });
    expect(await held()).toEqual([]);
    const { grant } = await give({ account: 'ann' }, 'READ', 'a/*');
    expect(await held()).toEqual([{ ...place('a/*'), right: 'READ' }]);
    await accounts.transact((trx) => insertTeam(trx, team('builders', 'ann'), at, entry));
    await give({ team: 'builders' }, 'DELETE', 'a/*');
    expect(await held()).toEqual([{ ...place('a/*'), right: 'DELETE' }]);
    await accounts.transact((trx) => updateTeam(trx, 'builders', { removed: ['ann'] }, entry));
    expect(await held()).toEqual([{ ...place('a/*'), right: 'READ' }]);
    await take(grant.id);
    expect(await held()).toEqual([]);
  });

  test('a token has of its grants what its account has by grants or roles, and has it again with the account', async () => {
    await using database = await open();
    const { accounts, ann, give, take, makeToken } = await hold(database);
    const held = await makeToken({ grants: [{ ...place('a/*'), right: 'DELETE' }] });
    expect(await held()).toEqual([]);
    const { grant } = await give({ account: 'ann' }, 'RETAIN', 'a/b/*');
    expect(await held()).toEqual([{ ...place('a/b/*'), right: 'DELETE' }]);
    await take(grant.id);
    await accounts.setRoles(ann.id, ['registries:ro']);
    expect(await held()).toEqual([{ ...place('a/*'), right: 'READ' }]);
    await accounts.setRoles(ann.id, ['admin']);
    expect(await held()).toEqual([{ ...place('a/*'), right: 'DELETE' }]);
  });

  test('one place has one right of one holder, and what is given for it later takes its place', async () => {
    await using database = await open();
    const { ann, give } = await hold(database);
    const first = await give({ account: 'ann' }, 'RETAIN', 'a/*');
    const second = await give({ account: 'ann' }, 'READ', 'a/*');
    expect([first.before, second.before]).toEqual([null, 'RETAIN']);
    const rows = await readGrantsOf(database.kysely, 'account_id', [ann.id]);
    expect(rows.get(ann.id)).toEqual([{ ...second.grant, id: first.grant.id }]);
  });

  test('grants go with their registry, their team, their account and their token', async () => {
    await using database = await open();
    const { accounts, ann, create, give, makeToken } = await hold(database);
    await create('ben');
    const registry = await addRegistry(database);
    await accounts.transact((trx) => insertTeam(trx, team('builders', 'ben'), at, entry));
    await give({ account: 'ann' }, 'READ', 'of-registry', registry);
    await give({ account: 'ben' }, 'READ', 'of-ben');
    await give({ team: 'builders' }, 'READ', 'of-team');
    await makeToken({ grants: [{ ...place('of-token'), right: 'READ' }] });
    const left = async () => {
      const rows = await database.kysely.selectFrom('access_grant').select('repositories').execute();
      return rows.map(({ repositories }) => repositories).toSorted();
    };
    expect(await left()).toEqual(['of-ben', 'of-registry', 'of-team', 'of-token']);
    const db = plainly(database.kysely);
    await db.deleteFrom('registry').where('id', '=', registry).execute();
    await accounts.transact((trx) => removeTeam(trx, 'builders', entry));
    await db.deleteFrom('account').where('username', '=', 'ben').execute();
    expect(await left()).toEqual(['of-token']);
    await db.deleteFrom('token').where('account_id', '=', ann.id).execute();
    expect(await left()).toEqual([]);
  });

  test('an account from which everything is taken has no grants and no teams when it is enabled', async () => {
    await using database = await open();
    const { accounts, ann, give } = await hold(database);
    await give({ account: 'ann' }, 'READ', 'a');
    await accounts.transact((trx) => insertTeam(trx, team('builders', 'ann'), at, entry));
    await give({ team: 'builders' }, 'READ', 'b');
    expect(await readHeldGrants(database.kysely, ann.id)).toHaveLength(2);
    await takeEverything(database, ann.id, at, entry);
    await changeLogin(database, ann.id, { isDisabled: false }, at, () => entry);
    expect(await readHeldGrants(database.kysely, ann.id)).toEqual([]);
  });

  test('what is not there is not given to, and leaves no entry', async () => {
    await using database = await open();
    const { accounts, give, take } = await hold(database);
    const gone = { code: 'NOT_FOUND' };
    await expect(give({ account: 'zoe' }, 'READ', '*')).rejects.toMatchObject(gone);
    await expect(give({ team: 'none' }, 'READ', '*')).rejects.toMatchObject(gone);
    await expect(give({ account: 'ann' }, 'READ', '*', randomUUID())).rejects.toMatchObject(gone);
    await expect(take(randomUUID())).rejects.toMatchObject(gone);
    await expect(take('no id')).rejects.toMatchObject(gone);
    const named = accounts.transact((trx) => insertTeam(trx, team('builders', 'zoe'), at, entry));
    await expect(named).rejects.toMatchObject({ ...gone, message: 'There is no account zoe. Nothing was changed.' });
    expect((await pageTeams(database.kysely, { first: 10, after: null })).items).toEqual([]);
    expect(await database.kysely.selectFrom('audit_entry').select('id').execute()).toEqual([]);
  });

  test('a grant beyond the hundredth of a holder, and a team beyond the tenth of an account, is refused', async () => {
    await using database = await open();
    const { accounts, give } = await hold(database);
    for (let at = 0; at < 100; at++) await give({ account: 'ann' }, 'READ', `a/${at}`);
    await expect(give({ account: 'ann' }, 'READ', 'a/100')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await give({ account: 'ann' }, 'DELETE', 'a/99');
    const join = (name: string) => accounts.transact((trx) => insertTeam(trx, team(name, 'ann'), at, entry));
    for (let at = 0; at < 10; at++) await join(`team-${at}`);
    await expect(join('team-10')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test('teams are listed by name, with their members and by their members', async () => {
    await using database = await open();
    const { accounts, ann, create } = await hold(database);
    await create('ben');
    const b = await accounts.transact((trx) => insertTeam(trx, team('b', 'ben', 'ann'), at, entry));
    const a = await accounts.transact((trx) => insertTeam(trx, team('a', 'ann'), at, entry));
    await expect(accounts.transact((trx) => insertTeam(trx, team('a'), at, entry))).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    const first = await pageTeams(database.kysely, { first: 1, after: null });
    expect([first.items, first.hasNextPage, await first.totalCount()]).toEqual([[a], true, 2]);
    const second = await pageTeams(database.kysely, { first: 1, after: first.cursorOf(a) });
    expect([second.items, second.hasNextPage]).toEqual([[b], false]);
    expect(await readMembers(database.kysely, [a.id, b.id])).toEqual(
      new Map([
        [a.id, ['ann']],
        [b.id, ['ann', 'ben']],
      ]),
    );
    expect((await readTeamsOf(database.kysely, [ann.id])).get(ann.id)).toEqual(['a', 'b']);
  });
});
