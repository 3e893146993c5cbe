import { Field, ObjectType } from 'type-graphql';
import type { Digest } from '../../domain/digest.js';
import type { ImageKind, ImageProblem } from '../../domain/image.js';
import { createEnumType } from '../enum.js';
import { ByteSize, DateTime, DigestScalar } from '../scalars.js';
import { Node } from './node.js';

export const ImageKindEnum = createEnumType<ImageKind>('ImageKind', 'The kind of thing that a digest names.', {
  image: { name: 'IMAGE', description: 'One runnable image.' },
  index: { name: 'INDEX', description: 'Several images, one for each platform.' },
  artifact: {
    name: 'ARTIFACT',
    description: 'Something else that is stored as an image: a Helm chart, a signature, an SBOM.',
  },
  schema1: { name: 'SCHEMA1', description: "A leftover of Docker's first schema: its sizes are not known." },
  unknown: {
    name: 'UNKNOWN',
    description:
      'Something that cannot be read as any of these: its digest, its media type and the size of its manifest are ' +
      'known, and it can be deleted.',
  },
});

const sizeText =
  'Bytes of config and layers; of an index those of its platforms that were read, each distinct blob once. null: ' +
  'not known, see `problems`.';

@ObjectType('Image', {
  implements: Node,
  description: 'One image, or an index over several platforms: the thing that a digest names. It never changes.',
})
export class ImageType extends Node {
  @Field(() => DigestScalar, {
    nullable: true,
    description: 'The digest of its manifest or index. Never null: nullable only to be selected beside `Tag.digest`.',
  })
  digest!: Digest;
  @Field(() => ImageKindEnum, { description: 'The kind of thing that it is.' })
  kind!: ImageKind;
  @Field({ description: 'The media type of its manifest or index.' })
  mediaType!: string;
  @Field(() => ByteSize, { description: 'Bytes of the manifest or index itself. Always known.' })
  manifestSize!: number;
  @Field(() => String, {
    nullable: true,
    description: 'The media type that says what an artifact is; null for runnable images.',
  })
  artifactType!: string | null;
  @Field(() => ByteSize, { nullable: true, description: sizeText })
  size!: number | null;
  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was built, as its config says; of an index the newest platform. null: it does not say.',
  })
  createdAt!: Date | null;
}

@ObjectType('ImageProblem', { description: 'Why a field of an image is null, or is not whole.' })
export class ImageProblemType implements ImageProblem {
  @Field({ description: 'The field, as the manifest names it: `layers.3.size`, `config.created`, `manifests.0`.' })
  field!: string;
  @Field({ description: 'The fault that was found, such as `it is not a digest`.' })
  message!: string;
}

@ObjectType('Platform', { description: 'One runnable image of a tag: an operating system and an architecture.' })
export class PlatformType {}

@ObjectType('Layer', {
  description: 'One layer of an image, in the order they are stacked. What made it is known when the image says so.',
})
export class LayerType {
  @Field(() => DigestScalar, { description: 'The digest of the stored (compressed) layer.' })
  digest!: Digest;
  @Field(() => ByteSize, {
    nullable: true,
    description: 'Bytes stored (compressed); null when the manifest says no size that can be.',
  })
  size!: number | null;
  @Field({ description: 'Its media type.' })
  mediaType!: string;
  @Field(() => DateTime, { nullable: true, description: 'When the layer was made, as the image says.' })
  createdAt!: Date | null;
  @Field(() => String, { nullable: true, description: 'The command that made the layer, as the image says.' })
  createdBy!: string | null;
  @Field(() => String, { nullable: true, description: 'The operating system of the image it was read from.' })
  os!: string | null;
  @Field(() => String, { nullable: true, description: 'The architecture of the image it was read from.' })
  architecture!: string | null;
  @Field(() => String, { nullable: true, description: 'The author of the image it was read from.' })
  author!: string | null;
}

@ObjectType('Referrer', { description: 'Something about another image: a signature, an attestation, an SBOM.' })
export class ReferrerType {
  @Field(() => DigestScalar, { description: 'Its digest.' })
  digest!: Digest;
  @Field(() => String, { nullable: true, description: 'The media type that says what it is.' })
  artifactType!: string | null;
  @Field(() => ByteSize, { nullable: true, description: 'Bytes of its content; null when that is not known.' })
  size!: number | null;
}

@ObjectType('HistoryEntry', { description: 'One step of how an image was built, oldest first.' })
export class HistoryEntryType {
  @Field(() => DateTime, { nullable: true, description: 'When the step ran, as the image says.' })
  createdAt!: Date | null;
  @Field(() => String, {
    nullable: true,
    description:
      'The command, as the builder wrote it: with the values that a Dockerfile set by `ENV` and `ARG`, for every ' +
      'reader of the image.',
  })
  createdBy!: string | null;
  @Field(() => String, { nullable: true, description: "The builder's comment." })
  comment!: string | null;
  @Field({ description: 'True when the step made no layer.' })
  emptyLayer!: boolean;
}
