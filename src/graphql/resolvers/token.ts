import { Arg, Args, Ctx, Extensions, Mutation, Query, Resolver } from 'type-graphql';
import type { TokenName } from '../../auth/tokens.js';
import type { TokenFacts } from '../../domain/account.js';
import { parseRepositoryGlob } from '../../domain/glob.js';
import { type Grant, maxGrants } from '../../domain/grant.js';
import { isUuid } from '../../domain/name.js';
import { badInput } from '../../errors.js';
import type { Context } from '../context.js';
import { type Connection, costOfTotal, PageArgs, readPage, toConnection } from '../types/page.js';
import {
  CreateTokenInput,
  CreateTokenPayload,
  LogoutPayload,
  RevokeTokenInput,
  RevokeTokenPayload,
  TokenConnection,
  TokenFilterInput,
  TokenType,
} from '../types/token.js';
import type { GrantInput } from '../types/grant.js';
import { describePlace, findRegistryId } from './grant.js';
import { answer } from './mutation.js';

@Resolver(() => TokenType)
export class TokenResolver {
  @Extensions({
    volatile: true,
    cost: { points: costOfTotal, filters: { username: costOfTotal, kind: costOfTotal, valid: costOfTotal } },
  })
  @Query(() => TokenConnection, {
    nullable: true,
    description:
      "One's own tokens and service keys that have no more rights than the token that asks, newest first; to admins " +
      'those of all accounts.',
  })
  async tokens(
    @Args() args: PageArgs,
    @Arg('filter', () => TokenFilterInput, { nullable: true, description: 'Only these.' })
    filter: TokenFilterInput | null,
    @Ctx() context: Context,
  ): Promise<Connection<TokenFacts>> {
    const { identity, request } = context;
    return toConnection(await identity.tokens.list(request, filter ?? {}, readPage(args, context)));
  }

  @Mutation(() => CreateTokenPayload, {
    description:
      "Makes a token of one's own account, or a service key, which is shown once. Neither has more rights than the " +
      'token that asks, nor ever more than the account. An account has up to 200 valid ones.',
  })
  createToken(
    @Arg('input', { description: 'The token.' }) { roles, grants, ...wanted }: CreateTokenInput,
    @Ctx() context: Context,
  ): Promise<CreateTokenPayload> {
    const { label, kind } = wanted;
    const shown = grants?.slice(0, maxGrants).map(describePlace);
    const details = { kind, label: label.slice(0, 100), ...(roles && { roles }), ...(shown && { grants: shown }) };
    return answer(context, { action: 'createToken', details }, async (request) => {
      const places = grants ? await readGrants(context, grants) : null;
      return context.identity.tokens.create(request, { ...wanted, roles: roles ?? null, grants: places });
    });
  }

  @Mutation(() => RevokeTokenPayload, {
    description:
      "Ends a token or service key: one's own that has no more rights than the token that asks, to admins any, and " +
      'by itself whoever has it. Its next request is refused, and its streams end within a second.',
  })
  revokeToken(
    @Arg('input', { description: 'The token or service key.' }) input: RevokeTokenInput,
    @Ctx() context: Context,
  ): Promise<RevokeTokenPayload> {
    const { id } = input;
    const details = id && isUuid(id) ? { tokenId: id } : null;
    return answer(context, { action: 'revokeToken', details }, async (request) => ({
      token: await context.identity.tokens.revoke(request, readName(input)),
    }));
  }

  @Mutation(() => LogoutPayload, {
    description: 'Ends the token, or the session, that it is sent with; the cookie of a session is removed.',
  })
  logout(@Ctx() context: Context): Promise<LogoutPayload> {
    return answer(context, { action: 'logout' }, async (request) => {
      const token = await context.identity.tokens.logOut(request);
      if (context.viewer?.isSession) context.session.clear();
      return { token };
    });
  }
}

/** Throws NOT_FOUND, BAD_USER_INPUT naming which. */
async function readGrants(context: Context, grants: readonly GrantInput[]): Promise<Grant[]> {
  if (grants.length > maxGrants)
    throw badInput(`"grants" takes up to ${maxGrants}, got ${grants.length}.`, 'input', 'grants');
  const found: Grant[] = [];
  for (const [at, { registry, repositories, right }] of grants.entries()) {
    const path = ['grants', String(at)];
    const registryId = await findRegistryId(context, registry, ...path, 'registry');
    found.push({
      registryId,
      repositories: parseRepositoryGlob(repositories, 'input', ...path, 'repositories'),
      right,
    });
  }
  return found;
}

function readName({ id, secret, kind }: RevokeTokenInput): TokenName {
  const ofKind = kind ? { kind } : {};
  if (typeof id === 'string' && typeof secret !== 'string') return { id, ...ofKind };
  if (typeof secret === 'string' && typeof id !== 'string') return { secret, ...ofKind };
  throw badInput('One of "id" and "secret" is needed, and not both. Nothing was ended.', 'input');
}
