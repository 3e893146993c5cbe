import type { Timer } from '../../timer.js';
import { type Asker, createPlace, explainClosed, type Place } from './place.js';
import { createQueue, type WaitingWork } from './queue.js';
import type { Reader } from './reader.js';
import type { Row, Statement } from './statement.js';

export interface ReadersSettings {
  readonly start: () => Reader;
  /** How many processes there are at the most. */
  readonly size: number;
  readonly timer: Timer;
}

/** Runs statements in processes beside the gateway, which are started when they are needed. */
export interface Readers {
  /** Throws OVERLOADED when too many wait, and what a place throws. */
  run(statement: Statement, asker: Asker): Promise<Row[]>;
  /** Ends all processes. */
  close(): void;
}

/**
 * One caller has at most all processes but one, where there are several. Waiting statements are taken from one caller
 * after the other, each caller's in their order.
 */
export function createReaders({ start, size, timer }: ReadersSettings): Readers {
  const spent = new WeakMap<Asker, number>();
  const places = Array.from({ length: size }, () => createPlace({ start, timer, spent }));
  const queue = createQueue<Statement, Row[], Asker>();
  const share = Math.max(1, size - 1);
  const mayRun = (caller: string): boolean => places.filter((place) => place.caller === caller).length < share;
  let isClosed = false;

  const runAt = async (
    place: Place,
    { work, asker, done, failed }: WaitingWork<Statement, Row[], Asker>,
  ): Promise<void> => {
    try {
      done(await place.run(work, asker));
    } catch (error) {
      failed(error);
    }
    fill();
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
      for (const place of places) place.close(explainClosed());
    },
  };
}
