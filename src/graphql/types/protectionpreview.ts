import { Field, Int, ObjectType } from 'type-graphql';
import type { ProtectedRepository, ProtectionPreview } from '../../catalogue/retain/protectionpreview.js';
import type { Repository } from '../../domain/catalogue.js';
import type { Registry } from '../../domain/registry.js';
import { DateTime } from '../scalars.js';
import { RegistryType } from './registry.js';
import { RepositoryType } from './repository.js';

const added = "the registry's own rules of now do not protect";
const released = "the registry's own rules of now protect, and these do not";

@ObjectType('ProtectedRepository', {
  description: 'A repository of which rules of protection name tags, or would no longer name some.',
})
export class ProtectedRepositoryType implements Omit<ProtectedRepository, 'tags'> {
  @Field(() => RepositoryType, { description: 'The repository.' })
  repository!: Repository;
  @Field(() => Int, { description: 'How many tags it has, signatures and the like among them.' })
  tagCount!: number;
  @Field(() => Int, { description: 'How many of its tags the rules protect.' })
  protectedTagCount!: number;
  @Field(() => Int, { description: `Of the protected tags, how many ${added}.` })
  addedTagCount!: number;
  @Field(() => Int, { description: `How many of its tags ${released}.` })
  releasedTagCount!: number;
}

@ObjectType('ProtectionPreview', {
  description:
    'The tags that rules of protection keep from being deleted, by the index: nothing was asked of the registry.',
})
export class ProtectionPreviewType implements Omit<ProtectionPreview, 'repositories' | 'unreadCount'> {
  @Field(() => RegistryType, { description: 'The registry, with the rules that it has now.' })
  registry!: Registry;
  @Field(() => Int, { description: 'Of how many repositories the rules protect a tag.' })
  protectedRepositoryCount!: number;
  @Field(() => Int, { description: 'How many tags the rules protect.' })
  protectedTagCount!: number;
  @Field(() => Int, { description: `Of the protected tags, how many ${added}.` })
  addedTagCount!: number;
  @Field(() => Int, { description: `How many tags ${released}.` })
  releasedTagCount!: number;
  @Field(() => DateTime, {
    nullable: true,
    description:
      'The age of what this is made of: when the repository that was read the longest ago was read whole, of those ' +
      'that a rule names; null: none was.',
  })
  confirmedAt!: Date | null;
}
