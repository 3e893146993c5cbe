import { randomUUID } from 'node:crypto';
import { GatewayError } from '../../errors.js';
import type { Database } from '../database/database.js';
import { withStorage } from '../file/errors.js';
import { createKeyring, type Keyring } from './keyring.js';

/** The setting that only the key of this database opens. */
export const canaryKey = 'key-canary';
export const canaryContext = 'setting:key-canary:value';
const canaryText = 'This key opens the secrets of this database.';

/**
 * The keyring for this database. `loadKey` is asked for the key, and told whether it may make one: only when the
 * database has never had a key, as a fresh key cannot open what another sealed. Throws CONFLICT for the wrong key;
 * nothing is changed.
 */
export async function openKeyring(
  database: Database,
  loadKey: (mayCreate: boolean) => Uint8Array,
  older: readonly Uint8Array[] = [],
): Promise<Keyring> {
  const canary = await findCanary(database);
  // A key without its tables would look like what is left of a lost database.
  if (canary === null) await database.durably(() => Promise.resolve());
  const keyring = createKeyring(loadKey(canary === null), older);
  if (canary === null) await addSetting(database, canaryKey, keyring.seal(canaryText, canaryContext));
  // Another gateway that starts at the same time may have been first, with a key of its own.
  const kept = canary ?? (await findCanary(database));
  if (kept !== null) assertOpens(keyring, kept);
  return keyring;
}

/** `canary` is the sealed text under `canaryKey`. Throws CONFLICT when none of the keys is that of its database. */
export function assertOpens(keyring: Keyring, canary: string): void {
  try {
    if (keyring.open(canary, canaryContext) === canaryText) return;
  } catch {
    // Told below, whatever the reason.
  }
  throw new GatewayError(
    'CONFLICT',
    'SECRET_KEY is not the key of this database: its stored credentials cannot be opened. Set the key it was ' +
      'started with first; nothing was changed.',
  );
}

/** The sealed text that only this database's key opens; null: nothing was ever sealed. Throws STORAGE_*. */
export function findCanary(database: Pick<Database, 'kysely'>): Promise<string | null> {
  return findSetting(database, canaryKey);
}

/** The setting that has the UUID of this installation. */
export const instanceIdKey = 'instance-id';

/** A UUID of this installation, made on the first call. */
export async function readInstanceId(database: Database): Promise<string> {
  await addSetting(database, instanceIdKey, randomUUID());
  return (await findSetting(database, instanceIdKey)) ?? '';
}

async function findSetting(database: Pick<Database, 'kysely'>, key: string): Promise<string | null> {
  const row = await withStorage(() =>
    database.kysely.selectFrom('setting').select('value').where('key', '=', key).executeTakeFirst(),
  );
  return row?.value ?? null;
}

/** Keeps the value that is there. */
async function addSetting(database: Database, key: string, value: string): Promise<void> {
  await withStorage(() =>
    database.kysely
      .insertInto('setting')
      .values({ key, value })
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
}
