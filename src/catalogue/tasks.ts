import { GatewayError } from '../errors.js';
import type { Log } from '../upstream/clients.js';

/**
 * Work that goes on without a request, or after it has been answered. The catalogue waits for all of it before it
 * closes.
 */
export class BackgroundTasks {
  readonly #running = new Set<Promise<void>>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Takes work that no caller waits for. Its failure is a bug, and is logged. Resolves when the work has ended. */
  add(work: Promise<unknown>): Promise<void> {
    return this.#keep(work, (error) => {
      // The registry that the work was about may have been detached meanwhile.
      if (error instanceof GatewayError && error.code === 'NOT_FOUND') return;
      this.#log('background work failed', { err: error });
    });
  }

  /** Takes work that its caller waits for, though maybe not to its end, and gives it back with its failure. */
  track<T>(work: Promise<T>): Promise<T> {
    void this.#keep(work, () => undefined);
    return work;
  }

  /** Resolves when everything that was taken so far has ended. */
  async finish(): Promise<void> {
    await Promise.all(this.#running);
  }

  #keep(work: Promise<unknown>, onFailure: (error: unknown) => void): Promise<void> {
    const ended = work.then(() => undefined, onFailure).finally(() => this.#running.delete(ended));
    this.#running.add(ended);
    return ended;
  }
}
