import { Args, Ctx, Extensions, FieldResolver, Resolver, Root } from 'type-graphql';
import type { TagsSize } from '../../catalogue/browse/tagsizes.js';
import type { Repository } from '../../domain/catalogue.js';
import type { Context } from '../context.js';
import { ByteSize } from '../scalars.js';
import { RepositoryType } from '../types/repository.js';
import { TagsSizeArgs, TagsSizeType } from '../types/tagssize.js';
import { tagFilterPoints } from './repository.js';

/** Points of finding 10,000 tags, and of what they hold. By `npm run bench costs`. */
const [costOfTags, costOfSize, costOfUniqueSize] = [200, 200, 400];

@Resolver(() => RepositoryType)
export class RepositoryTagsSizeResolver {
  @Extensions({ cost: { points: costOfTags, filters: tagFilterPoints } })
  @FieldResolver(() => TagsSizeType, {
    description:
      'The bytes that some of its tags hold together: `tags`, or those that fit `filter`. For a selection, before ' +
      'its deletion is planned.',
  })
  tagsSize(
    @Root() repository: Repository,
    @Args() { tags, filter, except }: TagsSizeArgs,
    @Ctx() { request, browsing }: Context,
  ): Promise<TagsSize> {
    const wanted = { names: tags ?? null, filter: filter ?? null, except: except ?? [] };
    return browsing.tags.weigh(request, repository, wanted);
  }
}

@Resolver(() => TagsSizeType)
export class TagsSizeResolver {
  @Extensions({ cost: { points: costOfSize } })
  @FieldResolver(() => ByteSize, {
    description: 'Bytes of each distinct blob of their images once, as `Repository.size` counts them.',
  })
  size(@Root() { measure }: TagsSize): Promise<number> {
    return measure();
  }

  @Extensions({ cost: { points: costOfUniqueSize } })
  @FieldResolver(() => ByteSize, {
    description:
      'Of those the bytes that no other tag of the registry holds, as far as you see its repositories: what deleting ' +
      'these tags could give back.',
  })
  uniqueSize(@Root() { measureUnique }: TagsSize): Promise<number> {
    return measureUnique();
  }
}
