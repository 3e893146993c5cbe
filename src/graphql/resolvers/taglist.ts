import { Args, Ctx, Extensions, Query, Resolver } from 'type-graphql';
import type { Tag } from '../../domain/catalogue.js';
import type { Context } from '../context.js';
import { type Connection, readOffsetPage, toConnection } from '../types/page.js';
import { AnyTagListArgs, TagConnection, toAnyTagFilter } from '../types/tag.js';
import { tagFilterPoints } from './repository.js';

/** Points of a list that may look at every tag: as a filter that no index answers. */
const costOfAll = 50;

const newestFirst = { field: 'UPDATED_AT', direction: 'DESC' } as const;

@Resolver()
export class TagListResolver {
  @Extensions({ cost: { points: costOfAll, filters: tagFilterPoints } })
  @Query(() => TagConnection, {
    nullable: true,
    description: 'The tags of all registries, the newest first unless it says otherwise.',
  })
  async tags(@Args() args: AnyTagListArgs, @Ctx() context: Context): Promise<Connection<Tag>> {
    const filter = await toAnyTagFilter(args.filter, context);
    const { browsing, request } = context;
    return toConnection(
      await browsing.tags.listAll(request, filter, args.orderBy ?? newestFirst, readOffsetPage(args, context)),
    );
  }
}
