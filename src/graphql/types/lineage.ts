import { Field, Int, ObjectType } from 'type-graphql';
import type { BaseImage, BaseSource } from '../../catalogue/browse/lineage.js';
import type { Image } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import { longestBaseName } from '../../domain/lineage.js';
import { createEnumType } from '../enum.js';
import { DigestScalar } from '../scalars.js';
import { ImageType } from './image.js';
import { createConnectionType } from './page.js';

export const ImageConnection = createConnectionType(ImageType, 'Image');

export const BaseImageSourceEnum = createEnumType<BaseSource>('BaseImageSource', 'How the base of an image is known.', {
  ANNOTATION:
    'Annotations name it (`org.opencontainers.image.base.name` and `.digest`): of the image, else of its entry in ' +
    'the index, else of the index. Whoever may push can write what they like there.',
  LAYERS: "It is known, and the image's layers begin with all of its layers; of such images it has the most.",
});

@ObjectType('BaseImage', { description: 'The image that another one is built on.' })
export class BaseImageType implements BaseImage {
  @Field(() => BaseImageSourceEnum, { description: 'How it is known.' })
  knownBy!: BaseSource;
  @Field(() => String, {
    nullable: true,
    description:
      `The reference that the annotation has, as it was written, up to ${longestBaseName} characters: nobody has ` +
      'verified it. null: it has none, or the base is known by layers.',
  })
  name!: string | null;
  @Field(() => DigestScalar, { nullable: true, description: 'Its digest; null where the annotations have none.' })
  digest!: Digest | null;
  @Field(() => Int, {
    nullable: true,
    description: "How many of the image's layers, from the bottom, are its layers; null of one known by annotation.",
  })
  layerCount!: number | null;
  @Field(() => ImageType, {
    nullable: true,
    description: 'The base itself, with its `locations`; null where no registry that you see is known to hold it.',
  })
  image!: Image | null;
}
