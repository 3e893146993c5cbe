import type { RepositoryName } from '../../domain/name.js';
import type { Notice } from '../../domain/notice.js';
import type { Timer } from '../../timer.js';
import type { Log } from '../../upstream/clients.js';
import type { BackgroundTasks } from '../tasks.js';
import type { Expectation, CheckOutcome } from './expectation.js';
import { Expectations } from './expectations.js';

export interface NotificationParts {
  /** Asks the registry for what it told of, now. */
  readonly check: (
    registryId: string,
    name: RepositoryName,
    expected: readonly Expectation[],
  ) => Promise<ReadonlyMap<Expectation, CheckOutcome>>;
  /** Has a repository, or the registry (null), read whole as soon as its pace allows. */
  readonly readWhole: (registryId: string, name: RepositoryName | null, at: Date) => void;
  readonly tasks: BackgroundTasks;
  readonly timer: Timer;
  readonly log: Log;
}

/** Takes what registries tell of changes: what they name is checked until it shows, anything else is read whole. */
export class Notifications {
  readonly #parts: NotificationParts;
  readonly #expectations: Expectations;

  constructor(parts: NotificationParts) {
    this.#parts = parts;
    this.#expectations = new Expectations({
      timer: parts.timer,
      readWhole: parts.readWhole,
      check: (...wanted) => this.#check(...wanted),
      logMissed: (registryId, missed) => this.#logMissed(registryId, missed),
    });
  }

  /** See `Sync.notify`. */
  notify(registryId: string, notice: Notice | null, at: Date, onMissed: () => void): void {
    if (notice && (notice.tag || notice.digest)) this.#expectations.expect(registryId, notice, at, onMissed);
    else this.#parts.readWhole(registryId, notice && notice.repository, at);
  }

  /** Checks nothing more. */
  stop(): void {
    this.#expectations.stop();
  }

  /** Finds nothing when the check throws, which the background tasks log. */
  async #check(...wanted: Parameters<NotificationParts['check']>): Promise<ReadonlyMap<Expectation, CheckOutcome>> {
    let outcomes: ReadonlyMap<Expectation, CheckOutcome> = new Map();
    await this.#parts.tasks.add(this.#parts.check(...wanted).then((found) => (outcomes = found)));
    return outcomes;
  }

  /** A registry may tell of what never was there: a notification proves nothing. */
  #logMissed(registryId: string, missed: readonly Notice[]): void {
    const [{ repository, tag, digest } = { repository: '', tag: null, digest: null }] = missed;
    const facts = { registry: registryId, repository, tag, digest, others: missed.length - 1 };
    this.#parts.log('what a notification told of did not show', facts);
  }
}
