import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { JobFailure, JobKind, JobState } from '../../domain/job.js';
import type { RepositoryName } from '../../domain/name.js';
import { DateTime } from '../scalars.js';
import { Node } from './node.js';

export enum JobKindEnum {
  CRAWL = 'CRAWL',
  DELETE_TAGS = 'DELETE_TAGS',
  DELETE_REPOSITORY = 'DELETE_REPOSITORY',
  RETENTION = 'RETENTION',
  RETENTION_RUN = 'RETENTION_RUN',
}
registerEnumType(JobKindEnum, {
  name: 'JobKind',
  description: 'What a job does.',
  valuesConfig: {
    CRAWL: { description: 'It reads a registry whole.' },
    DELETE_TAGS: { description: 'It deletes tags of a repository.' },
    DELETE_REPOSITORY: { description: 'It deletes every tag and image of a repository.' },
    RETENTION: { description: 'It deletes the tags of a repository that the rules of retention let go.' },
    RETENTION_RUN: {
      description:
        'It looks through a registry for what its rules of retention let go: each repository that has some gets a ' +
        '`RETENTION` job.',
    },
  },
});

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
    CANCELLED: {
      description:
        'Somebody cancelled it, or, of a crawl, the gateway was stopped meanwhile, or others waited for its place: ' +
        'it is gone on with.',
    },
  },
});

@ObjectType('JobFailure', { description: 'What went wrong with one piece of a job.' })
export class JobFailureType implements JobFailure {
  @Field({ description: 'The repository, the registry, a tag, or a digest.' })
  subject!: string;
  @Field(() => String, { description: 'The stable error code.' })
  code!: JobFailure['code'];
  @Field({ description: 'What happened, in a sentence.' })
  message!: string;
}

@ObjectType('Job', {
  implements: Node,
  description:
    'Work that goes on without the request that began it. A deletion goes on after a restart too. The last fifty ' +
    'of each kind and registry are kept.',
})
export class JobType extends Node {
  @Field(() => JobKindEnum, { description: 'What it does.' })
  kind!: JobKind;
  @Field(() => String, { nullable: true, description: 'The repository it is about; null: the whole registry.' })
  repository!: RepositoryName | null;
  @Field(() => JobStateEnum, { description: 'How far it is.' })
  state!: JobState;
  @Field(() => Int, {
    description: 'Repositories that are read, or looked through; pieces of a deletion that are over.',
  })
  done!: number;
  @Field(() => Int, { description: 'Repositories, or pieces, in all, as far as is known.' })
  total!: number;
  @Field({ description: 'The account that asked for it, `schedule`, or `retention`.' })
  requestedBy!: string;
  @Field(() => String, { nullable: true, description: 'The account that cancelled it; null: nobody did.' })
  cancelledBy!: string | null;
  @Field(() => [JobFailureType], { description: 'What went wrong: the first hundred.' })
  failures!: readonly JobFailure[];
  @Field(() => Int, { description: 'How much went wrong.' })
  failureCount!: number;
  @Field(() => DateTime, { description: 'When it began.' })
  createdAt!: Date;
  @Field(() => DateTime, { nullable: true, description: 'When it ended; null while it is under way.' })
  finishedAt!: Date | null;
}
