import type { RegistryAddress } from '../../src/domain/registry.js';
import type { RegistryName } from '../../src/domain/name.js';
import { compileFollowing } from '../../src/domain/following.js';
import type { Finding } from '../../src/cli/checks/finding.js';
import { openKeyring } from '../../src/store/keys/canary.js';
import { openPostgres } from '../../src/store/postgres/open.js';
import { RegistryStore } from '../../src/store/registries/registries.js';
import { describeWhere } from '../support/processes/child.js';
import { createMemoryRegistry } from '../support/registry/server.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../support/servers/postgres.js';
import { runCommandLine, type Result } from './run.js';

const key = 'zYx3Wv9uT8sR7qPo6nM5lK4jI3hG2fE1dC0b';
const otherKey = 'aBc3De9fG8hI7jKl6mN5oP4qR3sT2uV1wX0y';
const password = 'canary-of-the-database';

describeWhere(postgresFolder !== null, "Debian's package postgresql is not installed", 'commands on PostgreSQL', () => {
  let server: PostgresServer;
  let url = '';
  beforeAll(async () => {
    server = await startPostgres();
    const made = new URL(await server.createDatabase());
    made.password = password;
    url = made.href;
  });
  afterAll(() => server.close());

  /** No command shows the password, whatever comes of it. */
  async function run(words: string, env: Readonly<Record<string, string>> = {}, of = url): Promise<Result> {
    const result = await runCommandLine(of, words.split(' '), { env: { DATABASE_URL: of, SECRET_KEY: key, ...env } });
    expect(result.out + result.err).not.toContain(password);
    return result;
  }

  async function check(env: Readonly<Record<string, string>> = {}) {
    const { code, out } = await run('check --json', env);
    const { findings } = JSON.parse(out) as { findings: readonly Finding[] };
    return { code, findings, states: findings.map(({ check: what, state }) => `${what}: ${state}`) };
  }

  test('commands refuse a database without the tables of a gateway, and make none', async () => {
    const { code, err } = await run('token list');
    expect([code, err]).toEqual([
      1,
      expect.stringContaining('has not the tables of a gateway; its first start makes them.'),
    ]);
    const { states } = await check();
    expect(states).toEqual(['settings: ok', 'database: failed']);
    expect(await server.run(url, "select count(*) from pg_tables where schemaname = 'public'")).toBe('0');
  });

  test('commands need the key, and are told when the server is away', async () => {
    const { code, err } = await run('token list', { SECRET_KEY: '' });
    expect([code, err]).toEqual([78, expect.stringContaining('SECRET_KEY must be set')]);
    const away = Object.assign(new URL(url), { port: '1' }).href;
    const refused = await run('token list', {}, away);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('The database server cannot be reached.')]);
  });

  test('accounts and tokens are made, listed, changed and revoked, each with its entry in the audit log', async () => {
    await (await openPostgres(url)).close();
    const created = await run('token create --username ci --roles registries:ro --json');
    const { id } = JSON.parse(created.out) as { id: string };
    expect((await run('token list')).out).toMatch(/\tci\tregistries:ro\tvalid\t/);
    expect((await run(`token revoke ${id}`)).out).toBe(`Revoked ${id}: its next request is refused.\n`);
    expect((await run('user create ann --roles admin')).code).toBe(0);
    expect((await run('user roles ci registries:rw')).code).toBe(0);
    expect((await run('user disable ann')).err).toContain('ann is the last admin who can log in:');
    expect((await run('user list')).out).toMatch(/\nann\tadmin\tyes\t/);
    expect(await server.run(url, 'select action || outcome from audit_entry order by id')).toBe(
      [
        'createAccountDONE',
        'createTokenDONE',
        'revokeTokenDONE',
        'createAccountDONE',
        'setRolesDONE',
        'disableAccountREFUSED',
      ].join('\n'),
    );
  });

  test('check looks at the database, the key and each registry', async () => {
    await using registry = await createMemoryRegistry();
    const database = await openPostgres(url);
    const keyring = await openKeyring(database, () => Buffer.from(key));
    await new RegistryStore(database, keyring).create({
      name: 'team' as RegistryName,
      addr: registry.url as RegistryAddress,
      tlsSkipVerify: false,
      caCertificate: null,
      authRealm: null,
      maxAge: 30,
      credentials: { username: 'u', password: 'a secret of ann' },
      following: compileFollowing([]),
    });
    await database.close();
    const { code, states, findings } = await check();
    expect(code).toBe(0);
    expect(states.slice(0, 4)).toEqual(['settings: ok', 'database: ok', 'schema: ok', 'key: ok']);
    expect(findings[1]!.message).toMatch(/^postgres:\/\/gateway@127\.0\.0\.1:\d+\/gateway\d+, \d+\.\d MiB\.$/);
    expect(
      findings.some(({ registry: of, check: what, state }) => of === 'team' && what === 'reachable' && state === 'ok'),
    );
    expect((await check({ SECRET_KEY: otherKey })).states).toContain('key: failed');
  });

  test('keys are shown, and what the old one sealed is sealed again, while no gateway is on the database', async () => {
    const both = { SECRET_KEY: otherKey, SECRET_KEY_OLD: key };
    expect((await run('keys rotate')).err).toContain(
      'Set SECRET_KEY to a new key and SECRET_KEY_OLD to the present one',
    );
    await server.run(url, `insert into replica values ('r', 0, extract(epoch from now()) * 1000)`);
    expect((await run('keys rotate', both)).out).toMatch(/^A gateway runs and goes on with the key [0-9a-f]{8}\./);
    await server.run(url, 'update replica set seen_at = seen_at - 60000');
    expect((await run('keys rotate', both)).out).toMatch(
      /^1 secrets are sealed with [0-9a-f]{8} now\. SECRET_KEY_OLD may/,
    );
    expect((await run('keys show', { SECRET_KEY: otherKey })).out).toMatch(
      /^([0-9a-f]{8}) is the key\.\n\1: 1 secrets\n$/,
    );
  });

  test.each(['backup g.db', 'restore g.db'])('%s is of a file, and says what a server has for it', async (words) => {
    const { code, err } = await run(words);
    expect([code, err]).toEqual([
      78,
      expect.stringContaining('pg_dump makes a backup, and pg_restore puts it back (docs/backup.md).'),
    ]);
  });
});
