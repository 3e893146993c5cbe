import { readFileSync } from 'node:fs';
import { listCommands } from './commandtree.js';
import { runCommandLine } from './run.js';

const nowhere = 'sqlite:/nowhere/g.db';

const commands = listCommands();

describe('the command line', () => {
  it.each(commands.map(({ words, command }) => [words.join(' '), words, command] as const))(
    '%s has help with its exit codes, and examples of its own',
    async (name, words, command) => {
      const { code, out, err } = await runCommandLine(nowhere, [...words, '--help']);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain(`Usage: registry-gateway ${name}`);
      expect(out).toContain('Exit codes: 0 done,');
      expect(command.description()).toMatch(/^[A-Z].*\.$/s);
      if (command.commands.length === 0) expect(out).toContain(`\nExamples:\n  registry-gateway ${name}`);
    },
  );

  it('prints its version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await runCommandLine(nowhere, ['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  it.each([
    [['tokne'], "error: unknown command 'tokne'\n(Did you mean token?)\n"],
    [['--jsn'], "error: unknown option '--jsn'\n(Did you mean --json?)\n"],
  ])('says what is wrong with %j', async (args, sentence) => {
    expect(await runCommandLine(nowhere, args)).toEqual({
      code: 64,
      out: '',
      err: `${sentence}Run it with --help for its usage.\n`,
    });
  });

  it('without a command of a noun prints which there are, and fails', async () => {
    const { code, err } = await runCommandLine(nowhere, ['token']);
    expect(code).toBe(64);
    expect(err).toContain('Usage: registry-gateway token');
  });
});
