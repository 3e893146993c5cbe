import { assertAllowed, isAllowed } from '../catalogue/access.js';
import type { MutationContext } from '../catalogue/audit.js';
import type { RequestContext } from '../catalogue/context.js';
import {
  hasAllOf,
  hasRightsOf,
  isUsername,
  maxLabel,
  type Role,
  roles as allRoles,
  type TokenFacts,
  type TokenFilter,
  listRights,
  type TokenKind,
  tokenDays,
  type Viewer,
} from '../domain/account.js';
import { coversGrant, type Grant, keepGreatest, maxGrants } from '../domain/grant.js';
import { isUuid } from '../domain/name.js';
import type { Page, PageRequest } from '../domain/page.js';
import { badInput, GatewayError, unauthenticated } from '../errors.js';
import type { AccountStore, TokenRecord } from '../store/accounts/accounts.js';
import { readGrantsOfTokens, readHeldGrants } from '../store/accounts/grants.js';
import { noToken } from '../store/accounts/records.js';
import { pageTokens, type TokenSight } from '../store/accounts/tokenlists.js';
import { endToken, insertToken, type TokenPlace } from '../store/accounts/tokens.js';
import { withStorage } from '../store/file/errors.js';
import { createToken, hashToken, parseToken, type TokenText } from './token.js';

export interface TokenParts {
  readonly accounts: AccountStore;
  readonly clock: () => Date;
}

export interface AskedToken {
  readonly kind: Exclude<TokenKind, 'LOGIN'>;
  readonly label: string;
  /** Where both are null, those of whoever asks; else null is none. */
  readonly roles: readonly Role[] | null;
  readonly grants: readonly Grant[] | null;
  readonly expiresInDays: number;
}

/** Names a token by its id, or by itself; with a kind one of that kind alone. */
export type TokenName = ({ readonly id: string } | { readonly secret: string }) & { readonly kind?: TokenKind };

/** Valid ones of an account, tokens that a login gave not counted. */
const mostOfAccount = 200;
const day = 24 * 60 * 60 * 1000;

/** Tokens of accounts, and service keys that they make: everybody has one's own, and admins those of all. */
export class TokenKeeping {
  readonly #parts: TokenParts;

  constructor(parts: TokenParts) {
    this.#parts = parts;
  }

  /**
   * Newest first: one's own that have no more than the one that asks; to admins those of all. Throws FORBIDDEN for
   * those of others, BAD_USER_INPUT.
   */
  async list({ viewer }: RequestContext, filter: TokenFilter, page: PageRequest): Promise<Page<TokenFacts>> {
    const { accounts, clock } = this.#parts;
    const isOfOthers = typeof filter.username === 'string' && filter.username !== viewer?.username;
    if (isOfOthers) assertAllowed(viewer, 'oversee');
    if (viewer === null) throw unauthenticated();
    const seen = isAllowed(viewer, 'oversee') ? filter : { ...filter, username: viewer.username };
    const beyond = allRoles.filter((role) => !hasRightsOf(viewer.roles, role));
    // Nothing is beyond admins.
    const further = isAllowed(viewer, 'oversee')
      ? { beyondGrants: [], hidesLogins: false }
      : await findBeyond(accounts, viewer);
    const sight = { beyond, tokenId: viewer.tokenId, ...further };
    return pageTokens(accounts.kysely, seen, sight, page, clock());
  }

  /**
   * Gives a token that has no more than whoever asks for it, and is shown once. It ends with the token that asks, but
   * for that of a login. Throws FORBIDDEN for more, for too
   * many, and to service keys, which have no account of their own; BAD_USER_INPUT.
   */
  async create(
    { viewer, deed }: MutationContext,
    { kind, label, expiresInDays, ...asked }: AskedToken,
  ): Promise<{ readonly token: TokenFacts; readonly secret: TokenText }> {
    assertOwnsAccount(viewer);
    assertWanted(label, expiresInDays);
    const { roles, grants } = readRights(viewer, asked);
    const { accounts, clock } = this.#parts;
    const secret = createToken(kind === 'SERVICE_KEY' ? 'rgs' : 'rgw');
    const now = clock();
    const expiresAt = new Date(now.getTime() + expiresInDays * day);
    const { accountId, tokenId, username } = viewer;
    const conditions = { most: mostOfAccount, ...(tokenId !== undefined && { madeBy: tokenId }) };
    const rights = { roles, grants, givenBy: username };
    const made = { accountId, hash: hashToken(secret), kind, label, expiresAt, conditions, ...rights };
    const details = { username, kind, label };
    const token = await deed.commit((entry) =>
      accounts.transact((trx) =>
        insertToken(trx, made, now, (token) => entry({ details: { ...details, ...describeToken(token) } })),
      ),
    );
    return { token: toFacts(token), secret };
  }

