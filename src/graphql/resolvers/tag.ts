import { Ctx, Extensions, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import { isAllowed } from '../../catalogue/access.js';
import { findImage, judgeTag, listSiblings } from '../../catalogue/tags.js';
import type { Image, Repository, Tag } from '../../domain/catalogue.js';
import type { Freshness } from '../../domain/freshness.js';
import { hostOf } from '../../domain/registry.js';
import type { Context } from '../context.js';
import { encodeNodeId } from '../nodeid.js';
import { FreshnessType } from '../types/common.js';
import { ImageType } from '../types/image.js';
import { RepositoryType } from '../types/repository.js';
import { TagType } from '../types/tag.js';

@Resolver(() => TagType)
export class TagResolver {
  @FieldResolver(() => ID, { description: 'Opaque and stable.' })
  id(@Root() { registryId, repositoryName, name }: Tag): string {
    return encodeNodeId({ type: 'Tag', registryId, repository: repositoryName, name });
  }

  @FieldResolver(() => String, { description: 'What `docker pull` takes: host/repository:tag.' })
  async reference(@Root() { registryId, repositoryName, name }: Tag, @Ctx() { session }: Context): Promise<string> {
    const { addr } = await session.loaders.registry.load(registryId);
    return `${hostOf(addr)}/${repositoryName}:${name}`;
  }

  @FieldResolver(() => RepositoryType, { description: 'The repository it is in.' })
  repository(@Root() { repositoryKey }: Tag, @Ctx() { session }: Context): Promise<Repository> {
    return session.loaders.repository.load(repositoryKey);
  }

  @FieldResolver(() => ImageType, { nullable: true, description: 'The image it points to; null when that could not be read.' })
  image(@Root() tag: Tag, @Ctx() { session }: Context): Promise<Image | null> {
    return findImage(session, tag);
  }

  @FieldResolver(() => [TagType], {
    complexity: ({ childComplexity }) => 5 + childComplexity,
    description: 'Other tags of its repository on the same digest: deleting that digest deletes them all.',
  })
  siblings(@Root() tag: Tag, @Ctx() { session }: Context): Promise<readonly Tag[]> {
    return listSiblings(session, tag);
  }

  @Extensions({ volatile: true })
  @FieldResolver(() => FreshnessType, { description: 'How old what is known of it is, and why.' })
  freshness(@Root() tag: Tag, @Ctx() { session }: Context): Promise<Freshness> {
    return judgeTag(session, tag);
  }

  @FieldResolver(() => Boolean, { description: 'The viewer may delete it.' })
  viewerCanDelete(@Ctx() { viewer }: Context): boolean {
    return isAllowed(viewer, 'delete');
  }
}
