import { Arg, Args, Ctx, Extensions, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Repository } from '../../domain/catalogue.js';
import type { DeletionStep, StepState } from '../../domain/deletion.js';
import type { Job, JobKind } from '../../domain/job.js';
import type { Registry } from '../../domain/registry.js';
import type { Context } from '../context.js';
import { DeletionStepConnection, DeletionStepType, StepStateEnum } from '../types/deletion.js';
import {
  ApproveDeletionInput,
  ApproveDeletionPayload,
  CancelJobInput,
  CancelJobPayload,
  JobKindEnum,
  JobType,
  RejectDeletionInput,
  RejectDeletionPayload,
} from '../types/job.js';
import { type Connection, PageArgs, readPage, toConnection } from '../types/page.js';
import { RegistryType } from '../types/registry.js';
import { RepositoryType } from '../types/repository.js';
import { answer } from './mutation.js';

@Resolver(() => JobType)
export class JobResolver {
  @FieldResolver(() => RegistryType, { description: 'The registry it is about.' })
  registry(@Root() { registryId }: Job, @Ctx() { request }: Context): Promise<Registry> {
    return request.loaders.registry.load(registryId);
  }

  @FieldResolver(() => JobKindEnum, { description: 'The work it does.' })
  work(@Root() { kind }: Job): JobKind {
    return kind;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'The full name of the repository it is about, which may be gone; null: the whole registry.',
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
    description: 'Of a deletion: its pieces, in the order they are done, and what came of each.',
  })
  async steps(
    @Root() job: Job,
    @Args() args: PageArgs,
    @Ctx() context: Context,
    @Arg('state', () => StepStateEnum, { nullable: true, description: 'Only those that are this far.' })
    state?: StepState | null,
  ): Promise<Connection<DeletionStep>> {
    return toConnection(
      await context.deleting.deletions.listSteps(context.request, job, state ?? null, readPage(args, context)),
    );
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
      'it as `deleteTags` does.',
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
      'Cancels a deletion that waits for a second person, for whoever may delete there. Nothing of it was done.',
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
      'stays as it is.',
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

@Resolver(() => DeletionStepType)
export class DeletionStepResolver {
  @FieldResolver()
  code(@Root() { error }: DeletionStep): DeletionStepType['code'] {
    return error?.code ?? null;
  }

  @FieldResolver()
  message(@Root() { error }: DeletionStep): string | null {
    return error?.message ?? null;
  }
}
