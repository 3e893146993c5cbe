import { Field, ID, ObjectType } from 'type-graphql';
import type { Job } from '../../domain/job.js';
import type { Registry } from '../../domain/registry.js';
import type { Viewer } from '../../domain/account.js';
import { Node } from './node.js';
import { JobType } from './job.js';
import { RegistryHealthType, RegistryType } from './registry.js';
import { UserError } from './usererror.js';
import { ViewerType } from './viewer.js';

@ObjectType()
export abstract class Payload {
  @Field(() => [UserError], { description: 'Why it was not done; empty when it was.' })
  userErrors!: UserError[];
}

@ObjectType('LoginPayload', { description: 'What a login gave.' })
export class LoginPayload extends Payload {
  @Field(() => String, {
    nullable: true,
    description: 'A token valid for 24 hours: send it as `X-Access-Token: username:token`.',
  })
  token?: string | null;
  @Field(() => ViewerType, { nullable: true, description: 'Who logged in.' })
  viewer?: Viewer | null;
}

@ObjectType('AddRegistryPayload', { description: 'What attaching a registry gave.' })
export class AddRegistryPayload extends Payload {
  @Field(() => RegistryType, { nullable: true, description: 'The registry; null after a dry run or a failure.' })
  registry?: Registry | null;
  @Field(() => RegistryHealthType, {
    nullable: true,
    description: 'What testing the connection showed; null when it failed.',
  })
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
  @Field(() => JobType, {
    nullable: true,
    description: 'The job that reads a registry, or that read it a moment ago; null for a repository.',
  })
  job?: Job | null;
}

@ObjectType('CancelJobPayload', { description: 'What cancelling a job gave.' })
export class CancelJobPayload extends Payload {
  @Field(() => JobType, { nullable: true, description: 'The job as it is now; null after a failure.' })
  job?: Job | null;
}
