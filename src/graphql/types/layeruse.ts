import { Field, ObjectType } from 'type-graphql';
import type { Digest } from '../../domain/digest.js';
import type { UsedLayer } from '../../domain/lineage.js';
import { ByteSize, DigestScalar } from '../scalars.js';

@ObjectType('LayerUse', { description: 'A layer, and the images of all registries that have it.' })
export class LayerUseType implements UsedLayer {
  readonly key!: number;
  @Field(() => DigestScalar, { description: 'The digest of the stored (compressed) layer.' })
  digest!: Digest;
  @Field(() => ByteSize, {
    nullable: true,
    description:
      'Bytes stored (compressed), as the image says that the gateway came to know last; null when it says no size ' +
      'that can be. A registry stores them once, however many of its images have the layer.',
  })
  size!: number | null;
  @Field(() => String, { description: 'Its media type, as the same image says.' })
  mediaType!: string;
}
