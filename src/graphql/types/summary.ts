import { Arg, ArgsType, Extensions, Field, InputType, Int, ObjectType } from 'type-graphql';
import type { FacetCount, GroupOrderField, RepositoryFacet, TagFacet } from '../../domain/summary.js';
import { createEnumType } from '../enum.js';
import { ByteSize, DateTime } from '../scalars.js';
import { createConnectionType, OrderInput, PageArgs } from './page.js';
import { RepositoryFilterInput } from './repository.js';

/** Totals of repositories. */
@ObjectType()
export abstract class TotalsType {
  @Field(() => Int, { description: 'How many repositories: those with tags, or not read yet.' })
  repositoryCount!: number;
  @Field(() => Int, { description: 'How many tags they have together.' })
  tagCount!: number;
  @Field(() => ByteSize, {
    description: 'The bytes of all of them: what several share counts for each, as `Repository.size` does.',
  })
  size!: number;
  @Field(() => DateTime, { nullable: true, description: 'When the latest of their tags was updated.' })
  updatedAt!: Date | null;
}

@ObjectType('Namespace', { description: 'A part of the tree that the names of repositories make.' })
export class NamespaceType extends TotalsType {
  @Field({ description: 'All of it: `team/web`. Those right below are `namespaces(parent: …)` of it.' })
  path!: string;
  @Field({ description: 'Others are below it.' })
  hasNamespaces!: boolean;
}

export const NamespaceConnection = createConnectionType(NamespaceType, 'Namespace');

@ObjectType('RepositoryGroup', { description: 'The repositories of one name in all registries.' })
export class RepositoryGroupType extends TotalsType {
  @Field({ description: 'The full name: `library/registry`.' })
  name!: string;
}

export const RepositoryGroupConnection = createConnectionType(RepositoryGroupType, 'RepositoryGroup');

export const RepositoryGroupOrderFieldEnum = createEnumType<GroupOrderField>(
  'RepositoryGroupOrderField',
  'The key by which repositories of one name are ordered.',
  {
    NAME: 'Their full name.',
    REPOSITORY_COUNT: 'How many registries have one.',
    TAG_COUNT: 'How many tags they have together.',
    SIZE: 'The bytes that they have together.',
    UPDATED_AT: 'When the latest of their tags was updated; those without a time are the oldest.',
  },
);

@InputType('RepositoryGroupOrder', { description: 'The order of a list of repositories by name.' })
export class RepositoryGroupOrderInput extends OrderInput {
  @Field(() => RepositoryGroupOrderFieldEnum, { description: 'By what.' })
  field!: GroupOrderField;
}

@ArgsType()
export class RepositoryGroupListArgs extends PageArgs {
  @Field(() => RepositoryFilterInput, { nullable: true, description: 'Only these repositories are counted and shown.' })
  filter?: RepositoryFilterInput | null;
  @Field(() => Int, {
    nullable: true,
    defaultValue: 1,
    description: 'In how many registries a name is at the least: 2 for what is there twice.',
  })
  registryCountAtLeast!: number;
  @Field(() => RepositoryGroupOrderInput, { nullable: true, description: 'By name when absent.' })
  orderBy?: RepositoryGroupOrderInput | null;
}

@ObjectType('Drift', {
  description: 'How far the tags of several repositories are the same: each name of a tag counts once.',
})
export class DriftType {
  @Field({ description: 'The same tag is the newest in each of them, on the same digest.' })
  isNewestSame!: boolean;
  @Field(() => Int, { description: 'How many tags all of them have, on the same digest.' })
  sameTagCount!: number;
  @Field(() => Int, { description: 'How many tags are on different digests in those that have them.' })
  differentTagCount!: number;
  @Field(() => Int, { description: 'How many tags some of them lack, and the others have on the same digest.' })
  missingTagCount!: number;
}

@ObjectType('FacetCount', { description: 'A value that things of a list have, and how many do.' })
export class FacetCountType {
  @Field({ description: 'The value, as a filter takes it; a platform as `linux/arm/v7`.' })
  value!: string;
  @Field(() => Int, { description: 'How many have it.' })
  count!: number;
}

const first = { nullable: true, defaultValue: 20, description: 'How many values at the most: 1 to 100.' };

/** Points of a value of the things themselves, and of their images. By `npm run bench costs`. */
const [ofOwn, ofImages] = [{ cost: { points: 50, items: 0 } }, { cost: { points: 200, items: 0 } }];

/** The facets that all things have; each is counted when it is asked for. */
@ObjectType()
export abstract class FacetsType<Facet extends TagFacet> {
  /** How many have each value, of at most so many values. */
  countBy!: (facet: Facet | RepositoryFacet, first: number) => Promise<FacetCount[]>;

  @Extensions(ofOwn)
  @Field(() => [FacetCountType], { description: 'By the names of registries, those with the most first.' })
  registries(@Arg('first', () => Int, first) length: number): Promise<FacetCount[]> {
    return this.countBy('registry', length);
  }

  @Extensions(ofOwn)
  @Field(() => [FacetCountType], {
    description: 'By namespace, as `Repository.namespace` has it, those with the most first.',
  })
  namespaces(@Arg('first', () => Int, first) length: number): Promise<FacetCount[]> {
    return this.countBy('namespace', length);
  }

  @Extensions(ofImages)
  @Field(() => [FacetCountType], {
    description:
      'By platform, as far as images were read, those with the most first: what has several counts for each.',
  })
  platforms(@Arg('first', () => Int, first) length: number): Promise<FacetCount[]> {
    return this.countBy('platform', length);
  }
}

@ObjectType('RepositoryFacets', {
  description:
    'How many repositories have each value. Each list is counted without what the filter itself says of its value, ' +
    'so that it tells what else could be chosen.',
})
export class RepositoryFacetsType extends FacetsType<RepositoryFacet> {}

@ObjectType('TagFacets', {
  description:
    'How many tags have each value. Each list is counted without what the filter itself says of its value, so that ' +
    'it tells what else could be chosen.',
})
export class TagFacetsType extends FacetsType<TagFacet> {
  @Extensions(ofImages)
  @Field(() => [FacetCountType], {
    description: 'By what they point to, as `ImageKind` has it; what could not be read is not counted.',
  })
  kinds(@Arg('first', () => Int, first) length: number): Promise<FacetCount[]> {
    return this.countBy('kind', length);
  }

  @Extensions(ofImages)
  @Field(() => [FacetCountType], {
    description: 'By the media types of artifacts, those with the most first.',
  })
  artifactTypes(@Arg('first', () => Int, first) length: number): Promise<FacetCount[]> {
    return this.countBy('artifactType', length);
  }
}
