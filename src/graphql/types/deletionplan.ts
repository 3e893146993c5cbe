import { Field, Int, ObjectType } from 'type-graphql';
import type { KeptImage, KeptReason } from '../../catalogue/delete/kept.js';
import type { SealedPlan } from '../../catalogue/delete/plan.js';
import type { DeletionMethod } from '../../domain/deletion.js';
import type { Digest } from '../../domain/digest.js';
import { createEnumType } from '../enum.js';
import { ByteSize, DateTime, DigestScalar } from '../scalars.js';

export const DeletionMethodEnum = createEnumType<DeletionMethod>(
  'DeletionMethod',
  'The way in which tags go whose image stays.',
  {
    MANIFEST_DELETE: 'There are none: every tag goes with its image.',
    TAG_DELETE: 'The registry deletes single tags.',
    PLACEHOLDER_THEN_DELETE:
      'The registry deletes by digest only: a placeholder takes the tag, and is deleted with it.',
    UNSUPPORTED: 'Nothing can be deleted there now.',
  },
);

@ObjectType('DeletionPlan', {
  description: 'All that a deletion removes: exactly these tags. It is made again when it is executed.',
})
export class DeletionPlanType implements Pick<
  SealedPlan,
  | 'leavesEmptyRepository'
  | 'method'
  | 'reclaimable'
  | 'stayingReadAt'
  | 'upstreamRequests'
  | 'uncertainties'
  | 'token'
  | 'expiresAt'
> {
  @Field({ description: 'The repository has no tags left then. Most registries go on listing its name.' })
  leavesEmptyRepository!: boolean;
  @Field(() => DeletionMethodEnum, { description: 'The way in which tags go whose image stays.' })
  method!: DeletionMethod;
  @Field(() => ByteSize, {
    description:
      'Bytes of blobs that nothing in the registry uses any more then: what its garbage collection gives back.',
  })
  reclaimable!: number;
  @Field(() => DateTime, {
    nullable: true,
    description:
      'When what the tags that stay point to was read, of the one that was read longest ago; null: none stays. Of ' +
      'them a plan asks for those that keep an image, and execution for each before an image goes: a tag that has ' +
      'moved onto it keeps it then.',
  })
  stayingReadAt!: Date | null;
  @Field(() => Int, { description: 'About how many requests the execution sends to the registry.' })
  upstreamRequests!: number;
  @Field(() => [String], {
    description:
      'Why images are left though nothing that is known uses them: something in the repository could not be read, ' +
      'and may hold them. Up to 21 sentences; empty when all is known.',
  })
  uncertainties!: readonly string[];
  @Field({ description: 'Give it to the execution to do just this, or nothing.' })
  token!: string;
  @Field(() => DateTime, { description: 'When the token is no longer taken: after five minutes.' })
  expiresAt!: Date;
  @Field(() => Int, {
    description: 'Seconds for which the token is taken from the answer on, whatever the clock of the reader says.',
  })
  secondsLeft!: number;
}

export const KeptReasonEnum = createEnumType<KeptReason>('KeptReason', 'Why an image stays of which a tag goes.', {
  OTHER_TAGS: 'Tags that stay are on it: see `otherTags`.',
  INDEX: 'Tags that stay are on an index that holds it: see `indexTags`.',
  UNCERTAIN: 'Nothing that is known keeps it, and something that could not be read may: see `uncertainties`.',
});

@ObjectType('KeptImage', { description: 'An image that stays though tags of it go, and why it does.' })
export class KeptImageType implements Pick<KeptImage, 'digest' | 'reasons'> {
  @Field(() => DigestScalar, { description: 'The digest of its manifest or index.' })
  digest!: Digest;
  @Field(() => [KeptReasonEnum], { description: 'Every reason that keeps it.' })
  reasons!: readonly KeptReason[];
}
