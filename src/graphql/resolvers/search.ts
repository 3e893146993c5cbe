import { Arg, Args, Ctx, Extensions, FieldResolver, Query, Resolver } from 'type-graphql';
import type { SourceStatus } from '../../catalogue/browse/registries.js';
import type { SearchResult } from '../../catalogue/browse/search.js';
import type { Context } from '../context.js';
import { type Connection, toConnection } from '../types/page.js';
import { SearchResultConnection, type SearchNode } from '../types/search.js';
import { SourceStatusType } from '../types/source.js';
import { PageArgs, readPage } from './page.js';

@Resolver(() => SearchResultConnection)
export class SearchResolver {
  @Extensions({ cost: { points: 100 } })
  @Query(() => SearchResultConnection, {
    nullable: true,
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
  ): Promise<Connection<SearchNode>> {
    const page = await context.browsing.search.find(context.request, query, readPage(args, context));
    const results = new Map(page.items.map((result) => [toNode(result), result]));
    return toConnection({
      ...page,
      items: [...results.keys()],
      cursorOf: (node) => page.cursorOf(results.get(node)!),
    });
  }

  @Extensions({ volatile: true })
  @FieldResolver(() => [SourceStatusType], {
    description: 'The registries that were searched, and how old the part of each is.',
  })
  sources(@Ctx() { request, browsing }: Context): Promise<SourceStatus[]> {
    return browsing.registries.listSources(request, null);
  }
}

function toNode(result: SearchResult): SearchNode {
  switch (result.type) {
    case 'registry':
      return { __typename: 'Registry', ...result.found };
    case 'repository':
      return { __typename: 'Repository', ...result.found };
    case 'tag':
      return { __typename: 'Tag', ...result.found };
    case 'image':
      return { __typename: 'Image', ...result.found };
  }
}
