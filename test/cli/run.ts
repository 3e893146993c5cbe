import type { Io } from '../../src/cli/io.js';
import { runProgram } from '../../src/cli/program.js';

export interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs a command line in this process, as where nothing is a terminal unless `io` says otherwise. `url`: DATABASE_URL.
 */
export async function runCommandLine(url: string, args: readonly string[], io: Partial<Io> = {}): Promise<Result> {
  const texts = { out: '', err: '' };
  const code = await runProgram(args, {
    out: (text) => void (texts.out += text),
    err: (text) => void (texts.err += text),
    readInput: () => Promise.resolve(''),
    isTTY: false,
    isErrTTY: false,
    isInputTTY: false,
    columns: 80,
    colours: false,
    env: { DATABASE_URL: url },
    ...io,
  });
  return { code, ...texts };
}
