import { Arg, Args, Ctx, Extensions, FieldResolver, ID, Int, Mutation, Resolver, Root } from 'type-graphql';
import type { Repository } from '../../domain/catalogue.js';
import type { StepState } from '../../domain/deletion.js';
import type { Job, JobKind, PieceCount } from '../../domain/job.js';
import type { Registry } from '../../domain/registry.js';
import type { Context } from '../context.js';
import { encodeNodeId } from '../nodeid.js';
import { DeletionStepConnection, StepStateEnum } from '../types/deletion.js';
import {
  ApproveDeletionInput,
  ApproveDeletionPayload,
  CancelJobInput,
  CancelJobPayload,
  JobKindEnum,
  JobStateCountType,
  JobType,
  RejectDeletionInput,
  RejectDeletionPayload,
} from '../types/job.js';
import { DateTime } from '../scalars.js';
import { JobConnection, PieceArgs } from '../types/joblist.js';
import { type Connection, PageArgs, PartsArgs, readPage, readParts, toConnection } from '../types/page.js';
import { RegistryType } from '../types/registry.js';
import { RepositoryType } from '../types/repository.js';
import { type ShownStep, toTagIds } from './jobstep.js';
import { answer } from './mutation.js';

/** Points for looking at each tag that a deletion took off: a whole repository's, at the most. */
const costOfRestorable = 50;

@Resolver(() => JobType)
export class JobResolver {
  @FieldResolver(() => RegistryType, {
    nullable: true,
    description: 'The registry it is about; null: its `pieces` are of several.',
  })
  async registry(@Root() { registryId }: Job, @Ctx() { request }: Context): Promise<Registry | null> {
    return registryId === null ? null : request.loaders.registry.load(registryId);
  }

  @Extensions({ volatile: true })
  @FieldResolver(() => JobConnection, {
    description:
      'The jobs, each of one repository, that it is made of, as far as the viewer sees them: of a deletion from many ' +
      'repositories and of what undoes one, and of a run of retention those that it has begun. Of other work none.',
  })
  async pieces(
    @Root() job: Job,
    @Args() { states, ...args }: PieceArgs,
    @Ctx() context: Context,
  ): Promise<Connection<Job>> {
    const page = readPage(args, context);
    return toConnection(await context.browsing.jobs.listPieces(context.request, job, states ?? null, page));
  }

  @FieldResolver(() => [JobStateCountType], {
    description:
      'Of a job from many repositories: how many of its pieces that the viewer sees are how far. Else empty.',
  })
  pieceCounts(@Root() { pieceCounts = [] }: Job): readonly PieceCount[] {
    return pieceCounts;
  }

  @Extensions({ volatile: true })
  @FieldResolver(() => JobType, {
    nullable: true,
    description: 'The job that it is a piece of; null: it is of none, or the viewer does not see it.',
  })
  async parent(@Root() { parentId }: Job, @Ctx() { request }: Context): Promise<Job | null> {
    return parentId === null ? null : request.loaders.job.load(parentId);
  }

