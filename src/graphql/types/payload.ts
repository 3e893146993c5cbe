import { Field, ID, ObjectType } from 'type-graphql';
import type { Repository, Tag } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { Job } from '../../domain/job.js';
import type { Registry } from '../../domain/registry.js';
import type { Viewer } from '../../domain/account.js';
import { DateTime, DigestScalar } from '../scalars.js';
import { Node } from './node.js';
import { JobType } from './job.js';
import { RegistryHealthType, RegistryType } from './registry.js';
import { RepositoryType } from './repository.js';
import { TagType } from './tag.js';
import { UserError } from './usererror.js';
import { ViewerType } from './viewer.js';

@ObjectType()
export abstract class Payload {
  @Field(() => [UserError], { description: 'Why it was not done; empty when it was.' })
  userErrors!: UserError[];
}

@ObjectType('LoginPayload', { description: 'What a login gave.' })
export class LoginPayload extends Payload {
  @Field(() => String, { nullable: true, description: 'A token valid for 24 hours: send it as `X-Access-Token: username:token`.' })
  token?: string | null;
  @Field(() => ViewerType, { nullable: true, description: 'Who logged in.' })
  viewer?: Viewer | null;
}

@ObjectType('AddRegistryPayload', { description: 'What attaching a registry gave.' })
export class AddRegistryPayload extends Payload {
  @Field(() => RegistryType, { nullable: true, description: 'The registry; null after a dry run or a failure.' })
  registry?: Registry | null;
  @Field(() => RegistryHealthType, { nullable: true, description: 'What testing the connection showed; null when it failed.' })
  health?: RegistryHealthType | null;
}

@ObjectType('UpdateRegistryPayload', { description: 'What changing a registry gave.' })
export class UpdateRegistryPayload extends Payload {
  @Field(() => RegistryType, { nullable: true, description: 'The registry as it is now; null after a failure.' })
  registry?: Registry | null;
}

@ObjectType('SetProtectionPayload', { description: 'What protecting a registry gave.' })
export class SetProtectionPayload extends Payload {
  @Field(() => RegistryType, { nullable: true, description: 'The registry as it is now; null after a failure.' })
  registry?: Registry | null;
}

@ObjectType('RemoveRegistryPayload', { description: 'What detaching a registry gave.' })
export class RemoveRegistryPayload extends Payload {
  @Field(() => ID, { nullable: true, description: 'The id that is gone; null after a failure.' })
  removedRegistryId?: string | null;
}

@ObjectType('RefreshPayload', { description: 'What reading again gave.' })
export class RefreshPayload extends Payload {
  @Field(() => Node, { nullable: true, description: 'What was read; null after a failure.' })
  node?: object | null;
  @Field(() => JobType, { nullable: true, description: 'The job that reads a registry; null for a repository.' })
  job?: Job | null;
}

@ObjectType('DeletionPlan', { description: 'What a deletion removes: exactly these tags. It is made again when it is executed.' })
export class DeletionPlanType {
  @Field(() => [TagType], { description: 'The tags.' })
  tags!: readonly Tag[];
  @Field(() => [DigestScalar], { description: 'The distinct manifests that go: those of tags that nothing else holds, then children of indexes.' })
  manifests!: readonly Digest[];
  @Field(() => [TagType], { description: 'The tags whose image stays, because other tags or an index hold it: they are taken off one by one.' })
  keepingImage!: readonly Tag[];
  @Field({ description: 'Give it to the execution to do just this, or nothing.' })
  token!: string;
  @Field(() => DateTime, { description: 'When the token is no longer taken: after five minutes.' })
  expiresAt!: Date;
}

@ObjectType('DeleteRepositoryPayload', { description: 'What deleting a repository gave.' })
export class DeleteRepositoryPayload extends Payload {
  @Field(() => ID, { nullable: true, description: 'The id that is gone; null after a dry run or a failure.' })
  deletedRepositoryId?: string | null;
  @Field(() => RegistryType, { nullable: true, description: 'The registry it was in; null after a failure.' })
  registry?: Registry | null;
  @Field(() => DeletionPlanType, { nullable: true, description: 'After a dry run, and when the repository changed since: what would go.' })
  plan?: DeletionPlanType | null;
}

@ObjectType('DeleteTagsPayload', { description: 'What deleting tags gave.' })
export class DeleteTagsPayload extends Payload {
  @Field(() => [ID], { description: 'The ids of the tags that are gone; empty after a dry run or a failure.' })
  deletedTagIds!: readonly string[];
  @Field(() => RepositoryType, { nullable: true, description: 'The repository as it is now; null after a failure.' })
  repository?: Repository | null;
  @Field(() => DeletionPlanType, { nullable: true, description: 'After a dry run, and when the repository changed since: what would go.' })
  plan?: DeletionPlanType | null;
}
