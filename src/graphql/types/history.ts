import { ArgsType, Field, InputType, Int, ObjectType } from 'type-graphql';
import type { Tag, TimeSource } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import { DateTime, DigestScalar } from '../scalars.js';
import { Payload } from './errors.js';
import { createConnectionType, PageArgs } from './page.js';
import { TagType, TimeSourceEnum } from './tag.js';
import { RepositoryTargetInput } from './target.js';

@ObjectType('TagRevision', {
  description: 'A digest that a tag pointed to for some time, as far as the gateway saw it.',
})
export class TagRevisionType {
  @Field({ description: 'The tag.' })
  tag!: string;
  @Field(() => DigestScalar, { description: 'The digest that it pointed to.' })
  digest!: Digest;
  @Field(() => DateTime, { description: 'From when on, as far as that is known: see `sinceSource`.' })
  since!: Date;
  @Field(() => TimeSourceEnum, { description: 'Where `since` comes from.' })
  sinceSource!: TimeSource;
  @Field(() => DateTime, { nullable: true, description: 'When it was moved or deleted; null: it still points there.' })
  until!: Date | null;
  @Field(() => TimeSourceEnum, {
    nullable: true,
    description: 'Where `until` comes from; null: it still points there.',
  })
  untilSource!: TimeSource | null;
}

@ObjectType('FormerRepository', {
  description: 'A repository that is gone from its registry, or has no tags left there, by what is known of its past.',
})
export class FormerRepositoryType {
  @Field({ description: 'Its full name.' })
  name!: string;
  @Field(() => Int, { description: 'How many tags it had, as far as their history is kept.' })
  tagCount!: number;
  @Field(() => DateTime, { description: 'When the last of them went, as far as that is known.' })
  deletedAt!: Date;
}

export const FormerRepositoryConnection = createConnectionType(FormerRepositoryType, 'FormerRepository');

export const TagRevisionConnection = createConnectionType(TagRevisionType, 'TagRevision');

@InputType('RestoreTagInput', { description: 'A tag to put back on what it pointed to before.' })
export class RestoreTagInput extends RepositoryTargetInput {
  @Field(() => String, {
    nullable: true,
    description: 'The tag, which may be gone, beside `registry` and `repository`.',
  })
  tag?: string | null;
  @Field(() => DigestScalar, {
    nullable: true,
    description: "A digest of the tag's own history; when absent, the latest that it no longer points to.",
  })
  digest?: Digest | null;
  @Field(() => DigestScalar, {
    nullable: true,
    description:
      'The digest that the tag points to now: refused if it has moved since. Needed for a tag that is there; left ' +
      'out for one that is gone.',
  })
  expectedDigest?: Digest | null;
}

@ObjectType('RestoreTagPayload', { description: 'The result of putting a tag back.' })
export class RestoreTagPayload extends Payload {
  @Field(() => TagType, { nullable: true, description: 'The tag as it is now; null after a failure.' })
  tag?: Tag | null;
  @Field(() => DigestScalar, {
    nullable: true,
    description: 'The digest that it pointed to before; null when it was gone, and after a failure.',
  })
  previousDigest?: Digest | null;
}

@ArgsType()
export class RepositoryHistoryArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Only this tag, which may be gone; all tags when absent.' })
  tag?: string | null;
  @Field({
    nullable: true,
    defaultValue: false,
    description: 'Only what tags pointed to before, so that what was moved or deleted last comes first.',
  })
  formerOnly!: boolean;
}

@ArgsType()
export class RegistryHistoryArgs extends RepositoryHistoryArgs {
  @Field({ description: "The repository's full name; it may be gone." })
  repository!: string;
}
