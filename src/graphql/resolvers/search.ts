import { Arg, Args, Ctx, Extensions, FieldResolver, Query, Resolver } from 'type-graphql';
import type { SourceStatus } from '../../catalogue/browse/registries.js';
import type { SearchResult } from '../../catalogue/browse/search.js';
import type { Context } from '../context.js';
import { type Connection, toConnection } from '../types/page.js';
import { SearchConnection } from '../types/search.js';
import { SourceStatusType } from '../types/source.js';
import { PageArgs, readPage } from './page.js';

@Resolver(() => SearchConnection)
export class SearchResolver {
  @Extensions({ cost: { points: 100 } })
  @Query(() => SearchConnection, {
    description:
      'Registries, repositories, tags and images whose names, digests or labels hold all words of the query, in ' +
      'every registry: whole names first, then beginnings, then the rest.',
  })
  async search(
    @Arg('query', {
      description: '1 to 255 characters: words of a name, a digest or the start of one, or a label as `key=value`.',
    })
    query: string,
    @Args() args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Connection<SearchResult>> {
    return toConnection(await context.browsing.search.find(context.request, query, readPage(args, context)));
  }

  @Extensions({ volatile: true })
  @FieldResolver(() => [SourceStatusType], {
    description: 'The registries that were searched, and how old the part of each is.',
  })
  sources(@Ctx() { request, browsing }: Context): Promise<SourceStatus[]> {
    return browsing.registries.listSources(request, null);
  }
}
