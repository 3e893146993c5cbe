import { ArgsType, Field, InputType, ObjectType } from 'type-graphql';
import type { TimeSource } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { AnyTagFilter, TagOrderField } from '../../domain/filter.js';
import { parseRepositoryGlobs } from '../../domain/glob.js';
import type { ImageKind } from '../../domain/image.js';
import type { Context } from '../context.js';
import { createEnumType } from '../enum.js';
import { ByteSize, DateTime, DigestScalar } from '../scalars.js';
import { ImageKindEnum } from './image.js';
import { KeyValueInput, PlatformInput } from './imagefilter.js';
import { Node } from './node.js';
import { createConnectionType, OffsetPageArgs, OrderInput } from './page.js';
import { repositoryGlobsOptions } from './repository.js';

/** A config's `created` may lie (reproducible builds say 1970), so every time says where it is from. */
export const TimeSourceEnum = createEnumType<TimeSource>(
  'TimeSource',
  'Where a time comes from: registries keep no push time.',
  {
    NOTIFICATION: 'When the registry told of the change.',
    CHANGE_SEEN: 'When the gateway saw it point elsewhere, or gone.',
    FIRST_SEEN: 'When the gateway first saw it.',
    IMAGE_CONFIG: "When the image was built, as the image's own config says: it was there before the gateway looked.",
    RESTORED:
      'The time that the tag had on this image before it was deleted: `restoreTag` or `undoJob` has put it back ' +
      'since. Lists are in the order of it, and retention goes by it, as if the tag had never been gone.',
  },
);

@ObjectType('Tag', { implements: Node, description: 'A mutable name in a repository that points to an image.' })
export class TagType extends Node {
  @Field({ description: 'The tag itself: `latest`.' })
  name!: string;
  @Field(() => DigestScalar, {
    nullable: true,
    description: 'The digest that it points to; null when that could not be read: see `freshness.lastError`.',
  })
  digest!: Digest | null;
  @Field(() => String, {
    nullable: true,
    description:
      'The image ID that `docker images` shows: the hex of the config digest; of an index the hex of its own digest.',
  })
  imageId!: string | null;
  @Field(() => ByteSize, {
    nullable: true,
    description: 'Bytes of its platforms, each distinct blob once; null when that is not known.',
  })
  size!: number | null;
  @Field(() => DateTime, {
    nullable: true,
    description:
      'When it was last updated, as far as that is known: see `updatedAtSource`. Never null: nullable only to be ' +
      'selected beside `Repository.updatedAt`.',
  })
  updatedAt!: Date;
  @Field(() => TimeSourceEnum, { description: 'Where `updatedAt` comes from.' })
  updatedAtSource!: TimeSource;
}

export const TagConnection = createConnectionType(TagType, 'Tag');

export const TagOrderFieldEnum = createEnumType<TagOrderField>('TagOrderField', 'The key by which tags are ordered.', {
  NAME: 'Their text, character by character: `1.10` before `1.9`.',
  SEMVER: 'Their version: `1.9` before `1.10`, `1.2.0-rc.1` before `1.2.0`; what is no version is below all versions.',
  UPDATED_AT: 'When they were updated; of one time by their version, as SEMVER orders them, then by name.',
  SIZE: 'The bytes of their images; a size that is not known is the smallest.',
});

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
  @Field(() => DigestScalar, { nullable: true, description: 'Those that point to it themselves.' })
  digest?: Digest | null;
  @Field(() => [ImageKindEnum], { nullable: true, description: 'Those that point to one of these kinds of things.' })
  kinds?: ImageKind[] | null;
  @Field(() => String, { nullable: true, description: 'Artifacts of this media type, exactly.' })
  artifactType?: string | null;
  @Field(() => ByteSize, {
    nullable: true,
    description: 'So many bytes, as `Tag.size` has them, or more. A size that is not known is left out.',
  })
  sizeAtLeast?: number | null;
  @Field(() => ByteSize, {
    nullable: true,
    description: 'So many bytes, as `Tag.size` has them, or less. A size that is not known is left out.',
  })
  sizeAtMost?: number | null;
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Also signatures, attestations and fallback tags of referrers.',
  })
  includeReferrers?: boolean | null;
}

@InputType('TagOrder', { description: 'The order of a list of tags.' })
export class TagOrderInput extends OrderInput {
  @Field(() => TagOrderFieldEnum, { description: 'By what.' })
  field!: TagOrderField;
}

@ArgsType()
export class TagListArgs extends OffsetPageArgs {
  @Field(() => TagFilterInput, {
    nullable: true,
    description: 'Only these. Signatures and fallback tags of referrers are left out unless it says otherwise.',
  })
  filter?: TagFilterInput | null;
  @Field(() => TagOrderInput, { nullable: true, description: 'By name when absent.' })
  orderBy?: TagOrderInput | null;
}

@InputType('AnyTagFilter', { description: 'Which tags of all registries: those that fit every field given.' })
export class AnyTagFilterInput extends TagFilterInput {
  @Field(() => [String], {
    nullable: true,
    description: 'Only in these registries: names, or UUIDs; 100 at the most.',
  })
  registries?: string[] | null;
  @Field(() => String, {
    nullable: true,
    description: 'Only in repositories of this namespace, and none below it; empty: in those whose name has no slash.',
  })
  namespace?: string | null;
  @Field(() => [String], repositoryGlobsOptions)
  repositoryGlobs?: string[] | null;
}

@ArgsType()
export class AnyTagListArgs extends OffsetPageArgs {
  @Field(() => AnyTagFilterInput, {
    nullable: true,
    description: 'Only these. Signatures and fallback tags of referrers are left out unless it says otherwise.',
  })
  filter?: AnyTagFilterInput | null;
  @Field(() => TagOrderInput, {
    nullable: true,
    description:
      'The newest first when absent. Of one time they are in the order in which the gateway found them. Any other ' +
      'order, and a filter by repository, has all tags looked at that fit.',
  })
  orderBy?: TagOrderInput | null;
}

/** With registries by id. Throws NOT_FOUND for a name of none, BAD_USER_INPUT. */
export async function toAnyTagFilter(
  input: AnyTagFilterInput | null | undefined,
  { request, browsing }: Pick<Context, 'request' | 'browsing'>,
): Promise<AnyTagFilter> {
  const { registries, namespace, repositoryGlobs: globs, ...tags } = input ?? {};
  return {
    ...tags,
    repositories: {
      ...(registries && { registryIds: await browsing.registries.findIds(request, registries) }),
      ...(namespace != null && { namespace }),
      ...(globs && { globs: parseRepositoryGlobs(globs, 'repositoryGlobs') }),
    },
  };
}
