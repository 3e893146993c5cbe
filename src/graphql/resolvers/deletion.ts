import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { deleteRepository, planDeletion } from '../../catalogue/deletion.js';
import { assertPlanned, type DeletionPlan, sealPlan } from '../../catalogue/plan.js';
import type { Source } from '../../catalogue/reading.js';
import { findRegistry } from '../../catalogue/registries.js';
import { findRepository } from '../../catalogue/repositories.js';
import { deleteTags, planTagDeletion } from '../../catalogue/tagdeletion.js';
import { GatewayError } from '../../errors.js';
import type { Context } from '../context.js';
import { encodeNodeId } from '../nodeid.js';
import { DeleteRepositoryInput, DeleteTagsInput } from '../types/input.js';
import { DeleteRepositoryPayload, DeleteTagsPayload, type DeletionPlanType } from '../types/payload.js';
import { toUserError } from '../types/usererror.js';
import { answer } from './mutation.js';

@Resolver()
export class DeletionResolver {
  @Mutation(() => DeleteRepositoryPayload, {
    description: 'Deletes every tag and image of a repository. The registry gives the space back when its garbage collection runs.',
  })
  deleteRepository(@Arg('input', { description: 'Which.' }) input: DeleteRepositoryInput, @Ctx() context: Context): Promise<DeleteRepositoryPayload> {
    return answer(context, async () => {
      const source = await findSource(context, input.registry, input.name);
      const { registry, repository } = source;
      const plan = await planDeletion(context.session, source);
      const refused = await refuse(context, source, plan, input);
      if (refused) return { registry, ...refused };
      await deleteRepository(context.session, source, plan);
      return { registry, deletedRepositoryId: encodeNodeId({ type: 'Repository', registryId: registry.id, name: repository.name }) };
    });
  }

  @Mutation(() => DeleteTagsPayload, {
    description: 'Deletes these tags and no others: other tags on the same image stay, and so does the image. Where the registry deletes by digest only, a placeholder takes the tag and goes with it.',
  })
  deleteTags(@Arg('input', { description: 'Which.' }) input: DeleteTagsInput, @Ctx() context: Context): Promise<DeleteTagsPayload> {
    return answer(context, async () => {
      const { session } = context;
      const source = await findSource(context, input.registry, input.repository);
      const { registry, repository } = source;
      const plan = await planTagDeletion(session, source, input.tags);
      const refused = await refuse(context, source, plan, input);
      if (refused) return { repository, deletedTagIds: [], ...refused };
      await deleteTags(session, source, plan);
      const deletedTagIds = plan.tags.map(({ name }) => encodeNodeId({ type: 'Tag', registryId: registry.id, repository: repository.name, name }));
      return { repository: await findRepository(session, registry, repository.name), deletedTagIds };
    }).then((payload) => ({ ...payload, deletedTagIds: payload.deletedTagIds ?? [] }));
  }
}

async function findSource({ session }: Context, registryName: string, name: string): Promise<Source> {
  const registry = await findRegistry(session, registryName);
  return { registry, repository: await findRepository(session, registry, name) };
}

/** The plan instead of its execution: after a dry run, or when it is no longer what the token stands for. null: execute. */
async function refuse(
  { session }: Context,
  source: Source,
  plan: DeletionPlan,
  { dryRun, planToken }: Pick<DeleteTagsInput, 'dryRun' | 'planToken'>,
): Promise<{ plan: DeletionPlanType; userErrors?: NonNullable<ReturnType<typeof toUserError>>[] } | null> {
  const shown = { tags: plan.tags, manifests: [...plan.digests, ...plan.childDigests], keepingImage: plan.singly, ...sealPlan(session, source, plan) };
  if (dryRun) return { plan: shown };
  if (!planToken) return null;
  try {
    assertPlanned(session, source, plan, planToken);
    return null;
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'CHANGED_SINCE_PLAN') throw error;
    return { plan: shown, userErrors: [toUserError(error)!] };
  }
}
