import { randomUUID } from 'node:crypto';
import { type Kysely, type Selectable, sql } from 'kysely';
import { listRights } from '../../domain/account.js';
import type { NewAuditEntry } from '../../domain/audit.js';
import {
  type GivenGrant,
  type Grant,
  type GrantHolder,
  keepGreatest,
  maxGrants,
  meetGrants,
  type Right,
  rights,
} from '../../domain/grant.js';
import { isUuid } from '../../domain/name.js';
import { GatewayError, notFound } from '../../errors.js';
import type { Tables } from '../database/database.js';
import { locking } from '../dialect/dialects.js';
import { insertEntry } from '../jobs/audit.js';
import { assertFewPlaces, holdPlaces } from './places.js';
import type { TokenRecord, UngrantedToken } from './records.js';

type GrantRow = Selectable<Tables['access_grant']>;

/** The column of whoever holds a grant. */
export type HolderKey = 'account_id' | 'team_id' | 'token_id';

const placeColumns = ['registry_id', 'repositories', 'access_right'] as const;

/** Of an account: its own, and those of its teams. */
export async function readHeldGrants(db: Kysely<Tables>, accountId: string): Promise<Grant[]> {
  const rows = await selectHeld(db, accountId).execute();
  return keepGreatest(rows.flatMap(readGrant));
}

function selectHeld(db: Kysely<Tables>, accountId: string) {
  const own = db.selectFrom('access_grant').select(placeColumns).where('account_id', '=', accountId);
  const ofTeams = db
    .selectFrom('team_member')
    .innerJoin('access_grant', 'access_grant.team_id', 'team_member.team_id')
    .select(placeColumns)
    .where('team_member.account_id', '=', accountId);
  return own.unionAll(ofTeams);
}

/** Each distinct grant that tokens of an account were made with. */
export async function readGrantsOfTokens(db: Kysely<Tables>, accountId: string): Promise<Grant[]> {
  const rows = await db
    .selectFrom('token')
    .innerJoin('access_grant', 'access_grant.token_id', 'token.id')
    .select(placeColumns)
    .where('token.account_id', '=', accountId)
    .distinct()
    .execute();
  return rows.flatMap(readGrant);
}

/** A token with its grants, and as far as its account has them still. */
export async function addGrants(db: Kysely<Tables>, token: UngrantedToken): Promise<TokenRecord> {
  const held = await readHeldGrants(db, token.account.id);
  if (token.kind === 'LOGIN') return { ...token, grants: [], heldGrants: held };
  const grants = (await readGrantsOf(db, 'token_id', [token.id])).get(token.id) ?? [];
  const all = listRights({ roles: token.account.roles, grants: held });
  return { ...token, grants, heldGrants: grants.length === 0 ? [] : meetGrants(grants, all) };
}

/** By the holder's id, each in the order of their places; holders without any are left out. `ids`: 500 at the most. */
export async function readGrantsOf(
  db: Kysely<Tables>,
  holder: HolderKey,
  ids: readonly string[],
): Promise<Map<string, GivenGrant[]>> {
  const rows = await db
    .selectFrom('access_grant')
    .selectAll()
    .where(holder, 'in', [...ids])
    .orderBy(sql`coalesce(registry_id, '')`)
    .orderBy('repositories')
    .orderBy('id')
    .execute();
  const found = new Map<string, GivenGrant[]>();
  for (const row of rows) {
    const id = row[holder]!;
    found.set(id, [...(found.get(id) ?? []), ...readGiven(row)]);
  }
  return found;
}

/** A grant that a token was made with; `registry`: its name; null: every one. */
export interface TokenGrant extends Pick<Grant, 'repositories' | 'right'> {
  readonly registry: string | null;
}

/** Of all tokens, by their ids, each in the order of their places; those without any are left out. */
export async function readGrantsOfAllTokens(db: Kysely<Tables>): Promise<Map<string, TokenGrant[]>> {
  const rows = await db
    .selectFrom('access_grant')
    .leftJoin('registry', 'registry.id', 'access_grant.registry_id')
    .select(['access_grant.token_id', 'registry.name as registry', ...placeColumns])
    .where('access_grant.token_id', 'is not', null)
    .orderBy(sql`coalesce(registry.name, '')`)
    .orderBy('repositories')
    .execute();
  const found = new Map<string, TokenGrant[]>();
  for (const { token_id: id, registry, ...row } of rows) {
    const grants = readGrant(row).map(({ repositories, right }) => ({ registry, repositories, right }));
    found.set(id!, [...(found.get(id!) ?? []), ...grants]);
  }
  return found;
}

/** Within a transaction: those that a token is made with. Throws FORBIDDEN for too many places, see places.ts. */
export async function insertTokenGrants(
  trx: Kysely<Tables>,
  { id: tokenId, account_id: accountId }: Pick<Selectable<Tables['token']>, 'id' | 'account_id'>,
  grants: readonly Grant[],
  given: Pick<GivenGrant, 'givenBy' | 'givenAt'>,
): Promise<void> {
  if (grants.length === 0) return;
  await holdPlaces(trx, grants, 'TOKEN');
  const rows = grants.map((grant) => toRow({ id: randomUUID(), ...grant, ...given }, { token_id: tokenId }));
  await trx.insertInto('access_grant').values(rows).execute();
  await assertFewPlaces(trx, accountId, given.givenAt);
}

