import { ArgsType, Field, Int, ObjectType } from 'type-graphql';
import { TagFilterInput } from './tag.js';

@ObjectType('TagsSize', {
  description: 'The bytes that some tags of a repository hold together, as the index has them: no registry is asked.',
})
export class TagsSizeType {
  @Field(() => Int, { description: 'How many tags these are: names that the repository has not are not counted.' })
  count!: number;
  @Field(() => Int, {
    description:
      'Of how many of them the size is not known, as of what was not read yet. What is not known of them is in no sum.',
  })
  unknownCount!: number;
}

@ArgsType()
export class TagsSizeArgs {
  @Field(() => [String], { nullable: true, description: 'These tags, by name: 10,000 at the most.' })
  tags?: string[] | null;
  @Field(() => TagFilterInput, {
    nullable: true,
    description: 'The tags that fit this, in place of `tags`: 10,000 at the most. All that are shown when absent.',
  })
  filter?: TagFilterInput | null;
  @Field(() => [String], {
    nullable: true,
    description: 'Names that are left out of those that fit `filter`: 10,000 at the most.',
  })
  except?: string[] | null;
}
