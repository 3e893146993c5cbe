import { Arg, Args, Ctx, Extensions, ID, Query, Resolver } from 'type-graphql';
import { assertAllowed } from '../../catalogue/access.js';
import { findImageByDigest } from '../../catalogue/browse/images.js';
import { findJob } from '../../catalogue/browse/jobs.js';
import { findRegistry, findRegistryById, listRegistries } from '../../catalogue/browse/registries.js';
import { findRepository, listRepositories } from '../../catalogue/browse/repositories.js';
import type { Session } from '../../catalogue/session.js';
import { findTag } from '../../catalogue/browse/tags.js';
import type { Viewer } from '../../domain/account.js';
import type { Image, Repository } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { Job } from '../../domain/job.js';
import type { Registry } from '../../domain/registry.js';
import { badInput, GatewayError } from '../../errors.js';
import type { Context } from '../context.js';
import { decodeNodeId } from '../nodeid.js';
import { DigestScalar } from '../scalars.js';
import { Node } from '../types/node.js';
import { toRepositoryFilter, toRepositoryOrder } from '../types/filter.js';
import { ImageType } from '../types/image.js';
import { JobType } from '../types/job.js';
import { toConnection } from '../types/page.js';
import { RegistryType } from '../types/registry.js';
import { RepositoryConnection, RepositoryType } from '../types/repository.js';
import { ViewerType } from '../types/viewer.js';
import { readPage, RepositoryListArgs } from './page.js';
import type { RepositoryList } from './registry.js';

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
    nullable: 'items',
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
  @Query(() => ViewerType, { description: 'Who is asking.' })
  viewer(@Ctx() { viewer }: Context): Viewer {
    assertAllowed(viewer, 'read');
    return viewer;
  }

  @Extensions({ cost: { items: 3 } })
  @Query(() => [RegistryType], {
    description: 'Every attached registry, in name order.',
  })
  registries(@Ctx() { session }: Context): Promise<Registry[]> {
    return listRegistries(session);
  }

  @Query(() => RegistryType, {
    nullable: true,
    description: 'One registry; null with NOT_FOUND when none is attached under that name.',
  })
  registry(
    @Arg('name', { description: 'Its name, or its UUID.' }) name: string,
    @Ctx() { session }: Context,
  ): Promise<Registry> {
    return findRegistry(session, name);
  }

  @Extensions({ volatile: true })
  @Query(() => RepositoryType, {
    nullable: true,
    description: 'One repository; null with NOT_FOUND when there is none of that name.',
  })
  async repository(
    @Arg('registry', { description: "The registry's name, or its UUID." }) registry: string,
    @Arg('name', { description: 'The full name: `library/registry`.' }) name: string,
    @Ctx() { session }: Context,
  ): Promise<Repository> {
    return findRepository(session, await findRegistry(session, registry), name);
  }

  @Query(() => RepositoryConnection, {
    description: 'The repositories of all registries. One sick registry changes nothing for the others: see `sources`.',
  })
  async repositories(@Args() args: RepositoryListArgs, @Ctx() context: Context): Promise<RepositoryList> {
    const filter = await toRepositoryFilter(args.filter, context.session);
    const page = await listRepositories(
      context.session,
      null,
      filter,
      toRepositoryOrder(args.orderBy),
      readPage(args, context),
    );
    return Object.assign(toConnection(page), { registryIds: filter.registryIds ?? null });
  }

  @Query(() => ImageType, {
    nullable: true,
    description: 'What a digest names, wherever it is; null when no registry is known to hold it.',
  })
  image(
    @Arg('digest', () => DigestScalar, { description: 'The digest of a manifest or index.' }) digest: Digest,
    @Ctx() { session }: Context,
  ): Promise<Image | null> {
    return findImageByDigest(session, digest);
  }

  @Extensions({ volatile: true })
  @Query(() => JobType, {
    nullable: true,
    description: 'A job as it stands; null with NOT_FOUND when there is none of that id.',
  })
  job(@Arg('id', () => ID, { description: 'The id.' }) id: string, @Ctx() { session }: Context): Promise<Job> {
    return findJob(session, id);
  }
}

async function findNode(id: string, { session }: Context): Promise<object | null> {
  assertAllowed(session.viewer, 'read');
  const node = decodeNodeId(id);
  if (!node) throw badInput('"id" is not an id of this gateway.', 'id');
  try {
    if (node.type === 'Image') return name(node.type, await findImageByDigest(session, node.digest));
    if (node.type === 'Registry') return await findByUuid(session, node.registryId);
    const registry = await findRegistryById(session, node.registryId);
    const repository = await findRepository(
      session,
      registry,
      node.type === 'Repository' ? node.name : node.repository,
    );
    return name(node.type, node.type === 'Repository' ? repository : await findTag(session, repository, node.name));
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

/** Registries and jobs both have a UUID, and no two things have the same. */
async function findByUuid(session: Session, id: string): Promise<object | null> {
  const registry = await session.registries.find(id);
  return registry ? name('Registry', registry) : name('Job', await findJob(session, id));
}

/** A value of an abstract type says which of its types it is. */
function name(type: string, value: object | null): object | null {
  return value && { __typename: type, ...value };
}
