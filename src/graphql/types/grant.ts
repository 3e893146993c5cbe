import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { GivenGrant, Grant, Right } from '../../domain/grant.js';
import { createEnumType } from '../enum.js';
import { DateTime } from '../scalars.js';
import { Payload } from './errors.js';

export const RightEnum = createEnumType<Right>(
  'Right',
  'A right to repositories, beside what roles give everywhere. Each has those before it.',
  {
    READ: 'See them, and have them read again.',
    DELETE: 'Delete tags of them, and put tags back.',
    RETAIN: 'Say which tags are deleted by themselves, and have it done.',
  },
);

const registryText = "The registry's name, or its UUID; `*`: every registry, those attached later too.";
const repositoriesText =
  "A pattern of repositories' full names: `*` is any text, slashes too, and `?` any one character. `*` alone: all.";

/** The fields that all grants have. */
@ObjectType()
export abstract class GrantedType implements Pick<Grant, 'repositories' | 'right'> {
  readonly registryId!: string | null;
  @Field({ description: 'It is of every registry, those attached later too: `registry` is null.' })
  allRegistries(): boolean {
    return this.registryId === null;
  }
  @Field(() => String, { description: repositoriesText })
  repositories!: Grant['repositories'];
  @Field(() => RightEnum, { description: 'The right, with all those before it.' })
  right!: Right;
}

@ObjectType('Grant', { description: 'A right that an account, a team or a token was given in a place.' })
export class GrantType extends GrantedType implements Omit<GivenGrant, 'registryId'> {
  @Field(() => ID, { description: 'It names the grant when it is revoked, and in the audit log.' })
  id!: string;
  @Field({ description: 'Who gave it, as the audit log names who does things; of a token who made that.' })
  givenBy!: string;
  @Field(() => DateTime, { description: 'The time when it was given, or last given another right.' })
  givenAt!: Date;
}

@ObjectType('HeldGrant', {
  description: 'A right that somebody has in a place: by grants, by teams, or by the token that is sent.',
})
export class HeldGrantType extends GrantedType {}

/** A place and a right, as inputs name them. */
@InputType('GrantInput', { description: 'A right in a place.' })
export class GrantInput {
  @Field({ description: registryText })
  registry!: string;
  @Field({ description: `${repositoriesText} Up to 255 characters, and 10 \`*\`.` })
  repositories!: string;
  @Field(() => RightEnum, { description: 'The right, with all those before it.' })
  right!: Right;
}

@InputType('GrantAccessInput', { description: 'An account or a team, and a right that it gets in a place.' })
export class GrantAccessInput extends GrantInput {
  @Field(() => String, { nullable: true, description: 'The name of the account: this or `team`.' })
  account?: string | null;
  @Field(() => String, { nullable: true, description: 'The name of the team: this or `account`.' })
  team?: string | null;
}

@InputType('RevokeGrantInput', { description: 'A grant to take back.' })
export class RevokeGrantInput {
  @Field(() => ID, { description: 'Its id, as `Account.grants` and `Team.grants` have it.' })
  id!: string;
}

@ObjectType('GrantAccessPayload', { description: 'The grant that was given.' })
export class GrantAccessPayload extends Payload {
  @Field(() => GrantType, { nullable: true, description: 'The grant; null after a failure.' })
  grant?: GivenGrant | null;
}

@ObjectType('RevokeGrantPayload', { description: 'The grant that was taken back.' })
export class RevokeGrantPayload extends Payload {
  @Field(() => GrantType, { nullable: true, description: 'The grant as it was; null after a failure.' })
  grant?: GivenGrant | null;
}