  @Extensions({ volatile: true })
  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      'When it ends, if it goes on as fast as it was done since a gateway last took it up, all pieces counted that ' +
      'the viewer sees: other with each answer. null: it is not under way, is to stop, waits for a second person, or ' +
      'fewer than three of its steps are done since then.',
  })
  estimatedEndAt(@Root() job: Job, @Ctx() { browsing }: Context): Date | null {
    return browsing.jobs.estimateEnd(job);
  }

  @FieldResolver(() => JobKindEnum, { description: 'The work it does.' })
  work(@Root() { kind }: Job): JobKind {
    return kind;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The full name of the repository it is about, which may be gone; null: the whole registry, or many of them.',
  })
  repositoryName(@Root() { repository }: Job): string | null {
    return repository;
  }

  @Extensions({ volatile: true })
  @FieldResolver(() => RepositoryType, {
    nullable: true,
    description: 'The repository it is about; null when it is about the whole registry, or the repository is gone.',
  })
  repository(@Root() job: Job, @Ctx() { request, browsing }: Context): Promise<Repository | null> {
    return browsing.repositories.findOfJob(request, job);
  }

  @FieldResolver(() => DeletionStepConnection, {
    description:
      'Of a deletion, and of what undoes one: its pieces, in the order they are done, and what came of each.',
  })
  async steps(
    @Root() job: Job,
    @Args() args: PageArgs,
    @Ctx() context: Context,
    @Arg('state', () => StepStateEnum, { nullable: true, description: 'Only those that are this far.' })
    state?: StepState | null,
  ): Promise<Connection<ShownStep>> {
    const page = await context.browsing.jobs.listSteps(context.request, job, state ?? null, readPage(args, context));
    return toConnection({ ...page, items: page.items.map((step) => ({ ...step, job })) });
  }

  @Extensions({ volatile: true, cost: { points: 5, fill: 0.05 } })
  @FieldResolver(() => [ID], {
    description:
      'Of a deletion: the ids of the tags that it took off so far, in the order of its steps. A tag that was pushed ' +
      'again since has the same id.',
  })
  async deletedTagIds(@Root() job: Job, @Args() args: PartsArgs, @Ctx() context: Context): Promise<readonly string[]> {
    const names = await context.browsing.jobs.listTagsGone(context.request, job, readParts(args, context));
    return toTagIds(job, names);
  }

  @Extensions({ volatile: true, cost: { points: costOfRestorable } })
  @FieldResolver(() => Int, {
    description:
      'Of a deletion: how many of the tags that it took off `undoJob` can put back, as far as the index tells: see ' +
      '`DeletionStep.canRestore`. 0 for whoever may not.',
  })
  restorableTagCount(@Root() job: Job, @Ctx() { request, restoring }: Context): Promise<number> {
    return restoring.jobs.countRestorable(request, job, null);
  }

  @Extensions({ volatile: true })
  @FieldResolver(() => ID, {
    nullable: true,
    description: 'The id of the repository that it deleted whole; null: it did not, or has not yet.',
  })
  deletedRepositoryId(@Root() { kind, state, registryId, repository }: Job): string | null {
    if (kind !== 'DELETE_REPOSITORY' || state !== 'SUCCEEDED' || registryId === null || repository === null)
      return null;
    return encodeNodeId({ type: 'Repository', registryId, name: repository });
  }

  @Extensions({ volatile: true })
  @FieldResolver(() => Boolean, {
    description:
      'It is a deletion that waits for a second person, and the viewer may be that: who may delete there, and has ' +
      'logged in to another account than the one that asked for it.',
  })
  viewerCanApprove(@Root() job: Job, @Ctx() { request, deleting }: Context): Promise<boolean> {
    return deleting.approving.mayApprove(request, job);
  }

  @FieldResolver(() => Boolean, {
    description: 'The viewer may have it stop: `cancelJob`. One that has ended stays as it is all the same.',
  })
  viewerCanCancel(@Root() job: Job, @Ctx() { request, cancelling }: Context): Promise<boolean> {
    return cancelling.mayCancel(request, job);
  }

  @Mutation(() => ApproveDeletionPayload, {
    description:
      'Has a deletion begin that waits for a second person: who may delete there too, and has logged in to another ' +
      'account than the one that asked for it. It is planned again first, and refused where more would go. Waits for ' +
      'it as `deleteTags` does. Of a deletion from many repositories it approves all pieces that wait, or none.',
  })
  approveDeletion(
    @Arg('input', { description: 'The deletion.' }) { id }: ApproveDeletionInput,
    @Ctx() context: Context,
  ): Promise<ApproveDeletionPayload> {
    return answer(context, { action: 'approveDeletion' }, async (request) => ({
      job: await context.deleting.approving.approve(request, id),
    }));
  }

  @Mutation(() => RejectDeletionPayload, {
    description:
      'Cancels a deletion that waits for a second person, for whoever may delete there; of one from many ' +
      'repositories the pieces that wait. Nothing of these was done.',
  })
  rejectDeletion(
    @Arg('input', { description: 'The deletion.' }) { id }: RejectDeletionInput,
    @Ctx() context: Context,
  ): Promise<RejectDeletionPayload> {
    return answer(context, { action: 'rejectDeletion' }, async (request) => ({
      job: await context.deleting.approving.reject(request, id),
    }));
  }

  @Mutation(() => CancelJobPayload, {
    description:
      'Has a job stop before its next piece, and waits for that. What was done stays done; a job that has ended ' +
      'stays as it is. Of a deletion from many repositories it is the pieces that the viewer may delete for.',
  })
  cancelJob(
    @Arg('input', { description: 'The job to stop.' }) { id }: CancelJobInput,
    @Ctx() context: Context,
  ): Promise<CancelJobPayload> {
    return answer(context, { action: 'cancelJob' }, async (request) => ({
      job: await context.cancelling.cancelJob(request, id),
    }));
  }
}
