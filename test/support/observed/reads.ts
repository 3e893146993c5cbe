import { createRequire } from 'node:module';

/** What SQLite was asked for in this process, whichever connection asked. */
export interface Reads {
  /** Each statement each time, those that begin and end transactions too. */
  readonly statements: number;
  readonly commits: number;
  /** Rows that it gave. */
  readonly rows: number;
  /** Of the values in them as text: a UTF-16 unit each, a blob by its length. */
  readonly bytes: number;
}

export interface ReadWatch extends Disposable {
  /** Those since the last `take`. */
  take(): Reads;
}

type Run = (this: PreparedStatement, ...parameters: unknown[]) => unknown;
interface PreparedStatement {
  readonly source: string;
  readonly all: Run;
  readonly get: Run;
  readonly run: Run;
  readonly iterate: (this: PreparedStatement, ...parameters: unknown[]) => Iterable<unknown>;
}

const Connection = createRequire(import.meta.url)('better-sqlite3') as new (path: string) => {
  prepare(sql: string): PreparedStatement;
  close(): void;
};
const nothing: Reads = { statements: 0, commits: 0, rows: 0, bytes: 0 };

/** Statements are counted where they run, so that those which are kept prepared count each time. */
export function watchReads(): ReadWatch {
  const connection = new Connection(':memory:');
  const prototype = Object.getPrototypeOf(connection.prepare('select 1')) as PreparedStatement;
  connection.close();
  const { all, get, run, iterate } = prototype;
  let seen = nothing;
  const note = ({ source }: PreparedStatement): void => {
    const commits = seen.commits + (/^\s*commit\b/i.test(source) ? 1 : 0);
    seen = { ...seen, statements: seen.statements + 1, commits };
  };
  const noteRow = (row: unknown): void => {
    seen = { ...seen, rows: seen.rows + 1, bytes: seen.bytes + measureRow(row) };
  };
  Object.assign(prototype, {
    all(...parameters) {
      note(this);
      const rows = all.apply(this, parameters) as unknown[];
      rows.forEach(noteRow);
      return rows;
    },
    get(...parameters) {
      note(this);
      const row = get.apply(this, parameters);
      if (row !== undefined) noteRow(row);
      return row;
    },
    run(...parameters) {
      note(this);
      return run.apply(this, parameters);
    },
    *iterate(...parameters) {
      note(this);
      for (const row of iterate.apply(this, parameters)) {
        noteRow(row);
        yield row;
      }
    },
  } satisfies Partial<PreparedStatement>);
  return {
    take() {
      const taken = seen;
      seen = nothing;
      return taken;
    },
    [Symbol.dispose]: () => void Object.assign(prototype, { all, get, run, iterate }),
  };
}

function measureRow(row: unknown): number {
  const values = typeof row === 'object' && row !== null ? Object.values(row) : [row];
  return values.reduce<number>(
    (sum, value) => sum + (value instanceof Uint8Array ? value.length : value === null ? 0 : String(value).length),
    0,
  );
}
