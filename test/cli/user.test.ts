import { createPasswordHasher } from '../../src/auth/password.js';
import { createAuthenticator } from '../../src/auth/viewer.js';
import { AccountStore } from '../../src/store/accounts/accounts.js';
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
    expect(await authenticate(access)).toMatchObject({ roles: [] });
    expect(await run(served.url, ['disable', 'ann'])).toEqual({
      code: 0,
      out: 'Disabled ann: its next request is refused.\n',
      err: '',
    });
    await expect(authenticate(access)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await served.accounts.find('ann')).toMatchObject({ passwordHash: null, roles: [] });
  });

  it.each([[['disable', 'root']], [['roles', 'root', 'registries:rw']]])(
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
