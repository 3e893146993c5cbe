import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { createAuthenticator } from '../../src/auth/viewer.js';
import type { RepositoryGlob } from '../../src/domain/glob.js';
import type { Grant } from '../../src/domain/grant.js';
import { AccountStore } from '../../src/store/accounts/accounts.js';
import { openDatabase } from '../../src/store/database/database.js';
import { createFolder } from '../store/files.js';
import { program } from '../support/processes/program.js';
import { type Result, runCommandLine } from './run.js';

function run(url: string, ...args: string[]): Promise<Result> {
  return runCommandLine(url, ['token', ...args]);
}

/** The URL of a database that a gateway has made. */
async function makeDatabase(folder: ReturnType<typeof createFolder>): Promise<string> {
  const url = `sqlite:${folder.file('g.db')}`;
  await (await openDatabase(url)).close();
  return url;
}

describe('token', () => {
  it('creates a machine account and a token that works while a gateway runs, lists it without the token, and revokes it', async () => {
    using folder = createFolder();
    const url = `sqlite:${folder.file('g.db')}`;
    const gateway = await openDatabase(url);
    const authenticate = createAuthenticator(new AccountStore(gateway));
    const created = await run(
      url,
      'create',
      '--username',
      'ci',
      '--roles',
      'registries:ro',
      '--label',
      'build\tserver',
    );
    const [header, token, id] = [/X-Access-Token: (\S+)/, /(rgw_\w+)/, /token revoke (\S+)/].map(
      (pattern) => pattern.exec(created.out)?.[1] ?? '',
    );
    expect(created).toMatchObject({ code: 0, err: '' });
    expect(await authenticate(['X-Access-Token', header!])).toMatchObject({ username: 'ci', roles: ['registries:ro'] });
    const listed = await run(url, 'list');
    expect(listed.out).toContain(`${id}\tci\tregistries:ro\tvalid\t`);
    expect(listed.out).toContain('build\\tserver');
    expect(listed.out).not.toContain(token);
    expect(await run(url, 'revoke', id!)).toEqual({
      code: 0,
      out: `Revoked ${id}: its next request is refused.\n`,
      err: '',
    });
    await expect(authenticate(['X-Access-Token', header!])).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await run(url, 'list')).out).toContain('\trevoked\t');
    await gateway.close();
  });

  it('lists what each token was granted, by the name of its registry', async () => {
    using folder = createFolder();
    const url = `sqlite:${folder.file('g.db')}`;
    const database = await openDatabase(url);
    const accounts = new AccountStore(database);
    const { id: accountId } = await accounts.create({ username: 'ci', roles: ['admin'], passwordHash: null });
    const grants: readonly Grant[] = [
      { registryId: null, repositories: 'a/*' as RepositoryGlob, right: 'DELETE' },
      { registryId: null, repositories: 'b' as RepositoryGlob, right: 'READ' },
    ];
    const wanted = { accountId, hash: 'x', label: 'of a place', roles: [], grants, expiresAt: new Date(8e12) };
    await accounts.createToken(wanted);
    await database.close();
    expect((await run(url, 'list')).out).toMatch(/\tof a place\t\*:a\/\*:delete \*:b:read\n$/);
    const listed = JSON.parse((await run(url, 'list', '--json')).out) as object[];
    expect(listed).toMatchObject([
      { grants: [{ registry: '*', repositories: 'a/*', right: 'DELETE' }, { right: 'READ' }] },
    ]);
  });

  it.each([
    [undefined, 90],
    ['1d', 1],
    ['365d', 365],
  ])('token with --expires %s gives a token for %s days', async (expires, days) => {
    using folder = createFolder();
    const url = await makeDatabase(folder);
    const before = Date.now();
    expect(
      (
        await run(
          url,
          'create',
          '--username',
          'ci',
          '--roles',
          'registries:rw',
          ...(expires ? ['--expires', expires] : []),
        )
      ).code,
    ).toBe(0);
    const database = await openDatabase(url);
    const [token] = await new AccountStore(database).listTokens();
    expect(Math.round(((token?.expiresAt.getTime() ?? 0) - before) / 86_400_000)).toBe(days);
    expect(token?.account.passwordHash).toBeNull();
    await database.close();
  });

  it.each([
    [['--username', 'CI', '--roles', 'admin'], '--username must be 1 to 64 of a-z, 0-9, ".", "_", "@" and "-".\n'],
    [
      ['--username', 'ci', '--roles', 'root'],
      '--roles must be some of admin, registries:rw, registries:ro, joined by commas.\n',
    ],
    [['--username', 'ci', '--roles', 'admin', '--expires', '366d'], '--expires must be 1d to 365d.\n'],
    [['--username', 'ci', '--roles', 'admin', '--expires', '0d'], '--expires must be 1d to 365d.\n'],
    [['--username', 'ci', '--roles', 'admin', '--expires', 'never'], '--expires must be 1d to 365d.\n'],
    [['--username', 'ci', '--roles', 'admin', '--label', 'x'.repeat(101)], '--label has at most 100 characters.\n'],
  ])('refuses %j', async (args, err) => {
    expect(await run('sqlite::memory:', 'create', ...args)).toEqual({ code: 1, out: '', err });
  });

  it('never gives a token more than its account has', async () => {
    using folder = createFolder();
    const url = await makeDatabase(folder);
    await run(url, 'create', '--username', 'ci', '--roles', 'registries:ro');
    expect(await run(url, 'create', '--username', 'ci', '--roles', 'admin')).toEqual({
      code: 77,
      out: '',
      err: 'The account ci has only the roles registries:ro. Use those, or another --username.\n',
    });
  });

  it('gives the same as JSON', async () => {
    using folder = createFolder();
    const url = await makeDatabase(folder);
    const created = await run(url, 'create', '--username', 'ci', '--roles', 'registries:ro', '--json');
    const { token, ...rest } = JSON.parse(created.out) as Record<string, unknown>;
    expect(token).toMatch(/^rgw_/);
    const listed = JSON.parse((await run(url, 'list', '--json')).out) as unknown[];
    const asListed = { ...rest, grants: [], state: 'valid', createdAt: expect.any(String) as string, lastUsedAt: null };
    expect(listed).toEqual([asListed]);
    const { code, out, err } = await run(url, 'revoke', 'x', '--json');
    expect({ code, out, err: JSON.parse(err) as unknown }).toEqual({
      code: 1,
      out: '',
      err: { error: { code: 'NOT_FOUND', message: 'There is no token with this id.' } },
    });
  });

  it.each([
    [['create'], "error: required option '--username <name>' not specified"],
    [['create', '--username', 'ci'], "error: required option '--roles <roles>' not specified"],
    [['list', '--what', 'x'], "error: unknown option '--what'"],
    [['list', 'x'], "error: too many arguments for 'list'. Expected 0 arguments but got 1: x."],
    [['revoke'], "error: missing required argument 'id'"],
    [['revok', 'x'], "error: unknown command 'revok'\n(Did you mean revoke?)"],
  ])('refuses the command line %j', async (args, sentence) => {
    expect(await run('sqlite:/nowhere/g.db', ...args)).toEqual({
      code: 64,
      out: '',
      err: `${sentence}\nRun it with --help for its usage.\n`,
    });
  });

  it('says what is wrong with the settings', async () => {
    expect(await run('mysql://x', 'list')).toMatchObject({
      code: 78,
      err: expect.stringContaining('DATABASE_URL must be'),
    });
    expect(await run('sqlite::memory:', 'list')).toMatchObject({
      code: 78,
      err: expect.stringContaining('a database in memory'),
    });
  });

  it.each([['list'], ['revoke', 'x'], ['create', '--username', 'ci', '--roles', 'admin']])(
    'makes no database where there is none: %s',
    async (...args) => {
      using folder = createFolder();
      const path = folder.file('wrong/g.db');
      expect(await run(`sqlite:${path}`, ...args)).toEqual({
        code: 78,
        out: '',
        err:
          `There is no database at ${path}. Set DATABASE_URL to the one the gateway serves; its first ` +
          `start makes it.\n`,
      });
      expect(readdirSync(folder.path)).toEqual([]);
    },
  );
});

describe('the commands as processes', () => {
  const execute = promisify(execFile);

  it('token list prints a heading and exits 0', async () => {
    using folder = createFolder();
    const { stdout } = await execute(process.execPath, [program, 'token', 'list'], {
      env: { DATABASE_URL: await makeDatabase(folder) },
    });
    expect(stdout).toBe('ID\tUSER\tROLES\tSTATE\tEXPIRES\tLAST USED\tLABEL\tGRANTS\n');
  });

  it('migrations check finds entities and committed migrations equal', async () => {
    const { stdout } = await execute(process.execPath, ['.test/src/cli/migrations.js', 'check']);
    expect(stdout).toBe('The migrations match the entities (sqlite, postgres).\n');
  });
});
