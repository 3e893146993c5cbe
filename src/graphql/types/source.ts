import { Field, ObjectType } from 'type-graphql';
import type { Freshness } from '../../domain/freshness.js';
import type { Registry } from '../../domain/registry.js';
import { FreshnessType } from './node.js';
import { RegistryType } from './registry.js';

@ObjectType('SourceStatus', {
  description: 'The part of one registry in an answer over several: one sick registry changes nothing for the others.',
})
export class SourceStatusType {
  @Field(() => RegistryType, { description: 'The registry.' })
  registry!: Registry;
  @Field(() => FreshnessType, { description: 'How old its part is, and why.' })
  freshness!: Freshness;
}
