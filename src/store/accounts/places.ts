import { type Kysely, sql } from 'kysely';
import { type GrantedPlace, keyOfPlace } from '../../domain/grant.js';
import { GatewayError } from '../../errors.js';
import type { Tables } from '../database/database.js';
import { addPattern } from '../database/patternfilling.js';

/**
 * Distinct places of all grants: each repository that is new is held against all of them. Tokens, which whoever has a
 * grant may make, take no more than half: there is room left for what accounts and teams are given.
 */
export const maxPlaces = { HOLDER: 2000, TOKEN: 1000 } as const;

/**
 * Within a transaction: the places are kept from now on, see store/database/patterns.ts. Throws FORBIDDEN where there
 * are too many; one that another grant names already adds none.
 */
export async function holdPlaces(
  trx: Kysely<Tables>,
  places: readonly GrantedPlace[],
  by: keyof typeof maxPlaces,
): Promise<void> {
  let added = 0;
  // In one order: two that add the same in another would wait for each other.
  for (const place of places.toSorted((a, b) => (keyOfPlace(a) < keyOfPlace(b) ? -1 : 1)))
    // Whoever has this sees all, without a pattern.
    if (keyOfPlace(place) !== ' *') added += await addPattern(trx, place);
  if (added === 0) return;
  const { total } = await trx
    .selectFrom('access_pattern')
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  if (total > maxPlaces[by]) throw tooManyPlaces(by);
}

/**
 * Distinct places that the valid tokens of one account name: each may have a row for each repository, and whoever has a
 * grant could take those that are left for the tokens of all others.
 */
export const maxPlacesOfAccount = 200;

/** Within a transaction that has added some, the account's row being locked. Throws FORBIDDEN. */
export async function assertFewPlaces(trx: Kysely<Tables>, accountId: string, now: Date): Promise<void> {
  const { total } = await trx
    .selectFrom('access_grant')
    .innerJoin('token', 'token.id', 'access_grant.token_id')
    .select(sql<number>`count(distinct coalesce(access_grant.registry_id, '') || ' ' || repositories)`.as('total'))
    .where('token.account_id', '=', accountId)
    .where('token.revoked_at', 'is', null)
    .where('token.expires_at', '>', now.getTime())
    .executeTakeFirstOrThrow();
  if (total <= maxPlacesOfAccount) return;
  throw new GatewayError(
    'FORBIDDEN',
    `Tokens and service keys of this account name ${maxPlacesOfAccount} distinct places, as many as there may be: ` +
      'none was made. Name a place that another of them names, ask for a wider pattern, or revoke one first.',
  );
}

function tooManyPlaces(by: keyof typeof maxPlaces): GatewayError {
  const whose = by === 'TOKEN' ? 'a token may add to' : 'there may be';
  return new GatewayError(
    'FORBIDDEN',
    `All grants together name ${maxPlaces[by]} distinct places, as many as ${whose}: nothing was given. Name a place ` +
      'that another grant names, give one for a wider pattern, or revoke grants and try again in some minutes.',
  );
}
