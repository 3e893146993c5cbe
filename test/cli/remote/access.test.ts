import type { AccountRowFragment, TokenRowFragment } from '../../../src/cli/remote/documents.js';
import { createStand, type Stand } from './stand.js';

let stand: Stand;
beforeEach(async () => {
  stand = await createStand();
});
afterEach(() => stand[Symbol.asyncDispose]());

const password = 'a long enough password';
const next = 'another long password';
const nobody = { REGISTRY_GATEWAY_TOKEN: '', REGISTRY_GATEWAY_URL: '' };

const logIn = (username: string, secret: string) =>
  stand.run(['login', '--url', stand.gateway.url, '--username', username], { env: nobody, answers: [secret] });

const accounts = () => stand.read<AccountRowFragment[]>('account', 'list');

interface Made {
  readonly secret: string;
  readonly token: TokenRowFragment;
}

/** What a gateway answers whoever has this token. */
const use = (secret: string) => stand.run(['tokens', 'list'], { env: { REGISTRY_GATEWAY_TOKEN: secret } });

describe('account', () => {
  it('add prints a one-time password once, which is only good for changing it', async () => {
    const { code, out } = await stand.run(['account', 'add', 'ann', '--roles', 'registries:rw']);
    expect(code).toBe(0);
    const [, made] =
      /^ann is made: registries:rw\.\nIts one-time password, which is not shown again:\n(\S+)\nIt is good for 24 hours, and for: registry-gateway password\n$/.exec(
        out,
      )!;
    expect(await logIn('ann', made!)).toMatchObject({ code: 77 });
    expect((await stand.run(['account', 'list', '--contains', 'ANN'])).out).toMatch(
      /^ACCOUNT\tROLES\tLOGIN\tCREATED\tTEAMS\tGRANTS\nann\tregistries:rw\tone-time password, ends in (?:1 day|23 hours)\t\d{4}-\d\d-\d\d\t\t\n$/,
    );
    const change = ['password', '--username', 'ann', '--url', stand.gateway.url];
    expect(await stand.run(change, { env: nobody, answers: [made!, next, next] })).toMatchObject({ code: 0 });
    expect(await logIn('ann', next)).toMatchObject({ code: 0 });
  });

  it('add takes a password that is typed twice unseen, or read, and none on the command line', async () => {
    const add = ['account', 'add', 'ann', '--roles', 'registries:ro,registries:rw'];
    expect(await stand.run([...add, '--ask-password'], { answers: [password, 'mistyped'] })).toMatchObject({
      code: 64,
      err: 'The two are not the same. Nothing was changed.\n',
    });
    expect(await stand.run([...add, '--ask-password'])).toMatchObject({ code: 64 });
    expect(await stand.run([...add, '--ask-password'], { answers: [password, password] })).toMatchObject({
      code: 0,
      out: 'ann is made: registries:ro, registries:rw.\n',
      questions: ['Password of ann: ', 'The same again: '],
    });
    expect(await logIn('ann', password)).toMatchObject({ code: 0 });
    const bob = ['account', 'add', 'bob', '--roles', 'admin', '--password-stdin'];
    const readInput = () => Promise.resolve(`${next}\n`);
    expect(await stand.run([...bob, '--json'], { readInput })).toMatchObject({
      code: 0,
      out: expect.not.stringContaining(next),
    });
    expect(await logIn('bob', next)).toMatchObject({ code: 0 });
    expect(await stand.run(bob, { readInput })).toMatchObject({ code: 1, out: '' });
  });

  it('add makes a machine, which has no password', async () => {
    expect(await stand.run(['account', 'add', 'ci', '--roles', 'registries:ro', '--machine'])).toMatchObject({
      code: 0,
      out:
        "ci is made: registries:ro.\nIts tokens are made on the gateway's own machine: " +
        'registry-gateway token create\n',
    });
    expect((await stand.run(['account', 'list'])).out).toContain('\nci\tregistries:ro\tno\t');
  });

  it('update changes roles, and disables after a question, which ends tokens', async () => {
    const reader = await stand.gateway.accessAs('registries:ro');
    const [username] = reader.split(':') as [string];
    expect(await use(reader)).toMatchObject({ code: 0 });
    expect(await stand.run(['account', 'update', username, '--roles', 'registries:rw'])).toMatchObject({
      code: 0,
      out: `${username} is changed. It has the roles registries:rw.\n`,
    });
    const disable = ['account', 'update', username, '--disable'];
    expect(await stand.run(disable)).toMatchObject({ code: 64, err: expect.stringContaining('--yes') });
    expect(await stand.run(disable, { answers: ['n'] })).toMatchObject({
      code: 1,
      out: 'Nothing was changed.\n',
      questions: [`Disable ${username}, and end its tokens and service keys? [y/N] `],
    });
    expect(await use(reader)).toMatchObject({ code: 0 });
    expect(await stand.run(disable, { answers: ['y'] })).toMatchObject({
      code: 0,
      out: `${username} is disabled. It has the roles registries:rw. 1 token ended.\n`,
    });
    expect(await use(reader)).toMatchObject({ code: 77 });
    expect((await stand.run(['account', 'list', '--disabled'])).out).toMatch(
      /\tdisabled now\t|\tdisabled \d+ seconds? ago\t/,
    );
    expect(await stand.run(['account', 'update', username, '--enable', '--json'])).toMatchObject({ code: 0 });
    expect(await stand.run(['account', 'list', '--disabled'])).toMatchObject({
      code: 0,
      out: '',
      err: 'There are no such accounts.\n',
    });
  });

  it('reset-password and remove ask, and what they do is told once', async () => {
    await stand.run(['account', 'add', 'ann', '--roles', 'registries:ro', '--ask-password'], {
      answers: [password, password],
    });
    expect(await stand.run(['account', 'reset-password', 'ann'], { answers: ['n'] })).toMatchObject({ code: 1 });
    expect(await logIn('ann', password)).toMatchObject({ code: 0 });
    const { oneTimePassword } = await stand.read<{ oneTimePassword: string }>(
      'account',
      'reset-password',
      'ann',
      '--yes',
    );
    expect(await logIn('ann', password)).toMatchObject({ code: 77 });
    expect(JSON.stringify(await accounts())).not.toContain(oneTimePassword);
    expect(await stand.run(['account', 'remove', 'ann'], { answers: ['n'] })).toMatchObject({
      code: 1,
      questions: ['Remove ann, its tokens and its service keys? [y/N] '],
    });
    expect((await accounts()).map(({ username }) => username)).toEqual(['admin', 'ann']);
    expect(await stand.run(['account', 'remove', 'ann', '--yes'])).toMatchObject({ code: 0, out: 'ann is removed.\n' });
    expect((await accounts()).map(({ username }) => username)).toEqual(['admin']);
    expect(await stand.run(['account', 'remove', 'ann', '--yes'])).toMatchObject({ code: 1, out: '' });
  });

  it('list reads on beyond a page, and no more than is asked for', async () => {
    const machines = Array.from({ length: 101 }, (_, at) => `m${String(at).padStart(3, '0')}`);
    for (const username of machines)
      await stand.gateway.graphql(
        'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { userErrors { code } } }',
        { input: { username, roles: [], canLogIn: false } },
      );
    expect((await accounts()).map(({ username }) => username)).toEqual(['admin', ...machines]);
    const limited = ['account', 'list', '--contains', 'm0', '--limit', '2', '--json'];
    expect(JSON.parse((await stand.run(limited)).out)).toMatchObject([{ username: 'm000' }, { username: 'm001' }]);
    expect((await stand.run(['account', 'list', '--limit', '2'])).out).toMatch(/\nm000\t\(none\)\tno\t[-\d]+\t\t\n$/);
  });

  it('every command is refused to whoever is no admin', async () => {
    const REGISTRY_GATEWAY_TOKEN = await stand.gateway.accessAs('registries:rw');
    for (const args of [['list'], ['add', 'x', '--roles', 'admin'], ['remove', 'admin', '--yes']])
      expect(await stand.run(['account', ...args], { env: { REGISTRY_GATEWAY_TOKEN } })).toMatchObject({
        code: 77,
        out: '',
      });
  });
});

