import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely } from 'kysely';
import { createSharedCalls } from '../../sharedcalls.js';
import { noTracer, type Tracer } from '../../trace.js';
import { noWaits, type Waits } from '../../waits.js';
import type { ResolvePatterns } from '../seeing/seenpattern.js';
import { createReadingKysely } from './readingkysely.js';
import { type DatabaseSystem, traceStatement } from './tracing.js';
import type { Asker } from './place.js';
import type { Readers } from './readers.js';
import type { Row } from './statement.js';

/** Reads the database beside the gateway's event loop. */
export interface Scanner<Tables> {
  /**
   * The tables as they were last committed, to be read only. Each statement is on its own: there are no transactions.
   * It runs in another process, which costs some 0.2 ms; or in another session of the server.
   */
  readonly kysely: Kysely<Tables>;
  /** The same, as a viewer sees them: see store/seeing/. */
  readonly seenBy: (resolve: ResolvePatterns) => Kysely<Tables>;
  /** Runs `work`; statements within it, and within all that it begins, count as this caller's. */
  readonly readAs: <T>(asker: Asker, work: () => T) => T;
  /** Names are its own. */
  readonly shareReads: () => ReadShared;
  readonly close: () => Promise<void>;
}

/** For whom statements are, within all that somebody begins: scanners that have the same know the same callers. */
export type Askers = AsyncLocalStorage<Asker>;

/**
 * Gives what `work` does, which whoever asks next has use for: it runs once for all that ask by `name` at a time, in
 * the queue of the first of them and beyond its budget. A caller that ends leaves; it is ended when all have left.
 */
export type ReadShared = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** Of what no caller asked for. */
const gateway: Asker = { caller: '' };

export function createScanner<Tables>(
  readers: Readers,
  tracer: Tracer = noTracer,
  waits: Waits = noWaits,
  engine: DatabaseSystem = 'sqlite',
  askers: Askers = new AsyncLocalStorage<Asker>(),
): Scanner<Tables> {
  const create = (resolve: ResolvePatterns | null): Kysely<Tables> =>
    createReadingKysely<Tables>(
      async (query) => {
        const { sql, parameters } = query;
        const run = async (): Promise<Row[]> => {
          const statement = { sql, parameters, ...(resolve && { seen: await resolve() }) };
          return readers.run(statement, askers.getStore() ?? gateway);
        };
        return traceStatement(tracer, query, run, engine).finally(waits.begin('database'));
      },
      engine,
      resolve !== null,
    );
  return {
    kysely: create(null),
    seenBy: create,
    readAs: (asker, work) => askers.run(asker, work),
    shareReads: () => shareReads(askers),
    close: async () => readers.close(),
  };
}

export function shareReads(askers: Askers): ReadShared {
  const join = createSharedCalls<unknown>();
  return (<T>(name: string, work: () => Promise<T>) => {
    const { caller, signal } = askers.getStore() ?? gateway;
    return join(name, signal, (ended) => askers.run({ caller, signal: ended }, work));
  }) as ReadShared;
}
