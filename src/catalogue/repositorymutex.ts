import PQueue from 'p-queue';
import type { RepositoryName } from '../domain/name.js';

/** Lets one writer at a time at each repository of a registry, in the order in which they came. One is made per app. */
export class RepositoryMutex {
  readonly #queues = new Map<string, PQueue>();

  /** Resolves or rejects as `work` does, which begins once all earlier work on the repository has ended. */
  runExclusive<T>(registryId: string, name: RepositoryName, work: () => Promise<T>): Promise<T> {
    const key = `${registryId} ${name}`;
    return (this.#queues.get(key) ?? this.#open(key)).add(async () => {
      // Never before the caller has the promise: the queue begins work within `add` where nothing is before it.
      await Promise.resolve();
      return work();
    });
  }

  #open(key: string): PQueue {
    const queue = new PQueue({ concurrency: 1 });
    this.#queues.set(key, queue);
    queue.addEventListener('idle', () => this.#queues.delete(key));
    return queue;
  }
}
