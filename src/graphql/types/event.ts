import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { Digest } from '../../domain/digest.js';
import type { EventKind } from '../../domain/event.js';
import type { JobKind, JobState } from '../../domain/job.js';
import { createEnumType } from '../enum.js';
import { DateTime, DigestScalar } from '../scalars.js';
import { JobKindEnum, JobStateEnum } from './job.js';
import { createConnectionType, PageArgs } from './page.js';

export const EventKindEnum = createEnumType<EventKind>(
  'EventKind',
  'The kinds of events, by the change that each tells of.',
  {
    TAG_PUSHED: 'A tag came, and it is known what it points to.',
    TAG_MOVED: 'A tag points to another image.',
    TAG_DELETED: 'A tag is gone.',
    REPOSITORY_APPEARED: 'A repository has tags, and had none: those of a first reading are told of by this alone.',
    REPOSITORY_CHANGED:
      'Tags of a repository came, went or moved that are not told of one by one: more than 1,000 at once, or those ' +
      'that its first reading adds to tags that notifications told of.',
    REPOSITORY_EMPTIED: 'The last tag of a repository is gone.',
    REPOSITORY_GONE: 'A repository is gone from its registry, or is not followed any more, with all its tags.',
    REGISTRY_ATTACHED: 'A registry was attached.',
    REGISTRY_DETACHED: 'A registry was detached, with all that was known of it.',
    REGISTRY_UNREACHABLE: 'A registry does not answer.',
    REGISTRY_BACK: 'A registry answers again.',
    JOB_BEGAN:
      'A job was made, or, with `jobState` QUEUED once more, one that waited was approved. Crawls are told of where ' +
      'somebody asked for them.',
    JOB_ENDED: 'A job is over: `jobState` says how.',
  },
);

@ObjectType('Event', {
  description:
    'Something that became otherwise in the catalogue, written down with the change itself: what a crawl found, too. ' +
    'It names what it is about, which may be gone. The last million of 30 days are kept.',
})
export class EventType {
  @Field(() => ID, {
    description:
      '`after` it the events that follow are told. A whole number that grows in the order of the changes, and to who ' +
      'has grants alone a text that begins with `e`, without order; each event has one.',
  })
  id!: string;
  @Field(() => EventKindEnum, { description: 'The kind of change that it tells of.' })
  kind!: EventKind;
  @Field(() => DateTime, { description: 'When it happened, as far as that is known.' })
  at!: Date;
  @Field({ description: 'The registry, by the name that it had.' })
  registryName!: string;
  @Field(() => String, { nullable: true, description: 'The full name of the repository; null: it is about none.' })
  repositoryName!: string | null;
  @Field(() => String, { nullable: true, description: 'The tag; null: it is about none.' })
  tagName!: string | null;
  @Field(() => DigestScalar, { nullable: true, description: 'The digest that the tag points to; null: it is gone.' })
  digest!: Digest | null;
  @Field(() => DigestScalar, {
    nullable: true,
    description: 'The digest that the tag pointed to before; null: none that was known.',
  })
  formerDigest!: Digest | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Of a repository: how many tags it appeared with, that changed, or that went.',
  })
  tagCount!: number | null;
  @Field(() => ID, { nullable: true, description: 'The id of the job; null: it is about none.' })
  jobId!: string | null;
  @Field(() => JobKindEnum, { nullable: true, description: 'The work of the job.' })
  jobKind!: JobKind | null;
  @Field(() => JobStateEnum, { nullable: true, description: 'How far the job was then.' })
  jobState!: JobState | null;
  @Field(() => String, { nullable: true, description: 'Why a registry does not answer, in a sentence.' })
  message!: string | null;
}

export const EventConnection = createConnectionType(EventType, 'Event');

@InputType('EventFilter', { description: 'Which events: those that fit every field given.' })
export class EventFilterInput {
  @Field(() => [String], {
    nullable: true,
    description: 'Only of these registries: names of attached ones, or UUIDs; 100 at the most.',
  })
  registries?: string[] | null;
  @Field(() => String, { nullable: true, description: 'Only of repositories of this full name.' })
  repository?: string | null;
  @Field(() => [EventKindEnum], { nullable: true, description: 'Only of these kinds.' })
  kinds?: EventKind[] | null;
}

@ArgsType()
export class EventListArgs extends PageArgs {
  @Field(() => EventFilterInput, { nullable: true, description: 'Only these.' })
  filter?: EventFilterInput | null;
}

@InputType('ActivityFilter', { description: 'Which events of the past: those that fit every field given.' })
export class ActivityFilterInput extends EventFilterInput {
  @Field(() => DateTime, { nullable: true, description: 'Only what happened then, or later.' })
  since?: Date | null;
  @Field(() => DateTime, { nullable: true, description: 'Only what happened before.' })
  before?: Date | null;
}

@ArgsType()
export class ActivityArgs extends PageArgs {
  @Field(() => ActivityFilterInput, { nullable: true, description: 'Only these.' })
  filter?: ActivityFilterInput | null;
}

@ArgsType()
export class EventStreamArgs {
  @Field(() => ID, {
    nullable: true,
    description:
      'Begin with what follows the event of this id: the last that was told, or `newest` of the list of events. When ' +
      'absent: from now on. EVENTS_GONE when not all that follows is kept: what is shown is then to be read anew.',
  })
  after?: string | null;
  @Field(() => EventFilterInput, { nullable: true, description: 'Only these.' })
  filter?: EventFilterInput | null;
}
