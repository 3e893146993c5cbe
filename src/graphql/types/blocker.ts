import { Field, ObjectType } from 'type-graphql';
import type { BlockerReason, DeletionBlocker } from '../../domain/deletion.js';
import { createEnumType } from '../enum.js';

export const BlockerReasonEnum = createEnumType<BlockerReason>(
  'DeletionBlockerReason',
  'Why something cannot be deleted. What a registry locks by rules of its own shows when it is tried only.',
  {
    ROLE: 'The viewer has no role that may delete.',
    READ_ONLY: 'An admin has set the registry read-only here.',
    PROTECTED: 'A rule of `setProtection` protects it.',
    DELETES_DISABLED: 'The registry deletes nothing, as it said when it was last asked.',
    REGISTRY_READ_ONLY: 'The registry is in its own read-only mode, as it said when it was last asked.',
    ACCOUNT_MAY_NOT_DELETE:
      'The registry lets the account that the gateway has there delete nothing, as it said when it was last asked.',
  },
);

@ObjectType('DeletionBlocker', { description: 'One reason why something cannot be deleted, known before it is tried.' })
export class DeletionBlockerType implements DeletionBlocker {
  @Field(() => BlockerReasonEnum, { description: 'Which.' })
  reason!: BlockerReason;
  @Field({ description: 'The reason, in a sentence.' })
  message!: string;
  @Field(() => String, {
    nullable: true,
    description: 'What to change where, in a sentence; null when there is nothing to say.',
  })
  hint!: string | null;
}
