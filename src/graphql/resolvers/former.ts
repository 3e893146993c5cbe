import { Arg, Args, Ctx, Extensions, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { FormerRepository, TagRevision } from '../../domain/catalogue.js';
import type { Registry } from '../../domain/registry.js';
import type { Context } from '../context.js';
import { FormerRepositoryConnection, FormerRepositoryType, TagRevisionConnection } from '../types/history.js';
import { type Connection, PageArgs, readPage, toConnection } from '../types/page.js';
import { RegistryType } from '../types/registry.js';

/** Points of a list that may look through all that is kept of the past. */
const costOfFormer = 50;

@Resolver(() => FormerRepositoryType)
export class FormerResolver {
  @FieldResolver(() => RegistryType, { description: 'The registry that it was in.' })
  registry(@Root() { registryId }: FormerRepository, @Ctx() { request }: Context): Promise<Registry> {
    return request.loaders.registry.load(registryId);
  }

  @Extensions({ cost: { points: costOfFormer } })
  @Query(() => TagRevisionConnection, {
    nullable: true,
    description:
      'Of each tag that is gone the last digest that it pointed to, in all registries; the last that went comes ' +
      'first. `restoreTag` puts them back, as long as the registry still has their images.',
  })
  async formerTags(
    @Args() page: PageArgs,
    @Ctx() context: Context,
    @Arg('registries', () => [String], {
      nullable: true,
      description: 'Only of these registries: names, or UUIDs; 100 at the most.',
    })
    registries?: string[] | null,
    @Arg('nameContains', () => String, {
      nullable: true,
      description:
        "A part of the repository's full name, of the tag, or of both as `repository:tag`; upper and lower case are " +
        'the same; up to 255 characters.',
    })
    nameContains?: string | null,
  ): Promise<Connection<TagRevision>> {
    const { request, browsing } = context;
    const registryIds = registries ? await browsing.registries.findIds(request, registries) : null;
    const filter = { registryIds, nameContains: nameContains ?? null };
    return toConnection(await browsing.history.listFormerTags(request, filter, readPage(page, context)));
  }

  @Extensions({ cost: { points: costOfFormer } })
  @Query(() => FormerRepositoryConnection, {
    nullable: true,
    description:
      'The repositories of a registry that are gone, or have no tags left, and had some while the gateway looked, by ' +
      'name. `Registry.tagHistory` has the tags of each.',
  })
  async formerRepositories(
    @Arg('registry', { description: "The registry's name, or its UUID." }) registry: string,
    @Args() page: PageArgs,
    @Ctx() context: Context,
  ): Promise<Connection<FormerRepository>> {
    const { request, browsing } = context;
    const found = await browsing.registries.find(request, registry);
    return toConnection(await browsing.history.listFormerRepositories(request, found, readPage(page, context)));
  }
}
