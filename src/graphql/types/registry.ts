import { Extensions, Field, ID, Int, ObjectType } from 'type-graphql';
import type { ProxyMode } from '../../catalogue/manage/proxysetting.js';
import type { Freshness } from '../../domain/freshness.js';
import type { Job } from '../../domain/job.js';
import type { ApprovalRule, ProtectionRule, Registry } from '../../domain/registry.js';
import { createEnumType } from '../enum.js';
import { DateTime } from '../scalars.js';
import { Payload } from './errors.js';
import { JobType } from './job.js';
import { FreshnessType, Node } from './node.js';

@ObjectType('ProtectionRule', {
  description: 'Names tags that are not deleted, by two patterns: `*` is any text, `?` any one character.',
})
export class ProtectionRuleType {
  @Field({ description: 'Of repositories, by their full name; `*` takes slashes too.' })
  repository!: string;
  @Field({ description: 'Of tags; where it is `*`, the whole repository is protected.' })
  tag!: string;
}

@ObjectType('ApprovalRule', {
  description: 'Has deletions wait for a second person: those that take more tags than so many from a repository.',
})
export class ApprovalRuleType {
  @Field({
    description: 'A pattern of repositories, by their full name: `*` is any text, slashes too, `?` any one character.',
  })
  repository!: string;
  @Field(() => Int, {
    description:
      'Tags that somebody deletes alone from one repository, within 24 hours. Who asks for one more waits. ' +
      '0: every deletion waits.',
  })
  above!: number;
  @Field(() => Int, { description: 'Days that a deletion waits: then it is cancelled.' })
  days!: number;
}

export const ProxyModeEnum = createEnumType<ProxyMode>('ProxyMode', 'The way to a registry: by a proxy, or directly.', {
  ENVIRONMENT: 'The proxies that HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the gateway name, if any.',
  NONE: 'Nobody: directly, whatever the environment says.',
  OWN: 'A proxy of its own, also for its token server and the stores that it redirects to.',
});

@ObjectType('RegistryProxy', { description: 'The way to a registry: by a proxy, or directly.' })
export class RegistryProxyType {
  @Field(() => ProxyModeEnum, { description: 'Whether it is asked by a proxy, and by which.' })
  mode!: ProxyMode;
  @Field(() => String, { nullable: true, description: 'The address of its own proxy; null: it has none.' })
  url!: string | null;
  @Field({ description: 'Its own proxy is shown a user name and a password, which are write-only.' })
  hasCredentials!: boolean;
}

@ObjectType('Registry', {
  implements: Node,
  description:
    'One upstream that speaks the OCI distribution API, attached under a unique name. Its `id` is the UUID of ' +
    'the REST API.',
})
export class RegistryType extends Node {
  @Field({ description: 'The unique name it is attached under.' })
  name!: string;
  @Field({ description: 'Its base address.' })
  addr!: string;
  @Field({ description: 'True when its TLS certificate is not checked.' })
  tlsSkipVerify!: boolean;
  @Field({ description: 'It is shown a client certificate, which is write-only.' })
  hasClientCertificate!: boolean;
  @Field(() => String, {
    nullable: true,
    description: 'The token server, besides those on its own host, that its credentials may be sent to.',
  })
  authRealm!: string | null;
  @Field(() => Int, { description: 'Seconds after which its names and tags are asked for again.' })
  maxAge!: number;
  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was attached. Never null: nullable only to be selected beside `Image.createdAt`.',
  })
  createdAt!: Date;
  @Field({
    description:
      'The gateway deletes and puts back nothing there: an admin said so with `setProtection`. Its own maintenance ' +
      'mode is not meant.',
  })
  readOnly!: boolean;
  @Field(() => [ProtectionRuleType], {
    description: 'The rules by which an admin protects tags: those that any of them names are not deleted.',
  })
  protection!: readonly ProtectionRule[];
  @Field(() => [ApprovalRuleType], {
    description: 'The rules by which an admin has deletions wait for a second person: those of which any says so.',
  })
  approvals!: readonly ApprovalRule[];
}

