import type { Repository } from '../../domain/catalogue.js';
import type { RepositoryName } from '../../domain/name.js';
import type { Registry } from '../../domain/registry.js';
import { GatewayError, isUpstreamError } from '../../errors.js';
import type { Timer } from '../../timer.js';
import type { Indexer } from './indexer.js';
import type { IndexerParts, ReadOptions, ReadProblem } from './reading.js';
import { createSingleflight } from './singleflight.js';

/** Milliseconds that somebody who wants a new reading waits for the end of the one under way. */
const longestWait = 15_000;

export interface SyncOptions extends ReadOptions {
  /** By default true. False: a reading that began before does not count, and another follows it. */
  readonly joinRunning?: boolean;
  /** Called when the reading begins, or one is joined: those that had to end before have ended. */
  readonly onBegin?: (() => void) | undefined;
}

export interface RepositorySyncParts extends Pick<IndexerParts, 'repositories'> {
  readonly indexer: Indexer;
  readonly timer: Timer;
}

/** Reads single repositories into the index. Of one repository, one reading is under way at a time. */
export class RepositorySync {
  readonly #parts: RepositorySyncParts;
  /** Of readings, by the repository's key. */
  readonly #flights = createSingleflight();

  constructor(parts: RepositorySyncParts) {
    this.#parts = parts;
  }

  /**
   * Reads one repository, or joins the reading under way. Returns what kept it from being read; null: nothing did, or
   * the repository is gone. Throws UPSTREAM_TIMEOUT when a reading that may not be joined takes too long for a caller
   * who is not patient. One of some tags alone (`choose`) is joined by nobody, and joins none: it may be under way
   * beside another, as what notices tell of is checked.
   */
  async sync(registry: Registry, key: number, options: SyncOptions): Promise<ReadProblem | null> {
    const { joinRunning = true, onBegin, ...readOptions } = options;
    if (!joinRunning) await this.#waitForRunning(registry, key, readOptions.isPatient === true);
    onBegin?.();
    const read = async (): Promise<ReadProblem | null> => {
      const [repository] = await this.#parts.repositories.findMany([key]);
      return repository ? this.#parts.indexer.readRepository({ registry, repository }, readOptions) : null;
    };
    return readOptions.choose ? read() : this.#flights.run(`${key}`, read);
  }

  isRunning(key: number): boolean {
    return this.#flights.isUnderWay(`${key}`);
  }

  /** Reads a repository that somebody asked for by its name, if the registry has it and the index does not. */
  async discover(registry: Registry, name: RepositoryName, options: ReadOptions): Promise<void> {
    if (await this.#parts.repositories.find(registry.id, name)) return;
    const found = await this.#askFor(registry, name, options);
    if (found) await this.sync(registry, found.key, options);
  }

  /**
   * Reads a repository that is said to have changed. The notification may have come during a reading that saw nothing
   * of the change, so that one is not joined.
   */
  async syncChanged(registry: Registry, name: RepositoryName, options: ReadOptions): Promise<void> {
    // A name that only a notification knows is asked for before it is taken in.
    const known =
      (await this.#parts.repositories.find(registry.id, name)) ?? (await this.#askFor(registry, name, options));
    if (known) await this.sync(registry, known.key, { ...options, joinRunning: false });
  }

  /** Returns null also when the registry fails: a later crawl finds what it does not tell now. */
  async #askFor(registry: Registry, name: RepositoryName, options: ReadOptions): Promise<Repository | null> {
    return this.#parts.indexer.discover(registry, name, options).catch((error: unknown) => {
      if (isUpstreamError(error)) return null;
      throw error;
    });
  }

  async #waitForRunning(registry: Registry, key: number, isPatient: boolean): Promise<void> {
    const ended = this.#flights.ended(`${key}`);
    if (isPatient) return ended;
    if (!(await endsSoon(this.#parts.timer, ended))) throw explainRunning(registry);
  }
}

async function endsSoon(timer: Timer, work: Promise<void>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const cancel = timer.after(longestWait, () => resolve(false));
  return Promise.race([work.then(() => true), late]).finally(cancel);
}

/** A tag list may take minutes, for which no caller waits. */
function explainRunning({ name }: Registry): GatewayError {
  const message =
    `Registry ${name} is being read, and takes long: it cannot be read anew before that has ended. ` +
    'Try again later.';
  return new GatewayError('UPSTREAM_TIMEOUT', message, { registry: name });
}
