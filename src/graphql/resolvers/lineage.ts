import { Args, Ctx, Extensions, FieldResolver, Resolver, Root } from 'type-graphql';
import type { BaseImage } from '../../catalogue/browse/lineage.js';
import type { PlatformImage } from '../../catalogue/browse/platforms.js';
import type { Image } from '../../domain/catalogue.js';
import type { Context } from '../context.js';
import { PlatformType } from '../types/image.js';
import { BaseImageType, ImageConnection } from '../types/lineage.js';
import { type Connection, PageArgs, readPage, toConnection } from '../types/page.js';

@Resolver(() => PlatformType)
export class LineageResolver {
  @Extensions({ cost: { points: 2, items: 2 } })
  @FieldResolver(() => [BaseImageType], {
    description:
      'The images that it is built on: the one that annotations name, then the known one that its layers tell. Both, ' +
      'one or none; they may be the same, or differ.',
  })
  baseImages(@Root() platform: PlatformImage, @Ctx() { request, browsing }: Context): Promise<readonly BaseImage[]> {
    return browsing.lineage.listBases(request, platform);
  }

  @Extensions({ cost: { points: 2 } })
  @FieldResolver(() => ImageConnection, {
    description:
      'The images of all registries that are built on it: their layers begin with all of its layers, and go on. ' +
      'Those that the gateway came to know last first. An image without layers, or with some that are not known, ' +
      'has none.',
  })
  async derivedImages(
    @Root() platform: PlatformImage,
    @Args() args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Connection<Image>> {
    return toConnection(await context.browsing.lineage.listDerived(context.request, platform, readPage(args, context)));
  }
}
