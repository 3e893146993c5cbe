import { Arg, Args, Ctx, Extensions, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import { type BuildStep, type LayerInImage, listLayers, listSteps } from '../../catalogue/browse/images.js';
import { listPlatforms, listProblems, namePlatform, type PlatformImage } from '../../catalogue/browse/platforms.js';
import type { Image, Referrer, Tag } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { ImageProblem } from '../../domain/image.js';
import { readInstruction } from '../../domain/instruction.js';
import type { Context } from '../context.js';
import { encodeNodeId } from '../nodeid.js';
import { ByteSize, DateTime, DigestScalar } from '../scalars.js';
import {
  HistoryEntryType,
  ImageProblemType,
  ImageType,
  LayerType,
  PlatformType,
  ReferrerType,
} from '../types/image.js';
import { KeyValue, listPairs } from '../types/node.js';
import { type Connection, PageArgs, PartsArgs, readPage, readParts, toConnection } from '../types/page.js';
import { TagConnection } from '../types/tag.js';

@Resolver(() => ImageType)
export class ImageResolver {
  @FieldResolver(() => ID, { description: 'Opaque and stable.' })
  id(@Root() { digest }: Image): string {
    return encodeNodeId({ type: 'Image', digest });
  }

  @Extensions({ cost: { fill: 0.002 } })
  @FieldResolver(() => [PlatformType], {
    description:
      'Its runnable images: one, or those of an index, without attestations; none of an artifact, unless an index ' +
      'says what it is for.',
  })
  async platforms(@Root() image: Image, @Args() args: PartsArgs, @Ctx() context: Context): Promise<PlatformImage[]> {
    const first = readParts(args, context);
    return (await listPlatforms(context.request.loaders, image)).slice(0, first);
  }

  @Extensions({ cost: { items: 2 } })
  @FieldResolver(() => [ImageProblemType], {
    description:
      'Why fields of it are null, or not whole, the first 20; empty when all of it was read. ' +
      'An index with a child that was not read, or with indexes deeper than 8, says so here.',
  })
  problems(@Root() image: Image, @Ctx() { request }: Context): Promise<ImageProblem[]> {
    return listProblems(request.loaders, image);
  }

  @Extensions({ cost: { fill: 0.002 } })
  @FieldResolver(() => [KeyValue], { description: 'The annotations of its manifest or index, by key.' })
  async annotations(@Root() { key }: Image, @Args() args: PartsArgs, @Ctx() context: Context): Promise<KeyValue[]> {
    const first = readParts(args, context);
    return listPairs(await context.request.loaders.annotations.load(key)).slice(0, first);
  }

  @FieldResolver(() => TagConnection, {
    description:
      'Every tag that points to it, or to an index it is a child of, in every registry: by registry, ' +
      'repository and tag.',
  })
  async locations(@Root() image: Image, @Args() args: PageArgs, @Ctx() context: Context): Promise<Connection<Tag>> {
    return toConnection(await context.browsing.images.listLocations(context.request, image, readPage(args, context)));
  }

  @Extensions({ volatile: true })
  @Extensions({ cost: { points: 5, fill: 0.002 } })
  @FieldResolver(() => [ReferrerType], {
    description:
      'Signatures, attestations, SBOMs and whatever else says that it is about this image: what is known, and what ' +
      'the registries that hold the image list within two seconds; by digest.',
  })
  async referrers(
    @Root() image: Image,
    @Args() args: PartsArgs,
    @Ctx() context: Context,
    @Arg('artifactType', () => String, { nullable: true, description: 'Only those of this media type.' })
    artifactType?: string | null,
  ): Promise<Referrer[]> {
    const first = readParts(args, context);
    return (await context.browsing.referrers.list(context.request, image, artifactType ?? null)).slice(0, first);
  }
}

@Resolver(() => ReferrerType)
export class ReferrerResolver {
  @Extensions({ cost: { fill: 0.002 } })
  @FieldResolver(() => [KeyValue], { description: 'Its annotations, by key.' })
  async annotations(
    @Root() { annotations, imageKey }: Referrer,
    @Args() args: PartsArgs,
    @Ctx() context: Context,
  ): Promise<KeyValue[]> {
    const first = readParts(args, context);
    return listPairs(
      annotations ?? (imageKey === null ? {} : await context.request.loaders.annotations.load(imageKey)),
    ).slice(0, first);
  }
}

@Resolver(() => PlatformType)
export class PlatformResolver {
  @FieldResolver(() => String, {
    description:
      'The platform as `docker pull --platform` takes it: `linux/arm64`, `linux/arm/v7`. `unknown` stands for what ' +
      'nothing says.',
  })
  name(@Root() platform: PlatformImage): string {
    return namePlatform(platform);
  }

  @FieldResolver(() => String, { description: 'The operating system: `linux`; `unknown` when nothing says.' })
  os(@Root() { os }: PlatformImage): string {
    return os;
  }

  @FieldResolver(() => String, { description: 'The architecture: `amd64`; `unknown` when nothing says.' })
  architecture(@Root() { architecture }: PlatformImage): string {
    return architecture;
  }

  @FieldResolver(() => String, { nullable: true, description: "The architecture's variant: `v8`." })
  variant(@Root() { variant }: PlatformImage): string | null {
    return variant;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The version of the operating system, which tells builds of Windows apart: `10.0.20348.1487`; null when ' +
      'nothing says.',
  })
  osVersion(@Root() { osVersion }: PlatformImage): string | null {
    return osVersion;
  }

  @FieldResolver(() => [String], { description: 'Features of the operating system that it needs, such as `win32k`.' })
  osFeatures(@Root() { osFeatures }: PlatformImage): readonly string[] {
    return osFeatures;
  }

  @FieldResolver(() => DigestScalar, { description: 'The digest of the image for this platform.' })
  digest(@Root() { digest }: PlatformImage): Digest {
    return digest;
  }

  @FieldResolver(() => ByteSize, {
    nullable: true,
    description:
      'Bytes of its config and distinct layers; null when the registry no longer has the image or it does not say.',
  })
  size(@Root() { image }: PlatformImage): number | null {
    return image?.size ?? null;
  }

  @FieldResolver(() => DateTime, { nullable: true, description: 'When it was built, as its config says.' })
  createdAt(@Root() { image }: PlatformImage): Date | null {
    return image?.createdAt ?? null;
  }

  @FieldResolver(() => String, { nullable: true, description: 'Its author, as its config says.' })
  author(@Root() { image }: PlatformImage): string | null {
    return image?.author ?? null;
  }

  @Extensions({ cost: { fill: 0.002 } })
  @FieldResolver(() => [KeyValue], { description: 'The labels of its config, by key.' })
  async labels(
    @Root() { image }: PlatformImage,
    @Args() args: PartsArgs,
    @Ctx() context: Context,
  ): Promise<KeyValue[]> {
    const first = readParts(args, context);
    return image ? listPairs(await context.request.loaders.labels.load(image.key)).slice(0, first) : [];
  }

  @Extensions({ cost: { fill: 0.005 } })
  @FieldResolver(() => [LayerType], { description: 'Its layers, bottom first.' })
  async layers(
    @Root() { image }: PlatformImage,
    @Args() args: PartsArgs,
    @Ctx() context: Context,
  ): Promise<LayerInImage[]> {
    const first = readParts(args, context);
    return image ? (await listLayers(context.request.loaders, image)).slice(0, first) : [];
  }

  @Extensions({ cost: { fill: 0.005 } })
  @FieldResolver(() => [HistoryEntryType], { description: 'How it was built, oldest step first.' })
  async history(
    @Root() { image }: PlatformImage,
    @Args() args: PartsArgs,
    @Ctx() context: Context,
  ): Promise<readonly BuildStep[]> {
    const first = readParts(args, context);
    return image ? listSteps(context.request.loaders, image, first) : [];
  }
}

@Resolver(() => HistoryEntryType)
export class HistoryEntryResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The step as a Dockerfile would have it: `createdBy` without what builders put around it, and without the ' +
      'arguments of the build. null: the image does not say.',
  })
  instruction(@Root() { createdBy }: BuildStep): string | null {
    return readInstruction(createdBy);
  }

  @FieldResolver(() => LayerType, {
    nullable: true,
    description: 'The layer that the step made; null: it made none, or the image does not say which.',
  })
  layer(@Root() { layer }: BuildStep): LayerInImage | null {
    return layer;
  }
}
