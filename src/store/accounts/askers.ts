import type { Kysely } from 'kysely';
import { isRole, serviceKeyActor, type Viewer } from '../../domain/account.js';
import type { Job } from '../../domain/job.js';
import { isBearerActor } from '../../domain/singlesignon.js';
import type { Database, Tables } from '../database/database.js';
import { fromJsonText } from '../database/json.js';
import { readHeldGrants } from './grants.js';
import { isValidAt } from './tokens.js';

/** Whoever asked for something that is done later. */
export interface AskerStore {
  /**
   * The rights, as they are now, of whoever asked for a job. null: the account is gone or disabled, or the service key
   * has ended.
   */
  find(job: Pick<Job, 'requestedAccount' | 'requestedBy'>, now: Date): Promise<Viewer | null>;
}

export function createAskerStore({ kysely: db }: Pick<Database, 'kysely'>): AskerStore {
  return {
    async find({ requestedAccount, requestedBy }, now) {
      if (requestedAccount === null) return null;
      const query = db.selectFrom('account').select(['username', 'roles']).where('id', '=', requestedAccount);
      const account = await query.where('disabled_at', 'is', null).executeTakeFirst();
      if (!account) return null;
      // A bearer token of the account's person is judged as the account is.
      const isPerson = requestedBy === account.username || isBearerActor(requestedBy);
      if (!isPerson && !(await hasKey(db, requestedAccount, requestedBy, now))) return null;
      const grants = await readHeldGrants(db, requestedAccount);
      const roles = fromJsonText(account.roles).filter(isRole);
      return { accountId: requestedAccount, username: requestedBy, roles, grants };
    },
  };
}

/** Whether a service key of the account, by the name under which it acts, is valid still. */
async function hasKey(db: Kysely<Tables>, accountId: string, actor: string, now: Date): Promise<boolean> {
  const keys = db.selectFrom('token').select('id').where('account_id', '=', accountId);
  const valid = await keys.where('kind', '=', 'SERVICE_KEY').where(isValidAt(now)).execute();
  return valid.some(({ id }) => serviceKeyActor(id) === actor);
}
