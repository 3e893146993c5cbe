import { Arg, Ctx, Extensions, Mutation, Resolver } from 'type-graphql';
import type { Deletion, DeletionResult } from '../../catalogue/delete/deletetags.js';
import type { SealedPlan } from '../../catalogue/delete/plan.js';
import { type FilterSelection, type TagSelection, wholeRepository } from '../../catalogue/delete/selection.js';
import { badInput } from '../../errors.js';
import type { Context } from '../context.js';
import { encodeNodeId } from '../nodeid.js';
import {
  DeleteRepositoryInput,
  DeleteRepositoryPayload,
  DeleteTagsInput,
  DeleteTagsPayload,
} from '../types/deletion.js';
import type { UserError } from '../types/errors.js';
import { answer, showRefusal } from './mutation.js';
import { tagFilterPoints } from './repository.js';
import {
  describeTarget,
  findIndexedSource,
  readRepositoryTarget,
  readTagsTarget,
  type RepositoryTarget,
} from './target.js';

@Resolver()
export class DeletionResolver {
  @Mutation(() => DeleteRepositoryPayload, {
    description:
      'Deletes every tag and image of a repository. The registry gives the space back when its garbage ' +
      'collection runs.',
  })
  deleteRepository(
    @Arg('input', { description: 'The repository to delete.' }) input: DeleteRepositoryInput,
    @Ctx() context: Context,
  ): Promise<DeleteRepositoryPayload> {
    const { id, registry } = input;
    const target = { id, registry, repository: input.repository ?? input.name };
    const attempt = { action: 'deleteRepository', ...describeTarget(target), isDryRun: input.dryRun };
    const { planner, deletions } = context.deleting;
    return answer(context, attempt, async (request) => {
      if (input.repository != null && input.name != null)
        throw badInput('"name" is the old name of "repository": give "repository" alone.', 'input', 'name');
      const source = await findIndexedSource(context, readRepositoryTarget(target));
      const plan = await planner.plan(request, source, wholeRepository);
      const { job, ...result } = showDeletion(
        context,
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

  @Extensions({ cost: { filters: tagFilterPoints } })
  @Mutation(() => DeleteTagsPayload, {
    description:
      'Deletes these tags and no others: other tags on the same image stay, and so does the image. Where the ' +
      'registry deletes by digest only, a placeholder takes the tag and goes with it.',
  })
  deleteTags(
    @Arg('input', { description: 'The tags to delete.' }) input: DeleteTagsInput,
    @Ctx() context: Context,
  ): Promise<DeleteTagsPayload> {
    const { planner, deletions } = context.deleting;
    return answer(
      context,
      { action: 'deleteTags', ...describeTarget(input), isDryRun: input.dryRun },
      async (request) => {
        const { target, ...selection } = readSelection(input);
        const source = await findIndexedSource(context, target);
        const { registry, repository } = source;
        const plan = await ('filter' in selection
          ? planner.planFiltered(request, source, selection)
          : planner.plan(request, source, selection));
        const { gone = [], ...result } = showDeletion(
          context,
          await deletions.dryRunOrExecute(request, plan, 'DELETE_TAGS', input),
        );
        const deletedTagIds = gone.map((name) =>
          encodeNodeId({ type: 'Tag', registryId: registry.id, repository: repository.name, name }),
        );
        return {
          ...result,
          repository: await context.browsing.repositories.findIndexed(request, registry, repository.name),
          deletedTagIds,
        };
      },
    ).then((payload) => ({ ...payload, deletedTagIds: payload.deletedTagIds ?? [] }));
  }
}

/** Reads which tags are meant, by names or by a filter. Throws BAD_USER_INPUT unless that is said in one way. */
function readSelection(
  input: DeleteTagsInput,
): { readonly target: RepositoryTarget } & (TagSelection | FilterSelection) {
  const { filter, except, withSiblings } = input;
  if (!filter) {
    if (except)
      throw badInput('"except" leaves tags out of those that fit "filter": give that too.', 'input', 'except');
    const target = readTagsTarget(input);
    return { target, names: target.tags, withSiblings };
  }
  const other = (['ids', 'tags'] as const).find((name) => input[name] != null);
  if (other) throw badInput(`"filter" and "${other}" are both given: give either of them.`, 'input', other);
  if (!input.dryRun && input.expectedCount == null)
    throw badInput('"expectedCount" is missing: a dry run says how many tags fit "filter".', 'input', 'expectedCount');
  return { target: readRepositoryTarget(input), filter, except: except ?? [], withSiblings };
}

interface ShownDeletion extends Partial<Pick<Deletion, 'job' | 'gone'>> {
  readonly plan?: SealedPlan;
  readonly userErrors?: UserError[];
}

/** As payloads of deletions have it. Throws a refusal that is no user error. */
export function showDeletion(context: Context, { plan, deletion, refusal }: DeletionResult): ShownDeletion {
  return {
    ...(plan && { plan }),
    ...(deletion && { job: deletion.job, gone: deletion.gone }),
    ...(refusal && { userErrors: showRefusal(context, refusal) }),
  };
}
