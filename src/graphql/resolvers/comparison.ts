import { Arg, Args, Ctx, Extensions, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import {
  compareConfigs,
  compareLabels,
  compareLayers,
  comparePlatforms,
  compareSteps,
  type ImageComparison,
  type LayerSizes,
  measureLayers,
  type PlatformComparison,
  type TextComparison,
} from '../../catalogue/browse/comparing.js';
import type { BuildStep } from '../../catalogue/browse/images.js';
import type { Image } from '../../domain/catalogue.js';
import type { Compared } from '../../domain/comparison.js';
import { type Digest, isDigest } from '../../domain/digest.js';
import { parseReference, resolveReference } from '../../domain/reference.js';
import { badInput, GatewayError, notFound } from '../../errors.js';
import type { Context } from '../context.js';
import { decodeNodeId } from '../nodeid.js';
import {
  ImageComparisonType,
  LayerComparisonType,
  LayerSizesType,
  PlatformComparisonType,
  StepComparisonType,
  TextComparisonType,
} from '../types/comparison.js';
import { PartsArgs, readParts } from '../types/page.js';
import { findIndexedSource, type RepositoryTarget } from './target.js';

const sideText =
  'the id of a tag or of an image; a digest; or a reference as it is pasted, with a tag or a digest, that begins ' +
  "with a registry's name or host: `local/team/app:1.2`";

@Resolver(() => ImageComparisonType)
export class ComparisonResolver {
  @Extensions({ cost: { points: 10 } })
  @Query(() => ImageComparisonType, {
    nullable: true,
    description:
      'How an image differs from another, in whichever registries they are: platforms, layers, steps, labels and ' +
      'config. null with NOT_FOUND where one of them is not known.',
  })
  async compare(
    @Arg('base', () => String, { description: `The image to compare with: ${sideText}.` }) base: string,
    @Arg('head', () => String, { description: `The image whose differences are told: ${sideText}.` }) head: string,
    @Ctx() context: Context,
  ): Promise<ImageComparison> {
    const [before, after] = await Promise.all([findSide(context, base, 'base'), findSide(context, head, 'head')]);
    return { base: before, head: after };
  }

  @FieldResolver(() => Boolean, { description: 'Both are the same image: their digests are equal.' })
  isSame(@Root() { base, head }: ImageComparison): boolean {
    return base.digest === head.digest;
  }

  @Extensions({ cost: { fill: 0.004 } })
  @FieldResolver(() => [PlatformComparisonType], {
    description: 'Their platforms by name: those of the base in its order, then those that only the head has.',
  })
  async platforms(
    @Root() comparison: ImageComparison,
    @Args() args: PartsArgs,
    @Ctx() context: Context,
  ): Promise<PlatformComparison[]> {
    const first = readParts(args, context);
    return (await comparePlatforms(context.request.loaders, comparison)).slice(0, first);
  }
}

@Resolver(() => PlatformComparisonType)
export class PlatformComparisonResolver {
  @Extensions({ cost: { fill: 0.01 } })
  @FieldResolver(() => [LayerComparisonType], {
    description: 'Their distinct layers: those of the base, bottom first, then those that only the head has.',
  })
  async layers(
    @Root() pair: PlatformComparison,
    @Args() args: PartsArgs,
    @Ctx() context: Context,
  ): Promise<LayerComparisonType[]> {
    const first = readParts(args, context);
    const layers = (await compareLayers(context.request.loaders, pair)).slice(0, first);
    return layers.map(({ difference, base, head }) => ({ difference, layer: (head ?? base)! }));
  }

  @FieldResolver(() => LayerSizesType, {
    description: 'The bytes that they share, that are to be pulled, and that are no longer used.',
  })
  sizes(@Root() pair: PlatformComparison, @Ctx() { request }: Context): Promise<LayerSizes> {
    return measureLayers(request.loaders, pair);
  }

  @Extensions({ cost: { fill: 0.01 } })
  @FieldResolver(() => [StepComparisonType], {
    description: 'The steps of both builds, oldest first, side by side where their commands are the same.',
  })
  async steps(
    @Root() pair: PlatformComparison,
    @Args() args: PartsArgs,
    @Ctx() context: Context,
  ): Promise<Compared<BuildStep>[]> {
    const first = readParts(args, context);
    return (await compareSteps(context.request.loaders, pair)).slice(0, first);
  }

  @Extensions({ cost: { fill: 0.004 } })
  @FieldResolver(() => [TextComparisonType], { description: 'The labels that differ, by key.' })
  async labels(
    @Root() pair: PlatformComparison,
    @Args() args: PartsArgs,
    @Ctx() context: Context,
  ): Promise<TextComparison[]> {
    const first = readParts(args, context);
    return (await compareLabels(context.request.loaders, pair)).slice(0, first);
  }

  @Extensions({ volatile: true, cost: { points: 10, fill: 0.004 } })
  @FieldResolver(() => [TextComparisonType], {
    nullable: true,
    description:
      'The differences in how containers are run: fields of `ImageConfig` by their names, as JSON, and variables as ' +
      '`environment.NAME`. Who may not delete both images is told which variables came and went, and not what they ' +
      'hold, nor whether that is another. null with an error where a config cannot be had.',
  })
  async config(
    @Root() pair: PlatformComparison,
    @Args() args: PartsArgs,
    @Ctx() context: Context,
  ): Promise<TextComparison[]> {
    const first = readParts(args, context);
    return (await compareConfigs(context.request, context.browsing.contents, pair)).slice(0, first);
  }
}

/** Throws NOT_FOUND for what the viewer does not see or the index does not have, and BAD_USER_INPUT. */
async function findSide(context: Context, text: string, argument: string): Promise<Image> {
  const node = decodeNodeId(text);
  if (node?.type === 'Image') return findByDigest(context, node.digest);
  if (node?.type === 'Tag')
    return findTagged(context, { registry: { id: node.registryId }, repository: node.repository }, node.name);
  if (isDigest(text)) return findByDigest(context, text);
  const reference = node ? null : parseReference(text);
  if (!reference || (reference.tag === null && reference.digest === null))
    throw badInput(`"${argument}" is no id of a tag or an image, no digest and no reference with one.`, argument);
  if (reference.digest !== null) return findByDigest(context, reference.digest);
  const named = resolveReference(reference, await context.browsing.registries.list(context.request));
  for (const { registryId, name } of named) {
    if (registryId === null) continue;
    const found = await findTagged(context, { registry: { id: registryId }, repository: name }, reference.tag!).catch(
      ignoreMissing,
    );
    if (found) return found;
  }
  throw unknownImage();
}

async function findByDigest({ browsing, request }: Context, digest: Digest): Promise<Image> {
  const image = await browsing.images.findByDigest(request, digest);
  if (image) return image;
  throw unknownImage();
}

async function findTagged(context: Context, target: RepositoryTarget, tag: string): Promise<Image> {
  const { repository } = await findIndexedSource(context, target);
  const { browsing, request } = context;
  const image = await browsing.tags.findImage(request, await browsing.tags.find(request, repository, tag));
  if (image) return image;
  throw unknownImage();
}

function ignoreMissing(error: unknown): null {
  if (error instanceof GatewayError && error.code === 'NOT_FOUND') return null;
  throw error;
}

function unknownImage(): GatewayError {
  return notFound('An image that is to be compared is not known: look for its tag or digest with "search".');
}
