import { Arg, Args, Ctx, Extensions, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import type { Image } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { UsedLayer } from '../../domain/lineage.js';
import type { Context } from '../context.js';
import { DigestScalar } from '../scalars.js';
import { LayerUseType } from '../types/layeruse.js';
import { ImageConnection } from '../types/lineage.js';
import { type Connection, PageArgs, readPage, toConnection } from '../types/page.js';

/** Points of what may look at each image that has a layer: see `npm run bench costs`. */
const costOfUsers = 50;

@Resolver(() => LayerUseType)
export class LayerUseResolver {
  @Extensions({ cost: { points: costOfUsers } })
  @FieldResolver(() => ImageConnection, {
    description:
      'The images that have it, each of one platform; `locations` has the tags that lead to them. Those that the ' +
      'gateway came to know last first.',
  })
  async images(@Root() layer: UsedLayer, @Args() args: PageArgs, @Ctx() context: Context): Promise<Connection<Image>> {
    return toConnection(await context.browsing.layers.list(context.request, layer, readPage(args, context)));
  }

  @Extensions({ cost: { points: costOfUsers } })
  @FieldResolver(() => Int, { description: 'How many repositories hold an image that has it.' })
  async repositoryCount(@Root() layer: UsedLayer, @Ctx() { request, browsing }: Context): Promise<number> {
    return (await browsing.layers.count(request, layer)).repositories;
  }

  @Extensions({ cost: { points: costOfUsers } })
  @Query(() => LayerUseType, {
    nullable: true,
    description: 'The layer that a digest names, and what has it; null when no image that you see is known to.',
  })
  layer(
    @Arg('digest', () => DigestScalar, { description: 'The digest of the stored (compressed) layer.' }) digest: Digest,
    @Ctx() { request, browsing }: Context,
  ): Promise<UsedLayer | null> {
    return browsing.layers.find(request, digest);
  }
}