describe('tokens', () => {
  it('create prints a token once, list tells how it is used, and revoke ends it', async () => {
    const create = ['tokens', 'create', '--label', 'build', '--roles', 'registries:ro', '--expires', '30d'];
    const { code, out } = await stand.run(create);
    expect(code).toBe(0);
    const [, secret, expires, id] =
      /^The token of admin, which is not shown again:\n(rgw_\w+)\nSend it as X-Access-Token: admin:rgw_\w+\nIt has the roles registries:ro, and expires (\S+)\.\nEnd it: registry-gateway tokens revoke (\S+)\n$/.exec(
        out,
      )!;
    const row = (used: string, state = 'valid') =>
      `${id}\tadmin\ttoken\tregistries:ro\t${state}\t${expires!.slice(0, 10)}\t${used}\tbuild\t\n`;
    const list = ['tokens', 'list', '--kind', 'token'];
    const headings = 'TOKEN\tACCOUNT\tKIND\tROLES\tSTATE\tEXPIRES\tLAST USED\tLABEL\tGRANTS\n';
    expect((await stand.run(list)).out).toBe(`${headings}${row('never')}`);
    expect((await use(secret!)).code).toBe(0);
    expect((await stand.run(list)).out).toMatch(/\t(?:now|\d+ seconds? ago) from 127\.0\.0\.1\tbuild\t\n$/);
    expect(JSON.stringify(await stand.read(...list))).not.toContain(secret);
    expect(await stand.run(['tokens', 'revoke', id!])).toMatchObject({
      code: 0,
      out: `${id} of admin is revoked: its next request is refused.\n`,
    });
    expect(await use(secret!)).toMatchObject({ code: 77 });
    expect((await stand.run(['tokens', 'list', '--ended'])).out).toContain('\trevoked\t');
    expect(await stand.run([...list, '--valid'])).toMatchObject({ out: '', err: 'There are no such tokens.\n' });
  });

  it('create makes a service key, and whoever finds it ends it by itself, unseen', async () => {
    const { secret, token } = await stand.read<Made>('tokens', 'create', '--service-key', '--label', 'scanner');
    expect([secret, token]).toMatchObject([expect.stringMatching(/^rgs_/), { kind: 'SERVICE_KEY', roles: ['ADMIN'] }]);
    const { status } = await stand.gateway.rest('GET', '/api/registries', {
      access: null,
      headers: { 'x-service-key': secret },
    });
    expect(status).toBe(200);
    const REGISTRY_GATEWAY_TOKEN = await stand.gateway.accessAs('registries:ro');
    const ended = await stand.run(['tokens', 'revoke', '--secret-stdin'], {
      env: { REGISTRY_GATEWAY_TOKEN },
      readInput: () => Promise.resolve(`${secret}\n`),
    });
    expect(ended).toMatchObject({ code: 0, out: expect.not.stringContaining(secret) });
    expect((await stand.read<TokenRowFragment[]>('tokens', 'list', '--ended')).map(({ id }) => id)).toEqual([token.id]);
  });

  it('lists those of one account to admins, and their own to others', async () => {
    const reader = await stand.gateway.accessAs('registries:ro');
    const [username] = reader.split(':') as [string];
    const rows = await stand.read<TokenRowFragment[]>('tokens', 'list', '--username', username);
    expect(rows.map((row) => row.username)).toEqual([username]);
    expect((await use(reader)).out).not.toContain('admin');
  });
});

