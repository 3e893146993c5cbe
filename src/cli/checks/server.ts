import type { Database } from '../../store/database/database.js';
import { type InspectedRegistry, listInspected } from '../../store/backup/inspectedregistries.js';
import { findCanary } from '../../store/keys/canary.js';
import type { Sealed } from '../../store/keys/keyring.js';
import { createFindings, type Finding } from './finding.js';

const { ok } = createFindings(null);

/** As much of a database, wherever it is, as the key and the registries are checked by. */
export interface DatabaseContent {
  readonly findings: readonly Finding[];
  readonly canary: Sealed | null;
  readonly registries: readonly InspectedRegistry[];
}

/**
 * Looks at a database on a server that is open: its tables are those of this version then. Its disk, and whether its
 * files are whole, are the server's to look after. Throws STORAGE_*.
 */
export async function checkServer(database: Database): Promise<DatabaseContent> {
  const { file } = await database.measure();
  const mebibytes = (file / (1024 * 1024)).toFixed(1);
  return {
    findings: [
      ok('database', `${database.path}, ${mebibytes} MiB.`),
      ok('schema', 'The tables are those of this version.'),
    ],
    canary: await findCanary(database),
    registries: await listInspected(database.kysely),
  };
}
