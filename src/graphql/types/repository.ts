import { Field, Int, ObjectType } from 'type-graphql';
import { ByteSize, DateTime } from '../scalars.js';
import { Node } from './node.js';
import { createConnectionType } from './page.js';

@ObjectType('Repository', { implements: Node, description: 'A named collection of tags in a registry.' })
export class RepositoryType extends Node {
  @Field({ description: 'The full name within its registry: `library/registry`.' })
  name!: string;
  @Field(() => Int, { description: 'How many tags it has. Signatures and fallback tags of referrers are not counted.' })
  tagCount!: number;
  @Field(() => Int, { description: 'Names of its last tag list that can be no tags, and are left out.' })
  droppedTags!: number;
  @Field(() => [String], { description: 'The first few of those names, as text in quotes, cut short.' })
  droppedTagExamples!: readonly string[];
  @Field(() => ByteSize, {
    nullable: true,
    description:
      'Bytes of each distinct blob of all its images, counted once: what the registry stores for it. ' +
      'Never null: nullable only to be selected beside other sizes.',
  })
  size!: number;
  @Field(() => DateTime, {
    nullable: true,
    description: 'When the latest of its tags was updated; null while it has none.',
  })
  updatedAt!: Date | null;
}

export const RepositoryConnection = createConnectionType(RepositoryType, 'Repository');
