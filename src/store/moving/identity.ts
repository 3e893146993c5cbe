import { GatewayError } from '../../errors.js';
import { assertOpens, canaryKey, instanceIdKey } from '../keys/canary.js';
import { contextOf, type Keyring, sealedColumns } from '../keys/keyring.js';
import type { ReadEnd } from './ends.js';
import type { MovedTable } from './movedtables.js';

/** The installation at one end, by which a move that goes on knows that it is the same. */
export async function readIdentity(end: ReadEnd): Promise<string> {
  return (await end.findSetting(instanceIdKey)) ?? (await end.findSetting(canaryKey)) ?? 'none';
}

export function refuseOtherMove(name: string, remove: string): GatewayError {
  return new GatewayError(
    'CONFLICT',
    `A move into ${name} was begun, from another database or by another version, and did not end. ${remove}, and ` +
      'begin again.',
  );
}

/**
 * Throws CONFLICT when the key does not open what is sealed at the source. `keyring` null: there is no key at hand. A
 * database that never had a key needs none.
 */
export async function assertKeyFits(
  source: ReadEnd,
  tables: readonly MovedTable[],
  keyring: Keyring | null,
): Promise<void> {
  const canary = await source.findSetting(canaryKey);
  if (canary === null) return;
  if (keyring === null)
    throw new GatewayError(
      'CONFLICT',
      `The secrets in ${source.name} are sealed, and no key is at hand. Set SECRET_KEY or SECRET_KEY_FILE to the key ` +
        'of its gateway: the one that is started on the target needs it too.',
    );
  assertOpens(keyring, canary);
  const closed = await findClosed(source, tables, keyring);
  if (closed.length > 0)
    throw new GatewayError(
      'CONFLICT',
      `No given key opens the secrets of ${closed.join(', ')}. Set SECRET_KEY_OLD to the one that ` +
        'sealed them, or enter them again; nothing was changed.',
    );
}

/** Rows, by table and name, with a secret that the keys do not open. */
async function findClosed(source: ReadEnd, tables: readonly MovedTable[], keyring: Keyring): Promise<string[]> {
  const closed = new Set<string>();
  for (const { table: name, column, field } of sealedColumns) {
    const table = tables.find((each) => each.name === name)!;
    const at = (column: string): number => table.columns.findIndex((each) => each.name === column);
    for await (const piece of source.read(table, null))
      for (const row of piece) {
        const sealed = row[at(column)];
        const id = row[at('id')] ?? '';
        if (sealed && !opens(keyring, sealed, contextOf(id, field))) closed.add(`${name} ${row[at('name')] ?? id}`);
      }
  }
  return [...closed];
}

function opens(keyring: Keyring, sealed: string, context: string): boolean {
  try {
    keyring.open(sealed, context);
    return true;
  } catch {
    return false;
  }
}
