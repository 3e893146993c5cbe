import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { maxTeamDescription, maxTeams, type TeamFacts } from '../../domain/grant.js';
import { DateTime } from '../scalars.js';
import { Payload } from './errors.js';
import { createConnectionType } from './page.js';

@ObjectType('Team', { description: 'Accounts that are given rights together.' })
export class TeamType implements TeamFacts {
  @Field(() => ID, { description: 'It is of this team alone, and of none that takes its name later.' })
  id!: string;
  @Field({ description: 'Its name, which never changes.' })
  name!: string;
  @Field({ description: 'Its purpose, as an admin says; empty: nothing was said.' })
  description!: string;
  @Field(() => DateTime, { description: 'The time when it was made.' })
  createdAt!: Date;
}

export const TeamConnection = createConnectionType(TeamType, 'Team');

@InputType({ description: 'A team.' })
export abstract class TeamTargetInput {
  @Field({ description: 'The name of the team.' })
  name!: string;
}

const descriptionText = `Its purpose: up to ${maxTeamDescription} characters.`;

@InputType('CreateTeamInput', { description: 'A team to make.' })
export class CreateTeamInput extends TeamTargetInput {
  @Field(() => String, { nullable: true, defaultValue: '', description: descriptionText })
  description!: string;
  @Field(() => [String], {
    nullable: true,
    defaultValue: [],
    description: `Names of accounts: up to ${maxTeams.members}, each in ${maxTeams.ofAccount} teams at the most.`,
  })
  members!: string[];
}

@InputType('UpdateTeamInput', { description: 'A team, and what changes. What is absent stays.' })
export class UpdateTeamInput extends TeamTargetInput {
  @Field(() => String, { nullable: true, description: descriptionText })
  description?: string | null;
  @Field(() => [String], { nullable: true, description: 'Names of accounts that are members from now on.' })
  addMembers?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'Names of accounts that are no members any more.' })
  removeMembers?: string[] | null;
}

@InputType('DeleteTeamInput', { description: 'A team to remove.' })
export class DeleteTeamInput extends TeamTargetInput {}

@ObjectType('CreateTeamPayload', { description: 'The team that was made.' })
export class CreateTeamPayload extends Payload {
  @Field(() => TeamType, { nullable: true, description: 'The team; null after a failure.' })
  team?: TeamFacts | null;
}

@ObjectType('UpdateTeamPayload', { description: 'The team after a change.' })
export class UpdateTeamPayload extends Payload {
  @Field(() => TeamType, { nullable: true, description: 'The team; null after a failure.' })
  team?: TeamFacts | null;
}

@ObjectType('DeleteTeamPayload', { description: 'The team that was removed.' })
export class DeleteTeamPayload extends Payload {
  @Field(() => String, { nullable: true, description: 'The name that it had.' })
  deletedName?: string | null;
}
