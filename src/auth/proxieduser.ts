import { isUsername } from '../domain/account.js';
import { valuesOfHeader } from '../domain/rawheaders.js';
import { GatewayError } from '../errors.js';
import type { AccountStore } from '../store/accounts/accounts.js';
import type { Caller } from './viewer.js';

/**
 * Says whom a proxy names in its header, of a request that has no token or key of its own: an account, with its roles
 * and grants. null: the header is not there, or empty, as of somebody whom the proxy does not know. Throws
 * UNAUTHENTICATED for a name that no account has, a disabled account, and a header that is there twice.
 */
export type IdentifyProxied = (rawHeaders: readonly string[]) => Promise<Caller | null>;

/** `header` in small letters. */
export function createProxiedIdentification(
  header: string,
  accounts: Pick<AccountStore, 'findRemembered'>,
): IdentifyProxied {
  return async (rawHeaders) => {
    const names = valuesOfHeader(rawHeaders, header);
    if (hasOwnToken(rawHeaders) || names.every((name) => name === '')) return null;
    const [name = ''] = names;
    const account = names.length === 1 && isUsername(name) ? await accounts.findRemembered(name) : null;
    if (account === null || account.disabledAt !== null) throw unknown(header);
    const { id: accountId, username, roles, grants } = account;
    return { accountId, username, roles, ...(grants.length > 0 && { grants }) };
  };
}

/** Whether a request has a token or a key of its own. A Basic password is a proxy's: what it let somebody in by. */
export function hasOwnToken(rawHeaders: readonly string[]): boolean {
  const has = (name: string): boolean => valuesOfHeader(rawHeaders, name).length > 0;
  const isBearer = valuesOfHeader(rawHeaders, 'authorization').some((value) => /^bearer /i.test(value));
  return has('x-access-token') || has('x-service-key') || isBearer;
}

function unknown(header: string): GatewayError {
  const what = `The proxy names somebody in ${header} who has no account here, or a disabled one.`;
  return new GatewayError('UNAUTHENTICATED', `${what} An admin makes one of that name: createAccount.`);
}
