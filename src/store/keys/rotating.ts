import { gatewayActor } from '../../domain/audit.js';
import type { Database } from '../database/database.js';
import { openStore, type StoreOptions } from '../engines.js';
import { reseal, type Resealed } from './resealing.js';
import type { Keyring } from './keyring.js';
import { openKeyring } from './canary.js';
import type { SpaceLog } from '../file/space.js';

export interface RotationSettings {
  /** Keys that only open: what they sealed is sealed again at the start. */
  readonly olderKeys?: readonly Uint8Array[];
  /** Who is named in the audit log; the gateway itself where it is left out. */
  readonly actor?: string;
  /** Called when nothing is sealed with the older keys any more. */
  readonly onRotated?: () => void;
}

export interface KeyedSettings extends RotationSettings, Pick<StoreOptions, 'keyFile' | 'anyFileSystem' | 'image'> {
  readonly databaseUrl: string;
  /** Connections to a database server at the most. */
  readonly databasePool?: number;
  /** Seconds that kept answers are given out while a database server cannot be reached. */
  readonly keptAnswersAway?: number;
  /**
   * The key that seals credentials, 32 bytes or more; with `mayCreate` it may make one, since nothing is sealed yet.
   */
  readonly loadKey: (mayCreate: boolean) => Uint8Array;
}

/**
 * Opens the database to serve it, with everything sealed by the key that seals now. Throws as openStore and
 * openKeyring do.
 */
export async function openWithKey(
  settings: KeyedSettings,
  options: StoreOptions & { readonly log: SpaceLog; readonly warn: SpaceLog },
  clock: () => Date,
): Promise<{ readonly database: Database; readonly keyring: Keyring }> {
  const { databaseUrl, databasePool: pool, keyFile = null, anyFileSystem = false, image } = settings;
  const { loadKey, olderKeys, keptAnswersAway = 0 } = settings;
  const file = { keyFile, anyFileSystem, image };
  const server = { keptFor: keptAnswersAway * 1000, ...(pool && { pool }) };
  const database = await openStore(databaseUrl, { ...file, ...server, ...options });
  const keyring = await openKeyring(database, loadKey, olderKeys);
  await rotateKey(database, keyring, settings, clock(), options);
  return { database, keyring };
}

/**
 * Seals again what older keys sealed, where there are some, and says so. Only for who has the database alone. Throws
 * STORAGE_*.
 */
export async function rotateKey(
  database: Database,
  keyring: Keyring,
  { olderKeys = [], actor = gatewayActor, onRotated }: RotationSettings,
  now: Date,
  { log, warn }: { readonly log: SpaceLog; readonly warn: SpaceLog },
): Promise<Resealed | null> {
  if (olderKeys.length === 0) return null;
  const resealed = await reseal(database, keyring, now, actor);
  if (resealed !== null && resealed.unreadable.length > 0) {
    warn('secrets of these registries open with no given key: keep the old key, or enter them again', {
      registries: resealed.unreadable,
    });
    return resealed;
  }
  log('nothing is sealed with an older key any more: it may be removed', {
    key: keyring.keyId,
    secrets: resealed?.secrets ?? 0,
  });
  try {
    onRotated?.();
  } catch (error) {
    // The next start tries again: the key that is not needed does no harm.
    warn('the older key could not be taken out of its file', { err: error });
  }
  return resealed;
}
