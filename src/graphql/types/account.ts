import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { AccountFacts, AccountFilter, Role } from '../../domain/account.js';
import { DateTime } from '../scalars.js';
import { Payload } from './errors.js';
import { createConnectionType } from './page.js';
import { RoleEnum } from './viewer.js';

@ObjectType('Account', { description: 'Somebody, or a machine, that may do something here.' })
export class AccountType implements AccountFacts {
  @Field(() => ID, { description: 'It is of this account alone, and of none that takes its name later.' })
  id!: string;
  @Field({ description: 'Its name, which never changes.' })
  username!: string;
  @Field(() => [RoleEnum], { description: 'The most that its tokens and service keys may do; none: nothing.' })
  roles!: readonly Role[];
  @Field(() => DateTime, { description: 'The time when it was made.' })
  createdAt!: Date;
  @Field(() => DateTime, {
    nullable: true,
    description: 'The time since when nobody logs in to it, and none of its tokens is taken; null: it is not disabled.',
  })
  disabledAt!: Date | null;
  @Field({ description: 'It has a password; machines have none.' })
  hasPassword!: boolean;
  @Field(() => DateTime, {
    nullable: true,
    description:
      'The end of its one-time password, which is only good for changing it; null: the password lasts, or it has none.',
  })
  passwordExpiresAt!: Date | null;
}

export const AccountConnection = createConnectionType(AccountType, 'Account');

@InputType('AccountFilter', { description: 'Which accounts: those that fit every field given.' })
export class AccountFilterInput implements AccountFilter {
  @Field(() => String, { nullable: true, description: 'A part of the name; upper and lower case are the same.' })
  nameContains?: string | null;
  @Field(() => RoleEnum, { nullable: true, description: 'With this role among theirs.' })
  role?: Role | null;
  @Field(() => Boolean, { nullable: true, description: 'true: only disabled ones; false: only the others.' })
  disabled?: boolean | null;
}

@InputType({ description: 'An account.' })
export abstract class AccountTargetInput {
  @Field({ description: 'The name of the account.' })
  username!: string;
}

@InputType('CreateAccountInput', { description: 'An account to make.' })
export class CreateAccountInput extends AccountTargetInput {
  @Field(() => [RoleEnum], { description: 'The rights of the account; none: it may only change its password.' })
  roles!: Role[];
  @Field(() => String, {
    nullable: true,
    description: '8 to 1,024 characters. Absent: a one-time password is made, and is in the payload.',
  })
  password?: string | null;
  @Field(() => Boolean, { nullable: true, defaultValue: true, description: 'false: a machine, which has no password.' })
  canLogIn!: boolean;
}

@InputType('UpdateAccountInput', { description: 'An account, and what changes. What is absent stays.' })
export class UpdateAccountInput extends AccountTargetInput {
  @Field(() => [RoleEnum], {
    nullable: true,
    description: 'The rights it has from its next request on, in place of those before.',
  })
  roles?: Role[] | null;
  @Field(() => Boolean, {
    nullable: true,
    description:
      'true: nobody logs in to it, and its tokens and service keys are ended, for good; false: its password is good ' +
      'again.',
  })
  disabled?: boolean | null;
}

@InputType('DeleteAccountInput', { description: 'An account to remove.' })
export class DeleteAccountInput extends AccountTargetInput {}

@InputType('ResetPasswordInput', { description: 'An account that gets a one-time password.' })
export class ResetPasswordInput extends AccountTargetInput {
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: true,
    description: 'Whether its service keys end too: whoever knew the password may have made some.',
  })
  endServiceKeys!: boolean;
}

@InputType('ChangePasswordInput', { description: 'An account, its password, and the one in its place.' })
export class ChangePasswordInput {
  @Field(() => String, {
    nullable: true,
    description: 'The name of the account. It may be left out where a token of it is sent.',
  })
  username?: string | null;
  @Field({ description: 'The password until now; a one-time password too.' })
  currentPassword!: string;
  @Field({ description: '8 to 1,024 characters, and another than until now.' })
  newPassword!: string;
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Whether all its service keys end too. Those that another token than a login made end with that.',
  })
  endServiceKeys!: boolean;
}

const endedTokens = 'How many valid tokens ended with it.';

@ObjectType('CreateAccountPayload', { description: 'The account that was made.' })
export class CreateAccountPayload extends Payload {
  @Field(() => AccountType, { nullable: true, description: 'The account.' })
  account?: AccountFacts | null;
  @Field(() => String, {
    nullable: true,
    description:
      'A password that was made for it, shown only now: good for 24 hours, for `changePassword` and nothing else.',
  })
  oneTimePassword?: string | null;
}

@ObjectType('UpdateAccountPayload', { description: 'The account after a change.' })
export class UpdateAccountPayload extends Payload {
  @Field(() => AccountType, { nullable: true, description: 'The account.' })
  account?: AccountFacts | null;
  @Field(() => Int, { nullable: true, description: endedTokens })
  endedTokens?: number | null;
}

@ObjectType('DeleteAccountPayload', { description: 'The account that was removed.' })
export class DeleteAccountPayload extends Payload {
  @Field(() => String, { nullable: true, description: 'The name that it had.' })
  deletedUsername?: string | null;
}

@ObjectType('ResetPasswordPayload', { description: 'An account, and its one-time password.' })
export class ResetPasswordPayload extends Payload {
  @Field(() => AccountType, { nullable: true, description: 'The account.' })
  account?: AccountFacts | null;
  @Field(() => String, {
    nullable: true,
    description: 'Shown only now: good for 24 hours, for `changePassword` and nothing else.',
  })
  oneTimePassword?: string | null;
}

@ObjectType('ChangePasswordPayload', { description: 'The account whose password was changed.' })
export class ChangePasswordPayload extends Payload {
  @Field(() => AccountType, { nullable: true, description: 'The account.' })
  account?: AccountFacts | null;
  @Field(() => Int, {
    nullable: true,
    description: 'How many valid tokens ended with it: all but the one that was sent. Service keys stay.',
  })
  endedTokens?: number | null;
}