@Extensions({ volatile: true })
@ObjectType('RegistryHealth', { description: 'The state of a registry as the last contact with it showed.' })
export class RegistryHealthType {
  @Field(() => Boolean, { nullable: true, description: 'It answered; null: not asked yet.' })
  reachable!: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    description:
      'It accepted the credentials, or has none here; null: not known, for example where it lets strangers in and ' +
      'makes no difference.',
  })
  authenticated!: boolean | null;
  @Field(() => Int, { nullable: true, description: 'Milliseconds its answer took.' })
  latencyMs!: number | null;
  @Field(() => DateTime, { nullable: true, description: 'When that was; null: never.' })
  checkedAt!: Date | null;
  @Field(() => String, { nullable: true, description: 'A sentence that says what is wrong; null when nothing is.' })
  message!: string | null;
  @Field(() => DateTime, {
    nullable: true,
    description: 'When it is asked again, while it is away and every call to it fails at once; null: it is asked.',
  })
  retryAt?: Date | null;
}

@ObjectType('UpstreamBudget', { description: 'Requests to one registry at a time.' })
export class UpstreamBudgetType {
  @Field(() => Int, {
    description:
      'How many requests there may be at the most; fewer while those to all registries together take what there is.',
  })
  limit!: number;
  @Field(() => Int, { description: 'How many requests are under way.' })
  inUse!: number;
  @Field(() => Int, { description: 'How many requests wait for their turn.' })
  queued!: number;
}

@ObjectType('RegistryCapabilities', {
  description: 'The abilities of a registry, learnt from its own answers; null: not known yet.',
})
export class RegistryCapabilitiesType {
  @Field(() => Boolean, {
    nullable: true,
    description:
      'It lists its repositories. Where it does not, those are read that `followedRepositories` names, that were ' +
      'looked up by name, and that notifications named.',
  })
  catalog!: boolean | null;
  @Field(() => Boolean, { nullable: true, description: 'It deletes manifests by digest.' })
  deleteManifest!: boolean | null;
  @Field(() => Boolean, { nullable: true, description: 'It deletes single tags by their name.' })
  deleteTag!: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    description:
      'Its images are deleted after their tags, since it refuses to delete one that has tags, or would leave them ' +
      'with nothing behind.',
  })
  deletesTagsFirst!: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'It lists referrers by the API of OCI 1.1. Without it they are found by their tags.',
  })
  referrers!: boolean | null;
  @Field({ description: 'The gateway takes notifications from it: a secret for them is set.' })
  notifications!: boolean;
}

@ObjectType('SourceStatus', {
  description: 'The part of one registry in an answer over several: one sick registry changes nothing for the others.',
})
export class SourceStatusType {
  @Field(() => RegistryType, { description: 'The registry.' })
  registry!: Registry;
  @Extensions({ volatile: true })
  @Field(() => FreshnessType, { description: 'How old its part is, and why.' })
  freshness!: Freshness;
}

@ObjectType('AddRegistryPayload', { description: 'The result of attaching a registry.' })
export class AddRegistryPayload extends Payload {
  @Field(() => RegistryType, { nullable: true, description: 'The registry; null after a dry run or a failure.' })
  registry?: Registry | null;
  @Field(() => RegistryHealthType, {
    nullable: true,
    description: 'The state of the registry as testing the connection showed; null when it failed.',
  })
  health?: RegistryHealthType | null;
}

@ObjectType('UpdateRegistryPayload', { description: 'The result of changing a registry.' })
export class UpdateRegistryPayload extends Payload {
  @Field(() => RegistryType, { nullable: true, description: 'The registry as it is now; null after a failure.' })
  registry?: Registry | null;
}

@ObjectType('RemoveRegistryPayload', { description: 'The result of detaching a registry.' })
export class RemoveRegistryPayload extends Payload {
  @Field(() => ID, { nullable: true, description: 'The id that is gone; null after a failure.' })
  removedRegistryId?: string | null;
}

@ObjectType('RefreshPayload', { description: 'The result of reading again.' })
export class RefreshPayload extends Payload {
  @Field(() => Node, { nullable: true, description: 'The registry or repository that was read; null after a failure.' })
  node?: object | null;
  @Field(() => JobType, {
    nullable: true,
    description: 'The job that reads a registry, or that read it a moment ago; null for a repository.',
  })
  job?: Job | null;
}

@ObjectType('SetProtectionPayload', { description: 'The result of protecting a registry.' })
export class SetProtectionPayload extends Payload {
  @Field(() => RegistryType, { nullable: true, description: 'The registry as it is now; null after a failure.' })
  registry?: Registry | null;
}
