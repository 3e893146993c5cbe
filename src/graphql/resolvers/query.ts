import { Arg, Args, Ctx, Extensions, ID, Query, Resolver } from 'type-graphql';
import { assertAllowed } from '../../catalogue/access.js';
import type { Viewer } from '../../domain/account.js';
import type { Image, Repository } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { Job } from '../../domain/job.js';
import type { Registry } from '../../domain/registry.js';
import { badInput, GatewayError } from '../../errors.js';
import type { Context } from '../context.js';
import { decodeNodeId } from '../nodeid.js';
import { DigestScalar } from '../scalars.js';
import { ImageType } from '../types/image.js';
import { JobType } from '../types/job.js';
import { Node } from '../types/node.js';
import { byName, readOffsetPage, toConnection } from '../types/page.js';
import { RegistryType } from '../types/registry.js';
import { RepositoryConnection, RepositoryListArgs, RepositoryType, toRepositoryFilter } from '../types/repository.js';
import { ViewerType } from '../types/viewer.js';
import type { RepositoryList } from './registry.js';
import { repositoryFilterPoints } from './repository.js';
import { findRepositorySource } from './target.js';

/** `nodes` takes this many ids at the most. */
const maxNodes = 100;

@Resolver()
export class QueryResolver {
  @Extensions({ volatile: true })
  @Query(() => Node, { nullable: true, description: 'Anything with an id; null when it is gone.' })
  node(@Arg('id', () => ID, { description: 'The id.' }) id: string, @Ctx() context: Context): Promise<object | null> {
    return findNode(id, context);
  }

  @Extensions({ volatile: true })
  @Query(() => [Node], {
    nullable: 'itemsAndList',
    description: 'Several things with an id, in the order asked for; null in the place of what is gone.',
  })
  nodes(
    @Arg('ids', () => [ID], { description: `The ids: ${maxNodes} at the most.` }) ids: string[],
    @Ctx() context: Context,
  ): Promise<(object | null)[]> {
    if (ids.length > maxNodes) throw badInput(`"ids" takes up to ${maxNodes} ids, got ${ids.length}.`, 'ids');
    const found = new Map([...new Set(ids)].map((id) => [id, findNode(id, context)]));
    return Promise.all(ids.map((id) => found.get(id)!));
  }

  @Extensions({ volatile: true })
  @Query(() => ViewerType, { nullable: true, description: 'The account that asks.' })
  viewer(@Ctx() { viewer }: Context): Viewer {
    assertAllowed(viewer, 'read');
    return viewer;
  }

  @Extensions({ cost: { items: 3 } })
  @Query(() => [RegistryType], {
    nullable: true,
    description: 'Every attached registry, in name order.',
  })
  registries(@Ctx() { request, browsing }: Context): Promise<Registry[]> {
    return browsing.registries.list(request);
  }

  @Query(() => RegistryType, {
    nullable: true,
    description: 'One registry; null with NOT_FOUND when none is attached under that name.',
  })
  registry(
    @Arg('name', { description: 'Its name, or its UUID.' }) name: string,
    @Ctx() { request, browsing }: Context,
  ): Promise<Registry> {
    return browsing.registries.find(request, name);
  }

  @Query(() => RepositoryType, {
    nullable: true,
    description: 'One repository; null with NOT_FOUND when there is none of that name.',
  })
  async repository(
    @Arg('registry', { description: "The registry's name, or its UUID." }) registry: string,
    @Arg('name', { description: 'The full name: `library/registry`.' }) name: string,
    @Ctx() context: Context,
  ): Promise<Repository> {
    return (await findRepositorySource(context, { registry: { name: registry }, repository: name })).repository;
  }

  @Extensions({ cost: { filters: repositoryFilterPoints } })
  @Query(() => RepositoryConnection, {
    nullable: true,
    description: 'The repositories of all registries. One sick registry changes nothing for the others: see `sources`.',
  })
  async repositories(@Args() args: RepositoryListArgs, @Ctx() context: Context): Promise<RepositoryList> {
    const filter = await toRepositoryFilter(args.filter, context);
    const page = await context.browsing.repositories.list(
      context.request,
      null,
      filter,
      args.orderBy ?? byName,
      readOffsetPage(args, context),
    );
    return Object.assign(toConnection(page), { registryIds: filter.registryIds ?? null });
  }

  @Query(() => ImageType, {
    nullable: true,
    description: 'The image or index that a digest names, wherever it is; null when no registry is known to hold it.',
  })
  image(
    @Arg('digest', () => DigestScalar, { description: 'The digest of a manifest or index.' }) digest: Digest,
    @Ctx() { request, browsing }: Context,
  ): Promise<Image | null> {
    return browsing.images.findByDigest(request, digest);
  }

  @Extensions({ volatile: true })
  @Query(() => JobType, {
    nullable: true,
    description: 'A job as it stands; null with NOT_FOUND when there is none of that id.',
  })
  job(
    @Arg('id', () => ID, { description: 'The id.' }) id: string,
    @Ctx() { request, browsing }: Context,
  ): Promise<Job> {
    return browsing.jobs.find(request, id);
  }
}

async function findNode(id: string, context: Context): Promise<object | null> {
  const { request, browsing } = context;
  assertAllowed(request.viewer, 'read');
  const node = decodeNodeId(id);
  if (!node) throw badInput('"id" is not an id of this gateway.', 'id');
  try {
    if (node.type === 'Image') return name(node.type, await browsing.images.findByDigest(request, node.digest));
    if (node.type === 'Registry') return await findByUuid(context, node.registryId);
    const { repository } = await findRepositorySource(context, {
      registry: { id: node.registryId },
      repository: node.type === 'Repository' ? node.name : node.repository,
    });
    return name(
      node.type,
      node.type === 'Repository' ? repository : await browsing.tags.find(request, repository, node.name),
    );
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

/** Registries and jobs both have a UUID, and no two things have the same. */
async function findByUuid({ request, browsing }: Context, id: string): Promise<object | null> {
  const registry = await browsing.registries.findKnown(request, id);
  return registry ? name('Registry', registry) : name('Job', await browsing.jobs.find(request, id));
}

/** A value of an abstract type says which of its types it is. */
function name(type: string, value: object | null): object | null {
  return value && { __typename: type, ...value };
}
