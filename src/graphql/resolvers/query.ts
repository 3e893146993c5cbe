import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { assertAllowed } from '../../catalogue/access.js';
import { findRegistry, findRegistryById, listRegistries } from '../../catalogue/registries.js';
import { findRepository } from '../../catalogue/repositories.js';
import { findTag } from '../../catalogue/tags.js';
import type { Viewer } from '../../domain/account.js';
import type { Repository } from '../../domain/catalogue.js';
import type { Registry } from '../../domain/registry.js';
import { badInput, GatewayError } from '../../errors.js';
import type { Context } from '../context.js';
import { decodeNodeId } from '../nodeid.js';
import { Node } from '../types/common.js';
import { RegistryType } from '../types/registry.js';
import { RepositoryType } from '../types/repository.js';
import { ViewerType } from '../types/viewer.js';

/** `nodes` takes this many ids at the most. */
const maxNodes = 100;

@Resolver()
export class QueryResolver {
  @Query(() => Node, { nullable: true, description: 'Anything with an id; null when it is gone.' })
  node(@Arg('id', () => ID, { description: 'The id.' }) id: string, @Ctx() context: Context): Promise<object | null> {
    return findNode(id, context);
  }

  @Query(() => [Node], {
    nullable: 'items',
    complexity: ({ args, childComplexity }) => args.ids.length * (1 + childComplexity),
    description: 'Several things with an id, in the order asked for; null in the place of what is gone.',
  })
  nodes(@Arg('ids', () => [ID], { description: `The ids: ${maxNodes} at the most.` }) ids: string[], @Ctx() context: Context): Promise<(object | null)[]> {
    if (ids.length > maxNodes) throw badInput(`"ids" takes up to ${maxNodes} ids, got ${ids.length}.`, 'ids');
    return Promise.all(ids.map((id) => findNode(id, context)));
  }

  @Query(() => ViewerType, { description: 'Who is asking.' })
  viewer(@Ctx() { viewer }: Context): Viewer {
    assertAllowed(viewer, 'read');
    return viewer;
  }

  @Query(() => [RegistryType], {
    complexity: ({ childComplexity }) => 3 * (1 + childComplexity),
    description: 'Every attached registry, in name order.',
  })
  registries(@Ctx() { session }: Context): Promise<Registry[]> {
    return listRegistries(session);
  }

  @Query(() => RegistryType, { nullable: true, description: 'One registry; null with NOT_FOUND when none is attached under that name.' })
  registry(@Arg('name', { description: 'Its name, or its UUID.' }) name: string, @Ctx() { session }: Context): Promise<Registry> {
    return findRegistry(session, name);
  }

  @Query(() => RepositoryType, { nullable: true, description: 'One repository; null with NOT_FOUND when there is none of that name.' })
  async repository(
    @Arg('registry', { description: "The registry's name, or its UUID." }) registry: string,
    @Arg('name', { description: 'The full name: `library/registry`.' }) name: string,
    @Ctx() { session }: Context,
  ): Promise<Repository> {
    return findRepository(session, await findRegistry(session, registry), name);
  }
}

async function findNode(id: string, { session }: Context): Promise<object | null> {
  assertAllowed(session.viewer, 'read');
  const node = decodeNodeId(id);
  if (!node) throw badInput('"id" is not an id of this gateway.', 'id');
  try {
    const registry = await findRegistryById(session, node.registryId);
    if (node.type === 'Registry') return { __typename: node.type, ...registry };
    const repository = await findRepository(session, registry, node.type === 'Repository' ? node.name : node.repository);
    if (node.type === 'Repository') return { __typename: node.type, ...repository };
    if (node.type === 'Tag') return { __typename: node.type, ...(await findTag(session, repository, node.name)) };
    const [image] = await session.images.findByDigests([node.digest]);
    const isHere = image && (await session.sizes.imagesOf([repository.key])).get(repository.key)?.includes(image.key);
    return isHere ? { __typename: node.type, imageKey: image.key, repositoryKey: repository.key } : null;
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}
