import { Field, InputType, Int } from 'type-graphql';
import { approvalDays } from '../../domain/approval.js';
import { RegistryTargetInput } from './target.js';

@InputType('ProtectionRuleInput', {
  description:
    'Tags to protect: those of the repositories that `repository` names which `tag` names. Upper and ' +
    'lower case differ.',
})
export class ProtectionRuleInput {
  @Field({
    nullable: true,
    defaultValue: '*',
    description:
      'A pattern of full names: `team/*` names `team/app` and `team/a/b`, but not `team`. Every repository ' +
      'when left out.',
  })
  repository!: string;
  @Field({
    nullable: true,
    defaultValue: '*',
    description: 'A pattern of tags: `latest`, `v*`, `release-?`. Every tag when left out.',
  })
  tag!: string;
}

@InputType('ApprovalRuleInput', {
  description: 'Deletions that wait for a second person: those that take more than `above` tags from a repository.',
})
export class ApprovalRuleInput {
  @Field({
    nullable: true,
    defaultValue: '*',
    description: 'A pattern of full names, as in `ProtectionRuleInput`. Every repository when left out.',
  })
  repository!: string;
  @Field(() => Int, {
    description: 'Tags that somebody deletes alone from one repository within 24 hours: 0 to 1,000,000.',
  })
  above!: number;
  @Field(() => Int, {
    nullable: true,
    defaultValue: approvalDays.usual,
    description: 'Days that a deletion waits, 1 to 30: then it is cancelled.',
  })
  days!: number;
}

@InputType('SetProtectionInput', {
  description:
    'The rules that keep tags of a registry from being deleted, or from being deleted by one person alone. A field ' +
    'that is left out stays as it is.',
})
export class SetProtectionInput extends RegistryTargetInput {
  @Field(() => Boolean, { nullable: true, description: 'Delete and put back nothing there, whatever the rules say.' })
  readOnly?: boolean | null;
  @Field(() => [ProtectionRuleInput], {
    nullable: true,
    description: 'All rules anew, 100 at the most: those it has now are replaced. An empty list leaves none.',
  })
  rules?: ProtectionRuleInput[] | null;
  @Field(() => [ApprovalRuleInput], {
    nullable: true,
    description:
      'All rules of approval anew, 100 at the most: those it has now are replaced. An empty list leaves none. What ' +
      'waits already goes on waiting.',
  })
  approvals?: ApprovalRuleInput[] | null;
}