describe('grants and teams', () => {
  it('an account without roles is given grants, alone and in a team, and they are taken back', async () => {
    await stand.run(['account', 'add', 'ann', '--machine']);
    expect(await stand.run(['team', 'add', 'builders', '--member', 'ann'])).toMatchObject({
      code: 0,
      out: 'The team builders is made.\n',
    });
    const given = await stand.run(['grant', 'add', 'ann', '*:a/*:delete', '*:b/*:read']);
    const [, id] = /^ann has \*:a\/\*:delete \((\S+)\)\.\nann has \*:b\/\*:read \(\S+\)\.\n$/.exec(given.out)!;
    await stand.run(['grant', 'add', 'builders', '*:base/*:retain', '--team']);
    expect((await stand.run(['account', 'list', '--contains', 'ann'])).out).toMatch(
      /\nann\t\(none\)\tno\t[-\d]+\tbuilders\t\*:a\/\*:delete \*:b\/\*:read\n$/,
    );
    expect((await stand.run(['team', 'list'])).out).toBe(
      'TEAM\tMEMBERS\tGRANTS\tDESCRIPTION\nbuilders\tann\t*:base/*:retain\t\n',
    );
    expect(await stand.run(['grant', 'remove', id!])).toMatchObject({ code: 0, out: 'Took *:a/*:delete back.\n' });
    expect((await stand.run(['grant', 'list', 'ann'])).out).toMatch(
      /^ID\tGRANT\tGIVEN BY\tGIVEN\n\S+\t\*:b\/\*:read\tadmin\t[-\d]+\n$/,
    );
    expect(await stand.run(['team', 'update', 'builders', '--remove', 'ann'])).toMatchObject({
      out: 'In the team builders: nobody.\n',
    });
    expect(await stand.run(['team', 'remove', 'builders', '--yes'])).toMatchObject({
      out: 'The team builders is removed.\n',
    });
  });

  it('a token is made with grants alone', async () => {
    const made = await stand.run(['tokens', 'create', '--grant', '*:a/*:delete', '--grant', '*:b:read']);
    expect(made.out).toContain('It has the roles (none) and the grants *:a/*:delete, *:b:read, and expires ');
  });
});

