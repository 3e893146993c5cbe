import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { SealedSelection } from '../../catalogue/delete/deleteselection.js';
import type { RepositoryPlan } from '../../catalogue/delete/selectionplan.js';
import type { Repository } from '../../domain/catalogue.js';
import type { DeletionMethod } from '../../domain/deletion.js';
import type { Job } from '../../domain/job.js';
import type { Registry } from '../../domain/registry.js';
import { ByteSize, DateTime } from '../scalars.js';
import { DeletionMethodEnum } from './deletionplan.js';
import { Payload } from './errors.js';
import { JobType } from './job.js';
import { RegistryType } from './registry.js';
import { RepositoryType } from './repository.js';
import { AnyTagFilterInput } from './tag.js';

@ObjectType('RepositorySelection', { description: 'A repository from which tags of a selection go.' })
export class RepositorySelectionType implements Pick<
  RepositoryPlan,
  'registry' | 'repository' | 'method' | 'reclaimable' | 'upstreamRequests' | 'leavesEmptyRepository' | 'uncertainties'
> {
  @Field(() => RegistryType, { description: 'The registry it is in.' })
  registry!: Registry;
  @Field(() => RepositoryType, { description: 'The repository.' })
  repository!: Repository;
  @Field(() => DeletionMethodEnum, { description: 'The way in which tags go whose image stays.' })
  method!: DeletionMethod;
  @Field(() => ByteSize, { description: "Bytes that the registry's garbage collection gives back, of this alone." })
  reclaimable!: number;
  @Field(() => Int, { description: 'About how many requests the execution sends to the registry for it.' })
  upstreamRequests!: number;
  @Field({ description: 'The repository has no tags left then.' })
  leavesEmptyRepository!: boolean;
  @Field(() => [String], {
    description: 'Why images are left though nothing that is known uses them, as `DeletionPlan.uncertainties` has it.',
  })
  uncertainties!: readonly string[];
}

@ObjectType('SelectionPlan', {
  description:
    'All that a deletion from many repositories removes, by the index: no registry was asked. Execution asks for ' +
    'each tag before it goes, and leaves those that point elsewhere by then.',
})
export class SelectionPlanType implements Pick<
  SealedSelection,
  'tagCount' | 'protectedTagCount' | 'unknownTagCount' | 'confirmedAt' | 'token' | 'expiresAt' | 'secondsLeft'
> {
  @Field(() => Int, { description: 'How many tags go.' })
  tagCount!: number;
  @Field(() => Int, { description: 'How many tags fit and stay, as a rule of `setProtection` names them.' })
  protectedTagCount!: number;
  @Field(() => Int, { description: 'How many tags fit and stay, as it is not known what they point to.' })
  unknownTagCount!: number;
  @Field(() => DateTime, {
    nullable: true,
    description:
      'The age of what this is made of: when the repository that was read the longest ago was read whole, of those ' +
      'with a tag that fits; null: none was.',
  })
  confirmedAt!: Date | null;
  @Field({ description: 'Give it to the execution to do just this, or nothing.' })
  token!: string;
  @Field(() => DateTime, { description: 'When the token is no longer taken: after five minutes.' })
  expiresAt!: Date;
  @Field(() => Int, { description: 'Seconds for which the token is taken from the answer on, by whatever clock.' })
  secondsLeft!: number;
}

@ObjectType('DeleteSelectionPayload', { description: 'The result of deleting tags from many repositories.' })
export class DeleteSelectionPayload extends Payload {
  @Field(() => SelectionPlanType, {
    nullable: true,
    description:
      'After a dry run, and when the index has changed since: what would go. Where it would be refused, `userErrors` ' +
      'says why.',
  })
  plan?: SealedSelection | null;
  @Field(() => JobType, {
    nullable: true,
    description:
      'The job that deletes, a `DELETE_SELECTION`: each of its `pieces` is a `DELETE_TAGS` job of one repository, as ' +
      '`deleteTags` begins it. Those that need it wait for a second person. null: none was begun.',
  })
  job?: Job | null;
}

@InputType('DeleteSelectionInput', {
  description: 'Tags to delete from any number of repositories, and no others: tags on the same image stay.',
})
export class DeleteSelectionInput {
  @Field(() => AnyTagFilterInput, {
    nullable: true,
    description:
      'The tags that fit it, as `tags` lists them: up to 10,000, in up to 500 repositories. It says where: by ' +
      '`registries`, `namespace` or `repositoryGlobs`. Protected tags are left out, and counted.',
  })
  filter?: AnyTagFilterInput | null;
  @Field(() => [ID], {
    nullable: true,
    description:
      'In place of `filter`: the ids of the tags, up to 10,000, in up to 500 repositories. One that is not there is ' +
      'passed over.',
  })
  tags?: string[] | null;
  @Field(() => [ID], {
    nullable: true,
    description: 'In place of `filter`, or beside `tags`: the ids of repositories, up to 500, of which all tags go.',
  })
  repositories?: string[] | null;
  @Field(() => [ID], {
    nullable: true,
    description: 'With `filter`: ids of tags that stay though they fit: up to 10,000.',
  })
  except?: string[] | null;
  @Field({ defaultValue: false, description: 'Only say what would go. Null is refused: it could mean either.' })
  dryRun!: boolean;
  @Field(() => String, {
    nullable: true,
    description: 'The token of a dry run, without which nothing is deleted: refused if anything has changed since.',
  })
  planToken?: string | null;
}
