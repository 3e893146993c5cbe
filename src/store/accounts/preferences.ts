import type { Kysely } from 'kysely';
import { type KeptPreferences, noPreferences, type Preferences } from '../../domain/preferences.js';
import type { Tables } from '../database/database.js';
import { fromJsonText, toJsonText } from '../database/json.js';
import { locking } from '../dialect/dialects.js';

/** Of an account that has set none, or is not there, they are as they come. */
export async function readPreferences(db: Kysely<Tables>, accountId: string): Promise<KeptPreferences> {
  const query = db.selectFrom('preferences').select(['chosen', 'version']).where('account_id', '=', accountId);
  const row = await query.executeTakeFirst();
  // A field of a later version has its default until it is set.
  return row ? { ...noPreferences, ...fromJsonText(row.chosen), version: row.version } : noPreferences;
}

/**
 * Within a transaction: gives what is kept then. Two at once wait for each other at the account's row, so that `change`
 * is given what is there. null: there is no such account.
 */
export async function writePreferences(
  trx: Kysely<Tables>,
  accountId: string,
  change: (before: KeptPreferences) => Preferences,
  now: Date,
): Promise<KeptPreferences | null> {
  const owner = trx.selectFrom('account').select('id').where('id', '=', accountId);
  if ((await locking(trx, owner, 'forUpdate').executeTakeFirst()) === undefined) return null;
  const before = await readPreferences(trx, accountId);
  const { theme, density, language, pullTool, pinnedRepositories, savedViews } = change(before);
  const chosen = { theme, density, language, pullTool, pinnedRepositories, savedViews };
  const version = before.version + 1;
  const values = { chosen: toJsonText(chosen), version, changed_at: now.getTime() };
  await trx
    .insertInto('preferences')
    .values({ account_id: accountId, ...values })
    .onConflict((conflict) => conflict.column('account_id').doUpdateSet(values))
    .execute();
  return { ...chosen, version };
}
