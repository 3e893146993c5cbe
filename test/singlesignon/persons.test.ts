import { randomUUID } from 'node:crypto';
import { createBearerIdentification } from '../../src/auth/bearer.js';
import { createOwnEntry } from '../../src/domain/audit.js';
import { parseRepositoryGlob } from '../../src/domain/glob.js';
import { maxTeams } from '../../src/domain/grant.js';
import { AccountStore } from '../../src/store/accounts/accounts.js';
import { changeAccount } from '../../src/store/accounts/changes.js';
import { giveGrant } from '../../src/store/accounts/grants.js';
import { type EnteringPerson, enterPerson, expelPerson } from '../../src/store/accounts/persons.js';
import { insertTeam, readMembers, readTeamsOf } from '../../src/store/accounts/teams.js';
import type { Database } from '../../src/store/database/database.js';
import { toJsonText } from '../../src/store/database/json.js';
import { listEngines } from '../support/servers/engines.js';

const at = new Date('2026-01-02T03:04:05.678Z');
const later = new Date('2026-02-02T03:04:05.678Z');
const entry = createOwnEntry({ at, actor: 'admin', action: 'createTeam', details: null });
const issuer = 'https://login.example';
const pat: EnteringPerson = { issuer, subject: 'p-1', username: 'pat', roles: ['registries:ro'], groups: null };

function hold(database: Database) {
  const accounts = new AccountStore(database, () => at);
  return {
    accounts,
    enter: (more: Partial<EnteringPerson> = {}) =>
      accounts.transact((trx) => enterPerson(trx, { ...pat, ...more }, at)),
    addTeam: (name: string) =>
      accounts.transact((trx) => insertTeam(trx, { name, description: '', members: [] }, at, entry)),
    disable: (username: string, isDisabled = true) =>
      accounts.transact((trx) => changeAccount(trx, { username }, { isDisabled }, at)),
    addToken: async (accountId: string) => {
      const hash = randomUUID();
      const roles = ['admin', 'registries:ro'] as const;
      await accounts.createToken({ accountId, hash, label: '', kind: 'LOGIN', roles, expiresAt: later });
      return async () => {
        const record = await accounts.findToken(hash);
        return record && { roles: record.roles, isRevoked: record.revokedAt !== null };
      };
    },
  };
}

