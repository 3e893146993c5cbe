import { isatty } from 'node:tty';
import { styleText } from 'node:util';
import { exitCodes } from './exit.js';
import type { Environment } from '../settings/reader.js';

/** Where a command reads and writes: results go to `out`, complaints and progress to `err`. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Everything on standard input, as text. Throws RangeError beyond 1 MiB. */
  readInput(): Promise<string>;
  /**
   * Whether standard output is a terminal; where it is none, output is made for programs: no colours, no bars, no
   * alignment.
   */
  readonly isTTY: boolean;
  /** Whether standard error is one: progress is shown there and nowhere else. */
  readonly isErrTTY: boolean;
  readonly isInputTTY: boolean;
  /** Characters in a line of the terminal; 80 where there is none. */
  readonly columns: number;
  /** Whether standard output is shown with colours. */
  readonly colours: boolean;
  readonly env: Environment;
}

const maxInput = 1024 * 1024;

/**
 * The process's own. Node decides about colours: there are some on a terminal that is not called "dumb", unless
 * NO_COLOR (no-color.org) is set, and everywhere where FORCE_COLOR is.
 */
export function createProcessIo(env: Environment): Io {
  const { stdin, stdout, stderr } = process;
  const isTTY = isatty(1);
  // Who reads may leave before the end, like "head": there is nobody to tell then.
  for (const stream of [stdout, stderr]) stream.on('error', leaveQuietly);
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    async readInput() {
      let text = '';
      stdin.setEncoding('utf8');
      for await (const part of stdin) {
        text += String(part);
        if (text.length > maxInput) throw new RangeError('Standard input is longer than 1 MiB.');
      }
      return text;
    },
    isTTY,
    isErrTTY: isatty(2),
    isInputTTY: isatty(0),
    columns: stdout.columns || 80,
    colours: styleText('red', ' ', { stream: stdout }) !== ' ',
    env,
  };
}

function leaveQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCodes.pipeBroken);
}
