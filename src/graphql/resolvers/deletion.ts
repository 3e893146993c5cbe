import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { assertPossible, type Deletion, deletionPatience, executeDeletion } from '../../catalogue/delete/deletetags.js';
import { assertPlanned, type DeletionPlan, sealPlan } from '../../catalogue/delete/plan.js';
import { planDeletion, wholeRepository } from '../../catalogue/delete/planner.js';
import type { Source } from '../../catalogue/sync/reading.js';
import { findRegistry } from '../../catalogue/browse/registries.js';
import { findRepository } from '../../catalogue/browse/repositories.js';
import type { MutationContext } from '../../catalogue/audit.js';
import type { Session } from '../../catalogue/session.js';
import type { JobKind } from '../../domain/job.js';
import { GatewayError } from '../../errors.js';
import type { Context } from '../context.js';
import { encodeNodeId } from '../nodeid.js';
import { DeleteRepositoryPayload, DeleteTagsPayload, type SealedPlan } from '../types/deletion.js';
import { DeleteRepositoryInput, DeleteTagsInput } from '../types/input.js';
import { toUserError, type UserError } from '../types/usererror.js';
import { answer } from './mutation.js';

@Resolver()
export class DeletionResolver {
  @Mutation(() => DeleteRepositoryPayload, {
    description:
      'Deletes every tag and image of a repository. The registry gives the space back when its garbage ' +
      'collection runs.',
  })
  deleteRepository(
    @Arg('input', { description: 'Which.' }) input: DeleteRepositoryInput,
    @Ctx() context: Context,
  ): Promise<DeleteRepositoryPayload> {
    const attempt = {
      action: 'deleteRepository',
      registry: input.registry,
      repository: input.name,
      isDryRun: input.dryRun,
    };
    return answer(context, attempt, async (session) => {
      const source = await findSource(context, input.registry, input.name);
      const plan = await planDeletion(session, source, wholeRepository);
      const { job, ...result } = await dryRunOrDelete(session, plan, 'DELETE_REPOSITORY', input);
      const { registry, repository } = source;
      const isDeleted = job?.state === 'SUCCEEDED';
      return {
        ...result,
        job,
        registry,
        deletedRepositoryId: isDeleted
          ? encodeNodeId({ type: 'Repository', registryId: registry.id, name: repository.name })
          : null,
      };
    });
  }

  @Mutation(() => DeleteTagsPayload, {
    description:
      'Deletes these tags and no others: other tags on the same image stay, and so does the image. Where the ' +
      'registry deletes by digest only, a placeholder takes the tag and goes with it.',
  })
  deleteTags(
    @Arg('input', { description: 'Which.' }) input: DeleteTagsInput,
    @Ctx() context: Context,
  ): Promise<DeleteTagsPayload> {
    const { registry: place, repository: name, tags, dryRun: isDryRun } = input;
    return answer(
      context,
      { action: 'deleteTags', registry: place, repository: name, tags, isDryRun },
      async (session) => {
        const source = await findSource(context, input.registry, input.repository);
        const { registry, repository } = source;
        const plan = await planDeletion(session, source, { names: input.tags, withSiblings: input.withSiblings });
        const { gone = [], ...result } = await dryRunOrDelete(session, plan, 'DELETE_TAGS', input);
        const deletedTagIds = gone.map((name) =>
          encodeNodeId({ type: 'Tag', registryId: registry.id, repository: repository.name, name }),
        );
        return { ...result, repository: await findRepository(session, registry, repository.name), deletedTagIds };
      },
    ).then((payload) => ({ ...payload, deletedTagIds: payload.deletedTagIds ?? [] }));
  }
}

export async function findSource({ session }: Context, registryName: string, name: string): Promise<Source> {
  const registry = await findRegistry(session, registryName);
  return { registry, repository: await findRepository(session, registry, name) };
}

type Result = Partial<Pick<Deletion, 'job' | 'gone'>> & {
  readonly plan?: SealedPlan;
  readonly userErrors?: UserError[];
};

/** The plan instead of its execution after a dry run, and when it is no longer what the token stands for. */
export async function dryRunOrDelete(
  session: MutationContext,
  plan: DeletionPlan,
  kind: JobKind,
  { dryRun, planToken, wait }: Pick<DeleteTagsInput, 'dryRun' | 'planToken' | 'wait'>,
): Promise<Result> {
  if (dryRun) return { plan: show(session, plan), ...foresee(session, plan) };
  // An empty token is one that got lost on its way here, and no wish to do without.
  const isPlanned = planToken != null;
  try {
    if (isPlanned) assertPlanned(session, plan, planToken);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'CHANGED_SINCE_PLAN') throw error;
    return { plan: show(session, plan), userErrors: [toUserError(error)!] };
  }
  const patience = wait ? deletionPatience : 0;
  const { failure, ...deletion } = await executeDeletion(session, plan, kind, { patience, isPlanned });
  return { ...deletion, ...(failure && { userErrors: [toUserError(failure)!] }) };
}

/** What the execution would be refused with. */
function foresee(session: Session, plan: DeletionPlan): Pick<Result, 'userErrors'> {
  try {
    assertPossible(session, plan);
    return {};
  } catch (error) {
    const userError = toUserError(error);
    if (!userError) throw error;
    return { userErrors: [userError] };
  }
}

export function show(session: Session, plan: DeletionPlan): SealedPlan {
  return { ...plan, ...sealPlan(session, plan) };
}
