import { ArgsType, Extensions, Field, InputType, Int, ObjectType } from 'type-graphql';
import type { RepositoryFilter, RepositoryOrderField } from '../../domain/filter.js';
import { maxGlobs, parseRepositoryGlobs } from '../../domain/glob.js';
import type { Context } from '../context.js';
import { createEnumType } from '../enum.js';
import { ByteSize, DateTime } from '../scalars.js';
import { KeyValueInput, PlatformInput } from './imagefilter.js';
import { Node } from './node.js';
import { createConnectionType, OffsetPageArgs, OrderInput } from './page.js';

@ObjectType('Repository', { implements: Node, description: 'A named collection of tags in a registry.' })
export class RepositoryType extends Node {
  @Field({ description: 'The full name within its registry: `library/registry`.' })
  name!: string;
  @Field(() => Int, { description: 'How many tags it has. Signatures and fallback tags of referrers are not counted.' })
  tagCount!: number;
  @Field(() => Int, { description: 'How many names of its last tag list can be no tags, and are left out.' })
  droppedTags!: number;
  @Field(() => [String], { description: 'The first few of those names, as text in quotes, cut short.' })
  droppedTagExamples!: readonly string[];
  @Field(() => ByteSize, {
    nullable: true,
    description:
      'Bytes of each distinct blob of all its images, counted once: what the registry stores for it. ' +
      'Never null: nullable only to be selected beside other sizes.',
  })
  size!: number;
  @Field(() => DateTime, {
    nullable: true,
    description: 'When the latest of its tags was updated; null while it has none.',
  })
  updatedAt!: Date | null;
}

export const RepositoryConnection = createConnectionType(RepositoryType, 'Repository');

export const RepositoryOrderFieldEnum = createEnumType<RepositoryOrderField>(
  'RepositoryOrderField',
  'The key by which repositories are ordered.',
  {
    NAME: 'Their full name.',
    UPDATED_AT: 'When the latest of their tags was updated; those without a time are the oldest.',
    SIZE: 'The bytes the registry stores for them.',
    TAG_COUNT: 'How many tags they have.',
  },
);

/** Of a field of a filter. */
export const repositoryGlobsOptions = {
  nullable: true,
  description:
    'Only repositories whose full name one of these patterns names: `*` is any text, slashes too, `?` any character, ' +
    `with ten "*" at the most; up to ${maxGlobs} patterns.`,
};

@InputType('RepositoryFilter', { description: 'Which repositories: those that fit every field given.' })
export class RepositoryFilterInput {
  @Field(() => [String], {
    nullable: true,
    description: "Only in these registries: names, or UUIDs. A registry's own list ignores it.",
  })
  registries?: string[] | null;
  @Field(() => String, { nullable: true, description: 'A part of the full name; upper and lower case are the same.' })
  nameContains?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'All before the last slash of the name; empty for names without one.',
  })
  namespace?: string | null;
  @Field(() => [String], repositoryGlobsOptions)
  globs?: string[] | null;
  @Field(() => DateTime, { nullable: true, description: 'Updated before this.' })
  updatedBefore?: Date | null;
  @Field(() => DateTime, { nullable: true, description: 'Updated after this.' })
  updatedAfter?: Date | null;
  @Field(() => PlatformInput, {
    nullable: true,
    description: 'Only those with an image for this platform, or an index that has one.',
  })
  platform?: PlatformInput | null;
  @Field(() => KeyValueInput, {
    nullable: true,
    description: 'Only those with an image that has this label itself, or on one of its platforms.',
  })
  label?: KeyValueInput | null;
  @Extensions({ nullIsValue: true })
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'true: only those without tags; false: only those with tags, or not read yet; null: both.',
  })
  empty?: boolean | null;
}

@InputType('RepositoryOrder', { description: 'The order of a list of repositories.' })
export class RepositoryOrderInput extends OrderInput {
  @Field(() => RepositoryOrderFieldEnum, { description: 'By what.' })
  field!: RepositoryOrderField;
}

@ArgsType()
export class RepositoryListArgs extends OffsetPageArgs {
  @Field(() => RepositoryFilterInput, {
    nullable: true,
    description: 'Only these. Repositories without tags are left out unless it says otherwise.',
  })
  filter?: RepositoryFilterInput | null;
  @Field(() => RepositoryOrderInput, { nullable: true, description: 'By name when absent.' })
  orderBy?: RepositoryOrderInput | null;
}

/** With registries by id. Throws NOT_FOUND for a registry that is not attached. */
export async function toRepositoryFilter(
  input: RepositoryFilterInput | null | undefined,
  { request, browsing }: Pick<Context, 'request' | 'browsing'>,
): Promise<RepositoryFilter> {
  const { registries, globs, ...filter } = input ?? {};
  return {
    ...filter,
    ...(globs && { globs: parseRepositoryGlobs(globs, 'globs') }),
    ...(registries && { registryIds: await browsing.registries.findIds(request, registries) }),
  };
}
