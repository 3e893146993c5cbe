import type { Problem } from '../pure/problem.js';
import type { Answer } from './client.js';

/** Rows that are asked for at once. */
const pageSize = 100;

/** Pages that are kept, those nearest to what is looked at: 4,000 rows, however long the list is. */
const mostPages = 40;

export interface Part<Row, Head> {
  readonly rows: readonly Row[];
  readonly total: number;
  /** What stands beside the rows, where it was asked for. */
  readonly head?: Head | undefined;
}

export interface Asked {
  readonly offset: number;
  readonly first: number;
  readonly head: boolean;
}

/** A list that is asked for from any row on. */
export interface RowSource<Row, Head> {
  /** The list's filter and order: with another, the list is another. */
  readonly key: string;
  /** `head`: what stands beside the rows is asked for too. */
  load(asked: Asked, signal: AbortSignal): Promise<Answer<Part<Row, Head>>>;
}

export interface Rows<Row, Head> {
  /** undefined: not there yet; it is asked for once it is seen. */
  readonly rowAt: (index: number) => Row | undefined;
  /** null: nothing is known yet. */
  readonly total: number | null;
  readonly head: Head | null;
  readonly problem: Problem | null;
  /** What is shown is of another filter or order, or nothing is there yet. */
  readonly isAsking: boolean;
  /** The rows that are seen, both with. */
  readonly see: (first: number, last: number) => void;
  /** Asks again for what is seen; it stays until the answer comes. */
  readonly renew: () => void;
}

/**
 * Keeps the part of a list that is looked at. A new filter's rows take the place of the old ones when they have come,
 * and not before; an answer to what is no longer asked changes nothing.
 */
export class RowList<Row, Head> {
  readonly #pages = new Map<number, readonly Row[]>();
  readonly #asked = new Map<number, AbortController>();
  readonly #listeners = new Set<() => void>();
  #source: RowSource<Row, Head>;
  /** Of the list whose rows are kept. */
  #key: string | null = null;
  #total: number | null = null;
  #head: Head | null = null;
  #problem: Problem | null = null;
  #seen: readonly [first: number, last: number] = [0, 0];
  #shown: Rows<Row, Head>;

  constructor(source: RowSource<Row, Head>) {
    this.#source = source;
    this.#shown = this.#show();
  }

  /** For `useSyncExternalStore`: another object after each change. */
  readonly read = (): Rows<Row, Head> => this.#shown;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Asks for the list of this source from now on. Gives what ends all that is asked. */
  open(source: RowSource<Row, Head>): () => void {
    this.#source = source;
    this.#renew();
    return () => this.#stop();
  }

  readonly #see = (first: number, last: number): void => {
    this.#seen = [first, last];
    if (this.#key !== this.#source.key) return;
    const [from, to] = [Math.floor(first / pageSize), Math.floor(last / pageSize)];
    for (const [page, controller] of this.#asked) {
      if (page >= from - 1 && page <= to + 1) continue;
      controller.abort();
      this.#asked.delete(page);
    }
    for (let page = from; page <= to; page++) if (!this.#pages.has(page)) void this.#ask(page, false);
  };

  readonly #renew = (): void => {
    this.#stop();
    const page = this.#key === this.#source.key ? Math.floor(this.#seen[0] / pageSize) : 0;
    void this.#ask(page, true);
    this.#change();
  };

  /** `isFresh`: what is kept goes when the answer has come. */
  async #ask(page: number, isFresh: boolean): Promise<void> {
    if (this.#asked.has(page)) return;
    const controller = new AbortController();
    this.#asked.set(page, controller);
    const { key } = this.#source;
    const asked = { offset: page * pageSize, first: pageSize, head: isFresh };
    const { data, problem } = await this.#source.load(asked, controller.signal);
    if (controller.signal.aborted) return;
    this.#asked.delete(page);
    this.#problem = problem;
    if (data !== null) {
      if (isFresh) this.#pages.clear();
      this.#key = key;
      this.#pages.set(page, data.rows);
      this.#total = data.total;
      if (data.head !== undefined) this.#head = data.head;
      this.#dropFar();
    }
    this.#change();
  }

  #stop(): void {
    for (const controller of this.#asked.values()) controller.abort();
    this.#asked.clear();
  }

  #dropFar(): void {
    const middle = Math.floor((this.#seen[0] + this.#seen[1]) / 2 / pageSize);
    const far = [...this.#pages.keys()].sort((one, other) => Math.abs(other - middle) - Math.abs(one - middle));
    for (const page of far.slice(0, Math.max(0, this.#pages.size - mostPages))) this.#pages.delete(page);
  }

  #change(): void {
    this.#shown = this.#show();
    for (const listener of this.#listeners) listener();
  }

  #show(): Rows<Row, Head> {
    return {
      rowAt: (index) => this.#pages.get(Math.floor(index / pageSize))?.[index % pageSize],
      total: this.#total,
      head: this.#head,
      problem: this.#problem,
      isAsking: this.#asked.size > 0 && (this.#key !== this.#source.key || this.#pages.size === 0),
      see: this.#see,
      renew: this.#renew,
    };
  }
}
