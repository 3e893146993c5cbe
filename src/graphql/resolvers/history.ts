import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { HistoryRequest } from '../../catalogue/browse/history.js';
import type { Image, Repository, Tag, TagRevision } from '../../domain/catalogue.js';
import type { Registry } from '../../domain/registry.js';
import type { Context } from '../context.js';
import {
  RegistryHistoryArgs,
  RepositoryHistoryArgs,
  RestoreTagInput,
  RestoreTagPayload,
  TagRevisionConnection,
  TagRevisionType,
} from '../types/history.js';
import { ImageType } from '../types/image.js';
import { type Connection, PageArgs, readPage, toConnection } from '../types/page.js';
import { RegistryType } from '../types/registry.js';
import { RepositoryType } from '../types/repository.js';
import { TagType } from '../types/tag.js';
import { answer } from './mutation.js';
import { describeTarget, findRegistry, readTagTarget } from './target.js';

@Resolver(() => TagType)
export class TagHistoryResolver {
  @FieldResolver(() => TagRevisionConnection, {
    description: 'The digests that it points to and pointed to before, newest first: the last hundred.',
  })
  history(
    @Root() { registryId, repositoryName, name }: Tag,
    @Args() args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Connection<TagRevision>> {
    return readHistory(
      context,
      { registry: { id: registryId }, repository: repositoryName, tag: name, formerOnly: false },
      args,
    );
  }
}

@Resolver(() => RepositoryType)
export class RepositoryHistoryResolver {
  @FieldResolver(() => TagRevisionConnection, {
    description:
      'The digests that its tags point to, then those they pointed to before, newest first. Tags that are gone are ' +
      'among the latter: `restoreTag` puts them back.',
  })
  tagHistory(
    @Root() { registryId, name }: Repository,
    @Args() { tag, formerOnly, ...page }: RepositoryHistoryArgs,
    @Ctx() context: Context,
  ): Promise<Connection<TagRevision>> {
    return readHistory(context, { registry: { id: registryId }, repository: name, tag: tag ?? null, formerOnly }, page);
  }
}

@Resolver(() => RegistryType)
export class RegistryHistoryResolver {
  @FieldResolver(() => TagRevisionConnection, {
    description: 'The same of any repository by its name, also of one that is gone.',
  })
  async tagHistory(
    @Root() registry: Registry,
    @Args() { repository, tag, formerOnly, ...page }: RegistryHistoryArgs,
    @Ctx() context: Context,
  ): Promise<Connection<TagRevision>> {
    return toConnection(
      await context.browsing.history.find(
        context.request,
        { registry, repository, tag: tag ?? null, formerOnly },
        readPage(page, context),
      ),
    );
  }
}

@Resolver(() => TagRevisionType)
export class RevisionResolver {
  @FieldResolver(() => String, { description: 'The full name of the repository, which may be gone.' })
  repositoryName(@Root() { repository }: TagRevision): string {
    return repository;
  }

  @FieldResolver(() => RegistryType, { description: 'The registry.' })
  registry(@Root() { registryId }: TagRevision, @Ctx() { request }: Context): Promise<Registry> {
    return request.loaders.registry.load(registryId);
  }

  @FieldResolver(() => ImageType, {
    nullable: true,
    description:
      'The image, as it was read; null some minutes after the last registry let it go. The registry may no ' +
      'longer have it.',
  })
  image(@Root() { digest }: TagRevision, @Ctx() { request }: Context): Promise<Image | null> {
    return request.loaders.imageByDigest.load(digest);
  }
}

@Resolver()
export class HistoryResolver {
  @Mutation(() => RestoreTagPayload, {
    description:
      'Puts a tag back on an image it pointed to before, byte for byte, as long as the registry still has that ' +
      'image. A tag that is there is moved only from the digest you name.',
  })
  restoreTag(
    @Arg('input', { description: 'The tag, and the image to put it back on.' }) input: RestoreTagInput,
    @Ctx() context: Context,
  ): Promise<RestoreTagPayload> {
    const { digest, expectedDigest } = input;
    return answer(context, { action: 'restoreTag', ...describeTarget(input) }, async (request) => {
      const target = readTagTarget(input);
      const { repository, tag } = target;
      const registry = await findRegistry(context, target);
      return context.restoring.tags.restoreTag(request, { registry, repository, tag, digest, expectedDigest });
    });
  }
}

async function readHistory(
  context: Context,
  request: HistoryRequest,
  args: PageArgs,
): Promise<Connection<TagRevision>> {
  return toConnection(await context.browsing.history.list(context.request, request, readPage(args, context)));
}
