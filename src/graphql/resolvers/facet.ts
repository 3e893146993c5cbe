import { Arg, Ctx, Extensions, Query, Resolver } from 'type-graphql';
import type { RepositoryFacet, TagFacet } from '../../domain/summary.js';
import type { Context } from '../context.js';
import { readPage } from '../types/page.js';
import { RepositoryFilterInput, toRepositoryFilter } from '../types/repository.js';
import { type FacetsType, RepositoryFacetsType, TagFacetsType } from '../types/summary.js';
import { AnyTagFilterInput, toAnyTagFilter } from '../types/tag.js';
import { repositoryFilterPoints, tagFilterPoints } from './repository.js';

type Facets<Facet extends TagFacet> = Pick<FacetsType<Facet>, 'countBy'>;

@Resolver()
export class FacetResolver {
  @Extensions({ cost: { filters: repositoryFilterPoints } })
  @Query(() => RepositoryFacetsType, {
    nullable: true,
    description: 'How many repositories of all registries there are of each registry, namespace and platform.',
  })
  async repositoryFacets(
    @Ctx() context: Context,
    @Arg('filter', () => RepositoryFilterInput, { nullable: true, description: 'Of these: as `repositories` has it.' })
    input?: RepositoryFilterInput | null,
  ): Promise<Facets<RepositoryFacet>> {
    const filter = await toRepositoryFilter(input, context);
    const { summaries } = context.browsing;
    return {
      countBy: (facet, first) =>
        summaries.countRepositoriesBy(context.request, facet, filter, readPage({ first }, context).first),
    };
  }

  @Extensions({ cost: { filters: tagFilterPoints } })
  @Query(() => TagFacetsType, {
    nullable: true,
    description: 'How many tags of all registries there are of each registry, namespace, platform and kind.',
  })
  async tagFacets(
    @Ctx() context: Context,
    @Arg('filter', () => AnyTagFilterInput, { nullable: true, description: 'Of these: as `tags` has it.' })
    input?: AnyTagFilterInput | null,
  ): Promise<Facets<TagFacet>> {
    const filter = await toAnyTagFilter(input, context);
    const { summaries } = context.browsing;
    return {
      countBy: (facet, first) =>
        summaries.countTagsBy(context.request, facet, filter, readPage({ first }, context).first),
    };
  }
}
