import PQueue from 'p-queue';
import type { RepositoryName } from '../domain/name.js';
import { type Leases, takeInTurn } from '../store/leases/leases.js';
import type { Timer } from '../timer.js';

/** `lost`: aborted when others may write there meanwhile, and what is left of the work is to be given up. */
export type ExclusiveWork<T> = (lost: AbortSignal) => Promise<T>;

/**
 * Lets one writer at a time at each repository of a registry, of all gateways of the database; those of one gateway in
 * the order in which they came. One is made per app.
 */
export class RepositoryMutex {
  readonly #leases: Leases;
  readonly #timer: Timer;
  readonly #queues = new Map<string, PQueue>();

  constructor({ leases, timer }: { readonly leases: Leases; readonly timer: Timer }) {
    this.#leases = leases;
    this.#timer = timer;
  }

  /**
   * Resolves or rejects as `work` does, which begins once all earlier work on the repository has ended. Rejects with
   * the signal's reason when that aborts while a writer of another gateway is waited for.
   */
  runExclusive<T>(registryId: string, name: RepositoryName, work: ExclusiveWork<T>, signal?: AbortSignal): Promise<T> {
    const key = `${registryId} ${name}`;
    return (this.#queues.get(key) ?? this.#open(key)).add(async () => {
      // Never before the caller has the promise: the queue begins work within `add` where nothing is before it.
      await Promise.resolve();
      const lease = await takeInTurn(this.#leases, this.#timer, `repository ${key}`, signal);
      try {
        return await this.#leases.within(lease, () => work(lease.lost));
      } finally {
        await lease.release();
      }
    });
  }

  #open(key: string): PQueue {
    const queue = new PQueue({ concurrency: 1 });
    this.#queues.set(key, queue);
    queue.addEventListener('idle', () => this.#queues.delete(key));
    return queue;
  }
}
