import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../../../src/cli/exit.js';
import { systemTimer } from '../../../src/timer.js';
import { adminPassword } from '../../support/worlds/gateway.js';
import { app, createStand, runCommands, type Stand } from './stand.js';

let stand: Stand;
beforeEach(async () => {
  stand = await createStand();
});
afterEach(() => stand[Symbol.asyncDispose]());

describe('login and logout', () => {
  const nobody = { REGISTRY_GATEWAY_TOKEN: '', REGISTRY_GATEWAY_URL: '' };

  it('keeps the address and the token in a file of the owner alone, uses them, and forgets them', async () => {
    const { code, out, questions } = await stand.run(['login', '--url', `${stand.gateway.url}/`], {
      env: nobody,
      answers: [adminPassword],
    });
    expect([code, questions]).toEqual([0, [`Password of admin at ${stand.gateway.url}: `]]);
    expect(out).toMatch(
      /^Logged in to http:\S+ as admin for 24 hours\. The profile default is kept in .*profiles\.json\.\n$/,
    );
    expect(statSync(join(stand.home, 'profiles.json')).mode & 0o777).toBe(0o600);
    expect(statSync(stand.home).mode & 0o777).toBe(0o700);
    expect(await stand.run(['registry', 'list', '--json'], { env: nobody })).toMatchObject({ code: 0, out: '[]\n' });
    const kept = JSON.parse(readFileSync(join(stand.home, 'profiles.json'), 'utf8')) as {
      profiles: { default: { token: string } };
    };
    const { token } = kept.profiles.default;
    expect(await stand.run(['logout'], { env: nobody })).toMatchObject({
      code: 0,
      out: 'The profile default is forgotten here. Its token is ended.\n',
    });
    const ended = { REGISTRY_GATEWAY_TOKEN: token, REGISTRY_GATEWAY_URL: stand.gateway.url };
    expect(await stand.run(['registry', 'list'], { env: ended })).toMatchObject({ code: 77 });
    expect(await stand.run(['logout'], { env: nobody })).toMatchObject({
      code: 0,
      out: 'There is no profile default.\n',
    });
    expect(await stand.run(['registry', 'list'], { env: nobody })).toMatchObject({
      code: 77,
      out: '',
      err: 'No gateway is known. Log in: registry-gateway login --url http://127.0.0.1:4000\n',
    });
  });

  it('takes the password from standard input, and keeps several profiles', async () => {
    const readInput = () => Promise.resolve(`${adminPassword}\n`);
    const args = ['login', '--profile', 'staging', '--password-stdin', '--url', stand.gateway.url];
    expect((await stand.run(args, { env: nobody, readInput })).code).toBe(0);
    expect((await stand.run(['registry', 'list', '--profile', 'staging'], { env: nobody })).code).toBe(0);
    expect((await stand.run(['registry', 'list', '--url', stand.gateway.url], { env: nobody })).code).toBe(0);
    expect(await stand.run(['registry', 'list'], { env: nobody })).toMatchObject({ code: 77 });
  });

  it('changes the password with the old one, and keeps the token of the profile', async () => {
    const login = ['login', '--url', stand.gateway.url];
    expect(await stand.run(login, { env: nobody, answers: [adminPassword] })).toMatchObject({ code: 0 });
    const next = 'another long password';
    expect(await stand.run(['password'], { env: nobody, answers: ['guess', next, next] })).toMatchObject({
      code: 77,
      err: 'The user name or the password is wrong.\n',
    });
    expect(await stand.run(['password'], { env: nobody, answers: [adminPassword, next, 'mistyped'] })).toMatchObject({
      code: 64,
    });
    const readInput = () => Promise.resolve(`${adminPassword}\n${next}\n`);
    expect(await stand.run(['password', '--password-stdin'], { env: nobody, readInput })).toMatchObject({
      code: 0,
      out: 'admin has another password. 1 token ended.\n',
    });
    expect(await stand.run(['registry', 'list'], { env: nobody })).toMatchObject({ code: 0 });
    expect(await stand.run(login, { env: nobody, answers: [adminPassword] })).toMatchObject({ code: 77 });
    expect(await stand.run(login, { env: nobody, answers: [next] })).toMatchObject({ code: 0 });
  });

  it('ends with 77 for a wrong password, and with 64 where nobody can be asked', async () => {
    expect(await stand.run(['login'], { answers: ['guess'] })).toMatchObject({
      code: 77,
      out: '',
      err: 'The user name or the password is wrong.\n',
    });
    expect(await stand.run(['login'])).toMatchObject({ code: 64, err: expect.stringContaining('--password-stdin') });
  });

  it('does not read a file of tokens that others may read', async () => {
    await stand.run(['login'], { answers: [adminPassword] });
    const path = join(stand.home, 'profiles.json');
    writeFileSync(path, '{}', { mode: 0o600 });
    expect(await stand.run(['repo', 'list'], { env: nobody })).toMatchObject({
      code: 78,
      err: expect.stringContaining('holds no profiles'),
    });
    const { chmodSync } = await import('node:fs');
    chmodSync(path, 0o644);
    expect(await stand.run(['repo', 'list'], { env: nobody })).toMatchObject({
      code: 78,
      err: `${path} holds tokens and is open to others. Run: chmod 600 ${path}\n`,
    });
  });
});

