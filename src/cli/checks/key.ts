import type { Config } from '../../config.js';
import { GatewayError } from '../../errors.js';
import { ConfigError } from '../../settings/reader.js';
import { loadOlderKeys, loadSecretKey } from '../../settings/key.js';
import { createKeyring, type Keyring, type Sealed } from '../../store/keys/keyring.js';
import { assertOpens } from '../../store/keys/canary.js';
import { createFindings, type Finding } from './finding.js';

const { ok, warning, failed } = createFindings(null);

/**
 * Whether the key is that of the database, which has sealed `canary`; null: nothing yet. None is made, and nothing is
 * sealed. `keyring` null: it is not.
 */
export function checkKey(
  config: Config,
  canary: Sealed | null,
): { readonly finding: Finding; readonly keyring: Keyring | null } {
  if (canary === null)
    return {
      finding: warning('key', 'The database has no key yet.', 'The first start makes one, or takes SECRET_KEY.'),
      keyring: null,
    };
  try {
    const keyring = createKeyring(loadSecretKey(config, false), loadOlderKeys(config));
    assertOpens(keyring, canary);
    return { finding: ok('key', `The key ${keyring.keyId} opens what is sealed.`), keyring };
  } catch (error) {
    if (error instanceof ConfigError) return { finding: failed('key', error.faults.join(' ')), keyring: null };
    if (error instanceof GatewayError) return { finding: failed('key', error.message), keyring: null };
    throw error;
  }
}
