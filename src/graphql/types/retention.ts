import { Extensions, Field, InputType, Int, ObjectType } from 'type-graphql';
import type { SealedPlan } from '../../catalogue/delete/plan.js';
import type { SealedRetention } from '../../catalogue/retain/registryplan.js';
import type { GoingRepository } from '../../catalogue/retain/registrypreview.js';
import type { KeptTag } from '../../catalogue/retain/rules.js';
import type { Repository, Tag } from '../../domain/catalogue.js';
import type { Job } from '../../domain/job.js';
import type { Registry } from '../../domain/registry.js';
import type { KeepReason, RetentionRule } from '../../domain/retention.js';
import { createEnumType } from '../enum.js';
import { ByteSize, DateTime } from '../scalars.js';
import { DeletionPlanType } from './deletionplan.js';
import { Payload } from './errors.js';
import { JobType } from './job.js';
import { RegistryType } from './registry.js';
import { RepositoryType } from './repository.js';
import { TagType } from './tag.js';
import { RegistryTargetInput, RepositoryTargetInput } from './target.js';

@ObjectType('RetentionRule', {
  description:
    'Which tags of which repositories are kept. What a rule is about and none of its conditions holds goes, unless ' +
    'another rule holds it.',
})
export class RetentionRuleType implements RetentionRule {
  @Field({ description: 'A pattern of full names; `*` takes slashes too.' })
  repository!: string;
  @Field({ description: 'A pattern of the tags it is about.' })
  tags!: string;
  @Field(() => Int, { nullable: true, description: 'How many of them it holds: those that changed last.' })
  keepLast!: number | null;
  @Field(() => Int, { nullable: true, description: 'It holds those that changed within so many days.' })
  keepYoungerThan!: number | null;
  @Field(() => [String], { description: 'It holds those that one of these patterns names.' })
  keepMatching!: readonly string[];
  @Field(() => String, { nullable: true, description: 'It holds versions within this range.' })
  keepSemver!: string | null;
}

@ObjectType('Retention', {
  description: 'Which tags of a registry may be deleted by themselves, and when that is done.',
})
export class RetentionType {
  @Field(() => [RetentionRuleType], { description: 'Tags that no rule is about stay.' })
  rules!: readonly RetentionRule[];
  @Field(() => Int, {
    nullable: true,
    description: 'Hours between two runs; null: it runs when `applyRetention` asks for it only.',
  })
  intervalHours!: number | null;
  @Field(() => DateTime, { nullable: true, description: 'When a run over the whole registry last began; null: never.' })
  lastRunAt!: Date | null;
}

export const KeepReasonEnum = createEnumType<KeepReason>('KeepReason', 'Why retention keeps a tag.', {
  NO_RULE: 'No rule is about it.',
  LAST: 'It is one of the last: `keepLast`.',
  YOUNGER: 'It changed lately: `keepYoungerThan`.',
  MATCHING: 'A pattern names it: `keepMatching`.',
  SEMVER: 'It is a version within the range: `keepSemver`.',
  VERSION_UNCLEAR:
    'A rule goes by versions (`keepSemver`), and it looks like one that no range can be asked about: ' +
    '`1.2.3.4`, `22.04-slim`, `release-1.2`.',
  UNDATED:
    'A rule goes by time, and its time is not known well enough: it was there before the gateway looked, and ' +
    'its image says none, or none that can be right.',
  UNREAD: 'Its image could not be read.',
  HIDDEN: 'It is a signature or a fallback tag, and belongs to another image.',
  PROTECTED: 'A rule of protection names it.',
  INDEX_CHILD: 'Its image is a platform of an index that is kept.',
});

@ObjectType('KeptTag', { description: 'A tag that retention keeps.' })
export class KeptTagType implements KeptTag {
  @Field(() => TagType, { description: 'The tag.' })
  tag!: Tag;
  @Field(() => [KeepReasonEnum], { description: 'All that keeps it.' })
  reasons!: readonly KeepReason[];
}

/** A plan by rules, as it is shown. */
export interface ShownRetention {
  readonly repository: Repository;
  readonly kept: readonly KeptTag[];
  readonly plan: SealedPlan | null;
}

@ObjectType('RetentionPreview', { description: 'The tags that retention would keep and delete in a repository now.' })
export class RetentionPreviewType implements Omit<ShownRetention, 'kept'> {
  @Field(() => RepositoryType, { description: 'The repository.' })
  repository!: Repository;
  @Field(() => DeletionPlanType, {
    nullable: true,
    description:
      'The tags and images that go; null: nothing goes. Its token is for `applyRetention`, and for `deleteTags` with ' +
      'the same tags.',
  })
  plan!: SealedPlan | null;
}

@ObjectType('GoingRepository', { description: 'A repository from which rules of retention let tags go.' })
export class GoingRepositoryType implements Pick<GoingRepository, 'repository' | 'keptTagCount'> {
  @Field(() => RepositoryType, { description: 'The repository.' })
  repository!: Repository;
  @Field(() => Int, { description: 'How many of its tags stay.' })
  keptTagCount!: number;
  @Field(() => ByteSize, {
    description:
      'Bytes of the images that none of the tags that stay is on. Layers that images share are counted in each: a ' +
      'plan of the repository says what is given back.',
  })
  bytes!: number;
}

