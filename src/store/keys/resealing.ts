import { type Kysely, sql } from 'kysely';
import { createOwnEntry, type NewAuditEntry } from '../../domain/audit.js';
import { insertEntry } from '../jobs/audit.js';
import type { Database, Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { withStorage } from '../file/errors.js';
import { goneAfter, hasSpoken } from '../leases/replica.js';
import { contextOf, keyIdOf, type Keyring, sealedColumns } from './keyring.js';
import { canaryContext, canaryKey } from './canary.js';

/** Secrets by the id of the key that sealed them; 'damaged' for text that is no sealed one. */
export type SealedCounts = Readonly<Record<string, number>>;

export interface Resealed {
  /** Ids of the keys that are needed no more. */
  readonly from: readonly string[];
  readonly secrets: number;
  /** Ids of the registries whose secrets no given key opens: they stay as they are. */
  readonly unreadable: readonly string[];
}

/**
 * Seals everything again that another key than the primary sealed, in one transaction with its audit entry: whoever
 * kills the process finds all of it under the old key or under the new one. Only for who has the database alone, as a
 * gateway that knows the old key only would go on sealing with it. `actor`: who is named in the entry. null: there was
 * nothing to do. Throws STORAGE_*.
 */
export async function reseal(
  { kysely, durably }: Database,
  keyring: Keyring,
  now: Date,
  actor: string,
): Promise<Resealed | null> {
  const describe: DescribeResealing = (details) => createOwnEntry({ at: now, actor, action: 'rotateKeys', details });
  return durably(() => withStorage(() => kysely.transaction().execute((trx) => resealAll(trx, keyring, describe))));
}

type DescribeResealing = (details: NewAuditEntry['details']) => NewAuditEntry;

async function resealAll(trx: Kysely<Tables>, keyring: Keyring, describe: DescribeResealing): Promise<Resealed | null> {
  const from = new Set<string>();
  const unreadable = new Set<string>();
  let secrets = 0;
  for (const { table, column, field } of sealedColumns) {
    const rows = await trx
      .selectFrom(table)
      .select(['id', `${column} as sealed`])
      .where(column, 'is not', null)
      .execute();
    for (const { id, sealed } of rows) {
      if (sealed === null || keyIdOf(sealed) === keyring.keyId) continue;
      const again = sealAgain(keyring, sealed, contextOf(id, field));
      if (again === null) {
        unreadable.add(id);
        continue;
      }
      from.add(keyIdOf(sealed) ?? '');
      // Another gateway of the database may have sealed it again, or something else in its place.
      const { numUpdatedRows } = await trx
        .updateTable(table)
        .set({ [column]: again })
        .where('id', '=', id)
        .where(column, '=', sealed)
        .executeTakeFirst();
      secrets += Number(numUpdatedRows);
    }
  }
  const canary = await trx.selectFrom('setting').select('value').where('key', '=', canaryKey).executeTakeFirst();
  if (canary && keyIdOf(canary.value) !== keyring.keyId) {
    const value = sealAgain(keyring, canary.value, canaryContext);
    if (value !== null) {
      from.add(keyIdOf(canary.value) ?? '');
      await trx.updateTable('setting').set({ value }).where('key', '=', canaryKey).execute();
    }
  }
  if (from.size === 0) return unreadable.size === 0 ? null : { from: [], secrets, unreadable: [...unreadable] };
  await insertEntry(trx, describe({ from: [...from], to: keyring.keyId, secrets, unreadable: unreadable.size }));
  return { from: [...from], secrets, unreadable: [...unreadable] };
}

/** null: no given key opens it, and it is left as it is. */
function sealAgain(keyring: Keyring, sealed: string, context: string): string | null {
  try {
    return keyring.seal(keyring.open(sealed, context), context);
  } catch {
    return null;
  }
}

/** Whether the key of this id opens all there is without any other. Throws STORAGE_*. */
export async function isSealedBy(database: Pick<Database, 'kysely'>, keyId: string): Promise<boolean> {
  const { kysely } = database;
  const canary = await withStorage(() =>
    kysely.selectFrom('setting').select('value').where('key', '=', canaryKey).executeTakeFirst(),
  );
  const ids = [...Object.keys(await countSealed(database)), ...(canary ? [keyIdOf(canary.value)] : [])];
  return ids.every((id) => id === keyId);
}

/** Whether gateways are on the server of this database. A file that somebody else serves is not opened at all. */
export async function isServed({ kysely }: Pick<Database, 'kysely'>): Promise<boolean> {
  if (dialectOf(kysely).engine === 'sqlite') return false;
  const { rows } = await withStorage(() =>
    sql`select 1 from replica where ${sql.raw(hasSpoken(goneAfter))} limit 1`.execute(kysely),
  );
  return rows.length > 0;
}

/** How many secrets of registries each key sealed: `keys show` prints it. */
export async function countSealed({ kysely }: Pick<Database, 'kysely'>): Promise<SealedCounts> {
  const counts: Record<string, number> = {};
  const add = (sealed: string): void => {
    const id = keyIdOf(sealed) ?? 'damaged';
    counts[id] = (counts[id] ?? 0) + 1;
  };
  for (const { table, column } of sealedColumns) {
    const rows = await withStorage(() =>
      kysely.selectFrom(table).select(`${column} as sealed`).where(column, 'is not', null).execute(),
    );
    for (const { sealed } of rows) if (sealed !== null) add(sealed);
  }
  return counts;
}
