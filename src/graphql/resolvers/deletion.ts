import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Deletion, DeletionResult } from '../../catalogue/delete/deletetags.js';
import type { SealedPlan } from '../../catalogue/delete/plan.js';
import { wholeRepository } from '../../catalogue/delete/selection.js';
import type { Source } from '../../catalogue/sync/reading.js';
import type { Context } from '../context.js';
import { encodeNodeId } from '../nodeid.js';
import { DeleteRepositoryPayload, DeleteTagsPayload } from '../types/deletion.js';
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
    const { planner, deletions } = context.deleting;
    return answer(context, attempt, async (request) => {
      const source = await findSource(context, input.registry, input.name);
      const plan = await planner.plan(request, source, wholeRepository);
      const { job, ...result } = showDeletion(
        await deletions.dryRunOrExecute(request, plan, 'DELETE_REPOSITORY', input),
      );
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
    const { planner, deletions } = context.deleting;
    return answer(
      context,
      { action: 'deleteTags', registry: place, repository: name, tags, isDryRun },
      async (request) => {
        const source = await findSource(context, input.registry, input.repository);
        const { registry, repository } = source;
        const plan = await planner.plan(request, source, {
          names: input.tags,
          withSiblings: input.withSiblings,
        });
        const { gone = [], ...result } = showDeletion(
          await deletions.dryRunOrExecute(request, plan, 'DELETE_TAGS', input),
        );
        const deletedTagIds = gone.map((name) =>
          encodeNodeId({ type: 'Tag', registryId: registry.id, repository: repository.name, name }),
        );
        return {
          ...result,
          repository: await context.browsing.repositories.find(request, registry, repository.name),
          deletedTagIds,
        };
      },
    ).then((payload) => ({ ...payload, deletedTagIds: payload.deletedTagIds ?? [] }));
  }
}

export async function findSource({ request, browsing }: Context, registryName: string, name: string): Promise<Source> {
  const registry = await browsing.registries.find(request, registryName);
  return { registry, repository: await browsing.repositories.find(request, registry, name) };
}

interface ShownDeletion extends Partial<Pick<Deletion, 'job' | 'gone'>> {
  readonly plan?: SealedPlan;
  readonly userErrors?: UserError[];
}

/** As payloads of deletions have it. Throws a refusal that is no user error. */
export function showDeletion({ plan, deletion, refusal }: DeletionResult): ShownDeletion {
  const userError = refusal && toUserError(refusal);
  if (refusal && !userError) throw refusal;
  return {
    ...(plan && { plan }),
    ...(deletion && { job: deletion.job, gone: deletion.gone }),
    ...(userError && { userErrors: [userError] }),
  };
}
