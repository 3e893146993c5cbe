import { Ctx, Extensions, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import type { JobStep } from '../../domain/deletion.js';
import type { Job } from '../../domain/job.js';
import type { TagName } from '../../domain/name.js';
import type { Context } from '../context.js';
import { encodeNodeId } from '../nodeid.js';
import { DeletionStepType } from '../types/deletion.js';

/** Points for looking at the tags of one step until one can come back: at all of them where none can. */
const costOfRestorableStep = 5;

/** A step, with the job that it is of. */
export type ShownStep = JobStep & { readonly job: Job };

@Resolver(() => DeletionStepType)
export class DeletionStepResolver {
  @FieldResolver(() => [ID], { description: 'The ids of the tags that go with it, as `tags` has their names.' })
  tagIds(@Root() { job, tags }: ShownStep): readonly string[] {
    return toTagIds(job, tags);
  }

  @Extensions({ volatile: true, cost: { points: costOfRestorableStep } })
  @FieldResolver(() => Boolean, {
    description:
      'It took tags off, and `undoJob` can put some of them back, as far as the index tells: they are not there, and ' +
      'the registry may have their image. An image that was deleted is not there, unless it was pushed again. False ' +
      'for whoever may not.',
  })
  async canRestore(@Root() { job, position }: ShownStep, @Ctx() { request, restoring }: Context): Promise<boolean> {
    return (await restoring.jobs.countRestorable(request, job, position)) > 0;
  }

  @FieldResolver()
  code(@Root() { error }: JobStep): DeletionStepType['code'] {
    return error?.code ?? null;
  }

  @FieldResolver()
  message(@Root() { error }: JobStep): string | null {
    return error?.message ?? null;
  }
}

export function toTagIds({ registryId, repository }: Job, names: readonly TagName[]): readonly string[] {
  return registryId === null || repository === null
    ? []
    : names.map((name) => encodeNodeId({ type: 'Tag', registryId, repository, name }));
}
