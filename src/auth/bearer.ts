import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';
import { hashSecret } from '../domain/digest.js';
import { bearerActor } from '../domain/singlesignon.js';
import type { VerifiedToken, VerifyAccessToken } from '../oidc/accesstoken.js';
import type { AccountStore } from '../store/accounts/accounts.js';
import type { IdentifyBearer } from './viewer.js';

/** Tokens that are remembered: those in use, so that a request costs no signature. */
const rememberedTokens = 1000;
/** Milliseconds that one is remembered at the most: keys that the provider takes back count after that. */
const longestRemembered = 5 * 60_000;

/**
 * A token of somebody who has an account here has the account's grants beside the roles of its groups, counts as that
 * account where something is counted by accounts, and is refused while that is disabled.
 */
export function createBearerIdentification(
  issuer: string,
  verify: VerifyAccessToken,
  accounts: Pick<AccountStore, 'findPersonRemembered'>,
  clock: () => Date,
): IdentifyBearer {
  const remembered = new LRUCache<string, VerifiedToken & { readonly until: number }>({ max: rememberedTokens });
  const find = async (token: string): Promise<VerifiedToken | null> => {
    const now = clock().getTime();
    const key = hashSecret(token);
    const known = remembered.get(key);
    if (known && now < known.until) return known;
    remembered.delete(key);
    const verified = await verify(token);
    if (verified === null) return null;
    const until = Math.min(verified.expiresAt.getTime(), now + longestRemembered);
    if (now < until) remembered.set(key, { ...verified, until });
    return verified;
  };
  return async (token) => {
    const verified = await find(token);
    if (verified === null) return null;
    const { identity } = verified;
    const { subject, roles } = identity;
    const { account, grants = [] } = (await accounts.findPersonRemembered({ issuer, subject })) ?? {};
    if (account && account.disabledAt !== null) return null;
    const id = idOf(issuer, subject);
    return {
      accountId: account?.id ?? id,
      username: bearerActor(identity),
      roles,
      ...(grants.length > 0 && identity.isLetIn && { grants }),
      tokenId: id,
    };
  };
}

/** The same for a subject always, in the form of an id; no row has it. */
function idOf(issuer: string, subject: string): string {
  const hex = createHash('sha256').update(`${issuer} ${subject}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