/** `before`: the right that the holder had in the same place; null: none. */
export interface ChangedGrant {
  readonly grant: GivenGrant;
  readonly before: Right | null;
}

/**
 * Within a transaction: the holder has this right in the place, whatever it had there, and the entry that `describe`
 * gives is written. Throws NOT_FOUND without the holder or the registry, FORBIDDEN for too many.
 */
export async function giveGrant(
  trx: Kysely<Tables>,
  holder: GrantHolder,
  given: Omit<GivenGrant, 'id'>,
  describe: (changed: ChangedGrant) => NewAuditEntry,
): Promise<ChangedGrant> {
  const key = await lockHolder(trx, holder);
  await assertAttached(trx, given.registryId);
  const [[column, id]] = Object.entries(key) as [[HolderKey, string]];
  const held = (await readGrantsOf(trx, column, [id])).get(id) ?? [];
  const same = held.find((one) => one.registryId === given.registryId && one.repositories === given.repositories);
  if (!same && held.length >= maxGrants) throw tooMany(holder);
  const grant = { ...given, id: same?.id ?? randomUUID() };
  if (same) {
    const { right, givenBy, givenAt } = given;
    const changes = { access_right: right, given_by: givenBy, given_at: givenAt.getTime() };
    await trx.updateTable('access_grant').set(changes).where('id', '=', same.id).execute();
  } else {
    await holdPlaces(trx, [given], 'HOLDER');
    await trx.insertInto('access_grant').values(toRow(grant, key)).execute();
  }
  const changed = { grant, before: same?.right ?? null };
  await insertEntry(trx, describe(changed));
  return changed;
}

/** Within a transaction: of an account or a team; what a token was made with ends with the token. Throws NOT_FOUND. */
export async function takeGrant(
  trx: Kysely<Tables>,
  id: string,
  describe: (grant: GivenGrant, holder: GrantHolder) => NewAuditEntry,
): Promise<GivenGrant> {
  const row = isUuid(id) ? await selectGiven(trx, id) : undefined;
  const [grant] = row ? readGiven(row) : [];
  if (!row || !grant || row.token_id !== null) throw notFound('There is no grant with this id.');
  await trx.deleteFrom('access_grant').where('id', '=', id).execute();
  await insertEntry(trx, describe(grant, row.team === null ? { account: row.account ?? '' } : { team: row.team }));
  return grant;
}

function selectGiven(trx: Kysely<Tables>, id: string) {
  return trx
    .selectFrom('access_grant')
    .leftJoin('account', 'account.id', 'access_grant.account_id')
    .leftJoin('team', 'team.id', 'access_grant.team_id')
    .selectAll('access_grant')
    .select(['account.username as account', 'team.name as team'])
    .where('access_grant.id', '=', id)
    .executeTakeFirst();
}

/** Two that give to one holder wait for each other. */
async function lockHolder(
  trx: Kysely<Tables>,
  holder: GrantHolder,
): Promise<{ readonly account_id: string } | { readonly team_id: string }> {
  if ('account' in holder) {
    const query = trx.selectFrom('account').select('id').where('username', '=', holder.account);
    const account = await locking(trx, query, 'forUpdate').executeTakeFirst();
    if (account) return { account_id: account.id };
    throw notFound('There is no such account. Nothing was given.');
  }
  const query = trx.selectFrom('team').select('id').where('name', '=', holder.team);
  const team = await locking(trx, query, 'forUpdate').executeTakeFirst();
  if (team) return { team_id: team.id };
  throw notFound('There is no such team. Nothing was given.');
}

async function assertAttached(trx: Kysely<Tables>, registryId: string | null): Promise<void> {
  if (registryId === null) return;
  const query = trx.selectFrom('registry').select('id').where('id', '=', registryId);
  const registry = await locking(trx, query, 'forKeyShare').executeTakeFirst();
  if (!registry) throw notFound('The registry is no longer attached. Nothing was given.');
}

function tooMany(holder: GrantHolder): GatewayError {
  const name = 'account' in holder ? holder.account : `The team ${holder.team}`;
  const next = 'Give one for a wider pattern, or revoke one first.';
  return new GatewayError('FORBIDDEN', `${name} has ${maxGrants} grants, as many as there may be. ${next}`);
}

function toRow(
  { id, registryId, repositories, right, givenBy, givenAt }: GivenGrant,
  holder: Partial<Record<HolderKey, string>>,
): GrantRow {
  const nobody = { account_id: null, team_id: null, token_id: null };
  const place = { registry_id: registryId, repositories, access_right: right };
  return { id, ...nobody, ...holder, ...place, given_by: givenBy, given_at: givenAt.getTime() };
}

/** A right that this version does not know gives nothing. */
function readGrant(row: Pick<GrantRow, (typeof placeColumns)[number]>): Grant[] {
  const right = rights.find((one) => one === row.access_right);
  return right ? [{ registryId: row.registry_id, repositories: row.repositories, right }] : [];
}

function readGiven(row: GrantRow): GivenGrant[] {
  const given = { id: row.id, givenBy: row.given_by, givenAt: new Date(row.given_at) };
  return readGrant(row).map((grant) => ({ ...grant, ...given }));
}
