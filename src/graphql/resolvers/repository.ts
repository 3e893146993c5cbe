import { Arg, Args, Ctx, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql';
import { isAllowed } from '../../catalogue/access.js';
import { type LayerInImage, listRepositoryLayers } from '../../catalogue/images.js';
import { judgeRepository, measureRepository } from '../../catalogue/repositories.js';
import { countTags, findTag, listTags } from '../../catalogue/tags.js';
import type { Repository, Tag } from '../../domain/catalogue.js';
import type { Freshness } from '../../domain/freshness.js';
import { splitRepositoryName } from '../../domain/name.js';
import type { Registry } from '../../domain/registry.js';
import type { Context } from '../context.js';
import { encodeNodeId } from '../nodeid.js';
import { ByteSize } from '../scalars.js';
import { FreshnessType } from '../types/common.js';
import { LayerType } from '../types/image.js';
import { type Connection, toConnection } from '../types/page.js';
import { RegistryType } from '../types/registry.js';
import { RepositoryType } from '../types/repository.js';
import { TagConnection, TagType } from '../types/tag.js';
import { PageArgs, readPage } from './registry.js';

@Resolver(() => RepositoryType)
export class RepositoryResolver {
  @FieldResolver(() => ID, { description: 'Opaque and stable.' })
  id(@Root() { registryId, name }: Repository): string {
    return encodeNodeId({ type: 'Repository', registryId, name });
  }

  @FieldResolver(() => String, { description: 'All before the last slash of the name; empty when there is none.' })
  namespace(@Root() { name }: Repository): string {
    return splitRepositoryName(name).namespace;
  }

  @FieldResolver(() => String, { description: 'The last segment of the name.' })
  repository(@Root() { name }: Repository): string {
    return splitRepositoryName(name).repository;
  }

  @FieldResolver(() => RegistryType, { description: 'The registry it is in.' })
  registry(@Root() { registryId }: Repository, @Ctx() { session }: Context): Promise<Registry> {
    return session.loaders.registry.load(registryId);
  }

  @FieldResolver(() => TagType, { nullable: true, description: 'One tag; null with NOT_FOUND when the repository has none of that name.' })
  tag(@Root() repository: Repository, @Arg('name', { description: 'The tag: `latest`.' }) name: string, @Ctx() { session }: Context): Promise<Tag> {
    return findTag(session, repository, name);
  }

  @FieldResolver(() => TagConnection, {
    nullable: true,
    complexity: ({ args, childComplexity }) => args.first * (1 + childComplexity),
    description: 'Its tags, in name order; null with an error when they could never be read.',
  })
  async tags(@Root() repository: Repository, @Args() args: PageArgs, @Ctx() context: Context): Promise<Connection<Tag>> {
    return toConnection(await listTags(context.session, repository, readPage(args, context)));
  }

  @FieldResolver(() => Int, { nullable: true, description: 'How many tags it has; null with an error when they could never be read.' })
  tagCount(@Root() repository: Repository, @Ctx() { session }: Context): Promise<number> {
    return countTags(session, repository);
  }

  @FieldResolver(() => [LayerType], {
    nullable: true,
    complexity: ({ childComplexity }) => 5 + childComplexity,
    description: 'Each distinct layer of all its images once; null with an error when its tags could never be read.',
  })
  async layers(@Root() repository: Repository, @Ctx() { session }: Context): Promise<LayerInImage[]> {
    await measureRepository(session, repository);
    return listRepositoryLayers(session.loaders, repository.key);
  }

  @FieldResolver(() => ByteSize, {
    nullable: true,
    description: 'Each distinct blob of all its images once: what the registry stores for it; null with an error when its tags could never be read.',
  })
  size(@Root() repository: Repository, @Ctx() { session }: Context): Promise<number> {
    return measureRepository(session, repository);
  }

  @FieldResolver(() => FreshnessType, { description: 'How old its list of tags is, and why.' })
  freshness(@Root() repository: Repository, @Ctx() { session }: Context): Promise<Freshness> {
    return judgeRepository(session, repository);
  }

  @FieldResolver(() => Boolean, { description: 'The viewer may delete it.' })
  viewerCanDelete(@Ctx() { viewer }: Context): boolean {
    return isAllowed(viewer, 'delete');
  }
}
