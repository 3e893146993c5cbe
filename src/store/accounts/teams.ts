import { randomUUID } from 'node:crypto';
import { type Kysely, type Selectable, sql } from 'kysely';
import { isUsername } from '../../domain/account.js';
import type { NewAuditEntry } from '../../domain/audit.js';
import type { Page, PageRequest } from '../../domain/page.js';
import { maxTeams, type TeamFacts } from '../../domain/grant.js';
import { GatewayError, notFound } from '../../errors.js';
import type { Tables } from '../database/database.js';
import { locking } from '../dialect/dialects.js';
import { insertEntry } from '../jobs/audit.js';
import { type NamedList, pageByName } from './pagebyname.js';

/** Changes of a team; what is absent stays. Members are accounts, by their names. */
export interface TeamChanges {
  readonly description?: string | undefined;
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
}

/** By name. Throws BAD_USER_INPUT for a cursor of another list, naming `after`; STORAGE_*. */
export function pageTeams(db: Kysely<Tables>, page: PageRequest): Promise<Page<TeamFacts>> {
  const list: NamedList<TeamFacts> = {
    scope: 'teams',
    nameOf: ({ name }) => name,
    async read(after, limit) {
      const rest = db.selectFrom('team').$if(after !== null, (some) => some.where('name', '>', after!));
      return (await rest.selectAll().orderBy('name').limit(limit).execute()).map(readTeam);
    },
    count: () => countTeams(db),
  };
  return pageByName(list, page);
}

/** null: there is none of that name. */
export async function findTeam(db: Kysely<Tables>, name: string): Promise<TeamFacts | null> {
  const row = await db.selectFrom('team').selectAll().where('name', '=', name).executeTakeFirst();
  return row ? readTeam(row) : null;
}

/** Within a transaction, with its entry. Throws CONFLICT, NOT_FOUND for a member that is no account, FORBIDDEN. */
export async function insertTeam(
  trx: Kysely<Tables>,
  { name, description, members }: Pick<TeamFacts, 'name' | 'description'> & { readonly members: readonly string[] },
  now: Date,
  entry: NewAuditEntry,
): Promise<TeamFacts> {
  if ((await countTeams(trx)) >= maxTeams.all) throw tooMany(`There are ${maxTeams.all} teams`);
  const row = { id: randomUUID(), name, description, created_at: now.getTime() };
  const made = await trx
    .insertInto('team')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirst();
  if (Number(made.numInsertedOrUpdatedRows) === 0)
    throw new GatewayError('CONFLICT', `There is a team ${name} already.`, { path: ['input', 'name'] });
  await addMembers(trx, row, members);
  await insertEntry(trx, entry);
  return readTeam(row);
}

/** Within a transaction, with its entry. Throws NOT_FOUND for the team and for who is no account, FORBIDDEN. */
export async function updateTeam(
  trx: Kysely<Tables>,
  name: string,
  { description, added = [], removed = [] }: TeamChanges,
  entry: NewAuditEntry,
): Promise<TeamFacts> {
  const row = await findToChange(trx, name);
  if (description !== undefined) await trx.updateTable('team').set({ description }).where('id', '=', row.id).execute();
  if (removed.length > 0) {
    const accounts = await findAccounts(trx, removed);
    await trx.deleteFrom('team_member').where('team_id', '=', row.id).where('account_id', 'in', accounts).execute();
  }
  await addMembers(trx, row, added);
  await insertEntry(trx, entry);
  return readTeam({ ...row, ...(description !== undefined && { description }) });
}

/** Within a transaction: its grants go with it. Throws NOT_FOUND. */
export async function removeTeam(trx: Kysely<Tables>, name: string, entry: NewAuditEntry): Promise<TeamFacts> {
  const row = await findToChange(trx, name);
  await trx.deleteFrom('team').where('id', '=', row.id).execute();
  await insertEntry(trx, entry);
  return readTeam(row);
}

