import { Args, Ctx, Extensions, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Repository } from '../../domain/catalogue.js';
import type { Registry } from '../../domain/registry.js';
import type { SeriesPoint } from '../../domain/series.js';
import type { Context } from '../context.js';
import { RegistryType } from '../types/registry.js';
import { RepositoryType } from '../types/repository.js';
import { SeriesArgs, SeriesPointType } from '../types/series.js';

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
