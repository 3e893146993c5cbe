import { ArgsType, Field, InputType } from 'type-graphql';
import type { JobKind, JobState } from '../../domain/job.js';
import { JobKindEnum, JobStateEnum, JobType } from './job.js';
import { createConnectionType, PageArgs } from './page.js';

export const JobConnection = createConnectionType(JobType, 'Job');

@InputType('JobFilter', { description: 'Which jobs: those that fit every field given.' })
export class JobFilterInput {
  @Field(() => [String], {
    nullable: true,
    description: 'Only of these registries, or with a piece there: names, or UUIDs; 100 at the most.',
  })
  registries?: string[] | null;
  @Field(() => String, { nullable: true, description: 'Only about the repository of this full name.' })
  repository?: string | null;
  @Field(() => [JobKindEnum], { nullable: true, description: 'Only of these kinds.' })
  kinds?: JobKind[] | null;
  @Field(() => [JobStateEnum], { nullable: true, description: 'Only those that are this far.' })
  states?: JobState[] | null;
  @Field(() => String, {
    nullable: true,
    description: 'Only those that this account asked for, by its name: as `Job.requestedBy` has it.',
  })
  requestedBy?: string | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'List the jobs of one repository that a deletion from many is made of, in place of the whole.',
  })
  pieces?: boolean | null;
}

@ArgsType()
export class PieceArgs extends PageArgs {
  @Field(() => [JobStateEnum], { nullable: true, description: 'Only those that are this far.' })
  states?: JobState[] | null;
}

@ArgsType()
export class JobListArgs extends PageArgs {
  @Field(() => JobFilterInput, { nullable: true, description: 'Only these.' })
  filter?: JobFilterInput | null;
}
