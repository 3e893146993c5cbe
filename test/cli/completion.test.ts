import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createFolder } from '../store/files.js';
import { runCommandLine } from './run.js';

async function print(shell: string): Promise<string> {
  const { code, out } = await runCommandLine('sqlite:/nowhere/g.db', ['completion', shell]);
  expect(code).toBe(0);
  return out;
}

function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('completion', () => {
  it.each([
    [['tok'], ['token', 'tokens']],
    [
      ['token', ''],
      ['create', 'list', 'revoke'],
    ],
    [['token', 'create', '--us'], ['--username']],
    [['token', 'create', '--username', 'ci', '--ro'], ['--roles']],
    [['--json', 'user', 'pass'], ['password']],
    [['backup', ''], []],
    [['token', 'list', '--js'], ['--json']],
  ])('in bash, %j is completed to %j', async (words, expected) => {
    using folder = createFolder();
    const file = folder.file('completion');
    writeFileSync(file, await print('bash'));
    const script =
      'source "$1"; shift; COMP_WORDS=(registry-gateway "$@"); COMP_CWORD=$#; _registry_gateway; printf "%s\\n" ' +
      '"${COMPREPLY[@]}"';
    const out = execFileSync('bash', ['-c', script, 'bash', file, ...words], { encoding: 'utf8' });
    expect(out.split('\n').filter(Boolean)).toEqual(expected);
  });

  it.each(['bash', 'zsh', 'fish'].filter(has))(
    'what is printed for %s is read by it without complaint',
    async (shell) => {
      using folder = createFolder();
      writeFileSync(folder.file('completion'), await print(shell));
      execFileSync(shell, ['-n', folder.file('completion')]);
    },
  );

  it('knows no other shell', async () => {
    expect(await runCommandLine('sqlite:/nowhere/g.db', ['completion', 'tcsh'])).toMatchObject({
      code: 64,
      err: expect.stringContaining('bash, zsh, fish') as string,
    });
  });

  it.each(['zsh', 'fish'])('for %s names every command and option', async (shell) => {
    const script = await print(shell);
    for (const word of ['token', 'revoke', 'restore', 'username', 'json']) expect(script).toContain(word);
  });
});