describe.each(listEngines('persons'))('on $name', ({ open }) => {
  it('somebody who comes again has the account that was made for them, whatever they are called by then', async () => {
    await using database = await open();
    const { enter, accounts } = hold(database);
    const made = await enter();
    expect(made).toMatchObject({ username: 'pat', roles: ['registries:ro'], passwordHash: null, disabledAt: null });
    expect(await enter({ username: 'patricia' })).toEqual(made);
    expect(await enter({ subject: 'p-2', username: 'other' })).not.toMatchObject({ id: made.id });
    expect(await enter({ issuer: 'https://elsewhere.example', username: 'third' })).not.toMatchObject({ id: made.id });
    expect(await accounts.hasLogin()).toBe(false);
  });

  it('nobody takes over an account of another, or a local one, by its name', async () => {
    await using database = await open();
    const { enter, accounts } = hold(database);
    const local = await accounts.create({ username: 'pat', roles: ['admin'], passwordHash: 'x' });
    await expect(enter()).rejects.toMatchObject({ code: 'CONFLICT' });
    await enter({ username: 'pat-2' });
    await expect(enter({ subject: 'p-2', username: 'pat-2' })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await accounts.find('pat')).toEqual(local);
  });

  it('two first logins of one person at once make one account', async () => {
    await using database = await open();
    const { enter } = hold(database);
    const [one, other] = await Promise.all([enter(), enter()]);
    expect(one.id).toBe(other.id);
  });

  it('roles are those of the last login, and what tokens had beyond them is gone for good', async () => {
    await using database = await open();
    const { enter, addToken } = hold(database);
    const { id } = await enter({ roles: ['admin', 'registries:ro'] });
    const token = await addToken(id);
    expect((await enter({ roles: ['registries:ro'] })).roles).toEqual(['registries:ro']);
    await enter({ roles: ['admin'] });
    expect(await token()).toEqual({ roles: ['registries:ro'], isRevoked: false });
  });

  it('teams follow the groups where they are the provider’s business, and stay where they are not', async () => {
    await using database = await open();
    const { enter, addTeam, accounts } = hold(database);
    const teams = [await addTeam('core'), await addTeam('docs')];
    const members = async () => {
      const found = await readMembers(
        accounts.kysely,
        teams.map(({ id }) => id),
      );
      return teams.map(({ id }) => found.get(id) ?? []);
    };
    await enter({ groups: ['core', 'no team', 'none'] });
    expect(await members()).toEqual([['pat'], []]);
    await enter({ groups: ['docs'] });
    expect(await members()).toEqual([[], ['pat']]);
    await enter({ groups: null });
    expect(await members()).toEqual([[], ['pat']]);
    await enter({ groups: [] });
    expect(await members()).toEqual([[], []]);
  });

  it('a person is in ten teams at the most, the first by name', async () => {
    await using database = await open();
    const { enter, addTeam, accounts } = hold(database);
    const names = Array.from({ length: 12 }, (_each, n) => `team-${String.fromCharCode(97 + n)}`);
    for (const name of names.toReversed()) await addTeam(name);
    await enter({ groups: names });
    const held = await accounts.kysely.selectFrom('team_member').select('team_id').execute();
    expect(held).toHaveLength(10);
  });

  it('a team that is full takes no more, and whoever is in it stays', async () => {
    await using database = await open();
    const { enter, addTeam, accounts } = hold(database);
    const { id } = await addTeam('core');
    await addTeam('docs');
    const others = Array.from({ length: maxTeams.members }, (_each, n) => ({
      id: randomUUID(),
      username: `member-${n}`,
      password_hash: null,
      roles: toJsonText([]),
      created_at: 0,
      disabled_at: null,
      password_expires_at: null,
      issuer: null,
      subject: null,
    }));
    await enter({ groups: ['core'] });
    await accounts.transact(async (trx) => {
      await trx.insertInto('account').values(others).execute();
      const rows = others.slice(1).map((each) => ({ team_id: id, account_id: each.id }));
      await trx.insertInto('team_member').values(rows).execute();
    });
    const teamsOf = async () =>
      (await readTeamsOf(accounts.kysely, [(await accounts.find('pat'))!.id])).values().next();
    await enter({ groups: ['core', 'docs'] });
    expect((await teamsOf()).value).toEqual(['core', 'docs']);
    await enter({ groups: ['docs'] });
    const last = { team_id: id, account_id: others[0]!.id };
    await accounts.transact((trx) => trx.insertInto('team_member').values(last).execute());
    await enter({ groups: ['core', 'docs'] });
    expect((await teamsOf()).value).toEqual(['docs']);
  });

  it('somebody without a role and without a team gets no account', async () => {
    await using database = await open();
    const { enter, addTeam, accounts } = hold(database);
    await expect(enter({ roles: [], groups: ['core'] })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await accounts.find('pat')).toBeNull();
    await addTeam('core');
    expect(await enter({ roles: [], groups: ['core'] })).toMatchObject({ roles: [] });
  });

  it('a disabled account lets nobody in, and stays as it is', async () => {
    await using database = await open();
    const { enter, disable, accounts } = hold(database);
    await enter();
    await disable('pat');
    await expect(enter({ roles: ['admin'] })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect((await accounts.find('pat'))?.roles).toEqual(['registries:ro']);
  });

  it('whom the provider no longer lets in has no roles and no tokens left', async () => {
    await using database = await open();
    const { enter, addToken, accounts } = hold(database);
    const token = await addToken((await enter()).id);
    await accounts.transact((trx) => expelPerson(trx, pat, at));
    expect(await token()).toEqual({ roles: [], isRevoked: true });
    expect((await accounts.find('pat'))?.roles).toEqual([]);
    await accounts.transact((trx) => expelPerson(trx, { ...pat, subject: 'nobody' }, at));
  });

  it('a bearer token of a person has the grants of the account, and none while that is disabled', async () => {
    await using database = await open();
    const { enter, disable, accounts } = hold(database);
    const identity = { subject: pat.subject, name: null, groups: [], isLetIn: true, roles: [] };
    const verify = async () => ({ identity, expiresAt: later });
    const identify = createBearerIdentification(issuer, verify, accounts, () => at);
    const stranger = await identify('token');
    expect(stranger).toMatchObject({ username: '(jwt: p-1)', roles: [] });
    expect(stranger).not.toHaveProperty('grants');
    const { id: accountId } = await enter();
    const place = { registryId: null, repositories: parseRepositoryGlob('team/*') };
    const given = { ...place, right: 'READ', givenBy: 'admin', givenAt: at } as const;
    await accounts.transact((trx) => giveGrant(trx, { account: 'pat' }, given, () => entry));
    expect(await identify('token')).toEqual({ ...stranger, accountId, grants: [{ ...place, right: 'READ' }] });
    await disable('pat');
    expect(await identify('token')).toBeNull();
    await disable('pat', false);
    expect(await identify('token')).toMatchObject({ grants: [place] });
  });
});
