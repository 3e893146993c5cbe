import { type Kysely, sql, type SqlBool } from 'kysely';
import type { Role, TokenFacts, TokenFilter } from '../../domain/account.js';
import type { Grant } from '../../domain/grant.js';
import { badCursor, decodeCursor, encodeCursor, type Page, type PageRequest } from '../../domain/page.js';
import type { Tables } from '../database/database.js';
import { withStorage } from '../file/errors.js';
import { readToken } from './records.js';

const scope = 'tokens';

/**
 * Tokens that somebody sees: those without the roles and grants that are beyond them, and the one that they ask with.
 */
export interface TokenSight {
  readonly beyond: readonly Role[];
  readonly beyondGrants: readonly Grant[];
  /** The account has grants beyond them, and so have its logins. */
  readonly hidesLogins: boolean;
  readonly tokenId: string | undefined;
}

/** Newest first. Throws BAD_USER_INPUT for a cursor of another list, naming `after`; STORAGE_*. */
export function pageTokens(
  db: Kysely<Tables>,
  filter: TokenFilter,
  sight: TokenSight,
  page: PageRequest,
  now: Date,
): Promise<Page<TokenFacts>> {
  const query = selectTokens(db, filter, sight, now);
  const after = page.after === null ? null : readPosition(page.after);
  return withStorage(async () => {
    const rows = await query
      .$if(after !== null, (some) =>
        some.where(
          sql<SqlBool>`(token.created_at <= ${after?.[0]}
            and (token.created_at < ${after?.[0]} or token.id > ${after?.[1]}))`,
        ),
      )
      .selectAll('token')
      .select('account.username')
      .orderBy('token.created_at', 'desc')
      .orderBy('token.id')
      .limit(page.first + 1)
      .execute();
    return {
      items: rows.slice(0, page.first).map((row) => ({ ...readToken(row), username: row.username })),
      hasNextPage: rows.length > page.first,
      hasPreviousPage: after !== null,
      totalCount: async () => {
        const counted = query.select(sql<number>`count(*)`.as('total'));
        return (await withStorage(() => counted.executeTakeFirstOrThrow())).total;
      },
      cursorOf: ({ createdAt, id }) => encodeCursor(scope, [createdAt.getTime(), id]),
    };
  });
}

function selectTokens(
  db: Kysely<Tables>,
  { username, kind, valid }: TokenFilter,
  { beyond, beyondGrants, hidesLogins, tokenId }: TokenSight,
  now: Date,
) {
  const isWithin = [
    ...beyond.map((role) => sql<SqlBool>`token.roles not like ${`%"${role}"%`}`),
    ...(hidesLogins ? [sql<SqlBool>`token.kind <> 'LOGIN'`] : []),
    ...(beyondGrants.length > 0 ? [hasNoneOf(beyondGrants)] : []),
  ];
  const isValid = sql<SqlBool>`(token.revoked_at is null and token.expires_at > ${now.getTime()})`;
  return db
    .selectFrom('token')
    .innerJoin('account', 'account.id', 'token.account_id')
    .$if(typeof username === 'string', (some) => some.where('account.username', '=', username!))
    .$if(isWithin.length > 0, (some) =>
      some.where((eb) => {
        const within = eb.and(isWithin);
        return tokenId === undefined ? within : eb.or([within, eb('token.id', '=', tokenId)]);
      }),
    )
    .$if(typeof kind === 'string', (some) => some.where('token.kind', '=', kind!))
    .$if(typeof valid === 'boolean', (some) => some.where(valid ? isValid : sql<SqlBool>`not ${isValid}`));
}

/** Beside so many that somebody lacks, all tokens with grants are taken to have one of them. */
const mostCompared = 200;

function hasNoneOf(grants: readonly Grant[]) {
  const same = grants.map(({ registryId, repositories, right }) => {
    const isOfRegistry = registryId === null ? sql`registry_id is null` : sql`registry_id = ${registryId}`;
    return sql`(${isOfRegistry} and repositories = ${repositories} and access_right = ${right})`;
  });
  const isOne = grants.length > mostCompared ? sql`1 = 1` : sql.join(same, sql` or `);
  return sql<SqlBool>`not exists (select 1 from access_grant where token_id = token.id and (${isOne}))`;
}

function readPosition(after: string): readonly [number, string] {
  const [at, id] = decodeCursor(scope, after, 2);
  if (typeof at === 'number' && typeof id === 'string') return [at, id];
  throw badCursor();
}
