import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { AccountFacts, TokenFacts, Viewer } from '../../domain/account.js';
import { isUsername } from '../../domain/account.js';
import type { GivenGrant, Grant, GrantedPlace, GrantHolder } from '../../domain/grant.js';
import { quote } from '../../domain/name.js';
import type { Registry } from '../../domain/registry.js';
import { badInput } from '../../errors.js';
import type { Context } from '../context.js';
import { AccountType } from '../types/account.js';
import {
  GrantAccessInput,
  GrantAccessPayload,
  type GrantInput,
  GrantType,
  HeldGrantType,
  RevokeGrantInput,
  RevokeGrantPayload,
} from '../types/grant.js';
import { RegistryType } from '../types/registry.js';
import { TokenType } from '../types/token.js';
import { ViewerType } from '../types/viewer.js';
import { answer } from './mutation.js';

const registryText = 'The registry; null: `allRegistries`.';

@Resolver(() => GrantType)
export class GrantResolver {
  @FieldResolver(() => RegistryType, { nullable: true, description: registryText })
  registry(@Root() place: GrantedPlace, @Ctx() context: Context): Promise<Registry | null> {
    return findPlace(context, place);
  }

  @Mutation(() => GrantAccessPayload, {
    description:
      'Gives an account or a team a right to repositories, for admins, in the place of the right that it had by the ' +
      'same pattern: from the next request on, and on open streams within a second.',
  })
  grantAccess(
    @Arg('input', { description: 'Who gets it, where, and which.' }) input: GrantAccessInput,
    @Ctx() context: Context,
  ): Promise<GrantAccessPayload> {
    const attempt = { action: 'grantAccess', details: describeWanted(input) };
    return answer(context, attempt, async (request) => {
      const { repositories, right } = input;
      const registryId = await findRegistryId(context, input.registry, 'registry');
      const wanted = { holder: readHolder(input), registryId, repositories, right };
      return { grant: await context.identity.grants.give(request, wanted) };
    });
  }

  @Mutation(() => RevokeGrantPayload, {
    description:
      'Takes a right back that an account or a team was given, for admins: from the next request on, and on open ' +
      'streams within a second.',
  })
  revokeGrant(
    @Arg('input', { description: 'The grant.' }) { id }: RevokeGrantInput,
    @Ctx() context: Context,
  ): Promise<RevokeGrantPayload> {
    return answer(context, { action: 'revokeGrant' }, async (request) => ({
      grant: await context.identity.grants.revoke(request, id),
    }));
  }
}

@Resolver(() => HeldGrantType)
export class HeldGrantResolver {
  @FieldResolver(() => RegistryType, { nullable: true, description: registryText })
  registry(@Root() place: GrantedPlace, @Ctx() context: Context): Promise<Registry | null> {
    return findPlace(context, place);
  }
}

@Resolver(() => AccountType)
export class AccountGrantsResolver {
  @FieldResolver(() => [GrantType], {
    description:
      'Rights that it was given itself, beside its roles and what its teams have. Of one that the token lacks it is ' +
      'told to admins alone.',
  })
  grants(@Root() { id }: AccountFacts, @Ctx() { identity, request }: Context): Promise<readonly GivenGrant[]> {
    return identity.grants.listOfAccount(request, id);
  }

  @FieldResolver(() => [String], {
    description:
      'The names of the teams it is in, whose rights it has too; none for a token that lacks some of what the ' +
      'account has by grants.',
  })
  teams(@Root() { id }: AccountFacts, @Ctx() { identity, request }: Context): Promise<readonly string[]> {
    return identity.teams.teamsOf(request, id);
  }
}

@Resolver(() => TokenType)
export class TokenGrantsResolver {
  @FieldResolver(() => [GrantType], {
    description:
      'Rights that it was made with: they count as far as its account has them, by roles or grants. Of a login none: ' +
      'it has those of its account.',
  })
  grants(@Root() { id }: TokenFacts, @Ctx() { identity }: Context): Promise<readonly GivenGrant[]> {
    return identity.grants.listOf('token_id', id);
  }
}

@Resolver(() => ViewerType)
export class ViewerGrantsResolver {
  @FieldResolver(() => [HeldGrantType], {
    description: 'Rights beside those of the roles: by grants to the account and its teams, as far as the token goes.',
  })
  grants(@Root() { grants = [] }: Viewer): readonly Grant[] {
    return grants;
  }
}

/** null: every registry. Throws NOT_FOUND, BAD_USER_INPUT. */
export async function findRegistryId(
  { request, browsing }: Context,
  text: string,
  ...path: string[]
): Promise<string | null> {
  if (text === '*') return null;
  if (text === '') throw badInput('The registry has a name, or is "*" for every registry.', 'input', ...path);
  return (await browsing.registries.find(request, text)).id;
}

async function findPlace({ request, browsing }: Context, { registryId }: GrantedPlace): Promise<Registry | null> {
  return registryId === null ? null : browsing.registries.findKnown(request, registryId);
}

function readHolder({ account, team }: GrantAccessInput): GrantHolder {
  if (typeof account === 'string' && typeof team !== 'string') return { account };
  if (typeof team === 'string' && typeof account !== 'string') return { team };
  throw badInput('One of "account" and "team" is needed, and not both. Nothing was given.', 'input');
}

/** For the audit log, of a grant that may be refused. */
function describeWanted({ account, team, registry, repositories, right }: GrantAccessInput) {
  const named = Object.entries({ account, team }).flatMap(([key, name]) =>
    typeof name === 'string' ? [[key, isUsername(name) ? name : quote(name)] as const] : [],
  );
  return { ...Object.fromEntries(named), ...describePlace({ registry, repositories, right }) };
}

/** A place that somebody names, for the audit log: no longer than names are. */
export function describePlace({ registry, repositories, right }: GrantInput): Readonly<Record<string, unknown>> {
  return { registry: quote(registry), repositories: quote(repositories), right };
}
