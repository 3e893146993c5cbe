import { assertAllowed } from '../catalogue/access.js';
import type { RequestContext } from '../catalogue/context.js';
import type { Viewer } from '../domain/account.js';
import {
  assertHasPreferences,
  changePreferences,
  type KeptPreferences,
  mayHavePreferences,
  type PreferenceChanges,
} from '../domain/preferences.js';
import { GatewayError } from '../errors.js';
import { readPreferences, writePreferences } from '../store/accounts/preferences.js';
import { withStorage } from '../store/file/errors.js';
import type { AccountParts } from './accounts.js';

/** How each person wants the console: kept with the account, read and changed by its owner alone. */
export class PreferenceKeeping {
  readonly #parts: Pick<AccountParts, 'accounts' | 'clock'>;

  constructor(parts: Pick<AccountParts, 'accounts' | 'clock'>) {
    this.#parts = parts;
  }

  /** null: a program asks, which has none. */
  async find(viewer: Viewer): Promise<KeptPreferences | null> {
    if (!mayHavePreferences(viewer)) return null;
    return withStorage(() => readPreferences(this.#parts.accounts.kysely, viewer.accountId));
  }

  /**
   * Changes what is given and leaves the rest. With `expected` nothing is changed where another version is kept. Throws
   * CHANGED_SINCE_READ then, FORBIDDEN for a program and for somebody without an account, BAD_USER_INPUT.
   */
  async change(
    { viewer }: RequestContext,
    changes: PreferenceChanges,
    expected: number | null,
  ): Promise<KeptPreferences> {
    assertAllowed(viewer, 'read');
    assertHasPreferences(viewer);
    const { accounts, clock } = this.#parts;
    const change = (before: KeptPreferences) => {
      if (expected !== null && expected !== before.version) throw changedSince(expected, before.version);
      return changePreferences(before, changes);
    };
    const kept = await accounts.write((trx) => writePreferences(trx, viewer.accountId, change, clock()));
    if (kept) return kept;
    const what = 'preferences are kept with an account, and there is none of this name here';
    throw new GatewayError('FORBIDDEN', `${viewer.username} has none: ${what}.`);
  }
}

function changedSince(expected: number, version: number): GatewayError {
  const what = `The preferences are of version ${version}, and no longer of ${expected}: nothing was changed`;
  return new GatewayError('CHANGED_SINCE_READ', `${what}. Read them, and change what is there now.`, {
    path: ['input', 'expectedVersion'],
  });
}
