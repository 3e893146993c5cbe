import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeOnce } from '../run/leftovers.js';
import { program } from './program.js';

/** The gateway as a process of its own, to be signalled and killed. */
export interface GatewayProcess {
  readonly child: ChildProcess;
  readonly output: () => string;
  /**
   * Resolves with the address it says it listens on. Throws with its output when it ends, or a minute passes, before.
   */
  listening(): Promise<string>;
  /** Resolves with the exit code. */
  ended(): Promise<number | null>;
}

/**
 * The gateway in this folder, on a free port unless `env` says otherwise; `within` is a command that runs what
 * follows it.
 */
export function startProcess(
  folder: string,
  env: Readonly<Record<string, string>> = {},
  within: readonly string[] = [],
): GatewayProcess {
  return startCommand(folder, env, [...within, process.execPath, program], false);
}

/** Another command that ends up serving, as the leader of a process group where it is `detached`. */
export function startCommand(
  folder: string,
  env: Readonly<Record<string, string>>,
  [command = '', ...args]: readonly string[],
  detached = true,
): GatewayProcess {
  const child = spawn(command, args, {
    cwd: folder,
    detached,
    env: { PATH: process.env['PATH'], PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  // A test kills it as it likes; one that fails before it does leaves that to the end. What it started goes with its
  // group.
  const kill = closeOnce(async () => void (detached ? killGroup(child) : child.kill('SIGKILL')));
  // Whether anything outlives the leader of a group is for the test to see.
  if (!detached) void exit.then(kill);
  return {
    child,
    output: () => text,
    ended: () => exit,
    async listening() {
      for (let wait = 0; wait < 2400; wait++) {
        const [, url] = /"url":"([^"]+)"/.exec(text) ?? [];
        if (url) return url;
        if (child.exitCode !== null) break;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error(`The gateway does not listen:\n${text}`);
    },
  };
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // Nobody of the group is left.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
