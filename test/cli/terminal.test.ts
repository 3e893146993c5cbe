import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { guardTerminal } from '../../src/cli/terminal.js';
import { program } from '../support/processes/program.js';
import { createStand, runCommands, type Stand } from './remote/stand.js';
import { startFake } from './remote/fake.js';

const evil = 'a\u001b[31mb\u009b2J\u202ec\u0007d\re\u001b[8mf\nfake line';

it('only line ends, tabs, the colours of the program and the clearing of a line go to a terminal', () => {
  const texts: string[] = [];
  const guarded = guardTerminal({
    out: (text: string) => void texts.push(text),
    err: (text: string) => void texts.push(text),
  } as never);
  guarded.out('\u001b[32mfine\u001b[39m\tx\n');
  guarded.err('\r\u001b[Kbar');
  guarded.err(`\u001b[2J\u001b]0;title\u0007\u009b\u202e\r\u001b[8m`);
  guarded.out(JSON.stringify({ name: '\u009b2J\u007f' }));
  expect(texts.slice(0, 2)).toEqual(['\u001b[32mfine\u001b[39m\tx\n', '\r\u001b[Kbar']);
  expect(texts[2]).toBe(String.raw`\u001b[2J\u001b]0;title\u0007\u009b\u202e\r\u001b[8m`);
  expect(JSON.parse(texts[3]!)).toEqual({ name: '\u009b2J\u007f' });
  expect(texts[3]).toBe(String.raw`{"name":"\u009b2J\u007f"}`);
});

describe('a gateway whose every text is evil', () => {
  // oxlint-disable-next-line no-control-regex
  const controls = /(?!\n|\t|\r\u001b\[K|\u001b\[(?:3[1236]|39)m)[\p{Cc}\p{Bidi_Control}]/u;

  it.each([
    [['registry', 'list']],
    [['registry', 'show', 'r']],
    [['registry', 'remove', 'r', '--yes']],
    [['registry', 'add', 'r', 'http://r']],
    [['registry', 'follow', 'r']],
    [['repo', 'list']],
    [['du']],
    [['search', 'x']],
    [['sync', 'r', '--wait']],
    [['tag', 'show', 'r/a:b']],
    [['tag', 'list', 'r/a']],
    [['tag', 'delete', 'r/a:b', '--dry-run']],
    [['tag', 'restore', 'r/a:b', '--yes']],
    [['job', 'list', 'r']],
    [['job', 'show', 'x']],
    [['protection', 'list']],
    [['protection', 'add', 'r', 'x']],
    [['retention', 'list']],
    [['retention', 'preview', 'r/a']],
    [['retention', 'add', 'r', 'x', '--keep-last', '1', '--yes']],
    [['audit', 'tail']],
    [['account', 'list']],
    [['account', 'add', 'x', '--roles', 'admin']],
    [['account', 'update', 'x', '--roles', 'admin']],
    [['account', 'remove', 'x', '--yes']],
    [['account', 'reset-password', 'x', '--yes']],
    [['tokens', 'list']],
    [['tokens', 'create']],
    [['tokens', 'revoke', 'x']],
  ])('%j prints no control character, on a terminal, to a program, and as JSON', async (args) => {
    await using fake = await startFake(evil);
    await using refusing = await startFake(evil, { refuses: true });
    const token = { REGISTRY_GATEWAY_TOKEN: 'rgw_x' };
    const ends = [
      { url: fake.url, isTTY: true, isErrTTY: true, colours: true },
      { url: fake.url },
      { url: fake.url, isJson: true },
      { url: refusing.url, isErrTTY: true },
      { url: refusing.url, isJson: true },
    ];
    for (const { url, isJson = false, ...io } of ends) {
      const env = { ...token, REGISTRY_GATEWAY_URL: url };
      const { out, err, questions } = await runCommands([...args, ...(isJson ? ['--json'] : [])], { env, ...io });
      expect(controls.exec(`${out}${err}${questions.join('')}`)).toBeNull();
      expect(`${out}${err}`).toContain('u001b[31m');
      expect(`${out}\n${err}`).not.toContain('\nfake');
    }
  });
});

describe('a process of its own', () => {
  const { PATH = '' } = process.env;

  it('ends quietly with 141 where who reads has left', async () => {
    const child = spawn(process.execPath, [program, 'completion', 'bash'], {
      env: { PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let err = '';
    child.stderr.on('data', (part: Buffer) => (err += part.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    expect([code, err]).toEqual([141, '']);
  });

  it('without a standard input says that nobody can be asked', async () => {
    const shell = spawnSync(
      'sh',
      ['-c', `exec "$0" "$1" login --url http://127.0.0.1:1 <&-`, process.execPath, program],
      {
        env: { PATH },
        encoding: 'utf8',
      },
    );
    expect([shell.status, shell.stdout, shell.stderr]).toEqual([64, '', expect.stringContaining('--password-stdin')]);
  });

  describe('colours', () => {
    let stand: Stand;
    beforeAll(async () => {
      stand = await createStand();
      await stand.attach();
    });
    afterAll(() => stand[Symbol.asyncDispose]());

    const green = '\u001b[32mfresh\u001b[39m';
    const run = async (words: string, env: Readonly<Record<string, string>>, isTerminal: boolean): Promise<string> => {
      const [file, args]: [string, string[]] = isTerminal
        ? ['script', ['-qec', `"${process.execPath}" "${program}" ${words}`, '/dev/null']]
        : [process.execPath, [program, ...words.split(' ')]];
      const login = { REGISTRY_GATEWAY_URL: stand.gateway.url, REGISTRY_GATEWAY_TOKEN: stand.gateway.access };
      const child = promisify(execFile)(file, args, { env: { PATH, TERM: 'xterm-256color', ...login, ...env } });
      child.child.stdin?.end();
      return (await child).stdout;
    };
    const hasScript = spawnSync('script', ['--version']).status === 0;

    (hasScript ? it : it.skip).each([
      ['registry list', {}, true],
      ['registry list', { NO_COLOR: '1' }, false],
      ['registry list', { TERM: 'dumb' }, false],
      ['registry list --no-color', {}, false],
      ['--no-color registry list', { FORCE_COLOR: '1' }, false],
      ['registry list --json', {}, false],
    ])('on a terminal %s with %j has some: %s', async (words, env, hasColours) => {
      const out = await run(words, env, true);
      expect(out).toMatch(/fresh/i);
      expect(out.includes(green)).toBe(hasColours);
      expect(out.includes('\u001b[3')).toBe(hasColours);
    });

    it.each([
      ['registry list', {}, false],
      ['registry list', { FORCE_COLOR: '1' }, true],
      ['registry list --json', { FORCE_COLOR: '1' }, false],
    ])('in a pipe %s with %j has some: %s', async (words, env, hasColours) => {
      expect((await run(words, env, false)).includes('\u001b[3')).toBe(hasColours);
    });
  });
});
