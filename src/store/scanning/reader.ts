import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { GatewayError } from '../../errors.js';
import { toStorageError } from '../file/errors.js';
import type { Row, Statement, ReaderMessage } from './statement.js';

/** A process that reads the database file, one statement at a time. */
export interface Reader {
  readonly isAlive: boolean;
  /** Throws what SQLite says, as the gateway's own connection would; STORAGE_BUSY when the process ended by itself. */
  run(statement: Statement): Promise<Row[]>;
  /** Milliseconds of CPU that it has used since it was started; null where the system does not say. */
  readCpu(): Promise<number | null>;
  /** Ends it at once, whatever it does: what it runs fails with `reason`. */
  end(reason: unknown): void;
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
}

interface Running {
  readonly rows: Row[];
  readonly done: (rows: Row[]) => void;
  readonly failed: (reason: unknown) => void;
}

const entry = fileURLToPath(new URL('./process.js', import.meta.url));

/** MB that it may take for rows. */
const memory = 256;

/** It keeps no process running but while it is asked, and has none of the gateway's environment. */
export function startReader(path: string): Reader {
  const child = fork(entry, [path], {
    env: {},
    execArgv: [`--max-old-space-size=${memory}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let running: Running | null = null;
  let isAlive = true;
  const settle = (settled: (running: Running) => void): void => {
    const one = running;
    running = null;
    child.channel?.unref();
    if (one) settled(one);
  };
  const leave = (reason: unknown): void => {
    isAlive = false;
    settle(({ failed }) => failed(reason));
  };
  child.unref();
  child.channel?.unref();
  child.on('message', (told: ReaderMessage) => {
    if ('rows' in told) for (const row of told.rows) running?.rows.push(row);
    else if ('fault' in told) settle(({ failed }) => failed(toError(told.fault)));
    else settle(({ done, rows }) => done(rows));
  });
  // One that could not be started has no exit.
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  child.once('error', (error) => leave(explainEnd(error)));
  child.once('exit', () => leave(explainEnd()));
  yieldTo(child);
  return {
    get isAlive() {
      return isAlive && child.connected;
    },
    run: (statement) =>
      new Promise((done, failed) => {
        running = { rows: [], done, failed };
        child.channel?.ref();
        // One that has ended says so by itself.
        child.send(statement, () => undefined);
      }),
    ended,
    readCpu: () => readCpu(child.pid),
    end(reason) {
      leave(reason);
      // Whoever closes the gateway waits for its end.
      child.ref();
      child.kill('SIGKILL');
    },
  };
}

/** Where cores are few, the gateway goes before what reads for one caller. */
function yieldTo({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended, or the system does not let it.
  }
}

/**
 * From `/proc/<pid>/stat`, which Linux has: its 14th and 15th fields are user and system time in ticks, hundredths of a
 * second (proc(5)). The second, the program's name, may hold spaces and brackets.
 */
async function readCpu(pid: number | undefined): Promise<number | null> {
  try {
    // The kernel makes it, in some 20 µs; a promise of it takes ten times as long, which each statement waits for.
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return null;
  }
}

/** As the driver throws it. */
function toError({ message, code }: { readonly message: string; readonly code: string | null }): unknown {
  return toStorageError(Object.assign(new Error(message), code === null ? {} : { code }));
}

function explainEnd(cause?: unknown): GatewayError {
  return new GatewayError(
    'STORAGE_BUSY',
    'The process that read the database for this ended before it was done. Try again in a moment.',
    { retryAfter: 1, cause },
  );
}
