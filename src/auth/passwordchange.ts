import type { MutationContext } from '../catalogue/audit.js';
import { type AccountFacts, isUsername, type Viewer } from '../domain/account.js';
import { badInput, GatewayError, unauthenticated } from '../errors.js';
import { toFacts } from '../store/accounts/accountlists.js';
import { changeAccount } from '../store/accounts/changes.js';
import { type AccountParts, assertPassword } from './accounts.js';
import type { CheckPassword } from './login.js';

export interface WantedPassword {
  /** null: that of the token that asks. */
  readonly username: string | null;
  readonly currentPassword: string;
  readonly newPassword: string;
  readonly endServiceKeys: boolean;
}

export interface PasswordChangeParts extends AccountParts {
  readonly checkPassword: CheckPassword;
}

/** Whose password it is that somebody changes; null: that cannot be told. Both surfaces ask for the audit log. */
export function ownerOf(viewer: Viewer | null, username: string | null): string | null {
  return username ?? viewer?.username ?? null;
}

/** The owner of an account changes its password, with a token of it or without. */
export class PasswordChanging {
  readonly #parts: PasswordChangeParts;

  constructor(parts: PasswordChangeParts) {
    this.#parts = parts;
  }

  /**
   * The old password is needed, a one-time password as well, and guesses count as those of a login. Ends the account's
   * tokens, all but the one that asks, and what they made; other service keys where that is asked for. Throws
   * UNAUTHENTICATED for a wrong password, and where another change was first; RATE_LIMITED, OVERLOADED, BAD_USER_INPUT;
   * FORBIDDEN for somebody else's.
   */
  async change(
    { viewer, deed }: MutationContext,
    { username, currentPassword, newPassword, endServiceKeys }: WantedPassword,
    clientAddress: string,
  ): Promise<{ readonly account: AccountFacts; readonly endedTokens: number }> {
    const { accounts, hasher, clock, checkPassword } = this.#parts;
    const owner = ownerOf(viewer, username);
    if (owner === null) throw unauthenticated();
    if (viewer && viewer.username !== owner)
      throw new GatewayError('FORBIDDEN', `${viewer.username} may not do this: the password is of another account.`);
    if (viewer && !isUsername(owner)) throw new GatewayError('FORBIDDEN', 'A service key has no password.');
    const { id, passwordHash } = await checkPassword(owner, currentPassword, clientAddress);
    assertPassword(newPassword, 'newPassword');
    if (newPassword === currentPassword)
      throw badInput('"newPassword" is the one that is to be changed.', 'input', 'newPassword');
    const hash = await hasher.hash(newPassword);
    const ends = { endsTokens: true, endsServiceKeys: endServiceKeys, askedBy: viewer?.tokenId };
    const password = { hash, expiresAt: null, before: passwordHash, ...ends };
    const { account, endedTokens } = await deed.commit((entry) =>
      accounts.transact((trx) =>
        changeAccount(trx, { id }, { password }, clock(), (changed) =>
          entry({ details: { username: owner, clientAddress, endedTokens: changed.endedTokens } }),
        ),
      ),
    );
    return { account: toFacts(account), endedTokens };
  }
}
