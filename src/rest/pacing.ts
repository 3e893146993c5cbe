import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AwaitTurn } from '../catalogue/browse/batches.js';

/**
 * Lets one page be read in each turn of the event loop, however many lists are being read: the driver of SQLite answers
 * without leaving the turn, so that without this all their pages would be one stall. A pace throws once its signal is
 * aborted.
 */
export function createPacing(): (signal: AbortSignal) => AwaitTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (signal) => async () => {
    signal.throwIfAborted();
    const turn = last.then(() => nextTurn());
    last = turn;
    await turn;
    signal.throwIfAborted();
  };
}