describe('registry', () => {
  it('list says the next step where none is attached', async () => {
    expect(await stand.run(['registry', 'list'])).toMatchObject({
      code: 0,
      out: 'No registry is attached. Attach one: registry-gateway registry add <name> <address>\n',
      err: '',
    });
  });

  it('add and set with a secret for notifications say where the registry sends them', async () => {
    const file = join(stand.home, 'secret');
    mkdirSync(stand.home, { recursive: true });
    writeFileSync(file, 'a-notification-secret-1\n');
    const advice =
      `Let it send its notifications to ${stand.gateway.url}/events/told, or as it reaches the ` +
      `gateway (docs/notifications.md).\n`;
    const added = await stand.run(['registry', 'add', 'told', stand.registry.url, '--events-secret-file', file]);
    expect(added).toMatchObject({ code: 0, out: expect.stringMatching(/is being read\..*\n/) });
    expect(added.out.endsWith(advice)).toBe(true);
    expect((await stand.run(['registry', 'set', 'told', '--events-secret-file', file])).out).toBe(
      `told is changed.\n${advice}`,
    );
    expect((await stand.run(['registry', 'set', 'told', '--no-events-secret'])).out).toBe('told is changed.\n');
    expect((await stand.run(['registry', 'remove', 'told', '--yes'])).code).toBe(0);
  });

  it('add attaches one, list and show show it, set renames it, and remove detaches it', async () => {
    expect(await stand.run(['registry', 'add', 'local', stand.registry.url, '--dry-run'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('It was not attached'),
    });
    expect(await stand.read('registry', 'list')).toEqual([]);
    expect((await stand.run(['registry', 'add', 'local', stand.registry.url])).out).toBe(
      'local is attached, and is being read. Next: registry-gateway repo list local\n',
    );
    await stand.gateway.crawl('local');
    const { out } = await stand.run(['registry', 'list'], { isTTY: true });
    expect(out).toMatch(/^NAME +ADDRESS +STATE +REPOSITORIES +TAGS +SIZE\nlocal +http:\S+ +fresh +2 +4 +\S+ KiB\n$/);
    expect(await stand.run(['registry', 'show', 'local'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/all that its catalogue lists\n[^]*Read next +(?:now|in \d+ \w+)\n/),
    });
    expect(await stand.run(['registry', 'set', 'local', '--name', 'here', '--max-age', '60'])).toMatchObject({
      code: 0,
      out: 'here is changed.\n',
    });
    expect(await stand.read('registry', 'show', 'here')).toMatchObject({
      name: 'here',
      maxAge: 60,
      hasCredentials: false,
    });
    await stand.run(['registry', 'set', 'here', '--pull-host', 'pull.example/team']);
    expect(await stand.read('registry', 'show', 'here')).toMatchObject({ pullHost: 'pull.example/team' });
    await stand.run(['registry', 'set', 'here', '--no-pull-host']);
    expect(await stand.read('registry', 'show', 'here')).toMatchObject({
      pullHost: stand.registry.host,
    });
    expect(await stand.run(['registry', 'remove', 'here'])).toMatchObject({
      code: 64,
      err: expect.stringContaining('--yes'),
    });
    expect(await stand.run(['registry', 'remove', 'here'], { answers: ['n'] })).toMatchObject({
      code: 1,
      out: 'Nothing was done.\n',
    });
    expect(await stand.run(['registry', 'remove', 'here', '--yes'])).toMatchObject({
      code: 0,
      out: 'here is detached. Nothing in it was touched.\n',
    });
    expect(await stand.read('registry', 'list')).toEqual([]);
  });

  it('follow says which repositories are read, and takes it back', async () => {
    await stand.attach();
    await stand.run(['registry', 'follow', 'local', 'team/*', '!team/tmp']);
    expect(await stand.read('registry', 'follow', 'local')).toEqual(['team/*', '!team/tmp']);
    expect(await stand.run(['registry', 'follow', 'local', '--all'])).toMatchObject({ code: 0 });
    expect(await stand.run(['registry', 'follow', 'local'])).toMatchObject({
      out: 'All that the catalogue of local lists.\n',
    });
  });

  it('says of a registry that fails what to change where', async () => {
    await stand.attach();
    await stand.registry.close();
    await stand.gateway.crawl('local').catch(() => undefined);
    const { code, err } = await stand.run(['registry', 'list']);
    expect(code).toBe(0);
    expect(err).toMatch(
      /^local: .* \(UPSTREAM_UNREACHABLE\) Look whether it runs, and whether the gateway reaches it\. Another address: registry-gateway registry set local --addr <address>\n$/,
    );
  });

  it('set names a proxy of its own, none, or the environment again, and show says which', async () => {
    await stand.attach();
    const proxies = [
      ['http://127.0.0.1:3128', { mode: 'OWN', url: 'http://127.0.0.1:3128' }, 'its own proxy http://127.0.0.1:3128'],
      ['none', { mode: 'NONE', url: null }, 'no proxy'],
      ['environment', { mode: 'ENVIRONMENT', url: null }, "the proxies of the gateway's environment"],
    ] as const;
    for (const [given, proxy, words] of proxies) {
      expect(await stand.run(['registry', 'set', 'local', '--proxy', given])).toMatchObject({ code: 0, err: '' });
      expect(await stand.read('registry', 'show', 'local')).toMatchObject({ proxy });
      const { out } = await stand.run(['registry', 'show', 'local'], { isTTY: true });
      expect(out).toContain(words);
    }
  });

  it('a file that is called - is standard input, which is read as one thing', async () => {
    await stand.attach();
    const secret = 'secret-of-the-notifications';
    const notify = async (): Promise<number> => {
      const headers = {
        authorization: `Bearer ${secret}`,
        'content-type': 'application/vnd.docker.distribution.events.v1+json',
      };
      return (await stand.gateway.rest('POST', '/events/local', { access: null, headers, body: '{"events":[]}' }))
        .status;
    };
    expect(await notify()).toBe(401);
    const typed = { readInput: () => Promise.resolve(`${secret}\n`) };
    const set = ['registry', 'set', 'local', '--events-secret-file', '-'];
    expect(await stand.run(set, typed)).toMatchObject({ code: 0, err: '' });
    expect(await notify()).toBe(202);
    for (const also of [
      ['--ca-certificate', '-'],
      ['--username', 'ann', '--password-stdin'],
    ]) {
      expect(await stand.run([...set, ...also], typed)).toMatchObject({
        code: 64,
        err: expect.stringContaining('Standard input can be one thing only'),
      });
    }
  });

  it.each([
    [['registry', 'show', 'nowhere'], 1, 'nowhere'],
    [['registry', 'set', 'local'], 64, 'Say what to change'],
    [['registry', 'set', 'local', '--username', 'ann', '--no-credentials'], 64, 'exclude each other'],
    [['registry', 'add', 'x', 'http://127.0.0.1:1', '--client-key', 'key.pem'], 64, 'go together'],
    [
      ['registry', 'add', 'x', 'http://127.0.0.1:1', '--ca-certificate', '/nowhere/ca.pem'],
      64,
      '/nowhere/ca.pem cannot be read (ENOENT).',
    ],
    [['registry', 'add', 'x', 'http://127.0.0.1:1', '--password-stdin'], 64, '--password-stdin needs --username.'],
    [['registry', 'add', 'x', 'http://127.0.0.1:1'], 1, 'cannot be reached'],
    [
      ['registry', 'add', 'x', 'http://127.0.0.1:1'],
      1,
      ' Look whether it runs, and whether the gateway reaches it. In a container,',
    ],
    [['registry', 'set', 'local', '--proxy', 'socks5://proxy.example'], 1, 'SOCKS is not spoken'],
    [['registry', 'set', 'local', '--proxy-username', 'ann'], 64, '--proxy-username and --proxy-password-file'],
  ])('%j ends with %i', async (args, code, text) => {
    await stand.attach();
    expect(await stand.run(args)).toMatchObject({ code, out: '', err: expect.stringContaining(text) });
  });
});

describe('what is read', () => {
  beforeEach(() => stand.attach());

  it('repo list and show: a table where people read, JSON where programs do', async () => {
    expect((await stand.run(['repo', 'list'], { isTTY: true })).out).toMatch(
      /^REPOSITORY +TAGS +SIZE +UPDATED +LATEST\nlocal\/team\/app +3 +\S+ \w+ .*\nlocal\/tool +1 +/,
    );
    expect((await stand.run(['repo', 'list'])).out).toMatch(
      /^REPOSITORY\tTAGS\tSIZE\tUPDATED\tLATEST\nlocal\/team\/app\t3\t/,
    );
    expect(
      (await stand.read<{ name: string }[]>('repo', 'list', '--order', 'name', '--desc')).map(({ name }) => name),
    ).toEqual(['tool', 'team/app']);
    expect(await stand.read('repo', 'list', 'local', '--limit', '1')).toMatchObject([
      { name: 'team/app', tagCount: 3 },
    ]);
    expect(await stand.run(['repo', 'list', '--contains', 'zzz'])).toMatchObject({
      code: 0,
      out: '',
      err: 'There are no such repositories.\n',
    });
    expect(await stand.run(['repo', 'show', 'local/team/app'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('Tags            3\n'),
    });
    expect(await stand.run(['repo', 'show', 'local/nothing'])).toMatchObject({ code: 1, out: '' });
    expect(await stand.run(['repo', 'show', 'local'])).toMatchObject({
      code: 64,
      err: expect.stringContaining('hub/library/nginx'),
    });
  });

  it('tag list and show', async () => {
    expect(
      (await stand.read<{ name: string }[]>('tag', 'list', 'local/team/app', '--order', 'version', '--desc')).map(
        ({ name }) => name,
      )[0],
    ).toBe('2.0');
    expect((await stand.run(['tag', 'list', 'local/team/app', '--glob', '1.*'])).out).toMatch(
      new RegExp(`^TAG\\t.*\\n1\\.0\\t.*\\t1 more\\t${app['1.0'].digest}\\n1\\.0\\.0\\t`),
    );
    expect(await stand.read('tag', 'show', 'local/team/app:2.0')).toMatchObject({
      name: '2.0',
      digest: app['2.0'].digest,
      siblingCount: 0,
    });
    expect((await stand.run(['tag', 'show', 'local/team/app', '1.0'])).out).toMatch(/Same image +1\.0\.0\n/);
    expect(await stand.run(['tag', 'show', 'local/team/app:9'])).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^[^\n]*"?9"?[^\n]*\n$/),
    });
  });

  it('search finds by words, and says when there is nothing', async () => {
    expect(await stand.read('search', 'tool')).toEqual(
      expect.arrayContaining([expect.objectContaining({ __typename: 'Repository', name: 'tool' })]),
    );
    expect((await stand.run(['search', 'tool'])).out).toContain('repository\tlocal/tool\t');
    expect(await stand.run(['search', 'zzz'])).toMatchObject({ code: 0, out: '', err: 'Nothing was found.\n' });
  });

  it('du shows what is unique and what is shared, the largest first, with bars', async () => {
    const rows = await stand.read<{ name: string; size: number; uniqueSize: number; sharedSize: number }[]>('du');
    expect(rows.map(({ name }) => name)).toEqual(['team/app', 'tool']);
    for (const { size, uniqueSize, sharedSize } of rows)
      expect([uniqueSize + sharedSize, sharedSize > 0]).toEqual([size, true]);
    expect((await stand.run(['du'], { isTTY: true })).out).toMatch(/\nlocal\/team\/app +3 .* █+░+\n/);
  });

  it('audit tail prints the newest last, and JSON lines', async () => {
    await stand.run(['registry', 'set', 'local', '--max-age', '60']);
    const { out } = await stand.run(['audit', 'tail', '-n', '2', '--json']);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { action: string }).action),
    ).toEqual(['addRegistry', 'updateRegistry']);
    expect((await stand.run(['audit', 'tail', '--action', 'updateRegistry'])).out).toMatch(
      /^\S+\tadmin\tupdateRegistry\tlocal\tdone\n$/,
    );
    expect(await stand.run(['audit', 'tail', '--since', 'monday'])).toMatchObject({ code: 64 });
  });

  it('sync reads again, and waits when it is told to', async () => {
    expect(await stand.run(['sync'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^local: It is being read\./),
    });
    expect(await stand.run(['sync', 'local', '--wait'])).toMatchObject({ code: 0, out: 'local: Done.\n' });
    expect(await stand.run(['sync', 'local/tool', '--wait'])).toMatchObject({ code: 0, out: 'local/tool: Read.\n' });
  });
});

