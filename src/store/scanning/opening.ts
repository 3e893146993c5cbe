import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely } from 'kysely';
import type { GatewayError } from '../../errors.js';
import type { Tracer } from '../../trace.js';
import type { Waits } from '../../waits.js';
import { inMemory } from '../file/sqlite.js';
import { type Reader, startReader } from './reader.js';
import { createReaders, type ReadersSettings } from './readers.js';
import { type Askers, createScanner, type Scanner, shareReads } from './scanner.js';
import type { DatabaseSystem } from './tracing.js';

export interface ScannerSettings extends Omit<ReadersSettings, 'start'> {
  /** Why the file is not what it was when it was opened; null: it is. */
  readonly findFault: () => GatewayError | null;
  readonly tracer: Tracer;
  readonly waits: Waits;
}

export interface OpenScanner<Tables> extends Scanner<Tables> {
  /** How many processes have the file open; of a server its sessions that are open. */
  readonly processes: number;
}

/** A database in memory has only the one connection. `close` resolves when no process has the file open any more. */
export function openScanner<Tables>(
  path: string,
  kysely: Kysely<Tables>,
  { findFault, tracer, waits, ...settings }: ScannerSettings,
): OpenScanner<Tables> {
  if (path === inMemory)
    return {
      kysely,
      seenBy: () => kysely,
      readAs: (_asker, work) => work(),
      shareReads: () => shareReads(new AsyncLocalStorage()),
      processes: 0,
      close: async () => undefined,
    };
  const start = () => {
    // A process that is started now would read what stands in the file's place.
    const fault = findFault();
    if (fault) throw fault;
    return startReader(path);
  };
  return openReaders<Tables>({ ...settings, start, tracer, waits, engine: 'sqlite' });
}

interface OpenReadersSettings extends ReadersSettings {
  readonly askers?: Askers;
  readonly tracer: Tracer;
  readonly waits: Waits;
  readonly engine: DatabaseSystem;
}

/** Counts the readers that it starts. `close` resolves when none is left. */
export function openReaders<Tables>({
  start,
  size,
  timer,
  tracer,
  waits,
  engine,
  askers,
}: OpenReadersSettings): OpenScanner<Tables> {
  const processes = new Set<Promise<void>>();
  const startCounted = (): Reader => {
    const reader = start();
    processes.add(reader.ended);
    void reader.ended.then(() => processes.delete(reader.ended));
    return reader;
  };
  const readers = createReaders({ start: startCounted, size, timer });
  const close = async (): Promise<void> => {
    readers.close();
    await Promise.all(processes);
  };
  return {
    ...createScanner<Tables>(readers, tracer, waits, engine, askers),
    close,
    get processes() {
      return processes.size;
    },
  };
}
