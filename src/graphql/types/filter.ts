import { Field, InputType } from 'type-graphql';
import type { Context } from '../context.js';
import type {
  OrderDirection,
  RepositoryFilter,
  RepositoryOrder,
  RepositoryOrderField,
  TagFilter,
  TagOrder,
  TagOrderField,
} from '../../domain/filter.js';
import { createEnumType } from '../enum.js';
import { DateTime } from '../scalars.js';

export const OrderDirectionEnum = createEnumType<OrderDirection>('OrderDirection', 'Which end of a list comes first.', {
  ASC: 'The lowest, oldest or smallest first.',
  DESC: 'The highest, newest or largest first.',
});

export const RepositoryOrderFieldEnum = createEnumType<RepositoryOrderField>(
  'RepositoryOrderField',
  'What repositories are ordered by.',
  {
    NAME: 'Their full name.',
    UPDATED_AT: 'When the latest of their tags was updated; those without a time are the oldest.',
    SIZE: 'The bytes the registry stores for them.',
    TAG_COUNT: 'How many tags they have.',
  },
);

export const TagOrderFieldEnum = createEnumType<TagOrderField>('TagOrderField', 'What tags are ordered by.', {
  NAME: 'Their text, character by character: `1.10` before `1.9`.',
  SEMVER: 'Their version: `1.9` before `1.10`, `1.2.0-rc.1` before `1.2.0`; what is no version is below all versions.',
  UPDATED_AT: 'When they were updated; of one time by their version, as SEMVER orders them, then by name.',
  SIZE: 'The bytes of their images; a size that is not known is the smallest.',
});

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
  @Field(() => DateTime, { nullable: true, description: 'Updated before this.' })
  updatedBefore?: Date | null;
  @Field(() => DateTime, { nullable: true, description: 'Updated after this.' })
  updatedAfter?: Date | null;
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'true: only those without tags; false: only those with tags, or not read yet; null: both.',
  })
  empty?: boolean | null;
}

@InputType('RepositoryOrder', { description: 'The order of a list of repositories.' })
export class RepositoryOrderInput {
  @Field(() => RepositoryOrderFieldEnum, { description: 'By what.' })
  field!: RepositoryOrderField;
  @Field(() => OrderDirectionEnum, { defaultValue: 'ASC' satisfies OrderDirection, description: 'Which end first.' })
  direction!: OrderDirection;
}

@InputType('PlatformInput', { description: 'A platform that an image runs on.' })
export class PlatformInput {
  @Field({ description: 'The operating system: `linux`.' })
  os!: string;
  @Field({ description: 'The architecture: `amd64`.' })
  architecture!: string;
  @Field(() => String, { nullable: true, description: "The architecture's variant: `v8`; any when absent." })
  variant?: string | null;
  @Field(() => String, {
    nullable: true,
    description:
      'The version of the operating system, or its first parts: `10.0.20348` finds `10.0.20348.1487`; any when absent.',
  })
  osVersion?: string | null;
}

@InputType('KeyValueInput', { description: 'One label.' })
export class KeyValueInput {
  @Field({ description: 'The key, exactly.' })
  key!: string;
  @Field({ description: 'The value, exactly.' })
  value!: string;
}

@InputType('TagFilter', { description: 'Which tags: those that fit every field given.' })
export class TagFilterInput {
  @Field(() => String, { nullable: true, description: 'A part of the tag; upper and lower case are the same.' })
  nameContains?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'A pattern of the whole tag: `*` is any text, `?` any character, up to 128 characters and ten `*`.',
  })
  glob?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'A range of versions as npm writes it: `>=1.2 <2`. Tags that are no version are left out.',
  })
  semver?: string | null;
  @Field(() => PlatformInput, { nullable: true, description: 'Images for this platform, and indexes that have one.' })
  platform?: PlatformInput | null;
  @Field(() => DateTime, { nullable: true, description: 'Updated before this.' })
  updatedBefore?: Date | null;
  @Field(() => DateTime, { nullable: true, description: 'Updated after this.' })
  updatedAfter?: Date | null;
  @Field(() => KeyValueInput, {
    nullable: true,
    description: 'With this label, on the image or on one of its platforms.',
  })
  label?: KeyValueInput | null;
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Also signatures, attestations and fallback tags of referrers.',
  })
  includeReferrers?: boolean | null;
}

@InputType('TagOrder', { description: 'The order of a list of tags.' })
export class TagOrderInput {
  @Field(() => TagOrderFieldEnum, { description: 'By what.' })
  field!: TagOrderField;
  @Field(() => OrderDirectionEnum, { defaultValue: 'ASC' satisfies OrderDirection, description: 'Which end first.' })
  direction!: OrderDirection;
}

/** With registries by id. Throws NOT_FOUND for a registry that is not attached. */
export async function toRepositoryFilter(
  input: RepositoryFilterInput | null | undefined,
  { request, browsing }: Pick<Context, 'request' | 'browsing'>,
): Promise<RepositoryFilter> {
  const { registries, ...filter } = input ?? {};
  if (!registries) return filter;
  return {
    ...filter,
    registryIds: (await Promise.all(registries.map((name) => browsing.registries.find(request, name)))).map(
      ({ id }) => id,
    ),
  };
}

/** By name when nothing is asked for. */
export function toRepositoryOrder(input: RepositoryOrderInput | null | undefined): RepositoryOrder {
  return input ?? { field: 'NAME', direction: 'ASC' };
}

/** Of all that are shown when nothing is asked for. */
export function toTagFilter(input: TagFilterInput | null | undefined): TagFilter {
  return input ?? {};
}

/** By name when nothing is asked for. */
export function toTagOrder(input: TagOrderInput | null | undefined): TagOrder {
  return input ?? { field: 'NAME', direction: 'ASC' };
}
