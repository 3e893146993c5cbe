import { existsSync } from 'node:fs';
import { type KeySettings, loadOlderKeys, loadSecretKey } from '../settings/key.js';
import type { KeysAtHand } from '../store/backup/backup.js';

export interface KeyIds {
  /** Of the key that seals. */
  readonly primary: string;
  /** Of those that only open. */
  readonly older: readonly string[];
}

/** Throws ConfigError where there is no key. */
export async function readKeyIds(settings: KeySettings): Promise<KeyIds> {
  const { createKeyring } = await import('../store/keys/keyring.js');
  const idOf = (key: Uint8Array): string => createKeyring(key).keyId;
  return { primary: idOf(loadSecretKey(settings, false)), older: loadOlderKeys(settings).map(idOf) };
}

/** null: no key is given, and none is beside the database. Throws ConfigError for a key file that cannot be read. */
export async function findKeysAtHand(settings: KeySettings): Promise<KeysAtHand | null> {
  const { secretKey, keyFile } = settings;
  if (secretKey === null && (keyFile === null || !existsSync(keyFile))) return null;
  const { primary, older } = await readKeyIds(settings);
  return {
    ids: [primary, ...older],
    from: secretKey === null ? `the key file ${keyFile}` : 'SECRET_KEY or SECRET_KEY_FILE',
  };
}
