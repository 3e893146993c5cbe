import { Arg, Args, Ctx, Extensions, Mutation, Query, Resolver } from 'type-graphql';
import type { Attempt } from '../../catalogue/audit.js';
import type { AccountFacts } from '../../domain/account.js';
import { nameAccount } from '../../domain/audit.js';
import type { Context } from '../context.js';
import {
  AccountConnection,
  AccountFilterInput,
  AccountType,
  ChangePasswordInput,
  ChangePasswordPayload,
  CreateAccountInput,
  CreateAccountPayload,
  DeleteAccountInput,
  DeleteAccountPayload,
  ResetPasswordInput,
  ResetPasswordPayload,
  UpdateAccountInput,
  UpdateAccountPayload,
} from '../types/account.js';
import { type Connection, PageArgs, readPage, toConnection } from '../types/page.js';
import { answer } from './mutation.js';

@Resolver(() => AccountType)
export class AccountResolver {
  @Extensions({ volatile: true })
  @Query(() => AccountConnection, { nullable: true, description: 'All accounts, by name: for admins.' })
  async accounts(
    @Args() args: PageArgs,
    @Arg('filter', () => AccountFilterInput, { nullable: true, description: 'Only these.' })
    filter: AccountFilterInput | null,
    @Ctx() context: Context,
  ): Promise<Connection<AccountFacts>> {
    const { identity, request } = context;
    return toConnection(await identity.administration.list(request, filter ?? {}, readPage(args, context)));
  }

  @Extensions({ volatile: true })
  @Query(() => AccountType, {
    nullable: true,
    description: "One's own account; any to admins. null with NOT_FOUND when there is none of that name.",
  })
  account(
    @Arg('username', { description: 'Its name.' }) username: string,
    @Ctx() { identity, request }: Context,
  ): Promise<AccountFacts> {
    return identity.administration.find(request, username);
  }

  @Mutation(() => CreateAccountPayload, {
    description: 'Makes an account, for admins: somebody who logs in, or a machine without a password.',
  })
  createAccount(
    @Arg('input', { description: 'The account.' }) { password, ...wanted }: CreateAccountInput,
    @Ctx() context: Context,
  ): Promise<CreateAccountPayload> {
    return answer(context, toAttempt('createAccount', wanted), (request) =>
      context.identity.administration.create(request, { ...wanted, password: password ?? null }),
    );
  }

  @Mutation(() => UpdateAccountPayload, {
    description:
      'Says what an account may do, and whether it may do anything, for admins: from its next request on, and on ' +
      'open streams within a second. The last admin who can log in stays one.',
  })
  updateAccount(
    @Arg('input', { description: 'The account, and what changes.' }) input: UpdateAccountInput,
    @Ctx() context: Context,
  ): Promise<UpdateAccountPayload> {
    const { username, roles, disabled } = input;
    const changes = { roles: roles ?? undefined, isDisabled: disabled ?? undefined };
    return answer(context, toAttempt('updateAccount', { username, ...changes }), (request) =>
      context.identity.administration.change(request, username, changes),
    );
  }

  @Mutation(() => DeleteAccountPayload, {
    description:
      'Removes an account, its tokens, and the service keys that it made, for admins. Its name stays in the audit ' +
      'log, and can be taken again. The last admin who can log in stays.',
  })
  deleteAccount(
    @Arg('input', { description: 'The account to remove.' }) { username }: DeleteAccountInput,
    @Ctx() context: Context,
  ): Promise<DeleteAccountPayload> {
    return answer(context, toAttempt('deleteAccount', { username }), async (request) => ({
      deletedUsername: (await context.identity.administration.remove(request, username)).username,
    }));
  }

  @Mutation(() => ResetPasswordPayload, {
    description:
      'Gives an account a one-time password in place of its own, for admins, and ends its tokens and service keys. ' +
      'The last admin who can log in changes the password instead.',
  })
  resetPassword(
    @Arg('input', { description: 'The account.' }) input: ResetPasswordInput,
    @Ctx() context: Context,
  ): Promise<ResetPasswordPayload> {
    return answer(context, toAttempt('resetPassword', input), (request) =>
      context.identity.administration.resetPassword(request, input),
    );
  }

  @Mutation(() => ChangePasswordPayload, {
    description:
      'Puts another password in the place of the one that is given, which counts as a login does, and ends the ' +
      "account's other tokens; its service keys stay. Needs no token, as `login`; one of both, once in an operation.",
  })
  changePassword(
    @Arg('input', { description: 'The account, and both passwords.' }) input: ChangePasswordInput,
    @Ctx() context: Context,
  ): Promise<ChangePasswordPayload> {
    const { identity, clientAddress, viewer } = context;
    const { username = null, currentPassword, newPassword, endServiceKeys } = input;
    // Of a stranger the name is taken on trust, as a login's.
    const isStranger = viewer === null && username !== null;
    const attempt = { action: 'changePassword', ...(isStranger && { username }), details: { clientAddress } };
    return answer(context, attempt, (request) =>
      identity.passwords.change(request, { username, currentPassword, newPassword, endServiceKeys }, clientAddress),
    );
  }
}

/** For the audit log: without a password. */
function toAttempt(
  action: string,
  { username, roles, isDisabled }: { username: string; roles?: unknown; isDisabled?: unknown },
): Attempt {
  const given = Object.entries({ roles, isDisabled }).filter(([, value]) => value !== undefined && value !== null);
  return { action, details: { ...nameAccount(username), ...Object.fromEntries(given) } };
}
