import { Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import { isAllowed } from '../../catalogue/access.js';
import { idOf } from '../../catalogue/images.js';
import type { ImagePlace } from '../../catalogue/loaders.js';
import { findPlace, findUpdateTime, judgeTag, listSiblings, measureTag } from '../../catalogue/tags.js';
import type { Repository, Tag } from '../../domain/catalogue.js';
import { type Digest, hexOf } from '../../domain/digest.js';
import type { Freshness } from '../../domain/freshness.js';
import { hostOf } from '../../domain/registry.js';
import type { Context } from '../context.js';
import { encodeNodeId } from '../nodeid.js';
import { ByteSize, DateTime, DigestScalar } from '../scalars.js';
import { FreshnessType } from '../types/common.js';
import { ImageType } from '../types/image.js';
import { RepositoryType } from '../types/repository.js';
import { TagType, TimeSource } from '../types/tag.js';

@Resolver(() => TagType)
export class TagResolver {
  @FieldResolver(() => ID, { description: 'Opaque and stable.' })
  async id(@Root() { repositoryKey, name }: Tag, @Ctx() { session }: Context): Promise<string> {
    const { registryId, name: repository } = await session.loaders.repository.load(repositoryKey);
    return encodeNodeId({ type: 'Tag', registryId, repository, name });
  }

  @FieldResolver(() => String, { description: 'What `docker pull` takes: host/repository:tag.' })
  async reference(@Root() { repositoryKey, name }: Tag, @Ctx() { session }: Context): Promise<string> {
    const repository = await session.loaders.repository.load(repositoryKey);
    const { addr } = await session.loaders.registry.load(repository.registryId);
    return `${hostOf(addr)}/${repository.name}:${name}`;
  }

  @FieldResolver(() => RepositoryType, { description: 'The repository it is in.' })
  repository(@Root() { repositoryKey }: Tag, @Ctx() { session }: Context): Promise<Repository> {
    return session.loaders.repository.load(repositoryKey);
  }

  @FieldResolver(() => DigestScalar, { nullable: true, description: 'What it points to; null when that could not be read: see `freshness.lastError`.' })
  async digest(@Root() tag: Tag, @Ctx() { session }: Context): Promise<Digest | null> {
    return (await session.loaders.confirmedTag.load(tag.key)).digest;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'The image ID that `docker images` shows: the hex of the config digest; of an index the hex of its own digest.',
  })
  async imageId(@Root() tag: Tag, @Ctx() { session }: Context): Promise<string | null> {
    const place = await findPlace(session, tag);
    return place && hexOf(idOf(await session.loaders.image.load(place.imageKey)));
  }

  @FieldResolver(() => ImageType, { nullable: true, description: 'The image it points to; null when that could not be read.' })
  image(@Root() tag: Tag, @Ctx() { session }: Context): Promise<ImagePlace | null> {
    return findPlace(session, tag);
  }

  @FieldResolver(() => ByteSize, { nullable: true, description: 'Bytes of its platforms, each distinct blob once; null when that is not known.' })
  size(@Root() tag: Tag, @Ctx() { session }: Context): Promise<number | null> {
    return measureTag(session, tag);
  }

  @FieldResolver(() => [TagType], {
    complexity: ({ childComplexity }) => 5 + childComplexity,
    description: 'Other tags of its repository on the same digest: deleting that digest deletes them all.',
  })
  siblings(@Root() tag: Tag, @Ctx() { session }: Context): Promise<Tag[]> {
    return listSiblings(session, tag);
  }

  @FieldResolver(() => DateTime, { description: 'When it was last updated, as far as that is known: see `updatedAtSource`.' })
  async updatedAt(@Root() tag: Tag, @Ctx() { session }: Context): Promise<Date> {
    return (await findUpdateTime(session, tag)).at;
  }

  @FieldResolver(() => TimeSource, { description: 'Where `updatedAt` comes from.' })
  async updatedAtSource(@Root() tag: Tag, @Ctx() { session }: Context): Promise<string> {
    return (await findUpdateTime(session, tag)).source;
  }

  @FieldResolver(() => FreshnessType, { description: 'How old what is known of it is, and why.' })
  freshness(@Root() tag: Tag, @Ctx() { session }: Context): Promise<Freshness> {
    return judgeTag(session, tag);
  }

  @FieldResolver(() => Boolean, { description: 'The viewer may delete it.' })
  viewerCanDelete(@Ctx() { viewer }: Context): boolean {
    return isAllowed(viewer, 'delete');
  }
}
