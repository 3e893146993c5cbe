import { Arg, Args, Ctx, Extensions, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { SourceStatus } from '../../catalogue/browse/registries.js';
import type { SearchResult } from '../../catalogue/browse/search.js';
import { type HitType, markFound, type TextMark } from '../../domain/marks.js';
import { maxCounted } from '../../domain/page.js';
import type { Context } from '../context.js';
import { costOfTotal, readPage, toConnection } from '../types/page.js';
import { SourceStatusType } from '../types/registry.js';
import {
  SearchArgs,
  type SearchConnection,
  SearchCountType,
  SearchMarkType,
  type SearchNode,
  SearchResultConnection,
  SearchResultEdge,
} from '../types/search.js';

@Resolver(() => SearchResultConnection)
export class SearchResolver {
  @Extensions({ cost: { points: 100 } })
  @Query(() => SearchResultConnection, {
    nullable: true,
    description:
      'Registries, repositories, tags and images whose names, digests or labels hold all words of the query, in ' +
      'every registry. What a reference names exactly comes first, then whole names, then tags of which the ' +
      'repository has some of the words, then beginnings, and the rest.',
  })
  async search(
    @Arg('query', {
      description:
        '1 to 255 characters: words of a name, a digest or the start of one, a label as `key=value`, or a reference: ' +
        '`repository:tag`, `registry/repository:tag`, `host:port/repository:tag@sha256:…`.',
    })
    query: string,
    @Args() { types, ...args }: SearchArgs,
    @Ctx() context: Context,
  ): Promise<SearchConnection> {
    const { browsing, request } = context;
    const page = await browsing.search.find(request, query, readPage(args, context), types ?? undefined);
    const results = new Map(page.items.map((result) => [toNode(result), result]));
    const connection = toConnection({
      ...page,
      items: [...results.keys()],
      cursorOf: (node) => page.cursorOf(results.get(node)!),
    });
    return {
      nodes: connection.nodes,
      countItems: connection.countItems,
      // Both make cursors, which few pages are asked for.
      get edges() {
        return connection.edges.map((edge) => ({ ...edge, query }));
      },
      get pageInfo() {
        return connection.pageInfo;
      },
      countByType: page.countByType,
    };
  }

  @Extensions({ cost: { points: 4 * costOfTotal, items: 0 } })
  @FieldResolver(() => [SearchCountType], {
    description: 'How many things of each type were found, in the order of results, whatever `types` were asked for.',
  })
  async counts(@Root() { countByType }: SearchConnection): Promise<SearchCountType[]> {
    return Object.entries(await countByType()).map(([type, count]) => ({
      type: type as HitType,
      count: Math.min(count, maxCounted),
      hasMore: count > maxCounted,
    }));
  }

  @Extensions({ volatile: true })
  @FieldResolver(() => [SourceStatusType], {
    description: 'The registries that were searched, and how old the part of each is.',
  })
  sources(@Ctx() { request, browsing }: Context): Promise<SourceStatus[]> {
    return browsing.registries.listSources(request, null);
  }
}

@Resolver(() => SearchResultEdge)
export class SearchResultEdgeResolver {
  @Extensions({ cost: { items: 0 } })
  @FieldResolver(() => [SearchMarkType], {
    description:
      'Where words of the query are in the texts of the item, for a page to mark: 20 at the most. None where it was ' +
      'found by another form of them.',
  })
  async marks(@Root() { node, query }: SearchResultEdge, @Ctx() { request }: Context): Promise<TextMark[]> {
    switch (node.__typename) {
      case 'Registry':
        return markFound(query, { type: 'registry', found: node });
      case 'Repository':
        return markFound(query, { type: 'repository', found: node });
      case 'Tag':
        return markFound(query, { type: 'tag', found: node });
      case 'Image':
        return markFound(query, { type: 'image', found: node, labels: await request.loaders.labels.load(node.key) });
    }
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
