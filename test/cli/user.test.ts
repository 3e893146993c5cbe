import { createPasswordHasher } from '../../src/auth/password.js';
import { createLogIn } from '../../src/auth/login.js';
import { createAuthenticator } from '../../src/auth/viewer.js';
import { AccountStore } from '../../src/store/accounts/accounts.js';
import { changeAccount } from '../../src/store/accounts/changes.js';
import { openDatabase } from '../../src/store/database/database.js';
import { createFolder } from '../store/files.js';
import { type Result, runCommandLine } from './run.js';

function run(url: string, args: readonly string[], input = ''): Promise<Result> {
  return runCommandLine(url, ['user', ...args], { readInput: () => Promise.resolve(input) });
}

/** A database that a gateway serves, with the admin `root`. */
async function open(folder: ReturnType<typeof createFolder>) {
  const url = `sqlite:${folder.file('g.db')}`;
  const gateway = await openDatabase(url);
  const accounts = new AccountStore(gateway);
  await accounts.create({ username: 'root', roles: ['admin'], passwordHash: 'x' });
  return { url, gateway, accounts, [Symbol.asyncDispose]: () => gateway.close() };
}

async function disableAsAdmin({ accounts }: { readonly accounts: AccountStore }, username: string): Promise<void> {
  await accounts.transact((trx) => changeAccount(trx, { username }, { isDisabled: true }, new Date()));
}

