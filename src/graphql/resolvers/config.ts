import { Args, Ctx, Extensions, FieldResolver, Resolver, Root } from 'type-graphql';
import type { ImageConfigContent } from '../../catalogue/browse/contents.js';
import type { PlatformImage } from '../../catalogue/browse/platforms.js';
import type { Image } from '../../domain/catalogue.js';
import type { Context } from '../context.js';
import { EnvironmentVariableType, ImageConfigType } from '../types/config.js';
import { ImageType, PlatformType } from '../types/image.js';
import { PartsArgs, readParts } from '../types/page.js';

@Resolver(() => PlatformType)
export class PlatformContentResolver {
  @Extensions({ volatile: true, cost: { points: 5 } })
  @FieldResolver(() => ImageConfigType, {
    nullable: true,
    description:
      'How a container of it is run. null: it has no config that says, or the image was not read. The config is read ' +
      'from a registry that holds the image, within five seconds, and kept in memory for a while; where none gives ' +
      'it, it is null with an error. An operation has 100 pieces of content read at the most.',
  })
  config(
    @Root() { image }: PlatformImage,
    @Ctx() { request, browsing }: Context,
  ): Promise<ImageConfigContent | null> | null {
    return image && browsing.contents.findConfig(request, image);
  }

  @FieldResolver(() => ImageType, {
    nullable: true,
    description: 'The image for this platform; null while it was not read, or when no registry has it any more.',
  })
  image(@Root() { image }: PlatformImage): Image | null {
    return image;
  }
}

@Resolver(() => ImageType)
export class ImageContentResolver {
  @Extensions({ volatile: true, cost: { points: 5 } })
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The manifest or index byte for byte, as a registry sends it: its UTF-8 has the digest. Up to 1 MiB. null with ' +
      "an error where no registry gives it; null for a leftover of Docker's first schema, which registries sign anew " +
      'each time.',
  })
  rawManifest(@Root() image: Image, @Ctx() { request, browsing }: Context): Promise<string | null> {
    return browsing.contents.findManifestText(request, image);
  }
}

@Resolver(() => ImageConfigType)
export class ImageConfigResolver {
  @Extensions({ cost: { fill: 0.01 } })
  @FieldResolver(() => [EnvironmentVariableType], {
    description: 'The environment that it begins with, in the order of the config; the last of a name counts.',
  })
  environment(
    @Root() { environment, showsValues }: ImageConfigContent,
    @Args() args: PartsArgs,
    @Ctx() context: Context,
  ): EnvironmentVariableType[] {
    const shown = environment.slice(0, readParts(args, context));
    return shown.map(({ name, value }) => ({ name, value: showsValues ? value : null }));
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The config byte for byte: its UTF-8 has the digest. Up to 1 MiB. null for who is not told the values of ' +
      '`environment`, which stand in it.',
  })
  raw(@Root() config: ImageConfigContent, @Ctx() { browsing }: Context): string | null {
    return browsing.contents.showConfigText(config);
  }
}
