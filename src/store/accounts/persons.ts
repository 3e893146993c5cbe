import { type Kysely, sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { isUsername, type Role } from '../../domain/account.js';
import { type Grant, maxTeams } from '../../domain/grant.js';
import { GatewayError } from '../../errors.js';
import type { Tables } from '../database/database.js';
import { toJsonText } from '../database/json.js';
import { dialectOf, locking } from '../dialect/dialects.js';
import { changeAccount } from './changes.js';
import { readHeldGrants } from './grants.js';
import { type Account, readAccount } from './records.js';
import { endTokensOf } from './tokens.js';

/** Somebody as a provider of single sign-on tells them from all others. */
export interface PersonKey {
  readonly issuer: string;
  /** `sub`. */
  readonly subject: string;
}

/** The account of a person, with what it holds beside its roles, by its own grants and those of its teams. */
export interface Person {
  readonly account: Account;
  readonly grants: readonly Grant[];
}

export interface EnteringPerson extends PersonKey {
  /** The name of a new account; one that is there keeps its own. */
  readonly username: string;
  /** As the provider's groups give them now: they replace those that the account has. */
  readonly roles: readonly Role[];
  /**
   * Groups: the account is in the teams of these names from now on, in ten at the most, and in no others; it joins none
   * that is full. null: teams are none of the provider's business.
   */
  readonly groups: readonly string[] | null;
}

/** null: they have no account. */
export async function findPerson(db: Kysely<Tables>, key: PersonKey): Promise<Person | null> {
  const row = await selectPerson(db, key).executeTakeFirst();
  return row ? { account: readAccount(row), grants: await readHeldGrants(db, row.id) } : null;
}

/**
 * Within a transaction: the account of somebody whom the provider lets in, with the roles and teams of their groups;
 * it is made where there is none. Throws CONFLICT where the name of a new one is taken meanwhile; FORBIDDEN where it is
 * disabled, or a new one would have neither a role nor a team; LAST_ADMIN.
 */
export async function enterPerson(trx: Kysely<Tables>, person: EnteringPerson, now: Date): Promise<Account> {
  const { roles, groups } = person;
  const known = await lockPerson(trx, person);
  const teams = groups && (await findTeams(trx, groups));
  if (!known && roles.length === 0 && !teams?.length) throw withoutRights();
  const account = known ?? (await insertPerson(trx, person, now));
  if (account.disabledAt !== null) throw isDisabled(account);
  if (teams) await moveToTeams(trx, account.id, teams);
  if (toJsonText([...account.roles]) === toJsonText([...roles])) return account;
  return (await changeAccount(trx, { id: account.id }, { roles }, now)).account;
}

/**
 * Within a transaction: whom the provider no longer lets in has no roles, no sessions and no keys any more, and is in
 * no team where teams are the provider's. Throws LAST_ADMIN.
 */
export async function expelPerson(
  trx: Kysely<Tables>,
  { issuer, subject, groups }: Pick<EnteringPerson, keyof PersonKey | 'groups'>,
  now: Date,
): Promise<void> {
  const known = await lockPerson(trx, { issuer, subject });
  if (!known) return;
  if (groups) await moveToTeams(trx, known.id, []);
  await changeAccount(trx, { id: known.id }, { roles: [] }, now);
  await endTokensOf(trx, known.id, now);
}

function selectPerson(db: Kysely<Tables>, { issuer, subject }: PersonKey) {
  return db.selectFrom('account').selectAll().where('issuer', '=', issuer).where('subject', '=', subject);
}

/** Two logins of one person wait for each other. */
async function lockPerson(trx: Kysely<Tables>, key: PersonKey): Promise<Account | null> {
  const row = await locking(trx, selectPerson(trx, key), 'forUpdate').executeTakeFirst();
  return row ? readAccount(row) : null;
}

async function insertPerson(trx: Kysely<Tables>, person: EnteringPerson, now: Date): Promise<Account> {
  const { issuer, subject, username, roles } = person;
  const row = {
    id: randomUUID(),
    username,
    password_hash: null,
    roles: toJsonText([...roles]),
    created_at: now.getTime(),
    disabled_at: null,
    password_expires_at: null,
    issuer,
    subject,
  };
  await trx
    .insertInto('account')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  // Their other login may have made it just now; else the name is somebody else's.
  const made = await lockPerson(trx, person);
  if (made) return made;
  throw new GatewayError('CONFLICT', `There is an account ${username} already, which is not of this person.`);
}

/** Ids of the teams of these names, the first ten by name. */
async function findTeams(trx: Kysely<Tables>, groups: readonly string[]): Promise<string[]> {
  const names = [...new Set(groups.filter(isUsername))];
  if (names.length === 0) return [];
  const rows = await trx
    .selectFrom('team')
    .select('id')
    .where(dialectOf(trx).among(sql`name`, names))
    .orderBy('name')
    .limit(maxTeams.ofAccount)
    .execute();
  return rows.map(({ id }) => id);
}

/** Writes nothing where nothing changes: what is remembered of accounts is forgotten with each write. */
async function moveToTeams(trx: Kysely<Tables>, accountId: string, teams: readonly string[]): Promise<void> {
  const rows = await trx.selectFrom('team_member').select('team_id').where('account_id', '=', accountId).execute();
  const held = rows.map(({ team_id: id }) => id);
  const left = held.filter((id) => !teams.includes(id));
  const joined = await leaveOutFull(
    trx,
    teams.filter((id) => !held.includes(id)),
  );
  if (left.length > 0)
    await trx.deleteFrom('team_member').where('account_id', '=', accountId).where('team_id', 'in', left).execute();
  if (joined.length > 0) {
    await trx
      .insertInto('team_member')
      .values(joined.map((id) => ({ team_id: id, account_id: accountId })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** A team of as many members as there may be takes no more: whoever comes then logs in without it. */
async function leaveOutFull(trx: Kysely<Tables>, teams: readonly string[]): Promise<readonly string[]> {
  if (teams.length === 0) return [];
  const full = await trx
    .selectFrom('team_member')
    .select('team_id')
    .where('team_id', 'in', [...teams])
    .groupBy('team_id')
    .having(sql`count(*)`, '>=', maxTeams.members)
    .execute();
  return teams.filter((id) => !full.some(({ team_id: other }) => other === id));
}

function withoutRights(): GatewayError {
  const what = 'The provider knows you, but none of your groups gives you a role or a team at this gateway.';
  return new GatewayError('FORBIDDEN', `${what} Ask whoever runs it for a group of OIDC_ROLES.`);
}

function isDisabled({ username }: Account): GatewayError {
  return new GatewayError('FORBIDDEN', `The account ${username} is disabled here. An admin enables it: updateAccount.`);
}
