import type { Kysely } from 'kysely';
import type { GatewayError } from '../../errors.js';
import { inMemory } from '../sqlite.js';
import { startReader } from './reader.js';
import { createReaders, type ReadersSettings } from './readers.js';
import { createScanner, type Scanner } from './scanner.js';

export interface ScannerSettings extends Omit<ReadersSettings, 'start'> {
  /** Why the file is not what it was when it was opened; null: it is. */
  readonly findFault: () => GatewayError | null;
}

/** A database in memory has only the one connection. */
export function openScanner<Tables>(path: string, kysely: Kysely<Tables>, { findFault, ...settings }: ScannerSettings): Scanner<Tables> {
  if (path === inMemory) return { kysely, readAs: (_asker, work) => work(), close: () => undefined };
  const start = () => {
    // A process that is started now would read what stands in the file's place.
    const fault = findFault();
    if (fault) throw fault;
    return startReader(path);
  };
  return createScanner(createReaders({ ...settings, start }));
}