describe('user', () => {
  it('creates an account whose password is made and shown once, or given, and lists it without', async () => {
    using folder = createFolder();
    await using served = await open(folder);
    const made = await run(served.url, ['create', 'ann', '--roles', 'registries:rw']);
    const password = /shown only now: (\S+)/.exec(made.out)?.[1] ?? '';
    expect(
      await run(served.url, ['create', 'bob', '--roles', 'registries:ro', '--password-stdin'], 'a good password\n'),
    ).toEqual({
      code: 0,
      out: 'Created bob with the roles registries:ro.\n',
      err: '',
    });
    const hasher = createPasswordHasher();
    for (const [name, text] of [
      ['ann', password],
      ['bob', 'a good password'],
    ] as const) {
      expect(await hasher.verify((await served.accounts.find(name))?.passwordHash ?? null, text)).toBe(true);
    }
    const { out } = await run(served.url, ['list']);
    expect(out.split('\n').map((line) => line.split('\t').slice(0, 3).join(' '))).toEqual([
      'USER ROLES LOGIN',
      'ann registries:rw yes',
      'bob registries:ro yes',
      'root admin yes',
      '',
    ]);
    expect(out).not.toContain('argon2');
    expect(await run(served.url, ['create', 'ann', '--roles', 'admin'])).toEqual({
      code: 1,
      out: '',
      err: 'There is an account ann already.\n',
    });
  });

  it('changes password and roles, and takes everything from an account that is disabled, while the gateway runs', async () => {
    using folder = createFolder();
    await using served = await open(folder);
    const authenticate = createAuthenticator(served.accounts);
    await run(served.url, ['create', 'ann', '--roles', 'admin']);
    const created = await runCommandLine(served.url, [
      'token',
      'create',
      '--username',
      'ann',
      '--roles',
      'admin',
      '--json',
    ]);
    const { token } = JSON.parse(created.out) as { token: string };
    const access = ['X-Access-Token', `ann:${token}`];
    expect(await authenticate(access)).toMatchObject({ roles: ['admin'] });
    const before = (await served.accounts.find('ann'))?.passwordHash;
    expect(await run(served.url, ['password', 'ann', '--password-stdin'], 'another password')).toMatchObject({
      code: 0,
      err: '',
    });
    expect((await served.accounts.find('ann'))?.passwordHash).not.toBe(before);
    expect(await run(served.url, ['roles', 'ann', 'registries:ro'])).toEqual({
      code: 0,
      out: 'ann has the roles registries:ro.\n',
      err: '',
    });
    expect(await authenticate(access)).toMatchObject({ roles: ['registries:ro'] });
    expect(await run(served.url, ['disable', 'ann'])).toEqual({
      code: 0,
      out: 'Disabled ann: its next request is refused.\n',
      err: '',
    });
    await expect(authenticate(access)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await served.accounts.find('ann')).toMatchObject({ passwordHash: null, roles: [] });
  });

  it('tells who can log in: not with a one-time password, nor where the account is disabled', async () => {
    using folder = createFolder();
    await using served = await open(folder);
    for (const name of ['ann', 'bob']) await served.accounts.create({ username: name, roles: [], passwordHash: 'x' });
    await served.accounts.create({ username: 'ci', roles: [], passwordHash: null });
    await disableAsAdmin(served, 'ann');
    expect(await run(served.url, ['reset', 'bob'])).toMatchObject({ code: 0 });
    const { out } = await run(served.url, ['list']);
    const logins = out.split('\n').map((line) => line.split('\t').filter((_cell, index) => index % 2 === 0));
    expect(logins.slice(1, -1)).toEqual([
      ['ann', 'disabled'],
      ['bob', 'one-time'],
      ['ci', 'no'],
      ['root', 'yes'],
    ]);
    const told = JSON.parse((await run(served.url, ['list', '--json'])).out) as object[];
    expect(told).toMatchObject([false, false, false, true].map((canLogIn) => ({ canLogIn })));
  });

  it('gives no password to an account that is disabled, which then could not log in, and enables it', async () => {
    using folder = createFolder();
    await using served = await open(folder);
    await served.accounts.create({ username: 'bob', roles: ['registries:rw'], passwordHash: 'x' });
    await disableAsAdmin(served, 'bob');
    const given = ['password', 'bob', '--password-stdin', '--json'];
    const refused = await run(served.url, given, 'a good password');
    expect([refused.code, refused.out, JSON.parse(refused.err)]).toEqual([
      1,
      '',
      {
        error: {
          code: 'CONFLICT',
          message:
            'bob is disabled: nobody logs in with its password. Enable it first: registry-gateway user enable bob',
        },
      },
    ]);
    expect(await served.accounts.find('bob')).toMatchObject({ passwordHash: 'x' });
    expect((await run(served.url, ['enable', 'bob'])).out).toBe('Enabled bob. Roles: registries:rw. Login: yes.\n');
    expect(await run(served.url, given, 'a good password')).toMatchObject({ code: 0 });
    const logIn = createLogIn(served.accounts, createPasswordHasher());
    expect((await logIn('bob', 'a good password', '::1')).viewer.roles).toEqual(['registries:rw']);
  });

  it('says of an account that has lost everything what it needs once it is enabled', async () => {
    using folder = createFolder();
    await using served = await open(folder);
    await served.accounts.create({ username: 'bob', roles: ['registries:rw'], passwordHash: 'x' });
    await run(served.url, ['disable', 'bob']);
    expect((await run(served.url, ['enable', 'bob'])).out).toBe(
      'Enabled bob. Roles: none. Login: no.\nSee "user password bob" and "user roles bob".\n',
    );
  });

  it('gives a one-time password, and ends the tokens and the service keys of the account', async () => {
    using folder = createFolder();
    await using served = await open(folder);
    const hasher = createPasswordHasher();
    const passwordHash = await hasher.hash('a good password');
    const { id: accountId } = await served.accounts.create({ username: 'bob', roles: [], passwordHash });
    const logIn = createLogIn(served.accounts, hasher);
    const { token } = await logIn('bob', 'a good password', '::1');
    const expiresAt = new Date(Date.now() + 1_000_000);
    const key = { accountId, hash: 'k', label: 'ci', roles: [], expiresAt, kind: 'SERVICE_KEY' as const };
    await served.accounts.createToken(key);
    const { out } = await run(served.url, ['reset', 'bob', '--json']);
    const { password: made, endedTokens } = JSON.parse(out) as { password: string; endedTokens: number };
    expect(endedTokens).toBe(2);
    const authenticate = createAuthenticator(served.accounts);
    await expect(authenticate(['X-Access-Token', `bob:${token}`])).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(logIn('bob', made, '::1')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(logIn('bob', 'a good password', '::1')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('deletes an account with its tokens, and its name can be taken again', async () => {
    using folder = createFolder();
    await using served = await open(folder);
    const hasher = createPasswordHasher();
    const passwordHash = await hasher.hash('a good password');
    await served.accounts.create({ username: 'bob', roles: [], passwordHash });
    const { token } = await createLogIn(served.accounts, hasher)('bob', 'a good password', '::1');
    expect((await run(served.url, ['delete', 'bob'])).out).toBe('Deleted bob: its next request is refused.\n');
    const authenticate = createAuthenticator(served.accounts);
    await expect(authenticate(['X-Access-Token', `bob:${token}`])).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await served.accounts.find('bob')).toBeNull();
    expect(await run(served.url, ['create', 'bob', '--roles', 'registries:ro'])).toMatchObject({ code: 0 });
  });

  it.each([[['disable', 'root']], [['roles', 'root', 'registries:rw']], [['reset', 'root']], [['delete', 'root']]])(
    'keeps the last admin who can log in: %j',
    async (args) => {
      using folder = createFolder();
      await using served = await open(folder);
      expect(await run(served.url, args)).toMatchObject({
        code: 1,
        err: expect.stringContaining('root is the last admin who can log in') as string,
      });
      expect(await served.accounts.find('root')).toMatchObject({ roles: ['admin'] });
    },
  );

  it.each([
    [['create', 'Ann', '--roles', 'admin'], '', 'The name must be'],
    [['create', 'ann', '--roles', 'root'], '', '--roles must be some of'],
    [['create', 'ann', '--roles', 'admin', '--password-stdin'], 'short\n', 'at least 8 characters'],
    [['password', 'nobody'], '', 'There is no account "nobody"'],
  ])('refuses %j', async (args, input, sentence) => {
    using folder = createFolder();
    await using served = await open(folder);
    const { code, err } = await run(served.url, args, input);
    expect({ code, said: err.includes(sentence) }).toEqual({ code: 1, said: true });
  });
});
