import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CommandError } from '../exit.js';

/** Asks whoever sits at the terminal. Answers are one line, without its end. */
export interface Prompt {
  /** Throws USAGE when the terminal ends without an answer. */
  ask(question: string): Promise<string>;
  /** Shows nothing of what is typed. */
  askSecret(question: string): Promise<string>;
}

/** Questions go to standard error: standard output is for results. Ctrl-C ends the process as it does everywhere. */
export const terminalPrompt: Prompt = {
  ask: (question) => readLine(question, process.stderr),
  async askSecret(question) {
    process.stderr.write(question);
    // readline echoes to its output, so this one keeps nothing.
    const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
    try {
      return await readLine('', silence);
    } finally {
      process.stderr.write('\n');
    }
  },
};

function readLine(question: string, output: NodeJS.WritableStream): Promise<string> {
  const lines = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 });
  return new Promise((resolve, reject) => {
    lines.once('SIGINT', () => {
      lines.close();
      process.kill(process.pid, 'SIGINT');
    });
    lines.once('close', () => reject(new CommandError('USAGE', 'There was no answer.')));
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}
