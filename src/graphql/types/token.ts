import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { type Role, tokenDays, type TokenFacts, type TokenFilter, type TokenKind } from '../../domain/account.js';
import { createEnumType } from '../enum.js';
import { DateTime } from '../scalars.js';
import { Payload } from './errors.js';
import { GrantInput } from './grant.js';
import { createConnectionType } from './page.js';
import { RoleEnum } from './viewer.js';

export const TokenKindEnum = createEnumType<TokenKind>('TokenKind', 'The way that a token came to be, and is sent.', {
  LOGIN: 'It was given for a password, or by single sign-on.',
  TOKEN: 'It was made by `createToken`, or by a command: `X-Access-Token: username:token`.',
  SERVICE_KEY: 'A machine speaks for itself by it: `X-Service-Key: key`. Changes of passwords leave it, resets end it.',
});

/** Nobody asks for a token of a login but by logging in. */
export const CreatedTokenKindEnum = createEnumType<Exclude<TokenKind, 'LOGIN'>>(
  'CreatedTokenKind',
  'A kind of token that can be made.',
  {
    TOKEN: 'It speaks for its account: `X-Access-Token: username:token`.',
    SERVICE_KEY: 'It speaks for itself: `X-Service-Key: key`.',
  },
);

@ObjectType('Token', {
  description: 'A token or service key of an account, as far as may be told: it is itself shown only when it is made.',
})
export class TokenType implements TokenFacts {
  @Field(() => ID, { description: 'It names the token when it is revoked, and in the audit log. It opens nothing.' })
  id!: string;
  @Field(() => TokenKindEnum, { description: 'The way that it is sent.' })
  kind!: TokenKind;
  @Field({ description: 'The account that it is of, or that made it.' })
  username!: string;
  @Field({ description: 'The purpose that its maker gave.' })
  label!: string;
  @Field(() => [RoleEnum], { description: 'As granted; roles that its account loses, it has lost for good.' })
  roles!: readonly Role[];
  @Field(() => DateTime, { description: 'The time when it was made.' })
  createdAt!: Date;
  @Field(() => DateTime, { description: 'The time from which it is no longer valid.' })
  expiresAt!: Date;
  @Field(() => DateTime, { nullable: true, description: 'Its last use, to the minute; null: it was never used.' })
  lastUsedAt!: Date | null;
  @Field(() => String, { nullable: true, description: 'The address that its last use came from, where that is known.' })
  lastUsedFrom!: string | null;
  @Field(() => DateTime, { nullable: true, description: 'The time when it was ended; null: it was not.' })
  revokedAt!: Date | null;
}

export const TokenConnection = createConnectionType(TokenType, 'Token');

@InputType('TokenFilter', { description: 'Which tokens: those that fit every field given.' })
export class TokenFilterInput implements TokenFilter {
  @Field(() => String, { nullable: true, description: 'Of this account.' })
  username?: string | null;
  @Field(() => TokenKindEnum, { nullable: true, description: 'Of this kind.' })
  kind?: TokenKind | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'true: only valid ones; false: only those that are revoked or expired, which are kept for 30 days.',
  })
  valid?: boolean | null;
}

@InputType('CreateTokenInput', { description: 'A token or service key to make.' })
export class CreateTokenInput {
  @Field(() => CreatedTokenKindEnum, {
    nullable: true,
    defaultValue: 'TOKEN',
    description: 'The way that it is to be sent.',
  })
  kind!: Exclude<TokenKind, 'LOGIN'>;
  @Field(() => String, { nullable: true, defaultValue: '', description: 'Its purpose: up to 100 characters.' })
  label!: string;
  @Field(() => [RoleEnum], {
    nullable: true,
    description:
      'The roles of it: never more than of the token that asks, whose roles and grants it has where both are absent; ' +
      'none where there are only `grants`.',
  })
  roles?: Role[] | null;
  @Field(() => [GrantInput], {
    nullable: true,
    description:
      'Rights in places, up to 100: within those of the token that asks, by its roles or grants, or FORBIDDEN. They ' +
      'count as far as the account has them at the time. None where there are only `roles`.',
  })
  grants?: GrantInput[] | null;
  @Field(() => Int, {
    nullable: true,
    defaultValue: tokenDays.usual,
    description: 'Days that it is valid: 1 to 365.',
  })
  expiresInDays!: number;
}

@InputType('RevokeTokenInput', { description: 'A token or service key to end: by its `id`, or by itself.' })
export class RevokeTokenInput {
  @Field(() => ID, { nullable: true, description: 'The id, as `tokens` has it.' })
  id?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'The token or key itself, in place of the id: whoever has it may end it.',
  })
  secret?: string | null;
  @Field(() => TokenKindEnum, { nullable: true, description: 'The kind that it must be of: NOT_FOUND for another.' })
  kind?: TokenKind | null;
}

@ObjectType('CreateTokenPayload', { description: 'The token that was made.' })
export class CreateTokenPayload extends Payload {
  @Field(() => TokenType, { nullable: true, description: 'All that may be told of it.' })
  token?: TokenFacts | null;
  @Field(() => String, { nullable: true, description: 'The token, or service key, itself: shown only now.' })
  secret?: string | null;
}

@ObjectType('RevokeTokenPayload', { description: 'The token that was ended.' })
export class RevokeTokenPayload extends Payload {
  @Field(() => TokenType, { nullable: true, description: 'All that may be told of it.' })
  token?: TokenFacts | null;
}

@ObjectType('LogoutPayload', { description: 'The token that was ended.' })
export class LogoutPayload extends Payload {
  @Field(() => TokenType, { nullable: true, description: 'All that may be told of it.' })
  token?: TokenFacts | null;
}
