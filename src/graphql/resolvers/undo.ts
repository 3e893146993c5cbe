import { Arg, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import type { PlacedUndoneTag } from '../../catalogue/restore/undo.js';
import type { UndoState } from '../../domain/deletion.js';
import type { Registry } from '../../domain/registry.js';
import type { Context } from '../context.js';
import { firstOptions, takeFirst } from '../types/page.js';
import { RegistryType } from '../types/registry.js';
import { type ShownUndo, UndoJobInput, UndoJobPayload, UndoneTagType, UndoStateEnum, UndoType } from '../types/undo.js';
import { answer, showRefusal } from './mutation.js';

@Resolver(() => UndoneTagType)
export class UndoneTagResolver {
  @FieldResolver(() => RegistryType, { description: 'The registry that it was in.' })
  registry(@Root() { registryId }: PlacedUndoneTag, @Ctx() { request }: Context): Promise<Registry> {
    return request.loaders.registry.load(registryId);
  }

  @FieldResolver()
  repositoryName(@Root() { repository }: PlacedUndoneTag): string {
    return repository;
  }
}

@Resolver(() => UndoType)
export class UndoResolver {
  @FieldResolver(() => [UndoneTagType], { description: 'The tags, in the order in which they were taken off.' })
  tags(
    @Root() { tags }: ShownUndo,
    @Arg('first', () => Int, firstOptions) first: number,
    @Ctx() context: Context,
    @Arg('state', () => UndoStateEnum, { nullable: true, description: 'Only those of which this is so.' })
    state?: UndoState | null,
  ): readonly PlacedUndoneTag[] {
    return takeFirst(
      tags.filter((tag) => state == null || tag.state === state),
      first,
      context,
    );
  }

  @FieldResolver(() => Int, { description: 'How many tags it took off, or how many of these one thing is so of.' })
  tagCount(
    @Root() { tags }: ShownUndo,
    @Arg('state', () => UndoStateEnum, { nullable: true, description: 'Only those of which this is so.' })
    state?: UndoState | null,
  ): number {
    return state == null ? tags.length : tags.filter((tag) => tag.state === state).length;
  }

  @Mutation(() => UndoJobPayload, {
    description:
      'Puts back what a deletion took off and the registry still has the images of, byte for byte, in a job. Tags ' +
      'that are there are left as they are, wherever they point: asking twice does nothing twice. For whoever may ' +
      'delete there. Of a job with pieces, as one that deletes from many repositories and a run of retention, it is ' +
      'all pieces that the viewer may delete for, of more than 20 by the index: no registry is asked first.',
  })
  undoJob(
    @Arg('input', { description: 'The deletion.' }) { id, dryRun, wait }: UndoJobInput,
    @Ctx() context: Context,
  ): Promise<UndoJobPayload> {
    return answer(context, { action: 'undoJob', isDryRun: dryRun }, async (request) => {
      const { tags, job, refusal } = await context.restoring.jobs.undo(request, id, { dryRun, wait });
      return { undo: { tags }, job, ...(refusal && { userErrors: showRefusal(context, refusal) }) };
    });
  }
}
