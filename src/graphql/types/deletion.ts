import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { SealedPlan } from '../../catalogue/delete/plan.js';
import type { Repository } from '../../domain/catalogue.js';
import type { BlockerReason, DeletionBlocker, JobStep, StepKind, StepState } from '../../domain/deletion.js';
import type { Digest } from '../../domain/digest.js';
import type { Job } from '../../domain/job.js';
import type { Registry } from '../../domain/registry.js';
import type { ErrorCode } from '../../errors.js';
import { createEnumType } from '../enum.js';
import { DigestScalar } from '../scalars.js';
import { DeletionPlanType } from './deletionplan.js';
import { ErrorCodeEnum, Payload } from './errors.js';
import { JobType } from './job.js';
import { createConnectionType } from './page.js';
import { RegistryType } from './registry.js';
import { RepositoryType } from './repository.js';
import { TagFilterInput } from './tag.js';
import { RepositoryTargetInput } from './target.js';

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
  @Field(() => BlockerReasonEnum, { description: 'The reason, as a constant.' })
  reason!: BlockerReason;
  @Field({ description: 'The reason, in a sentence.' })
  message!: string;
  @Field(() => String, {
    nullable: true,
    description: 'A sentence that says what to change, and where; null when there is nothing to say.',
  })
  hint!: string | null;
}

export const StepKindEnum = createEnumType<StepKind>('DeletionStepKind', 'The thing that one piece of a job removes.', {
  MANIFEST: 'An image with all its tags.',
  CHILD: 'A child of an index, which nothing else in the repository uses.',
  TAG: 'A tag whose image stays.',
  RESTORE: 'None: it puts a tag back, in a job of `undoJob`.',
});

export const StepStateEnum = createEnumType<StepState>('DeletionStepState', 'How far one piece of a job is.', {
  PENDING: 'It has not begun.',
  SENT: 'It was sent to the registry; what came of it is not known yet.',
  DONE: 'It is gone, or, of a tag that is put back, it is back.',
  ABSENT: 'It was gone before.',
  KEPT: 'It was pushed meanwhile, is of use to what still stands, or was back already, and is left as it is.',
  FAILED: 'It is still there, or not back, or that is not known: see `code` and `message`.',
  CANCELLED: 'It was not begun.',
});

@ObjectType('DeletionStep', {
  description: 'One piece of a deletion, or of what undoes one, and what came of it.',
})
export class DeletionStepType implements Pick<JobStep, 'kind' | 'digest' | 'tags' | 'state'> {
  @Field(() => StepKindEnum, { description: 'The kind of thing that it removes, or that it puts back.' })
  kind!: StepKind;
  @Field(() => DigestScalar, {
    nullable: true,
    description: 'The digest of the image; null for a tag with nothing behind it.',
  })
  digest!: Digest | null;
  @Field(() => [String], { description: 'The tags that go with it, or that it puts back.' })
  tags!: readonly JobStep['tags'][number][];
  @Field(() => StepStateEnum, { description: 'How far it is.' })
  state!: StepState;
  @Field(() => ErrorCodeEnum, { nullable: true, description: 'The stable error code; null when nothing went wrong.' })
  code!: ErrorCode | null;
  @Field(() => String, { nullable: true, description: 'A sentence that says what happened.' })
  message!: string | null;
}

export const DeletionStepConnection = createConnectionType(DeletionStepType, 'DeletionStep');

@ObjectType()
abstract class DeletionPayload extends Payload {
  @Field(() => DeletionPlanType, {
    nullable: true,
    description:
      'After a dry run, and when the repository changed since: what would go. Where it would be refused, ' +
      '`userErrors` says why.',
  })
  plan?: SealedPlan | null;
  @Field(() => JobType, { nullable: true, description: 'The job that deletes; null when none was begun.' })
  job?: Job | null;
}

@ObjectType('DeleteRepositoryPayload', { description: 'The result of deleting a repository.' })
export class DeleteRepositoryPayload extends DeletionPayload {
  @Field(() => ID, {
    nullable: true,
    description: 'The id that is gone; null after a dry run or a failure, and while the job goes on.',
  })
  deletedRepositoryId?: string | null;
  @Field(() => RegistryType, { nullable: true, description: 'The registry it was in; null after a failure.' })
  registry?: Registry | null;
}

@ObjectType('DeleteTagsPayload', { description: 'The result of deleting tags.' })
export class DeleteTagsPayload extends DeletionPayload {
  @Field(() => [ID], { description: 'The ids of the tags that are gone so far; empty after a dry run or a failure.' })
  deletedTagIds!: readonly string[];
  @Field(() => RepositoryType, { nullable: true, description: 'The repository as it is now; null after a failure.' })
  repository?: Repository | null;
}

/** Both deletions are asked for in the same way. */
const dryRunOptions = {
  defaultValue: false,
  description: 'Only say what would go. Null is refused: it could mean either.',
};
const planTokenOptions = {
  nullable: true,
  description: 'The token of a dry run: refused if anything has changed since.',
};
const waitOptions = {
  nullable: true,
  defaultValue: true,
  description: 'Answer when it is done, or after eight seconds; false: as soon as the job has begun.',
};

@InputType('DeleteRepositoryInput', { description: 'A repository to delete, with every tag and image in it.' })
export class DeleteRepositoryInput extends RepositoryTargetInput {
  @Field(() => String, {
    nullable: true,
    deprecationReason: 'Use `repository`: every input calls it that.',
    description: "The repository's full name.",
  })
  name?: string | null;
  @Field(dryRunOptions)
  dryRun!: boolean;
  @Field(() => String, planTokenOptions)
  planToken?: string | null;
  @Field(waitOptions)
  wait!: boolean;
}

@InputType('DeleteTagsInput', { description: 'Tags to delete, and no others: tags on the same image stay.' })
export class DeleteTagsInput {
  @Field(() => [ID], {
    nullable: true,
    description: 'Ids of tags of one repository, 1 to 500: instead of all names.',
  })
  ids?: string[] | null;
  @Field(() => String, { nullable: true, description: "The registry's name, or its UUID: instead of `ids`." })
  registry?: string | null;
  @Field(() => String, { nullable: true, description: "The repository's full name, beside `registry`." })
  repository?: string | null;
  @Field(() => [String], {
    nullable: true,
    description: 'The tags, 1 to 500, beside `registry` and `repository`.',
  })
  tags?: string[] | null;
  @Field(() => TagFilterInput, {
    nullable: true,
    description:
      'The tags that fit it, in place of `tags`, as `Repository.tags` lists them: up to 10,000. Executing it takes ' +
      '`expectedCount`.',
  })
  filter?: TagFilterInput | null;
  @Field(() => [String], {
    nullable: true,
    description: 'Tags that stay though they fit `filter`: up to 10,000.',
  })
  except?: string[] | null;
  @Field(() => Int, {
    nullable: true,
    description:
      'How many tags it is about, those of `withSiblings` not counted: of another number nothing is deleted, and the ' +
      'plan says how many there are now.',
  })
  expectedCount?: number | null;
  @Field(dryRunOptions)
  dryRun!: boolean;
  @Field(() => String, planTokenOptions)
  planToken?: string | null;
  @Field({
    nullable: true,
    defaultValue: false,
    description:
      'Delete the images of these tags whole, with every other tag on them: see `alsoRemovedTags` of the plan, ' +
      'whose token is needed then.',
  })
  withSiblings!: boolean;
  @Field(waitOptions)
  wait!: boolean;
}
