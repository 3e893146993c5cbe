import { GatewayError } from '../../errors.js';
import { repeat, type Timer } from '../../timer.js';
import type { Reader } from './reader.js';
import type { Row, Statement } from './statement.js';

/** For whom a statement runs. */
export interface Asker {
  /** Statements of one caller wait for each other, and not for those of others. */
  readonly caller: string;
  /** Ends what runs, and what waits, with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds of CPU that all statements of this asker may take together; without it as many as they take. */
  readonly budget?: number | undefined;
}

/** A place for one process, which is started when there is something to run. */
export interface Place {
  /** Whose statement runs; null: none. */
  readonly caller: string | null;
  /**
   * Throws QUERY_TOO_COMPLEX beyond the asker's budget, OPERATION_TIMEOUT after `longest`, the signal's reason, and
   * what SQLite says.
   */
  run(statement: Statement, asker: Asker): Promise<Row[]>;
  /** Ends the process: what it runs fails with `reason`. */
  close(reason: unknown): void;
}

export interface PlaceParts {
  readonly start: () => Reader;
  readonly timer: Timer;
  /** Milliseconds of CPU that each asker has spent, in all places. */
  readonly spent: WeakMap<Asker, number>;
}

/** Milliseconds that a statement may take, whoever asks. */
export const longest = 10_000;

/** Milliseconds that a process is kept for the next statement. */
const idle = 60_000;

/** Milliseconds between two looks at what a statement has spent. */
const lookEvery = 100;

export function createPlace({ start, timer, spent }: PlaceParts): Place {
  let reader: Reader | null = null;
  let caller: string | null = null;
  // By the process, until it was last looked at.
  let used = 0;
  let stopIdling = (): void => undefined;
  const close = (reason: unknown): void => {
    reader?.end(reason);
    reader = null;
    used = 0;
  };
  const book = async (asker: Asker): Promise<void> => {
    const mine = reader;
    const now = (await mine?.readCpu()) ?? null;
    if (now === null || reader !== mine) return;
    spent.set(asker, (spent.get(asker) ?? 0) + now - used);
    used = now;
  };
  const isBeyond = (asker: Asker): boolean => asker.budget !== undefined && (spent.get(asker) ?? 0) > asker.budget;
  const look = async (asker: Asker): Promise<void> => {
    const mine = reader;
    await book(asker);
    if (reader === mine && isBeyond(asker)) close(explainDear(asker));
  };
  return {
    get caller() {
      return caller;
    },
    close(reason) {
      stopIdling();
      close(reason);
    },
    async run(statement, asker) {
      stopIdling();
      caller = asker.caller;
      const { signal } = asker;
      const leave = (): void => close(signal?.reason);
      const cancel = timer.after(longest, () => close(explainTimeout()));
      const stopLooking = repeat(timer, lookEvery, () => void look(asker));
      signal?.addEventListener('abort', leave, { once: true });
      try {
        if (isBeyond(asker)) throw explainDear(asker);
        if (!reader?.isAlive) [reader, used] = [start(), 0];
        const rows = await reader.run(statement);
        stopLooking();
        await book(asker);
        return rows;
      } finally {
        cancel();
        stopLooking();
        signal?.removeEventListener('abort', leave);
        caller = null;
        stopIdling = timer.after(idle, () => close(explainClosed()));
      }
    },
  };
}

function explainDear({ budget = 0 }: Asker): GatewayError {
  const message =
    `The searches and filters of the operation took more than ${budget / 1000} s of CPU and were ` +
    'ended. Narrow them: by a registry, a repository, or a longer word; or ask for fewer at a time.';
  return new GatewayError('QUERY_TOO_COMPLEX', message);
}

function explainTimeout(): GatewayError {
  const message =
    `The search took longer than ${longest / 1000} seconds and was ended. Narrow it: by a registry, ` +
    'a repository, or a longer word.';
  return new GatewayError('OPERATION_TIMEOUT', message);
}

export function explainClosed(): GatewayError {
  return new GatewayError('STORAGE_BUSY', 'The gateway is stopping: its database is not read any more.', {
    retryAfter: 1,
  });
}