describe('with nothing attached', () => {
  it.each([[['repo', 'list']], [['search', 'nginx']], [['du']]])('%j says the next step', async (args) => {
    const { code, out, err } = await stand.run(args);
    expect([code, out]).toEqual([0, '']);
    expect(err).toContain('Attach one: registry-gateway registry add <name> <address>\n');
  });
});

test('audit tail --follow prints each entry once, as it comes', async () => {
  await stand.attach();
  let looks = 0;
  const sleep = async (): Promise<void> => {
    if (looks++ === 3) throw new CommandError('USAGE', 'enough');
    if (looks === 2) await stand.run(['registry', 'set', 'local', '--max-age', '60']);
  };
  const timer = { ...systemTimer, sleep };
  const { out, err } = await stand.run(['audit', 'tail', '--follow', '-n', '1', '--json'], { given: { timer } });
  const actions = out
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { action: string }).action);
  expect([actions, err.includes('enough')]).toEqual([['addRegistry', 'updateRegistry'], true]);
});

describe('what deletes', () => {
  beforeEach(() => stand.attach());
  const tags = async (repository: string): Promise<string[]> =>
    (await stand.read<{ name: string }[]>('tag', 'list', `local/${repository}`)).map(({ name }) => name);

  it('tag delete shows what goes, asks, and deletes those tags and no others; restore puts one back', async () => {
    const dry = await stand.run(['tag', 'delete', 'local/team/app', '1.0', '--dry-run']);
    expect(dry).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^local\/team\/app: 1 tag and 0 manifests go; 0 B can be given back\.\n  Tags: 1\.0\n  Image stays: 1\.0\n/,
      ),
    });
    expect(await stand.run(['tag', 'delete', 'local/team/app:1.0'])).toMatchObject({
      code: 64,
      err: expect.stringContaining('--yes'),
    });
    expect(await stand.run(['tag', 'delete', 'local/team/app:1.0'], { answers: ['no'] })).toMatchObject({
      code: 1,
      questions: ['Delete this? [y/N] '],
    });
    expect(await tags('team/app')).toEqual(['1.0', '1.0.0', '2.0']);
    expect(await stand.run(['tag', 'delete', 'local/team/app:1.0'], { answers: ['y'] })).toMatchObject({
      code: 0,
      out: expect.stringMatching(/Done\.\n$/),
    });
    expect(await tags('team/app')).toEqual(['1.0.0', '2.0']);
    expect(await stand.run(['tag', 'restore', 'local/team/app:1.0'])).toMatchObject({
      code: 0,
      out: `local/team/app:1.0 points to ${app['1.0'].digest} again.\n`,
    });
    expect(await tags('team/app')).toEqual(['1.0', '1.0.0', '2.0']);
  });

  it('tag purge shows what goes from many repositories, has it done in one job, and undo puts back what can come', async () => {
    const purge = ['tag', 'purge', 'team/*', '--registry', 'local', '--glob', '1.0'];
    expect(await stand.run([...purge, '--dry-run'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^1 tag and 0 manifests of 1 repository go; 0 B can be given back\.\n  local\/team\/app: 1 tag\n  By the index, .*\n$/,
      ),
    });
    expect(await stand.run(['tag', 'purge', '--glob', '*'])).toMatchObject({ code: 64 });
    const none = [...purge, '--older-than', '3650', '--dry-run'];
    expect(await stand.run(none)).toMatchObject({ code: 1, err: expect.stringContaining('No tag fits') });
    const { code, out } = await stand.run([...purge, '--yes', '--json']);
    const { job } = JSON.parse(out) as { job: { id: string; kind: string } };
    expect([code, job.kind, await tags('team/app')]).toEqual([0, 'DELETE_SELECTION', ['1.0.0', '2.0']]);
    expect((await stand.run(['job', 'show', job.id])).out).toContain('1 repository');
    expect(await stand.run(['job', 'undo', job.id])).toMatchObject({ code: 0 });
    expect(await tags('team/app')).toEqual(['1.0', '1.0.0', '2.0']);
  });

  it('a deletion with siblings deletes whole images, and prints one JSON document', async () => {
    const { code, out, err } = await stand.run([
      'tag',
      'delete',
      'local/team/app',
      '1.0',
      '--with-siblings',
      '--yes',
      '--json',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      plan: { tagCount: 2, alsoRemovedTags: [{ name: '1.0.0' }] },
      job: { state: 'SUCCEEDED' },
    });
    expect(err).toContain('Of these, not asked for, on the same images: 1.0.0\n');
    expect(await tags('team/app')).toEqual(['2.0']);
  });

  it('deletes nothing when the repository changed while it was asked', async () => {
    const ask = async (): Promise<string> => {
      stand.registry.store.putManifest('team/app', '2.0', app['1.0'].mediaType, app['1.0'].bytes);
      await stand.gateway.crawl('local');
      return 'y';
    };
    const prompt = { ask, askSecret: ask };
    const answer = await stand.run(['tag', 'delete', 'local/team/app:2.0'], { isInputTTY: true, given: { prompt } });
    expect(answer).toMatchObject({ code: 1, err: expect.stringContaining('changed') });
    expect(await tags('team/app')).toEqual(['1.0', '1.0.0', '2.0']);
  });

  it('repo delete deletes a repository whole', async () => {
    expect(await stand.run(['repo', 'delete', 'local/tool', '--yes'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/Done\.\n$/),
    });
    expect(stand.registry.store.tags('tool')).toEqual([]);
  });

  it('ends with 1 and says what is left where the registry fails on the way', async () => {
    stand.registry.fail({ kind: 'status', status: 500, method: 'DELETE', match: /sha256:(?!0{64})/ });
    const { code, out } = await stand.run(['tag', 'delete', 'local/team/app', '2.0', '--yes']);
    expect(code).toBe(1);
    expect(out).toMatch(/(?:Not all of it was done|It failed):\n  .*2\.0/);
  });

  it('retention preview and apply delete what the rules let go, in a repository and in the whole registry', async () => {
    const { id } = await stand.read<{ id: string }>('registry', 'show', 'local');
    await stand.gateway.graphql(
      'mutation ($input: SetRetentionInput!) { setRetention(input: $input) { userErrors { message } } }',
      {
        input: { registry: id, rules: [{ repository: 'team/*', keepMatching: ['2.*'] }] },
      },
    );
    expect((await stand.run(['retention', 'preview', 'local/team/app'])).out).toMatch(
      /^local\/team\/app: 2 tags and 1 manifest go;.*\n  Tags: 1\.0, 1\.0\.0\n1 tag stays\.\n  2\.0: matching\n$/,
    );
    expect(
      (await stand.read<{ repository: string }[]>('retention', 'preview', 'local')).map(({ repository }) => repository),
    ).toEqual(['local/team/app']);
    expect(await stand.run(['retention', 'apply', 'local/team/app', '--dry-run'])).toMatchObject({ code: 0 });
    expect(await tags('team/app')).toHaveLength(3);
    expect(await stand.run(['retention', 'apply', 'local'])).toMatchObject({ code: 64 });
    expect(await stand.run(['retention', 'apply', 'local', '--yes'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('team/app: Done.\n'),
    });
    expect(await tags('team/app')).toEqual(['2.0']);
    expect(await stand.run(['retention', 'apply', 'local/team/app', '--yes'])).toMatchObject({
      code: 0,
      out: 'local/team/app: nothing goes.\n',
    });
  });
});

test('a gateway that nobody runs ends with 69, and as JSON where that is wanted', async () => {
  await stand.gateway.app.close();
  const env = { REGISTRY_GATEWAY_URL: stand.gateway.url, REGISTRY_GATEWAY_TOKEN: 'rgw_x' };
  const { code, out, err } = await runCommands(['registry', 'list', '--json'], { env });
  expect([code, out]).toEqual([69, '']);
  expect(JSON.parse(err)).toEqual({
    error: { code: 'UNREACHABLE', message: expect.stringContaining('nothing listens there') as string },
  });
});
