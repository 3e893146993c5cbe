import type { CatalogueEvent } from '../../domain/event.js';
import type { WriteSignal } from '../../store/database/writesignal.js';
import type { EventLog } from '../../store/events/eventlog.js';

/** Events that are kept in memory for those who follow, the newest: up to some half a megabyte. */
const keptInMemory = 1000;

/** Events that are read in one statement. */
const readAtATime = 500;

/** Reads new events once for all who follow; while nobody does it does nothing. */
export class EventTail {
  readonly #log: EventLog;
  readonly #writes: WriteSignal;
  readonly #onFault: (error: unknown) => void;
  readonly #waiting = new Set<() => void>();
  #followers = 0;
  #opened: Promise<void> | null = null;
  #stop = (): void => undefined;
  /** All events after `start`, up to `end`. */
  #held: CatalogueEvent[] = [];
  #start = 0;
  #end = 0;
  #isWanted = false;
  #isReading = false;

  constructor(log: EventLog, writes: WriteSignal, onFault: (error: unknown) => void) {
    this.#log = log;
    this.#writes = writes;
    this.#onFault = onFault;
  }

  /** The id up to which it has read; the next that is told comes after it. */
  get end(): number {
    return this.#end;
  }

  /** Gives what ends the following, any number of times. */
  async join(): Promise<() => void> {
    this.#followers += 1;
    let isIn = true;
    const leave = (): void => {
      if (isIn) this.#leave();
      isIn = false;
    };
    try {
      await (this.#opened ??= this.#open());
      return leave;
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Gives all that it holds after an id, in their order; null: not all of it is held any more, it is to be read. */
  after(id: number): readonly CatalogueEvent[] | null {
    if (id < this.#start) return null;
    return this.#held.slice(this.#held.findLastIndex((event) => event.id <= id) + 1);
  }

  /** As `reach` of the log, whoever sees what is there: nobody is told of the id. */
  reach(after: number, ids: number): Promise<number | null> {
    return this.#log.reach(after, ids);
  }

  /** Resolves when there is something after the id, or when the signal aborts. */
  wait(id: number, signal: AbortSignal): Promise<void> {
    if (this.#end > id || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const go = (): void => {
        this.#waiting.delete(go);
        signal.removeEventListener('abort', go);
        resolve();
      };
      this.#waiting.add(go);
      signal.addEventListener('abort', go);
    });
  }

  async #open(): Promise<void> {
    const { end } = await this.#log.bounds();
    [this.#start, this.#end, this.#held] = [end, end, []];
    this.#stop = this.#writes.on('event', () => this.#wake());
    // Something may have come since.
    this.#wake();
  }

  #leave(): void {
    this.#followers -= 1;
    if (this.#followers > 0) return;
    this.#stop();
    [this.#opened, this.#held] = [null, []];
  }

  #wake(): void {
    this.#isWanted = true;
    if (!this.#isReading) void this.#readMore();
  }

  /** One that fails is made up for at the next write. */
  async #readMore(): Promise<void> {
    this.#isReading = true;
    try {
      while (this.#isWanted && this.#followers > 0) {
        this.#isWanted = false;
        this.#add(await this.#log.read(this.#end, readAtATime));
      }
    } catch (error) {
      this.#onFault(error);
    }
    this.#isReading = false;
  }

  #add(found: readonly CatalogueEvent[]): void {
    const last = found.at(-1);
    if (!last) return;
    for (const event of found) this.#held.push(event);
    this.#end = last.id;
    const dropped = this.#held.splice(0, Math.max(0, this.#held.length - keptInMemory)).at(-1);
    if (dropped) this.#start = dropped.id;
    if (found.length === readAtATime) this.#isWanted = true;
    for (const go of this.#waiting) go();
  }
}