  /**
   * Effective on the next request, and on open streams within a second. Whoever has a token may end it, by itself; by
   * its id its owner may, with one that has no less, and admins. What it made ends with it, unless it is that of a
   * login. One that has ended stays as it is. Throws NOT_FOUND, for those that the asker does not see too.
   */
  async revoke({ viewer, deed }: MutationContext, name: TokenName): Promise<TokenFacts> {
    if (viewer === null) throw unauthenticated();
    const where = readName(name);
    return this.#end(deed, where, (record) => {
      if ('id' in where && !mayEnd(viewer, record)) throw noToken();
    });
  }

  /** Ends the token that it is asked with. Throws FORBIDDEN to service keys, which nobody logs in with. */
  async logOut({ viewer, deed }: MutationContext): Promise<TokenFacts> {
    assertOwnsAccount(viewer);
    if (viewer.tokenId === undefined) throw noToken();
    return this.#end(deed, { id: viewer.tokenId }, () => undefined);
  }

  async #end(
    deed: MutationContext['deed'],
    where: TokenPlace,
    assertMay: (record: TokenRecord) => void,
  ): Promise<TokenFacts> {
    const { accounts, clock } = this.#parts;
    const record = await deed.commit((entry) =>
      accounts.transact((trx) =>
        endToken(trx, where, clock(), (found) => {
          assertMay(found);
          const { id, kind, label, account } = found;
          return entry({ details: { tokenId: id, kind, username: account.username, label } });
        }),
      ),
    );
    return toFacts(record);
  }
}

function mayEnd(viewer: Viewer, { id, account, roles, heldGrants: grants }: TokenRecord): boolean {
  if (isAllowed(viewer, 'administer') || id === viewer.tokenId) return true;
  const isOwn = isUsername(viewer.username) && account.id === viewer.accountId;
  return isOwn && hasAllOf(viewer, { roles, grants });
}

function toFacts({ account, ...facts }: TokenRecord): TokenFacts {
  return { ...facts, username: account.username };
}

function describeToken({ id, roles, grants, expiresAt }: TokenRecord): Readonly<Record<string, unknown>> {
  return { roles, ...(grants.length > 0 && { grants: grants.map(describeHeld) }), expiresAt, tokenId: id };
}

function describeHeld({ registryId, repositories, right }: Grant): Grant {
  return { registryId, repositories, right };
}

/** Throws FORBIDDEN for more than the viewer has, BAD_USER_INPUT for none. */
function readRights(
  viewer: Viewer,
  asked: Pick<AskedToken, 'roles' | 'grants'>,
): { readonly roles: readonly Role[]; readonly grants: readonly Grant[] } {
  const isSame = asked.roles === null && asked.grants === null;
  const roles = [...new Set(isSame ? viewer.roles : (asked.roles ?? []))];
  const grants = keepGreatest((isSame ? viewer.grants : asked.grants) ?? []);
  if (roles.length + grants.length === 0) throw badInput('"roles" or "grants" must be one or more.', 'input', 'roles');
  const more = roles.filter((role) => !hasRightsOf(viewer.roles, role));
  if (more.length > 0) {
    const what = `${viewer.username} has not the rights of ${more.join(', ')}, and gives none that it lacks.`;
    throw new GatewayError('FORBIDDEN', what, { path: ['input', 'roles'] });
  }
  if (grants.length > maxGrants) {
    const what = `${viewer.username} has ${grants.length} grants, and a token takes ${maxGrants}. Name some of them.`;
    throw new GatewayError('FORBIDDEN', what, { path: ['input', 'grants'] });
  }
  const rights = listRights(viewer);
  const beyond = grants.find((grant) => !coversGrant(rights, grant));
  if (!beyond) return { roles, grants };
  const { right, repositories } = beyond;
  const what = `${viewer.username} has not the right ${right} to ${repositories} there, and gives none that it lacks.`;
  throw new GatewayError('FORBIDDEN', what, { path: ['input', 'grants'] });
}

/** The rights of an account, and of its tokens, that somebody who asks for them lacks. */
async function findBeyond(
  { kysely }: AccountStore,
  viewer: Viewer,
): Promise<Pick<TokenSight, 'beyondGrants' | 'hidesLogins'>> {
  const rights = listRights(viewer);
  const isBeyond = (grant: Grant): boolean => !coversGrant(rights, grant);
  return withStorage(async () => ({
    beyondGrants: (await readGrantsOfTokens(kysely, viewer.accountId)).filter(isBeyond),
    hidesLogins: (await readHeldGrants(kysely, viewer.accountId)).some(isBeyond),
  }));
}

function assertOwnsAccount(viewer: Viewer | null): asserts viewer is Viewer {
  if (viewer === null) throw unauthenticated();
  if (isUsername(viewer.username)) return;
  throw new GatewayError('FORBIDDEN', `${viewer.username} may not do this: it takes a token of an account.`);
}

function assertWanted(label: string, days: number): void {
  if (label.length > maxLabel)
    throw badInput(`"label" takes up to ${maxLabel} characters, got ${label.length}.`, 'input', 'label');
  if (!Number.isInteger(days) || days < 1 || days > tokenDays.most)
    throw badInput(`"expiresInDays" must be 1 to ${tokenDays.most}.`, 'input', 'expiresInDays');
}

function readName(name: TokenName): TokenPlace {
  if ('id' in name) {
    if (isUuid(name.id)) return name;
    throw noToken();
  }
  const secret = (['rgw', 'rgs', 'rgc'] as const).map((prefix) => parseToken(name.secret, prefix)).find(Boolean);
  if (secret) return { hash: hashToken(secret), ...(name.kind && { kind: name.kind }) };
  throw noToken();
}
