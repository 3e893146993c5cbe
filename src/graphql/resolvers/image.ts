import { Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import { findBuildTime, listLayers, listPlatforms, type LayerInImage, type PlatformImage } from '../../catalogue/images.js';
import type { ImagePlace } from '../../catalogue/loaders.js';
import { measureImage } from '../../catalogue/tags.js';
import type { Digest } from '../../domain/digest.js';
import type { HistoryEntry } from '../../domain/image.js';
import type { Context } from '../context.js';
import { encodeNodeId } from '../nodeid.js';
import { ByteSize, DateTime, DigestScalar } from '../scalars.js';
import { KeyValue, listPairs } from '../types/common.js';
import { HistoryEntryType, ImageKindEnum, ImageType, LayerType, PlatformType } from '../types/image.js';

/** A platform with the repository it was reached through. */
type PlatformPlace = PlatformImage & { readonly repositoryKey: number };

@Resolver(() => ImageType)
export class ImageResolver {
  @FieldResolver(() => ID, { description: 'Opaque and stable: of the image in the repository it was reached through.' })
  async id(@Root() { imageKey, repositoryKey }: ImagePlace, @Ctx() { session: { loaders } }: Context): Promise<string> {
    const [{ digest }, { registryId, name }] = await Promise.all([loaders.image.load(imageKey), loaders.repository.load(repositoryKey)]);
    return encodeNodeId({ type: 'Image', registryId, repository: name, digest });
  }

  @FieldResolver(() => DigestScalar, { description: 'The digest of its manifest or index.' })
  async digest(@Root() { imageKey }: ImagePlace, @Ctx() { session }: Context): Promise<Digest> {
    return (await session.loaders.image.load(imageKey)).digest;
  }

  @FieldResolver(() => ImageKindEnum, { description: 'What kind of thing it is.' })
  async kind(@Root() { imageKey }: ImagePlace, @Ctx() { session }: Context): Promise<string> {
    return (await session.loaders.image.load(imageKey)).kind.toUpperCase();
  }

  @FieldResolver(() => String, { description: 'The media type of its manifest or index.' })
  async mediaType(@Root() { imageKey }: ImagePlace, @Ctx() { session }: Context): Promise<string> {
    return (await session.loaders.image.load(imageKey)).mediaType;
  }

  @FieldResolver(() => String, { nullable: true, description: 'What an artifact is: its media type; null for runnable images.' })
  async artifactType(@Root() { imageKey }: ImagePlace, @Ctx() { session }: Context): Promise<string | null> {
    return (await session.loaders.image.load(imageKey)).artifactType;
  }

  @FieldResolver(() => ByteSize, { nullable: true, description: 'Config and layers; of an index those of its platforms, each distinct blob once. null: not known.' })
  size(@Root() place: ImagePlace, @Ctx() { session }: Context): Promise<number | null> {
    return measureImage(session, place);
  }

  @FieldResolver(() => DateTime, { nullable: true, description: 'When it was built, as its config says; of an index the newest platform. null: it does not say.' })
  createdAt(@Root() place: ImagePlace, @Ctx() { session }: Context): Promise<Date | null> {
    return findBuildTime(session.loaders, place);
  }

  @FieldResolver(() => [PlatformType], {
    complexity: ({ childComplexity }) => 2 * (1 + childComplexity),
    description: 'Its runnable images: one, or those of an index, without attestations; none of an artifact.',
  })
  async platforms(@Root() place: ImagePlace, @Ctx() { session }: Context): Promise<PlatformPlace[]> {
    const platforms = await listPlatforms(session.loaders, place);
    return platforms.map((platform) => ({ ...platform, repositoryKey: place.repositoryKey }));
  }

  @FieldResolver(() => [KeyValue], { description: 'The annotations of its manifest or index, by key.' })
  async annotations(@Root() { imageKey }: ImagePlace, @Ctx() { session }: Context): Promise<KeyValue[]> {
    return listPairs((await session.loaders.image.load(imageKey)).annotations);
  }
}

@Resolver(() => PlatformType)
export class PlatformResolver {
  @FieldResolver(() => String, { description: 'The operating system: `linux`; `unknown` when nothing says.' })
  os(@Root() { os }: PlatformPlace): string {
    return os;
  }

  @FieldResolver(() => String, { description: 'The architecture: `amd64`; `unknown` when nothing says.' })
  architecture(@Root() { architecture }: PlatformPlace): string {
    return architecture;
  }

  @FieldResolver(() => String, { nullable: true, description: "The architecture's variant: `v8`." })
  variant(@Root() { variant }: PlatformPlace): string | null {
    return variant;
  }

  @FieldResolver(() => DigestScalar, { description: 'The digest of the image for this platform.' })
  digest(@Root() { digest }: PlatformPlace): Digest {
    return digest;
  }

  @FieldResolver(() => ByteSize, { nullable: true, description: 'Config and distinct layers; null when the registry no longer has the image or it does not say.' })
  size(@Root() platform: PlatformPlace, @Ctx() { session }: Context): Promise<number | null> | null {
    const place = toPlace(platform);
    return place && measureImage(session, place);
  }

  @FieldResolver(() => DateTime, { nullable: true, description: 'When it was built, as its config says.' })
  createdAt(@Root() { image }: PlatformPlace): Date | null {
    return image?.createdAt ?? null;
  }

  @FieldResolver(() => String, { nullable: true, description: 'Its author, as its config says.' })
  author(@Root() { image }: PlatformPlace): string | null {
    return image?.author ?? null;
  }

  @FieldResolver(() => [KeyValue], { description: "The labels of its config, by key." })
  labels(@Root() { image }: PlatformPlace): KeyValue[] {
    return listPairs(image?.labels ?? {});
  }

  @FieldResolver(() => [LayerType], { complexity: ({ childComplexity }) => 5 + childComplexity, description: 'Its layers, bottom first.' })
  layers(@Root() platform: PlatformPlace, @Ctx() { session }: Context): Promise<LayerInImage[]> | LayerInImage[] {
    const place = toPlace(platform);
    return place ? listLayers(session.loaders, place) : [];
  }

  @FieldResolver(() => [HistoryEntryType], { complexity: ({ childComplexity }) => 5 + childComplexity, description: 'How it was built, oldest step first.' })
  history(@Root() { image }: PlatformPlace): readonly HistoryEntry[] {
    return image?.history ?? [];
  }
}

function toPlace({ image, repositoryKey }: PlatformPlace): ImagePlace | null {
  return image && { imageKey: image.key, repositoryKey };
}
