import type { CompiledQuery, Kysely } from 'kysely';
import type { GatewayError } from '../../errors.js';
import type { GrantedPlace } from '../../domain/grant.js';
import type { Slices } from '../../timer.js';
import type { Tracer } from '../../trace.js';
import type { Waits } from '../../waits.js';
import type { Tables } from './tables.js';
import { openSqliteFile, type SqliteFile } from '../file/driver.js';
import { toStorageError } from '../file/errors.js';
import { inMemory } from '../file/sqlite.js';
import { addFunctions } from '../scanning/functions.js';
import { createReadingKysely } from '../scanning/readingkysely.js';
import type { Scanner } from '../scanning/scanner.js';
import type { Row, Statement } from '../scanning/statement.js';
import { traceStatement } from '../scanning/tracing.js';
import { type PatternStore, rememberPatterns } from './patterns.js';
import { addViews, createSeenFile, nameViewer, removeViews, type SeenFile } from '../seeing/seenfile.js';

/** The tables as somebody sees them who was granted some places alone: to be read, and never written. */
export interface SeenTables {
  /** As `Database.kysely`. */
  readonly kysely: Kysely<Tables>;
  /** As `Database.scanner`. */
  readonly scanner: Kysely<Tables>;
}

/** Gives what viewers see. */
export interface Seeing {
  readonly seenBy: (places: readonly GrantedPlace[]) => SeenTables;
  readonly close: () => void;
}

export interface SeeingParts {
  readonly path: string;
  /** The one connection of a database in memory. */
  readonly kysely: Kysely<Tables>;
  readonly native: SqliteFile;
  readonly scanner: Pick<Scanner<Tables>, 'seenBy'>;
  readonly patterns: PatternStore;
  readonly slices: Slices;
  readonly tracer: Tracer;
  readonly waits: Waits;
  /** Why the file is not what it was when it was opened; null: it is. */
  readonly findFault: () => GatewayError | null;
}

/** A file has a connection of its own for viewers, whose tables are views: see store/seeing/views.ts. */
export function createSeeing(parts: SeeingParts): Seeing {
  const { path, scanner, patterns, slices, tracer, waits } = parts;
  const { read, close } = path === inMemory ? readInTurn(parts) : readBeside(parts);
  return {
    close,
    seenBy(places) {
      const resolve = rememberPatterns(patterns, places);
      const put = async ({ sql, parameters }: CompiledQuery): Promise<readonly Row[]> => {
        const seen = await resolve();
        await slices.next();
        return read({ sql, parameters, seen });
      };
      const run = (query: CompiledQuery): Promise<readonly Row[]> =>
        (tracer.isOn ? traceStatement(tracer, query, () => put(query)) : put(query)).finally(waits.begin('database'));
      const kysely = createReadingKysely<Tables>(run, 'sqlite', true);
      return { kysely, scanner: path === inMemory ? kysely : scanner.seenBy(resolve) };
    },
  };
}

interface SeenReading {
  readonly read: (statement: Statement) => Promise<readonly Row[]>;
  readonly close: () => void;
}

/** Milliseconds to wait for another connection, as while it recovers the file: nothing else runs meanwhile. */
const busyTimeout = 100;

function readBeside({ path, findFault }: SeeingParts): SeenReading {
  let file: SeenFile | null = null;
  const open = (): SeenFile => {
    // It would read what stands in the file's place.
    const fault = findFault();
    if (fault) throw fault;
    const connection = openSqliteFile(path, { readonly: true, timeout: busyTimeout });
    for (const pragma of ['cache_size = -16384', 'temp_store = memory']) connection.pragma(pragma);
    addFunctions(connection);
    return createSeenFile(connection);
  };
  return {
    async read(statement) {
      try {
        return [...(file ??= open()).iterate(statement)];
      } catch (error) {
        throw toStorageError(error);
      }
    },
    close() {
      file?.close();
      file = null;
    },
  };
}

/**
 * A database in memory has only the one connection: the views are there while a statement runs, and nobody else's. It
 * takes some milliseconds, which a test has.
 */
function readInTurn({ kysely, native }: SeeingParts): SeenReading {
  return {
    close: () => undefined,
    read: ({ sql, parameters, seen = [] }) =>
      kysely.connection().execute(async () => {
        addViews(native);
        try {
          nameViewer(native, seen);
          // A statement of the tables themselves that reads the same is kept by its text.
          return native.prepare(`${sql} /* seen */`).all(...parameters);
        } finally {
          removeViews(native);
        }
      }),
  };
}
