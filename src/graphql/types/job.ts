import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { Job, JobFailure, JobKind, JobState, PieceCount } from '../../domain/job.js';
import { createEnumType } from '../enum.js';
import { DateTime } from '../scalars.js';
import { ErrorCodeEnum, Payload } from './errors.js';
import { Node } from './node.js';

export const JobKindEnum = createEnumType<JobKind>('JobKind', 'The work of a job.', {
  CRAWL: 'It reads a registry whole.',
  DELETE_TAGS: 'It deletes tags of a repository.',
  DELETE_REPOSITORY: 'It deletes every tag and image of a repository.',
  RETENTION: 'It deletes the tags of a repository that the rules of retention let go.',
  RETENTION_RUN:
    'It looks through a registry for what its rules of retention let go: each repository that has some gets a ' +
    '`RETENTION` job.',
  RESTORE_TAGS: 'It puts back the tags that a deletion took off: `undoJob`.',
  DELETE_SELECTION: 'It deletes from many repositories: each of its `pieces` is a `DELETE_TAGS` job.',
  RESTORE_SELECTION: 'It puts back what such a one took off: each of its `pieces` is a `RESTORE_TAGS` job.',
});

export const JobStateEnum = createEnumType<JobState>('JobState', 'How far a job is.', {
  AWAITING_APPROVAL:
    'It is a deletion that a second person has to approve, until `approvalExpiresAt`; nothing of it has begun.',
  QUEUED: 'It has not begun.',
  RUNNING: 'It is under way.',
  SUCCEEDED: 'All of it was done.',
  PARTIALLY_FAILED: 'Some of it was not done: see `failures`.',
  FAILED: 'It could not go on: see `failures`.',
  CANCELLED:
    'Somebody cancelled it, or, of a crawl, the gateway was stopped meanwhile, or others waited for its place: ' +
    'it is gone on with.',
});

@ObjectType('JobFailure', { description: 'The failure of one piece of a job.' })
export class JobFailureType implements JobFailure {
  @Field({ description: 'The repository, the registry, a tag, or a digest.' })
  subject!: string;
  @Field(() => ErrorCodeEnum, { description: 'The stable error code.' })
  code!: JobFailure['code'];
  @Field({ description: 'A sentence that says what happened.' })
  message!: string;
}

@ObjectType('JobStateCount', { description: 'How many pieces of a job are this far.' })
export class JobStateCountType implements PieceCount {
  @Field(() => JobStateEnum, { description: 'How far they are.' })
  state!: JobState;
  @Field(() => Int, { description: 'How many pieces; at the least one.' })
  count!: number;
}

@ObjectType('Job', {
  implements: Node,
  description:
    'Work that goes on without the request that began it. A deletion, and what undoes one, goes on after a restart ' +
    'too. The last fifty of each kind and registry are kept, and of those from many ' +
    'repositories the last fifty of all.',
})
export class JobType extends Node {
  @Field(() => JobStateEnum, { description: 'How far it is.' })
  state!: JobState;
  @Field(() => Int, {
    description:
      'How many repositories are read, or looked through; of a deletion, how many steps are over; of one from many ' +
      'repositories, of all its pieces that the viewer sees.',
  })
  done!: number;
  @Field(() => Int, { description: 'How many repositories, or steps, there are in all, as far as is known.' })
  total!: number;
  @Field({ description: 'The account that asked for it, `schedule`, or `retention`.' })
  requestedBy!: string;
  @Field(() => String, { nullable: true, description: 'The account that cancelled or rejected it; null: nobody did.' })
  cancelledBy!: string | null;
  @Field(() => String, { nullable: true, description: 'The account that approved it; null: none did.' })
  approvedBy!: string | null;
  @Field(() => DateTime, {
    nullable: true,
    description:
      'Until when it waits, or waited, for a second person: it is cancelled then. null: it needs no approval.',
  })
  approvalExpiresAt!: Date | null;
  @Field(() => [JobFailureType], { description: 'The first hundred failures.' })
  failures!: readonly JobFailure[];
  @Field(() => Int, { description: 'The number of failures.' })
  failureCount!: number;
  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was asked for. Never null: nullable only to be selected beside `Image.createdAt`.',
  })
  createdAt!: Date;
  @Field(() => DateTime, {
    nullable: true,
    description:
      'When a gateway first worked on it, of a job from many repositories on any piece; null: none has, or it is ' +
      'older than this field.',
  })
  startedAt!: Date | null;
  @Field(() => DateTime, { nullable: true, description: 'When it ended; null while it is under way.' })
  finishedAt!: Date | null;
}

@InputType('CancelJobInput', { description: 'A job to stop.' })
export class CancelJobInput {
  @Field(() => ID, { description: "The job's id." })
  id!: string;
}

@ObjectType('CancelJobPayload', { description: 'The result of cancelling a job.' })
export class CancelJobPayload extends Payload {
  @Field(() => JobType, { nullable: true, description: 'The job as it is now; null after a failure.' })
  job?: Job | null;
}

@InputType('ApproveDeletionInput', { description: 'A deletion that waits for a second person.' })
export class ApproveDeletionInput {
  @Field(() => ID, { description: "The job's id." })
  id!: string;
}

@ObjectType('ApproveDeletionPayload', { description: 'The result of approving a deletion.' })
export class ApproveDeletionPayload extends Payload {
  @Field(() => JobType, { nullable: true, description: 'The job as it is now; null after a failure.' })
  job?: Job | null;
}

@InputType('RejectDeletionInput', { description: 'A deletion that waits for a second person.' })
export class RejectDeletionInput {
  @Field(() => ID, { description: "The job's id." })
  id!: string;
}

@ObjectType('RejectDeletionPayload', { description: 'The result of rejecting a deletion.' })
export class RejectDeletionPayload extends Payload {
  @Field(() => JobType, { nullable: true, description: 'The job as it is now, cancelled; null after a failure.' })
  job?: Job | null;
}
