import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql';
import { countRepositories, findRepository, judgeRegistry, listRepositories } from '../../catalogue/repositories.js';
import type { Repository } from '../../domain/catalogue.js';
import type { Freshness } from '../../domain/freshness.js';
import { assertPageSize, type PageRequest } from '../../domain/page.js';
import type { Registry } from '../../domain/registry.js';
import type { Context } from '../context.js';
import { FreshnessType } from '../types/common.js';
import { type Connection, toConnection } from '../types/page.js';
import { RegistryCapabilitiesType, RegistryHealthType, RegistryType } from '../types/registry.js';
import { RepositoryConnection, RepositoryType } from '../types/repository.js';

@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: 20, description: 'How many items at the most: 1 to 100.' })
  first!: number;
  @Field(() => String, { nullable: true, description: "Only items after this cursor: a page's `endCursor`." })
  after?: string | null;
}

/** Throws BAD_USER_INPUT for a page over the caller's limit. */
export function readPage({ first, after }: PageArgs, { pageLimit }: Context): PageRequest {
  assertPageSize(first, pageLimit);
  return { first, after: after ?? null };
}

@Resolver(() => RegistryType)
export class RegistryResolver {
  @FieldResolver(() => ID, { description: 'The UUID of the REST API.' })
  id(@Root() registry: Registry): string {
    return registry.id;
  }

  @FieldResolver(() => Boolean, { description: 'It is asked with credentials. Credentials are write-only.' })
  hasCredentials(@Root() registry: Registry): boolean {
    return registry.username !== null;
  }

  @FieldResolver(() => Boolean, { description: 'It is trusted through a CA certificate of its own.' })
  hasCaCertificate(@Root() registry: Registry): boolean {
    return registry.caCertificate !== null;
  }

  @FieldResolver(() => RegistryHealthType, { description: 'What the last contact showed.' })
  async health(@Root() registry: Registry, @Ctx() { session }: Context): Promise<RegistryHealthType> {
    return (await session.loaders.registryState.load(registry.id)).health;
  }

  @FieldResolver(() => RegistryCapabilitiesType, { description: 'What it can do, learnt from its own answers.' })
  async capabilities(@Root() registry: Registry, @Ctx() { session }: Context): Promise<RegistryCapabilitiesType> {
    const { catalogSupported, canDelete } = await session.loaders.registryState.load(registry.id);
    return { catalog: catalogSupported, deleteManifest: canDelete === null ? null : canDelete === 'enabled' };
  }

  @FieldResolver(() => FreshnessType, { description: 'How old its list of repositories is, and why.' })
  freshness(@Root() registry: Registry, @Ctx() { session }: Context): Promise<Freshness> {
    return judgeRegistry(session, registry);
  }

  @FieldResolver(() => RepositoryType, { nullable: true, description: 'One repository; null with NOT_FOUND when the registry has none of that name.' })
  repository(
    @Root() registry: Registry,
    @Arg('name', { description: 'The full name: `library/registry`.' }) name: string,
    @Ctx() { session }: Context,
  ): Promise<Repository> {
    return findRepository(session, registry, name);
  }

  @FieldResolver(() => RepositoryConnection, {
    nullable: true,
    complexity: ({ args, childComplexity }) => args.first * (1 + childComplexity),
    description: 'Its repositories that have tags, in name order; null with an error when they could never be read.',
  })
  async repositories(@Root() registry: Registry, @Args() args: PageArgs, @Ctx() context: Context): Promise<Connection<Repository>> {
    return toConnection(await listRepositories(context.session, registry, readPage(args, context)));
  }

  @FieldResolver(() => Int, { nullable: true, description: 'How many repositories are not known to be empty; null with an error when they could never be read.' })
  repositoryCount(@Root() registry: Registry, @Ctx() { session }: Context): Promise<number> {
    return countRepositories(session, registry);
  }
}
