import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { JobFailure, JobState } from '../../domain/job.js';
import { DateTime } from '../scalars.js';

export enum JobStateEnum {
  QUEUED = 'QUEUED',
  RUNNING = 'RUNNING',
  SUCCEEDED = 'SUCCEEDED',
  PARTIALLY_FAILED = 'PARTIALLY_FAILED',
  FAILED = 'FAILED',
  CANCELLED = 'CANCELLED',
}
registerEnumType(JobStateEnum, {
  name: 'JobState',
  description: 'How far a job is.',
  valuesConfig: {
    QUEUED: { description: 'It has not begun.' },
    RUNNING: { description: 'It is under way.' },
    SUCCEEDED: { description: 'All of it was done.' },
    PARTIALLY_FAILED: { description: 'Some of it was not done: see `failures`.' },
    FAILED: { description: 'It could not go on: see `failures`.' },
    CANCELLED: { description: 'The gateway was stopped meanwhile.' },
  },
});

@ObjectType('JobFailure', { description: 'What went wrong with one piece of a job.' })
export class JobFailureType implements JobFailure {
  @Field({ description: 'The repository, or the registry.' })
  subject!: string;
  @Field(() => String, { description: 'The stable error code.' })
  code!: JobFailure['code'];
  @Field({ description: 'What happened, in a sentence.' })
  message!: string;
}

@ObjectType('Job', { description: 'Work that goes on without the request that began it: reading a registry whole.' })
export class JobType {
  @Field(() => ID, { description: 'A UUID.' })
  id!: string;
  @Field(() => JobStateEnum, { description: 'How far it is.' })
  state!: JobState;
  @Field(() => Int, { description: 'Repositories that are done.' })
  done!: number;
  @Field(() => Int, { description: 'Repositories in all, as far as is known.' })
  total!: number;
  @Field({ description: 'The account that asked for it, or `schedule`.' })
  requestedBy!: string;
  @Field(() => [JobFailureType], { description: 'What went wrong: the first hundred.' })
  failures!: readonly JobFailure[];
  @Field(() => Int, { description: 'How much went wrong.' })
  failureCount!: number;
  @Field(() => DateTime, { description: 'When it began.' })
  createdAt!: Date;
  @Field(() => DateTime, { nullable: true, description: 'When it ended; null while it is under way.' })
  finishedAt!: Date | null;
}
