import { adminPassword } from '../support/worlds/gateway.js';
import { createFolder } from '../store/files.js';
import { listCommands } from './commandtree.js';
import { createStand, type Stand } from './remote/stand.js';

const secret = 'a-secret-of-enough-characters-for-it-1';

/** One use of a command: what is typed, and what it ends with. */
interface Use {
  readonly words: string;
  readonly args?: readonly string[] | (() => Promise<readonly string[]>);
  readonly answers?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly code?: number;
  /** On standard output; of a command that ends otherwise than with 0 on both. */
  readonly shows: RegExp;
}

let stand: Stand;
const folder = createFolder();
let kept: Readonly<Record<string, string>>;
beforeAll(async () => {
  stand = await createStand({ loadKey: () => Buffer.from(secret) });
  const { port } = new URL(stand.gateway.url);
  kept = {
    DATABASE_URL: `sqlite:${stand.gateway.databaseFile}`,
    SECRET_KEY: secret,
    HOST: '127.0.0.1',
    PORT: port,
  };
});
afterAll(async () => {
  await stand[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

async function onlyWebhook(): Promise<string> {
  const [webhook] = await stand.read<{ id: string }[]>('webhook', 'list');
  return webhook!.id;
}

async function onlyGrant(): Promise<string> {
  return (await stand.read<{ id: string }[]>('grant', 'list', 'builders', '--team'))[0]!.id;
}

async function newestJob(kind = 'crawl'): Promise<string> {
  return (await stand.read<{ id: string }[]>('job', 'list', 'local', '--kind', kind))[0]!.id;
}

async function newestOfMine(): Promise<string> {
  return (await stand.read<{ id: string }[]>('tokens', 'list', '--kind', 'token'))[0]!.id;
}

async function newestToken(): Promise<string> {
  const { out } = await stand.run(['token', 'list', '--json'], { env: kept });
  return (JSON.parse(out) as { id: string; label: string }[]).find(({ label }) => label === 'of the test')!.id;
}

/** In this order: each finds what those before it left. */
const uses: readonly Use[] = [
  { words: 'serve', env: { DATABASE_URL: 'postgres://nowhere' }, code: 78, shows: /DATABASE_URL/ },
  // The port is the gateway's: one that starts would go on. That it does is told in test/demo.
  { words: 'demo', code: 78, shows: /^The demo cannot listen on 127\.0\.0\.1:\d+ \(EADDRINUSE\)\./ },
  { words: 'healthcheck', shows: /^The gateway is healthy: http/ },
  { words: 'login', answers: [adminPassword], shows: /^Logged in to http/ },
  { words: 'registry add', args: async () => ['local', stand.registry.url], shows: /^local is attached/ },
  { words: 'sync', args: ['local', '--wait'], shows: /^local: Done\.\n/ },
  { words: 'check', shows: /\nok {6}local, reachable: / },
  { words: 'registry list', shows: /^NAME\t.*\nlocal\t/ },
  { words: 'registry show', args: ['local'], shows: /^Name +local\n/ },
  {
    words: 'registry test',
    args: ['local'],
    shows: /^skipped local, name: [^]*\nok {6}local, deletion: [^]*\nThe registry can be read\.\n$/,
  },
  { words: 'registry set', args: ['local', '--max-age', '60'], shows: /^local is changed\.\n/ },
  { words: 'registry follow', args: ['local', '--all'], shows: /^local is changed\.\n/ },
  { words: 'repo list', shows: /\nlocal\/team\/app\t3\t/ },
  { words: 'repo show', args: ['local/team/app'], shows: /^Repository +local\/team\/app\n/ },
  { words: 'tag list', args: ['local/team/app'], shows: /\n1\.0\t/ },
  { words: 'tag show', args: ['local/team/app:2.0'], shows: /^Tag +.*team\/app:2\.0\n/ },
  { words: 'search', args: ['tool'], shows: /\nrepository\tlocal\/tool\t/ },
  { words: 'du', shows: /^REPOSITORY\t.*\nlocal\/team\/app\t3\t/ },
  { words: 'job list', args: ['local', '--kind', 'crawl'], shows: /^JOB\t.*\n\S+\tcrawl\tsucceeded\tlocal\t/ },
  { words: 'job show', args: async () => [await newestJob()], shows: /^Job +\S+\nKind +crawl\n[^]*\nDone\.\n$/ },
  {
    words: 'job cancel',
    args: async () => [await newestJob()],
    code: 1,
    shows: /^It had ended before it could be stopped\. Done\.\n$/,
  },
  {
    words: 'protection add',
    args: ['local', 'team/*:2.*', 'tool'],
    shows: /^Protected in local: team\/\*:2\.\*, tool:\*\n$/,
  },
  { words: 'protection list', shows: /\nlocal\tteam\/\*\t2\.\*\trule\nlocal\ttool\t\*\trule\n$/ },
  {
    words: 'protection approvals',
    args: ['local', 'prod/*:5'],
    shows: /^Deletions wait for a second person by prod\/\*:5:7: local\.\n$/,
  },
  ...['job approve', 'job reject'].map((words) => ({
    words,
    args: async () => [await newestJob()],
    code: 1,
    shows: /waits for no approval/,
  })),
  { words: 'protection read-only', args: ['local', 'off'], shows: /^local is no longer read-only\.\n$/ },
  { words: 'protection remove', args: ['local', 'tool'], shows: /^No longer protected in local: tool:\*\n$/ },
  {
    words: 'retention add',
    args: ['local', 'team/*', '--keep-last', '1', '--keep-matching', '1.0'],
    shows: /^Retention of local of team\/\*:\* keep the last 1, 1\.0 \(when asked to\)\.\n/,
  },
  { words: 'retention list', shows: /\nlocal\tteam\/\*\t\*\tthe last 1, 1\.0\twhen asked to\n$/ },
  { words: 'retention schedule', args: ['local', 'off'], shows: /\(when asked to\)/ },
  { words: 'retention preview', args: ['local/team/app'], shows: /^local\/team\/app: / },
  { words: 'retention apply', args: ['local/team/app', '--dry-run'], shows: /^local\/team\/app: / },
  {
    words: 'retention remove',
    args: ['local', '--all'],
    shows: /^Retention of local deletes nothing: it has no rules\.\n$/,
  },
  {
    words: 'tag purge',
    args: ['team/*', '--glob', '1.0', '--dry-run'],
    shows: /^1 tag and [^]* of 1 repository go; [^]*\n {2}local\/team\/app: 1 tag\n/,
  },
  { words: 'tag delete', args: ['local/team/app:1.0', '--yes'], shows: /\nDone\.\n$/ },
  {
    words: 'tag restore',
    args: ['local/team/app:1.0'],
    shows: /^local\/team\/app:1\.0 points to sha256:\S+ again\.\n$/,
  },
  {
    words: 'job undo',
    args: async () => [await newestJob('delete-tags')],
    shows: /^Of 1 tags that it took off: 0 can come back, 1 are there\.\nNothing was to be done\.\n$/,
  },
  { words: 'repo delete', args: ['local/tool', '--yes'], shows: /\nDone\.\n$/ },
  { words: 'webhook add', args: ['https://ci.example/hook', '--kind', 'TAG_PUSHED'], shows: /\nwhsec_\S+\n/ },
  { words: 'webhook list', shows: /\thttps:\/\/ci\.example\/hook\tTAG_PUSHED\ton\t0\t-\n/ },
  {
    words: 'webhook update',
    args: async () => [await onlyWebhook(), '--webhook-url', 'https://127.0.0.1/'],
    shows: /is changed/,
  },
  {
    words: 'webhook test',
    args: async () => [await onlyWebhook()],
    code: 1,
    shows: /^It did not take the ping: blocked/,
  },
  { words: 'webhook remove', args: async () => [await onlyWebhook(), '--yes'], shows: /^It is removed\.\n$/ },
  { words: 'account add', args: ['bob', '--roles', 'registries:ro'], shows: /^bob is made: registries:ro\.\n/ },
  { words: 'account list', shows: /\nbob\tregistries:ro\tone-time password, ends in (?:1 day|23 hours)\t/ },
  {
    words: 'account update',
    args: ['bob', '--roles', 'registries:rw'],
    shows: /^bob is changed\. It has the roles registries:rw\.\n$/,
  },
  { words: 'team add', args: ['builders', '--member', 'bob'], shows: /^The team builders is made\.\n$/ },
  {
    words: 'team update',
    args: ['builders', '--description', 'They build.', '--add', 'admin', '--remove', 'bob'],
    shows: /^In the team builders: admin\.\n$/,
  },
  {
    words: 'grant add',
    args: ['builders', '--team', 'local:team-a/*:delete'],
    shows: /^builders has local:team-a\/\*:delete \(\S+\)\.\n$/,
  },
  { words: 'team list', shows: /\nbuilders\tadmin\tlocal:team-a\/\*:delete\tThey build\.\n/ },
  { words: 'grant list', args: ['builders', '--team'], shows: /\tlocal:team-a\/\*:delete\tadmin\t/ },
  { words: 'grant remove', args: async () => [await onlyGrant()], shows: /local:team-a\/\*:delete/ },
  { words: 'team remove', args: ['builders', '--yes'], shows: /builders/ },
  { words: 'account reset-password', args: ['bob', '--yes'], shows: /^The password of bob is reset\.\n/ },
  { words: 'account remove', args: ['bob', '--yes'], shows: /^bob is removed\.\n$/ },
  { words: 'tokens create', args: ['--label', 'at the gateway'], shows: /^The token of admin, .*\nrgw_\S+\n/ },
  { words: 'tokens list', shows: /\tadmin\ttoken\tadmin\tvalid\t\S+\tnever\tat the gateway\t\n/ },
  { words: 'tokens revoke', args: async () => [await newestOfMine()], shows: /is revoked: its next request/ },
  { words: 'audit tail', shows: /\tdeleteRepository\t/ },
  {
    words: 'token create',
    args: ['--username', 'ci', '--roles', 'registries:ro', '--label', 'of the test'],
    shows: /rgw_/,
  },
  { words: 'token list', shows: /\tci\tregistries:ro\t/ },
  { words: 'token revoke', args: async () => [await newestToken()], shows: /^Revoked / },
  { words: 'user create', args: ['ann', '--roles', 'registries:rw'], shows: /^Created ann / },
  { words: 'user list', shows: /\nann\tregistries:rw\tyes\t/ },
  { words: 'user password', args: ['ann'], shows: /^ann has another password\./ },
  { words: 'user roles', args: ['ann', 'registries:ro'], shows: /^ann has the roles registries:ro\.\n$/ },
  { words: 'user reset', args: ['ann'], shows: /^ann has a one-time password\./ },
  { words: 'user disable', args: ['ann'], shows: /^Disabled ann/ },
  { words: 'user enable', args: ['ann'], shows: /^Enabled ann\. Roles: none\. Login: no\.\n/ },
  { words: 'user delete', args: ['ann'], shows: /^Deleted ann/ },
  { words: 'keys show', shows: /^[0-9a-f]{8} is the key\.\n/ },
  {
    words: 'keys rotate',
    env: { SECRET_KEY: 'another-secret-of-enough-characters-2', SECRET_KEY_OLD: secret },
    // It goes on in the running gateway when that starts again.
    shows: /^A gateway runs and goes on with the key [0-9a-f]{8}\./,
  },
  { words: 'backup', args: async () => [folder.file('backup.db')], shows: /^Backed up to / },
  {
    words: 'restore',
    args: async () => [folder.file('backup.db')],
    env: { DATABASE_URL: `sqlite:${folder.file('restored.db')}` },
    shows: /^Restored /,
  },
  {
    words: 'migrate-store',
    args: async () => ['--from', `sqlite:${stand.gateway.databaseFile}`, '--to', 'postgres://u@127.0.0.1:1/gateway'],
    // The gateway of these tests serves it.
    code: 1,
    shows: /^Another gateway is running on /,
  },
  { words: 'registry remove', args: ['local', '--yes'], shows: /^local is detached\./ },
  {
    words: 'password',
    answers: [adminPassword, 'another long password', 'another long password'],
    shows: /^admin has another password\. /,
  },
  { words: 'logout', shows: /^The profile default is forgotten here\. Its token is ended/ },
  { words: 'completion', args: ['bash'], shows: /_registry_gateway/ },
];

it.each(uses)('$words', async ({ words, args = [], answers, env, code = 0, shows }) => {
  const given = typeof args === 'function' ? await args() : args;
  const ended = await stand.run([...words.split(' '), ...given], {
    env: { ...kept, ...env },
    ...(answers && { answers }),
  });
  expect(ended).toMatchObject({ code });
  expect(code === 0 ? ended.out : `${ended.out}${ended.err}`).toMatch(shows);
});

it('every command is used here', () => {
  const leaves = listCommands().filter(({ command }) => command.commands.length === 0);
  expect(uses.map(({ words }) => words).sort()).toEqual(leaves.map(({ words }) => words.join(' ')).sort());
});
