import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeOnce } from '../run/leftovers.js';

/** A program that serves on a port it chose. */
export interface Serving {
  /** What it wrote so far, on both streams. */
  readonly log: { readonly text: string };
  /** The first group of the pattern in what it wrote. Throws with its last words when it ended, or 10 s have passed. */
  waitFor(pattern: RegExp): Promise<string>;
  /** Kills it, and resolves when it is gone. */
  readonly kill: () => Promise<void>;
}

/** Starts it with this environment alone. */
export function serve(command: string, args: readonly string[], env: Readonly<Record<string, string>>): Serving {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const log = { text: '' };
  const add = (chunk: Buffer): void => void (log.text += chunk.toString());
  child.stdout.on('data', add);
  child.stderr.on('data', add);
  child.on('error', (error) => void (log.text += String(error)));
  return {
    log,
    async waitFor(pattern) {
      for (let waited = 0; waited < 10_000 && child.exitCode === null; waited += 20) {
        const found = pattern.exec(log.text)?.[1];
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error(`${command} did not start: ${log.text.slice(-2000)}`);
    },
    kill: closeOnce(() => kill(child)),
  };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

export function hasCommand(command: string): boolean {
  return spawnSync(command, ['--version'], { stdio: 'ignore', timeout: 10_000 }).error === undefined;
}

/**
 * `describe` where the command is installed; elsewhere its tests count as skipped, and one line says what is lacking.
 */
export function describeWith(command: string, name: string, fn: () => void): void {
  describeWhere(hasCommand(command), `the command ${command} is not installed`, name, fn);
}

/** `describe` where it is there; elsewhere its tests count as skipped, and one line says why. */
export function describeWhere(there: boolean, why: string, name: string, fn: () => void): void {
  if (!there) process.stdout.write(`Skipped: ${name}: ${why}.\n`);
  (there ? describe : describe.skip)(name, fn);
}