test.each([
  [['account', 'add', 'x', '--roles', 'owner'], 64, 'It must be some of admin, registries:rw, registries:ro'],
  [['grant', 'add', 'x', '*:a/*'], 64, 'is no grant'],
  [['grant', 'add', 'x', '*:a/*:own'], 64, 'is no grant'],
  [['grant', 'add', 'none', '*:a/*:read'], 1, 'There is no such account.'],
  [['grant', 'list', 'none', '--team'], 1, 'There is no team'],
  [['grant', 'remove', '00000000-0000-4000-8000-000000000000'], 1, 'There is no grant with this id.'],
  [['team', 'update', 'x'], 64, 'Say what to change'],
  [['team', 'add', 'x', '--member', 'none'], 1, 'There is no account none.'],
  [['team', 'remove', 'x'], 64, '--yes'],
  [['tokens', 'create', '--grant', '*:a/*'], 64, 'It must be registry:pattern:right'],
  [['account', 'add', 'x', 'a password', '--roles', 'admin'], 64, 'too many arguments'],
  [['account', 'add', 'x', '--roles', 'admin', '--machine', '--ask-password'], 64, 'Give one of --ask-password'],
  [['account', 'add', 'X!', '--roles', 'admin'], 1, 'username'],
  [['account', 'update', 'admin'], 64, 'Say what to change'],
  [['account', 'update', 'admin', '--enable', '--disable'], 64, 'Give one of --enable and --disable.'],
  [['account', 'update', 'admin', '--roles', 'registries:ro'], 1, 'last admin'],
  [['account', 'update', 'none', '--enable'], 1, 'There is no such account.'],
  [['account', 'remove', 'x'], 64, '--yes'],
  [['tokens', 'create', '--expires', '366d'], 64, 'It must be 1d to 365d.'],
  [['tokens', 'list', '--valid', '--ended'], 64, 'Give one of --valid and --ended.'],
  [['tokens', 'list', '--kind', 'key'], 64, 'It must be one of login, token, service-key.'],
  [['tokens', 'revoke'], 64, '--secret-stdin'],
  [['tokens', 'revoke', 'x', '--secret-stdin'], 64, '--secret-stdin'],
  [['tokens', 'revoke', '00000000-0000-4000-8000-000000000000'], 1, 'token'],
])('%j ends with %s', async (args, code, err) => {
  expect(await stand.run(args)).toMatchObject({ code, out: '', err: expect.stringContaining(err) });
});
