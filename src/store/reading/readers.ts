import { GatewayError } from '../../errors.js';
import type { Timer } from '../../timer.js';
import { createQueue, type Waiting } from './queue.js';
import type { Reader } from './reader.js';
import type { Row, Statement } from './statement.js';

/** For whom a statement runs. */
export interface Asker {
  /** Statements of one caller wait for each other, and not for those of others. */
  readonly caller: string;
  /** Ends what runs, and what waits, with its reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface ReadersSettings {
  readonly start: () => Reader;
  /** How many processes there are at the most. */
  readonly size: number;
  readonly timer: Timer;
}

/** Runs statements in processes beside the gateway, which are started when they are needed. */
export interface Readers {
  /** Throws OVERLOADED when too many wait, OPERATION_TIMEOUT after `longest`, the reason of the asker's signal, and what SQLite says. */
  run(statement: Statement, asker: Asker): Promise<Row[]>;
  /** Ends all processes. */
  close(): void;
}

/** Milliseconds that a statement may take, whoever asks. */
export const longest = 10_000;

/** Milliseconds that a process is kept for the next statement. */
const idle = 60_000;

interface Place {
  reader: Reader | null;
  caller: string | null;
  stopIdling: () => void;
}

/**
 * One caller has at most all processes but one, where there are several. Waiting statements are taken from one caller after the
 * other, each caller's in their order.
 */
export function createReaders({ start, size, timer }: ReadersSettings): Readers {
  const places = Array.from({ length: size }, (): Place => ({ reader: null, caller: null, stopIdling: () => undefined }));
  const queue = createQueue<Statement, Row[]>();
  const share = Math.max(1, size - 1);
  const mayRun = (caller: string): boolean => places.filter((place) => place.caller === caller).length < share;
  let isClosed = false;

  const close = (place: Place, reason: unknown): void => {
    place.reader?.end(reason);
    place.reader = null;
  };
  const runAt = async (place: Place, { work, asker, done, failed }: Waiting<Statement, Row[]>): Promise<void> => {
    place.stopIdling();
    place.caller = asker.caller;
    const { signal } = asker;
    const leave = (): void => close(place, signal?.reason);
    const cancel = timer.after(longest, () => close(place, explainTimeout()));
    signal?.addEventListener('abort', leave, { once: true });
    try {
      if (!place.reader?.isAlive) place.reader = start();
      done(await place.reader.run(work));
    } catch (error) {
      failed(error);
    } finally {
      cancel();
      signal?.removeEventListener('abort', leave);
      place.caller = null;
      place.stopIdling = timer.after(idle, () => close(place, explainClosed()));
      fill();
    }
  };
  const fill = (): void => {
    for (const place of places) {
      if (place.caller !== null) continue;
      const next = queue.take(mayRun);
      if (!next) return;
      void runAt(place, next);
    }
  };

  return {
    async run(statement, asker) {
      asker.signal?.throwIfAborted();
      if (isClosed) throw explainClosed();
      const result = queue.add(statement, asker);
      fill();
      return result;
    },
    close() {
      isClosed = true;
      queue.end(explainClosed());
      for (const place of places) {
        place.stopIdling();
        close(place, explainClosed());
      }
    },
  };
}

function explainTimeout(): GatewayError {
  const message = `The search took longer than ${longest / 1000} seconds and was ended. Narrow it: by a registry, a repository, or a longer word.`;
  return new GatewayError('OPERATION_TIMEOUT', message);
}

function explainClosed(): GatewayError {
  return new GatewayError('STORAGE_BUSY', 'The gateway is stopping: its database is not read any more.', { retryAfter: 1 });
}
