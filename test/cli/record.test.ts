import { userInfo } from 'node:os';
import { findOperator } from '../../src/cli/record.js';
import { commandLineActor } from '../../src/domain/audit.js';
import { AccountStore } from '../../src/store/accounts/accounts.js';
import { createAuditLog } from '../../src/store/jobs/audit.js';
import { type Database, openDatabase } from '../../src/store/database/database.js';
import { openKeyring } from '../../src/store/keys/canary.js';
import { loadSecretKey } from '../../src/settings/key.js';
import { createFolder } from '../store/files.js';
import { startGateway } from '../support/worlds/gateway.js';
import { runCommandLine } from './run.js';
import { runCommands } from './remote/stand.js';

const me = commandLineActor(userInfo().username);

/** A database that a gateway serves, whose one admin is `root`. */
async function open(folder: ReturnType<typeof createFolder>) {
  const url = `sqlite:${folder.file('g.db')}`;
  const database = await openDatabase(url);
  await openKeyring(database, () =>
    loadSecretKey({ secretKey: null, olderKeys: [], keyFile: folder.file('g.key') }, true),
  );
  await new AccountStore(database).create({ username: 'root', roles: ['admin'], passwordHash: 'x' });
  return { url, database, [Symbol.asyncDispose]: () => database.close() };
}

/** Entries without the ones there were, the oldest first. */
async function entriesOf(database: Pick<Database, 'kysely' | 'durably'>) {
  const { items } = await createAuditLog(database).list({}, { first: 100, after: null });
  return items
    .map(({ actor, action, outcome, code, details }) => ({ actor, action, outcome, code, details }))
    .reverse();
}

async function runJson(url: string, ...args: string[]): Promise<Record<string, string>> {
  return JSON.parse((await runCommandLine(url, [...args, '--json'])).out) as Record<string, string>;
}

