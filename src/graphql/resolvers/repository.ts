import { Arg, Args, Ctx, Extensions, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import type { LayerInImage } from '../../catalogue/browse/images.js';
import type { Repository, Tag } from '../../domain/catalogue.js';
import type { DeletionBlocker } from '../../domain/deletion.js';
import type { Freshness } from '../../domain/freshness.js';
import { splitRepositoryName } from '../../domain/name.js';
import type { Registry } from '../../domain/registry.js';
import type { Context } from '../context.js';
import { encodeNodeId } from '../nodeid.js';
import { ByteSize } from '../scalars.js';
import { DeletionBlockerType } from '../types/deletion.js';
import { LayerType } from '../types/image.js';
import { FreshnessType } from '../types/node.js';
import { byName, type Connection, PartsArgs, readOffsetPage, readParts, toConnection } from '../types/page.js';
import { RegistryType } from '../types/registry.js';
import { RepositoryType } from '../types/repository.js';
import { TagConnection, TagListArgs, TagType } from '../types/tag.js';

/**
 * Points of the parts of a filter that no index answers. By `npm run bench costs` they take 15 to 295 ms of CPU over
 * 100,000 tags, in a process beside the gateway, where a budget of CPU bounds them all together: these keep a list of
 * repositories from asking for one scan each.
 */
export const tagFilterPoints = {
  nameContains: 20,
  glob: 50,
  semver: 100,
  label: 50,
  platform: 50,
  digest: 50,
  kinds: 50,
  artifactType: 50,
  sizeAtLeast: 50,
  sizeAtMost: 50,
};

/** The same of a filter of repositories, whose images are looked through. By `npm run bench costs`. */
export const repositoryFilterPoints = { platform: 100, label: 100 };

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
  baseName(@Root() { name }: Repository): string {
    return splitRepositoryName(name).repository;
  }

  @FieldResolver(() => RegistryType, { description: 'The registry it is in.' })
  registry(@Root() { registryId }: Repository, @Ctx() { request }: Context): Promise<Registry> {
    return request.loaders.registry.load(registryId);
  }

  @FieldResolver(() => TagType, {
    nullable: true,
    description: 'One tag; null with NOT_FOUND when the repository has none of that name.',
  })
  tag(
    @Root() repository: Repository,
    @Arg('name', { description: 'The tag: `latest`.' }) name: string,
    @Ctx() { request, browsing }: Context,
  ): Promise<Tag> {
    return browsing.tags.find(request, repository, name);
  }

  @Extensions({ cost: { filters: tagFilterPoints } })
  @FieldResolver(() => TagConnection, { description: 'Its tags.' })
  async tags(
    @Root() repository: Repository,
    @Args() args: TagListArgs,
    @Ctx() context: Context,
  ): Promise<Connection<Tag>> {
    const { filter, orderBy } = args;
    return toConnection(
      await context.browsing.tags.list(
        context.request,
        repository,
        filter ?? {},
        orderBy ?? byName,
        readOffsetPage(args, context),
      ),
    );
  }

  @FieldResolver(() => TagType, {
    nullable: true,
    description: 'The tag that was updated last; null when it has none.',
  })
  latestTag(@Root() repository: Repository, @Ctx() { request, browsing }: Context): Promise<Tag | null> {
    return browsing.tags.findLatest(request, repository);
  }

  @Extensions({ cost: { points: 50, fill: 0.005 } })
  @FieldResolver(() => [LayerType], {
    description: 'Each distinct layer of all its images once, by the tags that have them.',
  })
  layers(@Root() repository: Repository, @Args() args: PartsArgs, @Ctx() context: Context): Promise<LayerInImage[]> {
    return context.browsing.images.listLayersOf(context.request, repository, readParts(args, context));
  }

  @Extensions({ cost: { points: 50 } })
  @FieldResolver(() => ByteSize, {
    description: 'Bytes of the blobs that no other repository of its registry uses: what deleting it could give back.',
  })
  uniqueSize(@Root() repository: Repository, @Ctx() { request }: Context): Promise<number> {
    return request.loaders.uniqueSize.load(repository.key);
  }

  @Extensions({ volatile: true })
  @FieldResolver(() => FreshnessType, { description: 'How old what is known of its tags is, and why.' })
  freshness(@Root() repository: Repository, @Ctx() { request, browsing }: Context): Promise<Freshness> {
    return browsing.repositories.judge(request, repository);
  }

  @Extensions({ cost: { points: 5 } })
  @FieldResolver(() => Boolean, {
    description: 'The viewer may delete it whole, as far as is known before it is tried: `deletionBlockers` is empty.',
  })
  viewerCanDelete(@Root() repository: Repository, @Ctx() { request, deleting }: Context): Promise<boolean> {
    return deleting.blockers.canDeleteRepository(request, repository);
  }

  @Extensions({ cost: { points: 5, items: 0 } })
  @FieldResolver(() => [DeletionBlockerType], {
    description:
      'Why the viewer cannot delete it whole, each reason once: a rule that protects any of its tags is one. The ' +
      'registry is not asked for it.',
  })
  deletionBlockers(@Root() repository: Repository, @Ctx() { request, deleting }: Context): Promise<DeletionBlocker[]> {
    return deleting.blockers.listRepositoryBlockers(request, repository);
  }
}
