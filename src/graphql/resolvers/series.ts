import { Arg, Args, Ctx, Extensions, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import type { RepositoryGrowth } from '../../catalogue/browse/series.js';
import type { Repository } from '../../domain/catalogue.js';
import type { Registry } from '../../domain/registry.js';
import type { SeriesPoint } from '../../domain/series.js';
import type { Context } from '../context.js';
import { firstOptions, readPage } from '../types/page.js';
import { RegistryType } from '../types/registry.js';
import { RepositoryType } from '../types/repository.js';
import { RepositoryGrowthType, SeriesArgs, SeriesPointType } from '../types/series.js';

@Resolver(() => RepositoryType)
export class RepositorySeriesResolver {
  @Extensions({ volatile: true, cost: { points: 20, items: 0 } })
  @FieldResolver(() => [SeriesPointType], { description: 'A measure of it over time.' })
  series(
    @Root() repository: Repository,
    @Args() { metric, ...range }: SeriesArgs,
    @Ctx() { request, browsing }: Context,
  ): Promise<SeriesPoint[]> {
    return browsing.series.ofRepository(request, repository, metric, range);
  }
}

@Resolver()
export class GrowthResolver {
  @Extensions({ volatile: true, cost: { points: 50 } })
  @Query(() => [RepositoryGrowthType], {
    nullable: true,
    description:
      'The repositories of all registries that grew most in the last days, the most bytes first, by the samples of ' +
      'their sizes that the gateway keeps of each day. One that did not grow is left out.',
  })
  fastestGrowing(
    @Ctx() context: Context,
    @Arg('days', () => Int, { nullable: true, defaultValue: 30, description: 'How many days: 1 to 365.' }) days: number,
    @Arg('first', () => Int, firstOptions) first: number,
  ): Promise<RepositoryGrowth[]> {
    const { request, browsing } = context;
    return browsing.series.listGrown(request, days, readPage({ first }, context).first);
  }
}

@Resolver(() => RegistryType)
export class RegistrySeriesResolver {
  @Extensions({ volatile: true, cost: { points: 100, items: 0 } })
  @FieldResolver(() => [SeriesPointType], {
    description:
      'A measure of it over time, of all its repositories. Who does not see all of it is told of no size or number ' +
      'of tags but the present one.',
  })
  series(
    @Root() registry: Registry,
    @Args() { metric, ...range }: SeriesArgs,
    @Ctx() { request, browsing }: Context,
  ): Promise<SeriesPoint[]> {
    return browsing.series.ofRegistry(request, registry, metric, range);
  }
}
