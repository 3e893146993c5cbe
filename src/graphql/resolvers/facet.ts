import { Arg, Ctx, Extensions, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import type { AnyTagFilter, RepositoryFilter } from '../../domain/filter.js';
import type { FacetCount, RepositoryFacet, TagFacet } from '../../domain/summary.js';
import type { Context } from '../context.js';
import { readPage } from '../types/page.js';
import { RepositoryFilterInput, toRepositoryFilter } from '../types/repository.js';
import { FacetCountType, RepositoryFacetsType, TagFacetsType } from '../types/summary.js';
import { AnyTagFilterInput, toAnyTagFilter } from '../types/tag.js';
import { repositoryFilterPoints, tagFilterPoints } from './repository.js';

/** Points of a value of the things themselves, and of their images. By `npm run bench costs`. */
const [costOfOwn, costOfImages] = [50, 200];

const first = { nullable: true, defaultValue: 20, description: 'How many values at the most: 1 to 100.' };

type FacetsOf<Filter> = { readonly filter: Filter };

@Resolver(() => RepositoryFacetsType)
export class RepositoryFacetResolver {
  @Extensions({ cost: { filters: repositoryFilterPoints } })
  @Query(() => RepositoryFacetsType, {
    nullable: true,
    description: 'How many repositories of all registries there are of each registry, namespace and platform.',
  })
  async repositoryFacets(
    @Ctx() context: Context,
    @Arg('filter', () => RepositoryFilterInput, { nullable: true, description: 'Of these: as `repositories` has it.' })
    filter?: RepositoryFilterInput | null,
  ): Promise<FacetsOf<RepositoryFilter>> {
    return { filter: await toRepositoryFilter(filter, context) };
  }

  @Extensions({ cost: { points: costOfOwn, items: 0 } })
  @FieldResolver(() => [FacetCountType], { description: 'By the names of registries, those with the most first.' })
  registries(
    @Root() { filter }: FacetsOf<RepositoryFilter>,
    @Arg('first', () => Int, first) length: number,
    @Ctx() context: Context,
  ): Promise<FacetCount[]> {
    return this.#count(context, 'registry', filter, length);
  }

  @Extensions({ cost: { points: costOfOwn, items: 0 } })
  @FieldResolver(() => [FacetCountType], {
    description: 'By namespace, as `Repository.namespace` has it, those with the most first.',
  })
  namespaces(
    @Root() { filter }: FacetsOf<RepositoryFilter>,
    @Arg('first', () => Int, first) length: number,
    @Ctx() context: Context,
  ): Promise<FacetCount[]> {
    return this.#count(context, 'namespace', filter, length);
  }

  @Extensions({ cost: { points: costOfImages, items: 0 } })
  @FieldResolver(() => [FacetCountType], {
    description: 'By the platforms of their images, as far as these were read, those with the most first.',
  })
  platforms(
    @Root() { filter }: FacetsOf<RepositoryFilter>,
    @Arg('first', () => Int, first) length: number,
    @Ctx() context: Context,
  ): Promise<FacetCount[]> {
    return this.#count(context, 'platform', filter, length);
  }

  #count(context: Context, facet: RepositoryFacet, filter: RepositoryFilter, length: number): Promise<FacetCount[]> {
    const { browsing, request } = context;
    return browsing.summaries.countRepositoriesBy(request, facet, filter, readPage({ first: length }, context).first);
  }
}

@Resolver(() => TagFacetsType)
export class TagFacetResolver {
  @Extensions({ cost: { filters: tagFilterPoints } })
  @Query(() => TagFacetsType, {
    nullable: true,
    description: 'How many tags of all registries there are of each registry, namespace, platform and kind.',
  })
  async tagFacets(
    @Ctx() context: Context,
    @Arg('filter', () => AnyTagFilterInput, { nullable: true, description: 'Of these: as `tags` has it.' })
    filter?: AnyTagFilterInput | null,
  ): Promise<FacetsOf<AnyTagFilter>> {
    return { filter: await toAnyTagFilter(filter, context) };
  }

  @Extensions({ cost: { points: costOfOwn, items: 0 } })
  @FieldResolver(() => [FacetCountType], { description: 'By the names of registries, those with the most first.' })
  registries(
    @Root() { filter }: FacetsOf<AnyTagFilter>,
    @Arg('first', () => Int, first) length: number,
    @Ctx() context: Context,
  ): Promise<FacetCount[]> {
    return this.#count(context, 'registry', filter, length);
  }

  @Extensions({ cost: { points: costOfOwn, items: 0 } })
  @FieldResolver(() => [FacetCountType], {
    description: 'By the namespaces of their repositories, those with the most first.',
  })
  namespaces(
    @Root() { filter }: FacetsOf<AnyTagFilter>,
    @Arg('first', () => Int, first) length: number,
    @Ctx() context: Context,
  ): Promise<FacetCount[]> {
    return this.#count(context, 'namespace', filter, length);
  }

  @Extensions({ cost: { points: costOfImages, items: 0 } })
  @FieldResolver(() => [FacetCountType], {
    description: 'By their platforms, as far as these were read: an index counts for each that it has.',
  })
  platforms(
    @Root() { filter }: FacetsOf<AnyTagFilter>,
    @Arg('first', () => Int, first) length: number,
    @Ctx() context: Context,
  ): Promise<FacetCount[]> {
    return this.#count(context, 'platform', filter, length);
  }

  @Extensions({ cost: { points: costOfImages, items: 0 } })
  @FieldResolver(() => [FacetCountType], {
    description: 'By what they point to, as `ImageKind` has it; what could not be read is not counted.',
  })
  kinds(
    @Root() { filter }: FacetsOf<AnyTagFilter>,
    @Arg('first', () => Int, first) length: number,
    @Ctx() context: Context,
  ): Promise<FacetCount[]> {
    return this.#count(context, 'kind', filter, length);
  }

  @Extensions({ cost: { points: costOfImages, items: 0 } })
  @FieldResolver(() => [FacetCountType], {
    description: 'By the media types of artifacts, those with the most first.',
  })
  artifactTypes(
    @Root() { filter }: FacetsOf<AnyTagFilter>,
    @Arg('first', () => Int, first) length: number,
    @Ctx() context: Context,
  ): Promise<FacetCount[]> {
    return this.#count(context, 'artifactType', filter, length);
  }

  #count(context: Context, facet: TagFacet, filter: AnyTagFilter, length: number): Promise<FacetCount[]> {
    const { browsing, request } = context;
    return browsing.summaries.countTagsBy(request, facet, filter, readPage({ first: length }, context).first);
  }
}
