import { Arg, Args, Ctx, Extensions, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { nameTeam } from '../../auth/teams.js';
import type { GivenGrant, TeamFacts } from '../../domain/grant.js';
import type { Context } from '../context.js';
import { GrantType } from '../types/grant.js';
import { type Connection, PageArgs, readPage, toConnection } from '../types/page.js';
import {
  CreateTeamInput,
  CreateTeamPayload,
  DeleteTeamInput,
  DeleteTeamPayload,
  TeamConnection,
  TeamType,
  UpdateTeamInput,
  UpdateTeamPayload,
} from '../types/team.js';
import { answer } from './mutation.js';

@Resolver(() => TeamType)
export class TeamResolver {
  @Extensions({ volatile: true })
  @Query(() => TeamConnection, { nullable: true, description: 'All teams, by name: for admins.' })
  async teams(@Args() args: PageArgs, @Ctx() context: Context): Promise<Connection<TeamFacts>> {
    return toConnection(await context.identity.teams.list(context.request, readPage(args, context)));
  }

  @Extensions({ volatile: true })
  @Query(() => TeamType, {
    nullable: true,
    description: 'One team, for admins; null with NOT_FOUND when there is none of that name.',
  })
  team(
    @Arg('name', { description: 'Its name.' }) name: string,
    @Ctx() { identity, request }: Context,
  ): Promise<TeamFacts> {
    return identity.teams.find(request, name);
  }

  @FieldResolver(() => [String], { description: 'The names of its accounts, in their order.' })
  members(@Root() { id }: TeamFacts, @Ctx() { identity }: Context): Promise<readonly string[]> {
    return identity.teams.membersOf(id);
  }

  @FieldResolver(() => [GrantType], { description: 'Rights that each of its members has.' })
  grants(@Root() { id }: TeamFacts, @Ctx() { identity }: Context): Promise<readonly GivenGrant[]> {
    return identity.grants.listOf('team_id', id);
  }

  @Mutation(() => CreateTeamPayload, { description: 'Makes a team, for admins. What it may do says `grantAccess`.' })
  createTeam(
    @Arg('input', { description: 'The team.' }) wanted: CreateTeamInput,
    @Ctx() context: Context,
  ): Promise<CreateTeamPayload> {
    return answer(context, toAttempt('createTeam', wanted.name), async (request) => ({
      team: await context.identity.teams.create(request, wanted),
    }));
  }

  @Mutation(() => UpdateTeamPayload, {
    description: 'Changes a team, for admins: who is in it counts on the next request of each.',
  })
  updateTeam(
    @Arg('input', { description: 'The team, and what changes.' }) input: UpdateTeamInput,
    @Ctx() context: Context,
  ): Promise<UpdateTeamPayload> {
    const { name, description, addMembers, removeMembers } = input;
    const changes = {
      ...(typeof description === 'string' && { description }),
      ...(addMembers && { added: addMembers }),
      ...(removeMembers && { removed: removeMembers }),
    };
    return answer(context, toAttempt('updateTeam', name), async (request) => ({
      team: await context.identity.teams.change(request, name, changes),
    }));
  }

  @Mutation(() => DeleteTeamPayload, {
    description: 'Removes a team and its grants, for admins. Its members stay, without what it gave them.',
  })
  deleteTeam(
    @Arg('input', { description: 'The team to remove.' }) { name }: DeleteTeamInput,
    @Ctx() context: Context,
  ): Promise<DeleteTeamPayload> {
    return answer(context, toAttempt('deleteTeam', name), async (request) => ({
      deletedName: (await context.identity.teams.remove(request, name)).name,
    }));
  }
}

function toAttempt(action: string, name: string) {
  return { action, details: { team: nameTeam(name) } };
}
