import type { Problem } from '../pure/problem.js';
import { rangeOf } from '../pure/selection.js';
import type { Answer } from './client.js';

/** Rows that are asked for at once. */
const pageSize = 100;

/** Pages that are kept, those nearest to what is looked at: 4,000 rows, however long the list is. */
const mostPages = 40;

export interface Part<Row, Head> {
  readonly rows: readonly Row[];
  readonly total: number;
  /** The facts beside the rows, where they were asked for. */
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
  /** The key that a row is known by when the list changes; without it, a change is shown at once. */
  readonly idOf?: (row: Row) => string;
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
  /** The shown rows are of another filter or order, or nothing is there yet. */
  readonly isAsking: boolean;
  /** The rows that are seen, both with. */
  readonly see: (first: number, last: number) => void;
  /** Asks again for what is seen; it stays until the answer comes. */
  readonly renew: () => void;
  /** The same of a list that somebody looks at: where rows would move and `mayMove` is not so, it is held back. */
  readonly refresh: (mayMove: () => boolean) => void;
  /** The rows that are held back: how many are new; null: none is. */
  readonly held: number | null;
  /** Shows what is held back. */
  readonly show: () => void;
}

/** Pages that were asked for anew, by their numbers. */
type Fresh<Row, Head> = ReadonlyMap<number, Part<Row, Head>>;

/**
 * Keeps the part of a list that is looked at. A new filter's rows take the place of the old ones when they have come,
 * and not before; an answer to what is no longer asked changes nothing.
 */
export class RowList<Row, Head> {
  readonly #pages = new Map<number, readonly Row[]>();
  readonly #asked = new Map<number, AbortController>();
  /** Of what is asked for anew. */
  #again: AbortController | null = null;
  #held: { readonly parts: Fresh<Row, Head>; readonly count: number } | null = null;
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
    const [from, to] = [pageOf(first), pageOf(last)];
    for (const [page, controller] of this.#asked) {
      if (page >= from - 1 && page <= to + 1) continue;
      controller.abort();
      this.#asked.delete(page);
    }
    for (let page = from; page <= to; page++) if (!this.#pages.has(page)) void this.#ask(page);
  };

  readonly #renew = (): void => this.#refresh(() => true);

  readonly #refresh = (mayMove: () => boolean): void => {
    this.#stop();
    void this.#askAgain(mayMove);
    this.#change();
  };

  readonly #showHeld = (): void => {
    if (this.#held !== null) this.#replace(this.#held.parts);
    this.#change();
  };

  async #ask(page: number): Promise<void> {
    if (this.#asked.has(page)) return;
    const controller = new AbortController();
    this.#asked.set(page, controller);
    const { data, problem } = await this.#source.load(askedOf(page, false), controller.signal);
    if (controller.signal.aborted) return;
    this.#asked.delete(page);
    this.#problem = problem;
    if (data !== null) {
      this.#pages.set(page, data.rows);
      this.#total = data.total;
      this.#dropFar();
    }
    this.#change();
  }

  /** Asks for all that is seen; what is kept goes when all of it has come. */
  async #askAgain(mayMove: () => boolean): Promise<void> {
    const controller = new AbortController();
    this.#again = controller;
    const source = this.#source;
    const pages = this.#key === source.key ? rangeOf(pageOf(this.#seen[0]), pageOf(this.#seen[1])) : [0];
    const answers = await Promise.all(
      pages.map(async (page, at) => ({ page, ...(await source.load(askedOf(page, at === 0), controller.signal)) })),
    );
    if (controller.signal.aborted) return;
    this.#again = null;
    this.#problem = answers.find(({ problem }) => problem !== null)?.problem ?? null;
    const parts = new Map(answers.flatMap(({ page, data }) => (data === null ? [] : [[page, data] as const])));
    if (parts.size === pages.length) this.#take(parts, source, mayMove);
    this.#change();
  }

  /** Shows what came anew; or holds it back, and shows of it what changes no row's place. */
  #take(parts: Fresh<Row, Head>, { key, idOf }: RowSource<Row, Head>, mayMove: () => boolean): void {
    const isSame = this.#key === key;
    this.#key = key;
    const shown = [...parts.keys()].flatMap((page) => this.#pages.get(page) ?? []);
    const fresh = [...parts.values()].flatMap(({ rows }) => rows);
    if (!isSame || idOf === undefined || shown.length === 0) return this.#replace(parts);
    const ids = shown.map(idOf);
    const isAlike = ids.length === fresh.length && fresh.every((row, at) => idOf(row) === ids[at]);
    if (isAlike || mayMove()) return this.#replace(parts);
    const known = new Set(ids);
    const byId = new Map(fresh.map((row) => [idOf(row), row]));
    for (const page of parts.keys()) {
      const rows = this.#pages.get(page) ?? [];
      this.#pages.set(
        page,
        rows.map((row) => byId.get(idOf(row)) ?? row),
      );
    }
    this.#held = { parts, count: fresh.filter((row) => !known.has(idOf(row))).length };
  }

  #replace(parts: Fresh<Row, Head>): void {
    this.#pages.clear();
    this.#held = null;
    for (const [page, { rows, total, head }] of parts) {
      this.#pages.set(page, rows);
      this.#total = total;
      if (head !== undefined) this.#head = head;
    }
  }

  #stop(): void {
    for (const controller of this.#asked.values()) controller.abort();
    this.#asked.clear();
    this.#again?.abort();
    this.#again = null;
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
      isAsking:
        (this.#asked.size > 0 || this.#again !== null) && (this.#key !== this.#source.key || this.#pages.size === 0),
      see: this.#see,
      renew: this.#renew,
      refresh: this.#refresh,
      held: this.#held?.count ?? null,
      show: this.#showHeld,
    };
  }
}

function pageOf(index: number): number {
  return Math.floor(index / pageSize);
}

function askedOf(page: number, head: boolean): Asked {
  return { offset: page * pageSize, first: pageSize, head };
}