@ObjectType('RegistryRetentionPreview', {
  description:
    'The tags that retention lets go of a registry, by the index: nothing was asked of the registry. A run reads ' +
    'each repository before it deletes there.',
})
export class RegistryRetentionPreviewType implements Omit<
  SealedRetention,
  'repositories' | 'ruledCount' | 'unreadCount'
> {
  @Field(() => RegistryType, { description: 'The registry.' })
  registry!: Registry;
  @Field(() => Int, { description: 'How many tags go.' })
  goingTagCount!: number;
  @Field(() => Int, { description: 'How many tags of repositories that a rule is about stay.' })
  keptTagCount!: number;
  @Field(() => ByteSize, { description: 'Bytes of the images that go, as `GoingRepository.bytes` counts them.' })
  bytes!: number;
  @Field(() => DateTime, {
    nullable: true,
    description:
      'The age of what this is made of: when the repository that was read the longest ago was read whole, of those ' +
      'that a rule is about; null: none was.',
  })
  confirmedAt!: Date | null;
  @Field({ description: 'Give it to `applyRetention` of the registry, to have just this done, or less, or nothing.' })
  token!: string;
  @Field(() => DateTime, { description: 'When the token is no longer taken: after five minutes.' })
  expiresAt!: Date;
  @Field(() => Int, { description: 'Seconds for which the token is taken from the answer on, by whatever clock.' })
  secondsLeft!: number;
}

@InputType('RetentionRuleInput', {
  description:
    'Which tags to keep of the repositories that `repository` names. It must have a condition. Upper and lower ' +
    'case differ; `*` is any text, `?` any one character.',
})
export class RetentionRuleInput {
  @Field({ description: 'A pattern of full names: `team/*` names `team/app` and `team/a/b`, but not `team`.' })
  repository!: string;
  @Field({
    nullable: true,
    defaultValue: '*',
    description: 'A pattern of the tags the rule is about. Every tag when left out; tags that no rule is about stay.',
  })
  tags!: string;
  @Field(() => Int, {
    nullable: true,
    description:
      'How many of them to keep, those that changed last: 1 to 10,000. Of tags of one time the highest ' +
      'version is the last.',
  })
  keepLast?: number | null;
  @Field(() => Int, { nullable: true, description: 'Keep those that changed within so many days: 1 to 36,500.' })
  keepYoungerThan?: number | null;
  @Field(() => [String], {
    nullable: true,
    description: 'Keep those that one of these patterns names: 20 at the most.',
  })
  keepMatching?: string[] | null;
  @Field(() => String, {
    nullable: true,
    description: 'Keep versions within this range, as npm writes it: `>=2` or `^1.4`.',
  })
  keepSemver?: string | null;
}

@InputType('SetRetentionInput', {
  description:
    'The rules by which tags of a registry may be deleted by themselves, and how often. A field that is left out ' +
    'stays as it is.',
})
export class SetRetentionInput extends RegistryTargetInput {
  @Field(() => [RetentionRuleInput], {
    nullable: true,
    description: 'All rules anew, 20 at the most: those it has now are replaced. An empty list leaves none.',
  })
  rules?: RetentionRuleInput[] | null;
  @Extensions({ nullIsValue: true })
  @Field(() => Int, {
    nullable: true,
    description:
      'Run every so many hours, the first time at once: 1 to 8,760; null: only when asked to, which is so at first.',
  })
  intervalHours?: number | null;
}

@ObjectType('SetRetentionPayload', { description: 'The result of setting the retention of a registry.' })
export class SetRetentionPayload extends Payload {
  @Field(() => RegistryType, { nullable: true, description: 'The registry as it is now; null after a failure.' })
  registry?: Registry | null;
}

@InputType('ApplyRetentionInput', {
  description:
    'A repository in which to delete what the rules of retention let go; or a registry: in all its repositories that ' +
    'a rule names, one after the other.',
})
export class ApplyRetentionInput extends RepositoryTargetInput {
  @Field(() => String, {
    nullable: true,
    description:
      "The token of a preview by the registry's own rules, of the same place: refused if anything has changed since. " +
      'A run over a registry then deletes none but the tags that were shown, as long as they point to the same.',
  })
  planToken?: string | null;
  @Field({ defaultValue: false, description: 'Only say what would go. Null is refused: it could mean either.' })
  dryRun!: boolean;
}

@ObjectType('ApplyRetentionPayload', { description: 'The result of beginning to delete by the rules of retention.' })
export class ApplyRetentionPayload extends Payload {
  @Field(() => JobType, {
    nullable: true,
    description:
      'The `RETENTION` job of the repository, or the `RETENTION_RUN` of the registry; null when nothing is to go, ' +
      'or after a failure.',
  })
  job?: Job | null;
  @Field(() => DeletionPlanType, {
    nullable: true,
    description: 'Of a repository, after a dry run, and when it changed since: what would go now.',
  })
  plan?: SealedPlan | null;
  @Field(() => RegistryRetentionPreviewType, {
    nullable: true,
    description: 'Of a registry, after a dry run, and when it changed since: what would go now.',
  })
  preview?: SealedRetention | null;
}
