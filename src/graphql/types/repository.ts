import { Field, ObjectType } from 'type-graphql';
import { Node } from './common.js';
import { createConnectionType } from './page.js';

@ObjectType('Repository', { implements: Node, description: 'A named collection of tags in a registry.' })
export class RepositoryType extends Node {
  @Field({ description: 'The full name within its registry: `library/registry`.' })
  name!: string;
}

export const RepositoryConnection = createConnectionType(RepositoryType, 'Repository');
