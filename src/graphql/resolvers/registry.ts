import { Arg, Args, Ctx, Extensions, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql';
import type { SourceStatus } from '../../catalogue/browse/registries.js';
import { showProxy } from '../../catalogue/manage/proxysetting.js';
import type { Repository } from '../../domain/catalogue.js';
import type { Freshness } from '../../domain/freshness.js';
import { deletionKinds, type Job, type JobKind } from '../../domain/job.js';
import { pullHostOf, type Registry } from '../../domain/registry.js';
import type { Context } from '../context.js';
import { ByteSize } from '../scalars.js';
import { JobKindEnum, JobType } from '../types/job.js';
import { FreshnessType } from '../types/node.js';
import { byName, type Connection, readOffsetPage, readPage, toConnection } from '../types/page.js';
import {
  RegistryCapabilitiesType,
  RegistryHealthType,
  RegistryProxyType,
  RegistryType,
  SourceStatusType,
  UpstreamBudgetType,
} from '../types/registry.js';
import { RepositoryConnection, RepositoryListArgs, RepositoryType, toRepositoryFilter } from '../types/repository.js';
import { repositoryFilterPoints } from './repository.js';

@Resolver(() => RegistryType)
export class RegistryResolver {
  @FieldResolver(() => ID, { description: 'The UUID of the REST API.' })
  id(@Root() registry: Registry): string {
    return registry.id;
  }

  @FieldResolver(() => Boolean, { description: 'It is asked with credentials. Credentials are write-only.' })
  hasCredentials(@Root() registry: Registry): boolean {
    return registry.username !== null;
  }

  @FieldResolver(() => Boolean, { description: 'It is trusted through a CA certificate of its own.' })
  hasCaCertificate(@Root() registry: Registry): boolean {
    return registry.caCertificate !== null;
  }

  @FieldResolver(() => String, {
    description:
      'The host that clients pull from, and references begin with: the one that was set, or else that of `addr`.',
  })
  pullHost(@Root() registry: Registry): string {
    return pullHostOf(registry);
  }

  @FieldResolver(() => RegistryProxyType, { description: 'The way to it: by a proxy, or directly.' })
  proxy(@Root() { proxy, hasProxyCredentials }: Registry): RegistryProxyType {
    return { ...showProxy(proxy), hasCredentials: hasProxyCredentials };
  }

  @FieldResolver(() => [String], {
    description:
      'Which of its repositories are read: names, and patterns with `*` and `?`; with `!` before it one leaves ' +
      'out. Empty: all that its catalogue lists.',
  })
  followedRepositories(@Root() registry: Registry, @Ctx() { request, browsing }: Context): readonly string[] {
    return browsing.registries.listFollowed(request, registry);
  }

  @Extensions({ volatile: true })
  @FieldResolver(() => RegistryHealthType, { description: 'The state that the last contact showed.' })
  health(@Root() registry: Registry, @Ctx() { request, browsing }: Context): Promise<RegistryHealthType> {
    return browsing.health.judge(request, registry);
  }

  @FieldResolver(() => RegistryCapabilitiesType, { description: 'Its abilities, learnt from its own answers.' })
  async capabilities(@Root() registry: Registry, @Ctx() { request }: Context): Promise<RegistryCapabilitiesType> {
    const { catalogSupported, canDelete, canDeleteTag, deletesTagsFirst, referrersSupported, sendsEvents } =
      await request.loaders.registryState.load(registry.id);
    return {
      catalog: catalogSupported,
      deleteManifest: canDelete === null ? null : canDelete === 'enabled',
      deleteTag: canDeleteTag,
      deletesTagsFirst,
      referrers: referrersSupported,
      notifications: sendsEvents,
    };
  }

  @FieldResolver(() => FreshnessType, { description: 'How old its list of repositories is, and why.' })
  freshness(@Root() registry: Registry, @Ctx() { request, browsing }: Context): Promise<Freshness> {
    return browsing.registries.showFreshness(request, registry);
  }

  @Extensions({ volatile: true })
  @FieldResolver(() => JobType, {
    nullable: true,
    description: 'The last time it was read whole, or is being read; null before the first.',
  })
  lastCrawl(@Root() registry: Registry, @Ctx() { request, browsing }: Context): Promise<Job | null> {
    return browsing.jobs.findLast(request, registry);
  }

  @Extensions({ volatile: true })
  @FieldResolver(() => [JobType], {
    description: 'Its newest jobs, the newest first: deletions, unless it says otherwise.',
  })
  jobs(
    @Root() registry: Registry,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20, description: 'How many at the most: 1 to 100.' })
    first: number,
    @Arg('kinds', () => [JobKindEnum], {
      nullable: true,
      defaultValue: [...deletionKinds],
      description: 'Only jobs of these kinds.',
    })
    kinds: JobKind[],
    @Ctx() context: Context,
  ): Promise<Job[]> {
    return context.browsing.jobs.list(context.request, registry, kinds, readPage({ first }, context).first);
  }

  @Extensions({ volatile: true })
  @FieldResolver(() => [JobType], {
    description: 'Its deletions that wait for a second person, the oldest first.',
  })
  awaitingApproval(
    @Root() registry: Registry,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20, description: 'How many at the most: 1 to 100.' })
    first: number,
    @Ctx() context: Context,
  ): Promise<Job[]> {
    return context.browsing.jobs.listWaiting(context.request, registry, readPage({ first }, context).first);
  }

  @Extensions({ volatile: true })
  @FieldResolver(() => Int, { description: 'How many requests the gateway has sent to it since it started.' })
  upstreamRequests(@Root() registry: Registry, @Ctx() { request, browsing }: Context): Promise<number> {
    return browsing.registries.countRequests(request, registry);
  }

  @Extensions({ volatile: true })
  @FieldResolver(() => UpstreamBudgetType, {
    nullable: true,
    description:
      'Requests to it at a time, as they are now; null when nothing was asked of it since the gateway started.',
  })
  upstreamBudget(
    @Root() registry: Registry,
    @Ctx() { request, browsing }: Context,
  ): Promise<UpstreamBudgetType | null> {
    return browsing.registries.budgetOf(request, registry);
  }

  @FieldResolver(() => RepositoryType, {
    nullable: true,
    description: 'One repository; null with NOT_FOUND when the registry has none of that name.',
  })
  repository(
    @Root() registry: Registry,
    @Arg('name', { description: 'The full name: `library/registry`.' }) name: string,
    @Ctx() { request, browsing }: Context,
  ): Promise<Repository> {
    return browsing.repositories.find(request, registry, name);
  }

  @Extensions({ cost: { filters: repositoryFilterPoints } })
  @FieldResolver(() => RepositoryConnection, {
    nullable: true,
    description:
      'Its repositories; null with an error when they could never be read. Never waits for the registry: ' +
      'see `freshness`.',
  })
  async repositories(
    @Root() registry: Registry,
    @Args() args: RepositoryListArgs,
    @Ctx() context: Context,
  ): Promise<RepositoryList> {
    const { filter, orderBy } = args;
    const page = await context.browsing.repositories.list(
      context.request,
      registry,
      await toRepositoryFilter(filter, context),
      orderBy ?? byName,
      readOffsetPage(args, context),
    );
    return Object.assign(toConnection(page), { registryIds: [registry.id] });
  }

  @FieldResolver(() => Int, {
    description: 'How many names of its last catalogue can be no repositories, and are left out.',
  })
  async droppedNames(@Root() { id }: Registry, @Ctx() { request }: Context): Promise<number> {
    return (await request.loaders.registryState.load(id)).droppedNames;
  }

  @FieldResolver(() => [String], { description: 'The first few of those names, as text in quotes, cut short.' })
  async droppedNameExamples(@Root() { id }: Registry, @Ctx() { request }: Context): Promise<readonly string[]> {
    return (await request.loaders.registryState.load(id)).droppedNameExamples;
  }

  @FieldResolver(() => Int, { description: 'How many repositories have tags, or were not read yet.' })
  repositoryCount(@Root() registry: Registry, @Ctx() { request, browsing }: Context): Promise<number> {
    return browsing.repositories.count(request, registry);
  }

  @FieldResolver(() => Int, { description: 'How many tags all its repositories have.' })
  tagCount(@Root() registry: Registry, @Ctx() { request }: Context): Promise<number> {
    return request.loaders.tagCount.load(registry.id);
  }

  @FieldResolver(() => ByteSize, {
    nullable: true,
    description: 'Bytes of each distinct blob, counted once, as of the last crawl; null until it was read whole.',
  })
  size(@Root() registry: Registry, @Ctx() { request, browsing }: Context): Promise<number | null> {
    return browsing.registries.sizeOf(request, registry);
  }
}

/** A page with the registries it was made from; null: all. */
export type RepositoryList = Connection<Repository> & { readonly registryIds: readonly string[] | null };

@Resolver(() => RepositoryConnection)
export class RepositoryConnectionResolver {
  @Extensions({ volatile: true })
  @FieldResolver(() => [SourceStatusType], {
    description: 'The registries the list is made from, and how old the part of each is.',
  })
  sources(@Root() { registryIds }: RepositoryList, @Ctx() { request, browsing }: Context): Promise<SourceStatus[]> {
    return browsing.registries.listSources(request, registryIds);
  }
}
