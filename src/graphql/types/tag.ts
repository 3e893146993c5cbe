import { Field, ObjectType } from 'type-graphql';
import type { TimeSource } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import { createEnumType } from '../enum.js';
import { ByteSize, DateTime, DigestScalar } from '../scalars.js';
import { Node } from './node.js';
import { createConnectionType } from './page.js';

/** A config's `created` may lie (reproducible builds say 1970), so every time says where it is from. */
export const TimeSourceEnum = createEnumType<TimeSource>(
  'TimeSource',
  'Where a time comes from: registries keep no push time.',
  {
    NOTIFICATION: 'When the registry told of the change.',
    CHANGE_SEEN: 'When the gateway saw it point elsewhere, or gone.',
    FIRST_SEEN: 'When the gateway first saw it.',
    IMAGE_CONFIG: "When the image was built, as the image's own config says: it was there before the gateway looked.",
  },
);

@ObjectType('Tag', { implements: Node, description: 'A mutable name in a repository that points to an image.' })
export class TagType extends Node {
  @Field({ description: 'The tag itself: `latest`.' })
  name!: string;
  @Field(() => DigestScalar, {
    nullable: true,
    description: 'What it points to; null when that could not be read: see `freshness.lastError`.',
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
