import { badInput, GatewayError } from '../errors.js';
import type { AccountStore } from '../store/accounts/accounts.js';
import type { PasswordHasher } from './password.js';
import { createRandomText } from './token.js';
import { isUsername } from '../domain/account.js';

export interface FirstAdmin {
  readonly username: string;
  /** null: one is made. */
  readonly password: string | null;
}

/**
 * Creates the admin account when nobody can log in yet. Returns the password it made, for the caller to print once (it
 * cannot be read again), or null when it made none: of several gateways that start at once on one database one makes
 * it. Throws BAD_USER_INPUT for a name outside the grammar, CONFLICT when a machine account has the name.
 */
export async function createFirstAdmin(
  accounts: AccountStore,
  hasher: PasswordHasher,
  { username, password }: FirstAdmin,
): Promise<string | null> {
  if (await accounts.hasLogin()) return null;
  if (!isUsername(username))
    throw badInput('ADMIN_USERNAME must be 1 to 64 of a-z, 0-9, ".", "_", "@" and "-".', 'ADMIN_USERNAME');
  const made = password === null ? createRandomText(20) : null;
  const passwordHash = await hasher.hash(made ?? password ?? '');
  try {
    await accounts.create({ username, roles: ['admin'], passwordHash });
  } catch (error) {
    const isTaken = error instanceof GatewayError && error.code === 'CONFLICT';
    if (isTaken && (await accounts.hasLogin())) return null;
    throw error;
  }
  return made;
}
