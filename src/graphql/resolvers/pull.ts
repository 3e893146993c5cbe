import { Args, Ctx, Extensions, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Repository, Tag } from '../../domain/catalogue.js';
import { listPullCommands, parsePlatform, type PullCommand } from '../../domain/pull.js';
import { pullHostOf } from '../../domain/registry.js';
import type { Context } from '../context.js';
import { PullCommandArgs, PullCommandType } from '../types/pull.js';
import { RepositoryType } from '../types/repository.js';
import { TagType } from '../types/tag.js';

@Resolver(() => TagType)
export class TagPullResolver {
  @FieldResolver(() => String, { description: 'The reference that `docker pull` takes: host/repository:tag.' })
  async reference(@Root() { registryId, repositoryName, name }: Tag, @Ctx() { request }: Context): Promise<string> {
    return `${pullHostOf(await request.loaders.registry.load(registryId))}/${repositoryName}:${name}`;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The reference by the digest that it points to: host/repository@sha256:…, always this image. null: that ' +
      'could not be read.',
  })
  async digestReference(
    @Root() { registryId, repositoryName, digest }: Tag,
    @Ctx() { request }: Context,
  ): Promise<string | null> {
    return digest && `${pullHostOf(await request.loaders.registry.load(registryId))}/${repositoryName}@${digest}`;
  }

  @Extensions({ cost: { items: 5 } })
  @FieldResolver(() => [PullCommandType], {
    description:
      'How tools take its image from the registry, for those that can: charts by Helm, other artifacts by ORAS. ' +
      'Empty where what it points to could not be read.',
  })
  async pullCommands(
    @Root() { registryId, repositoryName, name: tag, digest, imageKey }: Tag,
    @Args() { by, tools, platform }: PullCommandArgs,
    @Ctx() { request: { loaders } }: Context,
  ): Promise<PullCommand[]> {
    if (digest === null || imageKey === null) return [];
    const [registry, image] = await Promise.all([loaders.registry.load(registryId), loaders.image.load(imageKey)]);
    const named = { registry, repository: repositoryName, tag, digest: by === 'DIGEST' ? digest : null };
    const { kind, artifactType } = image;
    const commands = listPullCommands({ ...named, kind, artifactType, platform: parsePlatform(platform ?? null) });
    return commands.filter(({ tool }) => tools?.includes(tool) ?? true);
  }
}

@Resolver(() => RepositoryType)
export class RepositoryPullResolver {
  @FieldResolver(() => String, {
    description:
      'The beginning of the references of its images: host/repository. With `:` and a tag, or `@` and a digest, ' +
      'behind it `docker pull` takes it.',
  })
  async reference(@Root() { registryId, name }: Repository, @Ctx() { request }: Context): Promise<string> {
    return `${pullHostOf(await request.loaders.registry.load(registryId))}/${name}`;
  }
}
