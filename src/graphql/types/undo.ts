import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { Digest } from '../../domain/digest.js';
import type { Job } from '../../domain/job.js';
import type { TagName } from '../../domain/name.js';
import type { PlacedUndoneTag } from '../../catalogue/restore/undo.js';
import type { UndoState } from '../../domain/deletion.js';
import { createEnumType } from '../enum.js';
import { DigestScalar } from '../scalars.js';
import { Payload } from './errors.js';
import { JobType } from './job.js';

export const UndoStateEnum = createEnumType<UndoState>(
  'UndoState',
  'Whether a tag that a deletion took off can come back.',
  {
    RESTORABLE: 'It is gone, and the registry has its image: it can.',
    PRESENT: 'It is there again, on the same image: nothing is to be done.',
    MOVED: 'It is there, and points elsewhere now: it is left as it is. `restoreTag` moves it.',
    IMAGE_GONE: 'The registry no longer has its image, or there was none behind it: it cannot, push the image again.',
    UNKNOWN:
      'It was not asked for, as a hundred images of a repository are asked for at the most, and none of more than 20 ' +
      'repositories: it is tried, and the job tells.',
  },
);

@ObjectType('UndoneTag', { description: 'A tag that a deletion took off, and whether it can come back.' })
export class UndoneTagType implements Pick<PlacedUndoneTag, 'name' | 'digest' | 'state'> {
  @Field({ description: 'The full name of the repository that it was in.' })
  repositoryName!: string;
  @Field(() => String, { description: 'The name of the tag.' })
  name!: TagName;
  @Field(() => DigestScalar, {
    nullable: true,
    description: 'The digest of the image that it pointed to; null: nothing was behind it.',
  })
  digest!: Digest | null;
  @Field(() => UndoStateEnum, { description: 'Whether it can come back.' })
  state!: UndoState;
}

/** An undoing, as it is shown. */
export interface ShownUndo {
  readonly tags: readonly PlacedUndoneTag[];
}

@ObjectType('Undo', {
  description: 'The tags that a deletion took off, as the registry has them before anything of it is undone.',
})
export class UndoType {}

@InputType('UndoJobInput', { description: 'A deletion to undo.' })
export class UndoJobInput {
  @Field(() => ID, {
    description: 'The id of a job that deletes, or whose pieces do, and that has ended.',
  })
  id!: string;
  @Field({
    defaultValue: false,
    description: 'Only say what can come back. Null is refused: it could mean either.',
  })
  dryRun!: boolean;
  @Field({
    nullable: true,
    defaultValue: true,
    description: 'Answer when it is done, or after eight seconds; false: as soon as the job has begun.',
  })
  wait!: boolean;
}

@ObjectType('UndoJobPayload', { description: 'The result of undoing a deletion.' })
export class UndoJobPayload extends Payload {
  @Field(() => UndoType, {
    nullable: true,
    description: 'Each tag that it took off, and whether it can come back; null after a failure.',
  })
  undo?: ShownUndo | null;
  @Field(() => JobType, {
    nullable: true,
    description:
      'The `RESTORE_TAGS` job that puts back what can come back: its steps tell of each tag. Of a job with pieces a ' +
      '`RESTORE_SELECTION`, with a piece for each repository. null after a dry run, and where nothing is left ' +
      'to be done.',
  })
  job?: Job | null;
}