/** By the team's id, the names of its members in their order; teams without any are left out. */
export async function readMembers(db: Kysely<Tables>, teamIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await selectMembers(db)
    .where('team_member.team_id', 'in', [...teamIds])
    .orderBy('username')
    .execute();
  return new Map([...Map.groupBy(rows, ({ team_id: id }) => id)].map(([id, all]) => [id, all.map(nameOfMember)]));
}

/** By the account's id, the names of its teams in their order; accounts in none are left out. */
export async function readTeamsOf(db: Kysely<Tables>, accountIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await db
    .selectFrom('team_member')
    .innerJoin('team', 'team.id', 'team_member.team_id')
    .select(['team_member.account_id', 'team.name'])
    .where('team_member.account_id', 'in', [...accountIds])
    .orderBy('team.name')
    .execute();
  const byAccount = Map.groupBy(rows, ({ account_id: id }) => id);
  return new Map([...byAccount].map(([id, all]) => [id, all.map(({ name }) => name)]));
}

function selectMembers(db: Kysely<Tables>) {
  return db
    .selectFrom('team_member')
    .innerJoin('account', 'account.id', 'team_member.account_id')
    .select(['team_member.team_id', 'account.username']);
}

function nameOfMember({ username }: { readonly username: string }): string {
  return username;
}

/** Those who are members already stay so. */
async function addMembers(
  trx: Kysely<Tables>,
  team: { readonly id: string; readonly name: string },
  usernames: readonly string[],
): Promise<void> {
  if (usernames.length === 0) return;
  const accounts = await findAccounts(trx, usernames);
  const rows = accounts.map((account) => ({ team_id: team.id, account_id: account }));
  await trx
    .insertInto('team_member')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const members = trx
    .selectFrom('team_member')
    .where('team_id', '=', team.id)
    .select(sql<number>`count(*)`.as('count'));
  if ((await members.executeTakeFirstOrThrow()).count > maxTeams.members)
    throw tooMany(`${team.name} would have more than ${maxTeams.members} members`);
  const crowded = await trx
    .selectFrom('team_member')
    .select('account_id')
    .where('account_id', 'in', accounts)
    .groupBy('account_id')
    .having(sql`count(*)`, '>', maxTeams.ofAccount)
    .limit(1)
    .executeTakeFirst();
  if (crowded) throw tooMany(`One of them would be in more than ${maxTeams.ofAccount} teams`);
}

/** Their ids. Throws NOT_FOUND naming one that is no account. */
async function findAccounts(trx: Kysely<Tables>, usernames: readonly string[]): Promise<string[]> {
  const wanted = [...new Set(usernames)];
  const query = trx.selectFrom('account').select(['id', 'username']).where('username', 'in', wanted).orderBy('id');
  // Two that put one account into teams wait for each other.
  const found = await locking(trx, query, 'forUpdate').execute();
  const missing = wanted.find((username) => found.every((account) => account.username !== username));
  if (missing !== undefined) {
    const name = isUsername(missing) ? missing : 'of one of these names';
    throw notFound(`There is no account ${name}. Nothing was changed.`);
  }
  return found.map(({ id }) => id);
}

async function findToChange(trx: Kysely<Tables>, name: string): Promise<Selectable<Tables['team']>> {
  const query = trx.selectFrom('team').selectAll().where('name', '=', name);
  const row = await locking(trx, query, 'forUpdate').executeTakeFirst();
  if (row) return row;
  throw notFound('There is no such team.');
}

async function countTeams(db: Kysely<Tables>): Promise<number> {
  return (
    await db
      .selectFrom('team')
      .select(sql<number>`count(*)`.as('count'))
      .executeTakeFirstOrThrow()
  ).count;
}

function tooMany(what: string): GatewayError {
  return new GatewayError('FORBIDDEN', `${what}, and no more than that is taken. Nothing was changed.`);
}

function readTeam({ id, name, description, created_at: at }: Selectable<Tables['team']>): TeamFacts {
  return { id, name, description, createdAt: new Date(at) };
}
