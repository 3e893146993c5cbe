import { Arg, Ctx, Extensions, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql';
import type { Image, Repository, Tag } from '../../domain/catalogue.js';
import type { DeletionBlocker } from '../../domain/deletion.js';
import type { Freshness } from '../../domain/freshness.js';
import type { Context } from '../context.js';
import { encodeNodeId } from '../nodeid.js';
import { ByteSize } from '../scalars.js';
import { DeletionBlockerType } from '../types/deletion.js';
import { ImageType } from '../types/image.js';
import { FreshnessType } from '../types/node.js';
import { readPage } from '../types/page.js';
import { RepositoryType } from '../types/repository.js';
import { TagType } from '../types/tag.js';

@Resolver(() => TagType)
export class TagResolver {
  @FieldResolver(() => ID, { description: 'Opaque and stable.' })
  id(@Root() { registryId, repositoryName, name }: Tag): string {
    return encodeNodeId({ type: 'Tag', registryId, repository: repositoryName, name });
  }

  @FieldResolver(() => RepositoryType, {
    nullable: true,
    description: 'The repository it is in; null with an error when it is gone meanwhile.',
  })
  repository(@Root() { repositoryKey }: Tag, @Ctx() { request }: Context): Promise<Repository> {
    return request.loaders.repository.load(repositoryKey);
  }

  @FieldResolver(() => ImageType, {
    nullable: true,
    description: 'The image it points to; null when that could not be read.',
  })
  image(@Root() tag: Tag, @Ctx() { request, browsing }: Context): Promise<Image | null> {
    return browsing.tags.findImage(request, tag);
  }

  @Extensions({ cost: { points: 2 } })
  @FieldResolver(() => ByteSize, {
    nullable: true,
    description:
      'Bytes of its image, as `size` counts them, that the tag before it has not: of the tags of its repository that ' +
      'were updated earlier, the one that was updated last; of several of that time the last by version, then by ' +
      'name. Signatures and fallback tags of referrers are passed over. All of `size` where no tag is earlier; null ' +
      'where the size of either is not known, or only those are among the 100 tags before it.',
  })
  addedSize(@Root() { key }: Tag, @Ctx() { request }: Context): Promise<number | null> {
    return request.loaders.addedSize.load(key);
  }

  @FieldResolver(() => [TagType], {
    description: 'Other tags of its repository on the same digest, by name: deleting that digest deletes them all.',
  })
  siblings(
    @Root() tag: Tag,
    @Arg('first', () => Int, {
      nullable: true,
      defaultValue: 5,
      description: 'How many at the most: 1 to 100. See `siblingCount` for all.',
    })
    first: number,
    @Ctx() context: Context,
  ): Promise<readonly Tag[]> {
    return context.browsing.tags.listSiblings(context.request, tag, readPage({ first }, context).first);
  }

  @FieldResolver(() => Int, { description: 'How many other tags of its repository are on the same digest.' })
  siblingCount(@Root() tag: Tag, @Ctx() { request, browsing }: Context): Promise<number> {
    return browsing.tags.countSiblings(request, tag);
  }

  @Extensions({ volatile: true })
  @FieldResolver(() => FreshnessType, { description: 'How old what is known of it is, and why.' })
  freshness(@Root() tag: Tag, @Ctx() { request, browsing }: Context): Promise<Freshness> {
    return browsing.tags.judge(request, tag);
  }

  @FieldResolver(() => Boolean, {
    description: 'The viewer may delete it, as far as is known before it is tried: `deletionBlockers` is empty.',
  })
  viewerCanDelete(@Root() tag: Tag, @Ctx() { request, deleting }: Context): Promise<boolean> {
    return deleting.blockers.canDeleteTag(request, tag);
  }

  @FieldResolver(() => [DeletionBlockerType], {
    description: 'Why the viewer cannot delete it, each reason once. The registry is not asked for it.',
  })
  deletionBlockers(@Root() tag: Tag, @Ctx() { request, deleting }: Context): Promise<DeletionBlocker[]> {
    return deleting.blockers.listTagBlockers(request, tag);
  }
}
