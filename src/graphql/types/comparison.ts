import { Field, ObjectType } from 'type-graphql';
import type { PlatformImage } from '../../catalogue/browse/platforms.js';
import type { Difference } from '../../domain/comparison.js';
import { createEnumType } from '../enum.js';
import { ByteSize } from '../scalars.js';
import { HistoryEntryType, ImageType, LayerType, PlatformType } from './image.js';

export const DifferenceEnum = createEnumType<Difference>('Difference', 'How a thing differs between two images.', {
  SAME: 'Both have it, and it is the same.',
  CHANGED: 'Both have it, and it differs.',
  ADDED: 'Only the head has it.',
  REMOVED: 'Only the base has it.',
});

@ObjectType('ImageComparison', { description: 'Two images side by side: how the head differs from the base.' })
export class ImageComparisonType {
  @Field(() => ImageType, { description: 'The image that is compared with.' })
  base!: object;
  @Field(() => ImageType, { description: 'The image whose differences are told.' })
  head!: object;
}

@ObjectType('PlatformComparison', { description: 'One platform of two images, by its name.' })
export class PlatformComparisonType {
  @Field({ description: 'The name of the platform: `linux/arm64`.' })
  name!: string;
  @Field(() => DifferenceEnum, { description: 'SAME: both point to the same digest, so that nothing of it differs.' })
  difference!: Difference;
  @Field(() => PlatformType, { nullable: true, description: 'As the base has it; null: it does not.' })
  base!: PlatformImage | null;
  @Field(() => PlatformType, { nullable: true, description: 'As the head has it; null: it does not.' })
  head!: PlatformImage | null;
}

@ObjectType('LayerComparison', { description: 'One layer of two images: ADDED, REMOVED or SAME.' })
export class LayerComparisonType {
  @Field(() => DifferenceEnum, { description: 'Which of the two has it.' })
  difference!: Difference;
  @Field(() => LayerType, { description: 'The layer, as the head describes it, or the base where that alone has it.' })
  layer!: object;
}

@ObjectType('LayerSizes', { description: 'The bytes of the layers of two images, each distinct layer once.' })
export class LayerSizesType {
  @Field(() => ByteSize, { nullable: true, description: 'Bytes that both have; null when a size is not known.' })
  shared!: number | null;
  @Field(() => ByteSize, {
    nullable: true,
    description: 'Bytes that whoever has the base has to pull for the head; null when a size is not known.',
  })
  added!: number | null;
  @Field(() => ByteSize, {
    nullable: true,
    description: 'Bytes of the base that the head no longer uses; null when a size is not known.',
  })
  removed!: number | null;
}

@ObjectType('StepComparison', { description: 'Steps of two builds that stand side by side.' })
export class StepComparisonType {
  @Field(() => DifferenceEnum, { description: 'CHANGED: the command is the same, and it made another layer.' })
  difference!: Difference;
  @Field(() => HistoryEntryType, { nullable: true, description: 'The step of the base; null: it has none here.' })
  base!: object | null;
  @Field(() => HistoryEntryType, { nullable: true, description: 'The step of the head; null: it has none here.' })
  head!: object | null;
}

@ObjectType('TextComparison', { description: 'A text under a key, as two images have it.' })
export class TextComparisonType {
  @Field({ description: 'The key of the label, or the name of the field.' })
  key!: string;
  @Field(() => DifferenceEnum, { description: 'Whether it came, went or is another.' })
  difference!: Difference;
  @Field(() => String, { nullable: true, description: 'The text of the base; null: it has none.' })
  base!: string | null;
  @Field(() => String, { nullable: true, description: 'The text of the head; null: it has none.' })
  head!: string | null;
}