describe('what a command changes past the gateway', () => {
  it('changes of accounts and tokens are in the audit log, by whom and without a secret', async () => {
    using folder = createFolder();
    await using served = await open(folder);
    const made = await runJson(served.url, 'user', 'create', 'ann', '--roles', 'admin');
    const password = await runJson(served.url, 'user', 'password', 'ann');
    const token = await runJson(
      served.url,
      'token',
      'create',
      '--username',
      'ci',
      '--roles',
      'registries:ro',
      '--label',
      'build',
    );
    await runCommandLine(served.url, ['token', 'revoke', token['id']!]);
    await runCommandLine(served.url, ['user', 'roles', 'ann', 'registries:rw']);
    await runCommandLine(served.url, ['user', 'disable', 'ann']);
    const done = { actor: me, outcome: 'DONE', code: null };
    const entries = await entriesOf(served.database);
    expect(entries).toEqual([
      { ...done, action: 'createAccount', details: { username: 'ann', roles: ['admin'], canLogIn: true } },
      { ...done, action: 'setPassword', details: { username: 'ann' } },
      { ...done, action: 'createAccount', details: { username: 'ci', roles: ['registries:ro'], canLogIn: false } },
      {
        ...done,
        action: 'createToken',
        details: {
          username: 'ci',
          roles: ['registries:ro'],
          label: 'build',
          expiresAt: token['expiresAt'],
          tokenId: token['id'],
        },
      },
      { ...done, action: 'revokeToken', details: { tokenId: token['id'], username: 'ci', label: 'build' } },
      { ...done, action: 'setRoles', details: { username: 'ann', roles: ['registries:rw'], before: ['admin'] } },
      { ...done, action: 'disableAccount', details: { username: 'ann', before: ['registries:rw'] } },
    ]);
    for (const secret of [made['password']!, password['password']!, token['token']!])
      expect(JSON.stringify(entries)).not.toContain(secret);
  });

  it.each([
    [
      ['user', 'create', 'root', '--roles', 'admin'],
      'createAccount',
      'CONFLICT',
      { username: 'root', roles: ['admin'], canLogIn: true },
    ],
    [['user', 'password', 'Nobody\u001b[31m'], 'setPassword', 'NOT_FOUND', { username: '"Nobody\\u001b[31m"' }],
    [
      ['user', 'roles', 'root', 'registries:ro'],
      'setRoles',
      'LAST_ADMIN',
      { username: 'root', roles: ['registries:ro'] },
    ],
    [['user', 'disable', 'root'], 'disableAccount', 'LAST_ADMIN', { username: 'root' }],
    [['user', 'delete', 'root'], 'deleteAccount', 'LAST_ADMIN', { username: 'root' }],
    [['user', 'enable', 'nobody'], 'enableAccount', 'NOT_FOUND', { username: 'nobody' }],
    [['user', 'disable', 'x'.repeat(5000)], 'disableAccount', 'NOT_FOUND', { username: `"${'x'.repeat(80)}"` }],
    [['token', 'revoke', 'y'.repeat(5000)], 'revokeToken', 'NOT_FOUND', { tokenId: `"${'y'.repeat(80)}"` }],
  ])('a change that was refused is told in the audit log: %j', async (args, action, code, details) => {
    using folder = createFolder();
    await using served = await open(folder);
    expect((await runCommandLine(served.url, args)).code).toBe(1);
    expect(await entriesOf(served.database)).toEqual([{ actor: me, action, outcome: 'REFUSED', code, details }]);
  });

  it('a token that was to have more than its account is told in the audit log', async () => {
    using folder = createFolder();
    await using served = await open(folder);
    await new AccountStore(served.database).create({ username: 'ci', roles: [], passwordHash: null });
    expect(
      (await runCommandLine(served.url, ['token', 'create', '--username', 'ci', '--roles', 'admin'])).code,
    ).not.toBe(0);
    expect(await entriesOf(served.database)).toMatchObject([
      { action: 'createToken', outcome: 'REFUSED', code: 'FORBIDDEN' },
    ]);
  });

  it.each([
    ['user', 'create', 'ann', '--roles', 'admin'],
    ['user', 'password', 'root'],
    ['user', 'roles', 'ci', 'registries:ro'],
    ['user', 'disable', 'ci'],
    ['user', 'enable', 'ci'],
    ['user', 'reset', 'ci'],
    ['user', 'delete', 'ci'],
    ['token', 'create', '--username', 'ci', '--roles', 'admin'],
    ['token', 'revoke', '<token>'],
  ])('nothing is changed where its entry cannot be written: %s %s', async (...args) => {
    using folder = createFolder();
    await using served = await open(folder);
    const accounts = new AccountStore(served.database);
    const { id: accountId } = await accounts.create({ username: 'ci', roles: ['admin'], passwordHash: 'y' });
    const token = await accounts.createToken({ accountId, hash: 'h', label: '', roles: [], expiresAt: new Date(0) });
    const read = async () => [
      await served.database.kysely.selectFrom('account').selectAll().orderBy('id').execute(),
      await served.database.kysely.selectFrom('token').selectAll().execute(),
    ];
    const before = await read();
    await served.database.orm.em
      .getConnection()
      .execute("create trigger no_entry before insert on audit_entry begin select raise(abort, 'no entry today'); end");
    const given = args.map((arg) => (arg === '<token>' ? token.id : arg));
    await expect(runCommandLine(served.url, given)).rejects.toThrow('no entry today');
    expect(await read()).toEqual(before);
  });

  it('keys that were changed, or are to be by the next start, are in the audit log', async () => {
    using folder = createFolder();
    const served = await open(folder);
    await runCommandLine(served.url, ['keys', 'rotate']);
    await served.database.close();
    await runCommandLine(served.url, ['keys', 'rotate']);
    const database = await openDatabase(served.url);
    const [wanted, done, ...more] = await entriesOf(database);
    await database.close();
    expect([wanted, done, more]).toEqual([
      {
        actor: me,
        action: 'rotateKeys',
        outcome: 'ACCEPTED',
        code: null,
        details: { from: [expect.any(String)], to: expect.any(String) },
      },
      {
        actor: me,
        action: 'rotateKeys',
        outcome: 'DONE',
        code: null,
        details: { ...wanted!.details, secrets: 0, unreadable: 0 },
      },
      [],
    ]);
  });

  it('a restore is in the audit log that is restored', async () => {
    using folder = createFolder();
    const served = await open(folder);
    await runCommandLine(served.url, ['backup', folder.file('b.db')]);
    await served.database.close();
    expect(await runCommandLine(served.url, ['restore', folder.file('b.db')])).toMatchObject({ code: 0 });
    const database = await openDatabase(served.url);
    const details = {
      file: '"b.db"',
      bytes: expect.any(Number) as number,
      keyIds: [expect.stringMatching(/^[0-9a-f]{8}$/)],
    };
    expect(await entriesOf(database)).toEqual([
      { actor: me, action: 'restoreBackup', outcome: 'DONE', code: null, details },
    ]);
    await database.close();
  });

  it('a change past the gateway is shown by `audit tail` and GraphQL, and found by its actor', async () => {
    using folder = createFolder();
    const url = `sqlite:${folder.file('g.db')}`;
    await using gateway = await startGateway({ databaseUrl: url });
    await runCommandLine(url, ['user', 'create', 'ann', '--roles', 'admin']);
    const env = {
      XDG_CONFIG_HOME: folder.path,
      REGISTRY_GATEWAY_URL: gateway.url,
      REGISTRY_GATEWAY_TOKEN: gateway.access,
    };
    const { out } = await runCommands(['audit', 'tail', '--actor', me], { env });
    expect(out.split('\t').slice(1)).toEqual([me, 'createAccount', 'done\n']);
    const query =
      'query Q($actor: String) { auditLog(filter: { actor: $actor }) { nodes { actor action outcome requestId ' +
      'details } } }';
    const { body } = await gateway.graphql(query, { actor: me });
    const node = {
      actor: me,
      action: 'createAccount',
      outcome: 'DONE',
      requestId: null,
      details: { username: 'ann', roles: ['admin'], canLogIn: true },
    };
    expect(body).toMatchObject({ data: { auditLog: { nodes: [node] } } });
  });
});

it.each([
  ['ann', '(command line: ann)'],
  ['DOMAIN+jörg', '(command line: DOMAIN+jörg)'],
  ['x\u001b[31m\u202e)', '(command line: "x\\u001b[31m\\u202e)")'],
  ['x'.repeat(5000), `(command line: "${'x'.repeat(80)}")`],
  ['', `(command line: uid:${process.geteuid?.()})`],
])('the user %j is named %s', (name, actor) => expect(findOperator(() => name)).toBe(actor));

it('a user whom the system has no name for is told by the number', () => {
  const findNone = (): never => {
    throw new Error('ENOENT: no such file or directory, uv_os_get_passwd');
  };
  expect(findOperator(findNone)).toBe(`(command line: uid:${process.geteuid?.()})`);
});
