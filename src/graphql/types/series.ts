import { ArgsType, Field, Float, Int, ObjectType } from 'type-graphql';
import type { RepositoryGrowth } from '../../catalogue/browse/series.js';
import type { Repository } from '../../domain/catalogue.js';
import { maxPoints, type SeriesMetric } from '../../domain/series.js';
import { createEnumType } from '../enum.js';
import { ByteSize, DateTime } from '../scalars.js';
import { RepositoryType } from './repository.js';

export const SeriesMetricEnum = createEnumType<SeriesMetric>('SeriesMetric', 'A measure over time.', {
  SIZE: 'The bytes of each distinct blob once, as `size` has them, at the end of each part.',
  TAG_COUNT: 'How many tags there were at the end of each part.',
  PUSHES: 'How many tags were pushed within each part, as far as their times are known: see `Tag.updatedAtSource`.',
});

@ObjectType('SeriesPoint', { description: 'A part of a range of time, with the measure of it.' })
export class SeriesPointType {
  @Field(() => DateTime, { description: 'When the part begins.' })
  from!: Date;
  @Field(() => DateTime, { description: 'When it ends.' })
  to!: Date;
  @Field(() => Float, {
    nullable: true,
    description:
      'The measure: bytes, or how many. null where nothing is known: the gateway keeps a sample of each day for a ' +
      'year, and a part that is still to come has none.',
  })
  value!: number | null;
}

@ArgsType()
export class SeriesArgs {
  @Field(() => SeriesMetricEnum, { description: 'The measure.' })
  metric!: SeriesMetric;
  @Field(() => DateTime, { nullable: true, description: 'When the range begins: 30 days before its end when absent.' })
  from?: Date | null;
  @Field(() => DateTime, { nullable: true, description: 'When the range ends: now when absent.' })
  to?: Date | null;
  @Field(() => Int, {
    nullable: true,
    defaultValue: 30,
    description: `How many parts of one length it has: 1 to ${maxPoints}.`,
  })
  points!: number;
}

@ObjectType('RepositoryGrowth', { description: 'How much a repository grew.' })
export class RepositoryGrowthType implements RepositoryGrowth {
  @Field(() => RepositoryType, { description: 'The repository.' })
  repository!: Repository;
  @Field(() => ByteSize, { description: 'Bytes that it has now more than then, of each distinct blob once.' })
  bytes!: number;
  @Field(() => DateTime, {
    description:
      'Since when: as many days ago as was asked for, or since the gateway saw it first, where that was later.',
  })
  since!: Date;
}
