import { Field, ID, InputType, ObjectType } from 'type-graphql';

@ObjectType('ProtectionRule', {
  description: 'Names tags that are not deleted, by two patterns: `*` is any text, `?` any one character.',
})
export class ProtectionRuleType {
  @Field({ description: 'Of repositories, by their full name; `*` takes slashes too.' })
  repository!: string;
  @Field({ description: 'Of tags; where it is `*`, the whole repository is protected.' })
  tag!: string;
}

@InputType('ProtectionRuleInput', {
  description:
    'Tags to protect: those of the repositories that `repository` names which `tag` names. Upper and ' +
    'lower case differ.',
})
export class ProtectionRuleInput {
  @Field({
    defaultValue: '*',
    description:
      'A pattern of full names: `team/*` names `team/app` and `team/a/b`, but not `team`. Every repository ' +
      'when left out.',
  })
  repository!: string;
  @Field({ defaultValue: '*', description: 'A pattern of tags: `latest`, `v*`, `release-?`. Every tag when left out.' })
  tag!: string;
}

@InputType('SetProtectionInput', {
  description: 'The rules that keep tags of a registry from being deleted. A field that is left out stays as it is.',
})
export class SetProtectionInput {
  @Field(() => ID, { description: "The registry's id." })
  registry!: string;
  @Field(() => Boolean, { nullable: true, description: 'Delete and put back nothing there, whatever the rules say.' })
  readOnly?: boolean | null;
  @Field(() => [ProtectionRuleInput], {
    nullable: true,
    description: 'All rules anew, 100 at the most: those it has now are replaced. An empty list leaves none.',
  })
  rules?: ProtectionRuleInput[] | null;
}
