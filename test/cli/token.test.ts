import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createAuthenticator } from '../../src/auth/viewer.js';
import { runToken } from '../../src/cli/token.js';
import { createAccountStore } from '../../src/store/accounts.js';
import { openDatabase } from '../../src/store/database.js';
import { createFolder } from '../store/files.js';

interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(url: string, ...args: string[]): Promise<Result> {
  const texts = { out: '', err: '' };
  const code = await runToken(args, { out: (text) => (texts.out += text), err: (text) => (texts.err += text) }, { DATABASE_URL: url });
  return { code, ...texts };
}

describe('token', () => {
  it('creates a machine account and a token that works while a gateway runs, lists it without the token, and revokes it', async () => {
    using folder = createFolder();
    const url = `sqlite:${folder.file('g.db')}`;
    const gateway = await openDatabase(url);
    const authenticate = createAuthenticator(createAccountStore(gateway));
    const created = await run(url, 'create', '--username', 'ci', '--roles', 'registries:ro', '--label', 'build\tserver');
    const [header, token, id] = [/X-Access-Token: (\S+)/, /(rgw_\w+)/, /token -- revoke (\S+)/].map((pattern) => pattern.exec(created.out)?.[1] ?? '');
    expect(created).toMatchObject({ code: 0, err: '' });
    expect(await authenticate(['X-Access-Token', header!])).toMatchObject({ username: 'ci', roles: ['registries:ro'] });
    const listed = await run(url, 'list');
    expect(listed.out).toContain(`${id}\tci\tregistries:ro\tvalid\t`);
    expect(listed.out).toContain('build\\tserver');
    expect(listed.out).not.toContain(token);
    expect(await run(url, 'revoke', id!)).toEqual({ code: 0, out: `Revoked ${id}: its next request is refused.\n`, err: '' });
    await expect(authenticate(['X-Access-Token', header!])).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await run(url, 'list')).out).toContain('\trevoked\t');
    await gateway.close();
  });

  it.each([
    [undefined, 90],
    ['1d', 1],
    ['365d', 365],
  ])('with --expires %s gives a token for %s days', async (expires, days) => {
    using folder = createFolder();
    const url = `sqlite:${folder.file('g.db')}`;
    const before = Date.now();
    expect((await run(url, 'create', '--username', 'ci', '--roles', 'registries:rw', ...(expires ? ['--expires', expires] : []))).code).toBe(0);
    const database = await openDatabase(url);
    const [token] = await createAccountStore(database).listTokens();
    expect(Math.round(((token?.expiresAt.getTime() ?? 0) - before) / 86_400_000)).toBe(days);
    expect(token?.account.passwordHash).toBeNull();
    await database.close();
  });

  it.each([
    [['--username', 'CI', '--roles', 'admin'], '--username must be 1 to 64 of a-z, 0-9, ".", "_", "@" and "-".\n'],
    [['--username', 'ci', '--roles', 'root'], '--roles must be some of admin, registries:rw, registries:ro, joined by commas.\n'],
    [['--username', 'ci', '--roles', 'admin', '--expires', '366d'], '--expires must be 1d to 365d.\n'],
    [['--username', 'ci', '--roles', 'admin', '--expires', '0d'], '--expires must be 1d to 365d.\n'],
    [['--username', 'ci', '--roles', 'admin', '--expires', 'never'], '--expires must be 1d to 365d.\n'],
    [['--username', 'ci', '--roles', 'admin', '--label', 'x'.repeat(101)], '--label has at most 100 characters.\n'],
  ])('refuses %j', async (args, err) => {
    expect(await run('sqlite::memory:', 'create', ...args)).toEqual({ code: 1, out: '', err });
  });

  it('never gives a token more than its account has', async () => {
    using folder = createFolder();
    const url = `sqlite:${folder.file('g.db')}`;
    await run(url, 'create', '--username', 'ci', '--roles', 'registries:ro');
    expect(await run(url, 'create', '--username', 'ci', '--roles', 'admin')).toEqual({
      code: 1,
      out: '',
      err: 'The account ci has only the roles registries:ro. Use those, or another --username.\n',
    });
  });

  it.each([[[]], [['create']], [['create', '--username', 'ci']], [['create', '--what', 'x']], [['list', 'x']], [['revoke']], [['delete', 'x']]])('shows its usage for %j', async (args) => {
    const { code, out, err } = await run('sqlite::memory:', ...args);
    expect([code, out, err.startsWith('Usage:')]).toEqual([64, '', true]);
  });

  it('says what is wrong with the settings, and with an unknown id', async () => {
    expect(await run('mysql://x', 'list')).toMatchObject({ code: 78, err: expect.stringContaining('DATABASE_URL must be') });
    expect(await run('sqlite::memory:', 'revoke', 'x')).toEqual({ code: 1, out: '', err: 'There is no token with this id.\n' });
  });
});

describe('the commands as processes', () => {
  const execute = promisify(execFile);

  it('token list prints a heading and exits 0', async () => {
    const { stdout } = await execute(process.execPath, ['.test/src/cli/token.js', 'list'], { env: { DATABASE_URL: 'sqlite::memory:' } });
    expect(stdout).toBe('ID\tUSER\tROLES\tSTATE\tEXPIRES\tLAST USED\tLABEL\n');
  });

  it('migrations check finds entities and committed migrations equal', async () => {
    const { stdout } = await execute(process.execPath, ['.test/src/cli/migrations.js', 'check']);
    expect(stdout).toBe('The migrations match the entities (sqlite).\n');
  });
});
