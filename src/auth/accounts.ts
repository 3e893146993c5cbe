import { assertAllowed, isAllowed } from '../catalogue/access.js';
import type { MutationContext } from '../catalogue/audit.js';
import type { RequestContext } from '../catalogue/context.js';
import {
  type AccountFacts,
  type AccountFilter,
  findPasswordFault,
  isUsername,
  meetRoles,
  type Role,
  oneTimeLifetime,
} from '../domain/account.js';
import { quote } from '../domain/name.js';
import type { Page, PageRequest } from '../domain/page.js';
import { badInput, notFound } from '../errors.js';
import { pageAccounts, toFacts } from '../store/accounts/accountlists.js';
import type { AccountStore } from '../store/accounts/accounts.js';
import { changeAccount, removeAccount } from '../store/accounts/changes.js';
import type { PasswordHasher } from './password.js';
import { createRandomText } from './token.js';

export interface AccountParts {
  readonly accounts: AccountStore;
  readonly hasher: PasswordHasher;
  readonly clock: () => Date;
}

export interface WantedAccount {
  readonly username: string;
  readonly roles: readonly Role[];
  /** null: a one-time password is made. */
  readonly password: string | null;
  /** false: a machine's, without a password. */
  readonly canLogIn: boolean;
}

/** `oneTimePassword`: to be shown once; null: none was made. */
export interface MadePassword {
  readonly account: AccountFacts;
  readonly oneTimePassword: string | null;
}

/** Accounts, as admins manage them; of its own account everybody is told. */
export class AccountAdministration {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /** By name. Throws FORBIDDEN for all but admins, BAD_USER_INPUT. */
  async list({ viewer }: RequestContext, filter: AccountFilter, page: PageRequest): Promise<Page<AccountFacts>> {
    assertAllowed(viewer, 'oversee');
    return pageAccounts(this.#parts.accounts.kysely, filter, page);
  }

  /**
   * Of one's own account, the roles as far as the token has them. Throws NOT_FOUND; FORBIDDEN for another account than
   * one's own, but to admins.
   */
  async find({ viewer }: RequestContext, username: string): Promise<AccountFacts> {
    if (viewer?.username !== username) assertAllowed(viewer, 'oversee');
    const account = isUsername(username) ? await this.#parts.accounts.find(username) : null;
    if (account && isAllowed(viewer, 'oversee')) return toFacts(account);
    if (account) return { ...toFacts(account), roles: meetRoles(account.roles, viewer?.roles ?? []) };
    throw notFound(`There is no account ${quote(username)}.`);
  }

  /** Throws CONFLICT for a name that is taken, BAD_USER_INPUT, OVERLOADED. */
  async create({ viewer, deed }: MutationContext, wanted: WantedAccount): Promise<MadePassword> {
    assertAllowed(viewer, 'administer');
    const { accounts, hasher, clock } = this.#parts;
    const { username, password, canLogIn } = wanted;
    if (!isUsername(username))
      throw badInput('"username" must be 1 to 64 of a-z, 0-9, ".", "_", "@" and "-".', 'input', 'username');
    if (!canLogIn && password !== null) throw badInput('An account that cannot log in has no password.', 'input');
    if (password !== null) assertPassword(password, 'password');
    const oneTimePassword = canLogIn && password === null ? createRandomText(20) : null;
    const given = password ?? oneTimePassword;
    const account = {
      username,
      roles: [...new Set(wanted.roles)],
      passwordHash: given === null ? null : await hasher.hash(given),
      passwordExpiresAt: oneTimePassword === null ? null : new Date(clock().getTime() + oneTimeLifetime),
    };
    const details = { username, roles: account.roles, canLogIn, isOneTime: oneTimePassword !== null };
    const made = await deed.commit((entry) => accounts.create(account, entry({ details })));
    return { account: toFacts(made), oneTimePassword };
  }

  /**
   * Says what an account may do, and whether it may do anything: what is absent stays. A disabled one has its tokens
   * and service keys ended. Throws NOT_FOUND, LAST_ADMIN.
   */
  async change(
    { viewer, deed }: MutationContext,
    username: string,
    { roles, isDisabled }: { readonly roles?: readonly Role[] | undefined; readonly isDisabled?: boolean | undefined },
  ): Promise<{ readonly account: AccountFacts; readonly endedTokens: number }> {
    assertAllowed(viewer, 'administer');
    const { accounts, clock } = this.#parts;
    const changes = { roles: roles && [...new Set(roles)], isDisabled };
    const { account, endedTokens } = await deed.commit((entry) =>
      accounts.transact((trx) =>
        changeAccount(trx, { username }, changes, clock(), ({ before, endedTokens }) => {
          const was = { roles: before.roles, isDisabled: before.disabledAt !== null };
          return entry({ details: { username: before.username, ...withoutAbsent(changes), before: was, endedTokens } });
        }),
      ),
    );
    return { account: toFacts(account), endedTokens };
  }

  /** With its tokens and the service keys that it made. Throws NOT_FOUND, LAST_ADMIN. */
  async remove({ viewer, deed }: MutationContext, username: string): Promise<AccountFacts> {
    assertAllowed(viewer, 'administer');
    const { accounts, clock } = this.#parts;
    const { before } = await deed.commit((entry) =>
      accounts.transact((trx) =>
        removeAccount(trx, { username }, clock(), ({ before: { roles }, endedTokens }) =>
          entry({ details: { username, roles, endedTokens } }),
        ),
      ),
    );
    return toFacts(before);
  }

  /**
   * Gives the account a one-time password in place of what it had, and ends its tokens and, unless they are to
   * stay, its service keys. Throws
   * NOT_FOUND, OVERLOADED, LAST_ADMIN: nobody logs in with a one-time password.
   */
  async resetPassword(
    { viewer, deed }: MutationContext,
    { username, endServiceKeys }: { readonly username: string; readonly endServiceKeys: boolean },
  ): Promise<MadePassword> {
    assertAllowed(viewer, 'administer');
    const { accounts, hasher, clock } = this.#parts;
    const oneTimePassword = createRandomText(20);
    const now = clock();
    const password = {
      hash: await hasher.hash(oneTimePassword),
      expiresAt: new Date(now.getTime() + oneTimeLifetime),
      endsTokens: true,
      endsServiceKeys: endServiceKeys,
    };
    const { account } = await deed.commit((entry) =>
      accounts.transact((trx) =>
        changeAccount(trx, { username }, { password }, now, ({ endedTokens }) =>
          entry({ details: { username, expiresAt: password.expiresAt, endedTokens } }),
        ),
      ),
    );
    return { account: toFacts(account), oneTimePassword };
  }
}

/** Throws BAD_USER_INPUT naming the field of the input. */
export function assertPassword(password: string, field: string): void {
  const fault = findPasswordFault(password);
  if (fault !== null) throw badInput(`"${field}" ${fault}`, 'input', field);
}

function withoutAbsent(changes: object): object {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}
