import { Arg, Ctx, Extensions, FieldResolver, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { SealedRetention } from '../../catalogue/retain/registryplan.js';
import { type GoingRepository, listGoing } from '../../catalogue/retain/registrypreview.js';
import type { MutationContext } from '../../catalogue/audit.js';
import type { Tag } from '../../domain/catalogue.js';
import type { Context } from '../context.js';
import { firstOptions, takeFirst } from '../types/page.js';
import {
  ApplyRetentionInput,
  ApplyRetentionPayload,
  GoingRepositoryType,
  RegistryRetentionPreviewType,
  RetentionRuleInput,
} from '../types/retention.js';
import { TagType } from '../types/tag.js';
import { showDeletion } from './deletion.js';
import { answer, showRefusal } from './mutation.js';
import { costOfPreview } from './retention.js';
import { describeTarget, findRegistry, findRepositorySource, readPlaceTarget } from './target.js';

@Resolver(() => GoingRepositoryType)
export class GoingRepositoryResolver {
  @FieldResolver(() => [TagType], { description: 'The tags that go, by name.' })
  going(
    @Root() { going }: GoingRepository,
    @Arg('first', () => Int, firstOptions) first: number,
    @Ctx() context: Context,
  ): readonly Tag[] {
    return takeFirst(going, first, context);
  }

  @FieldResolver(() => Int, { description: 'How many of its tags go.' })
  goingTagCount(@Root() { going }: GoingRepository): number {
    return going.length;
  }
}

@Resolver(() => RegistryRetentionPreviewType)
export class RegistryRetentionPreviewResolver {
  @FieldResolver(() => [GoingRepositoryType], {
    description: 'The repositories from which tags go, the one with the most of them first.',
  })
  repositories(
    @Root() { repositories }: SealedRetention,
    @Arg('first', () => Int, firstOptions) first: number,
    @Ctx() context: Context,
  ): readonly GoingRepository[] {
    return takeFirst(repositories, first, context);
  }

  @FieldResolver(() => Int, { description: 'From how many repositories tags go.' })
  repositoryCount(@Root() { repositories }: SealedRetention): number {
    return repositories.length;
  }

  @FieldResolver(() => Int, { description: 'How many repositories a rule is about.' })
  ruledRepositoryCount(@Root() { ruledCount }: SealedRetention): number {
    return ruledCount;
  }

  @FieldResolver(() => Int, {
    description: 'Of these, how many were never read whole: more may go from them than is shown.',
  })
  unreadRepositoryCount(@Root() { unreadCount }: SealedRetention): number {
    return unreadCount;
  }

  @Extensions({ volatile: true, cost: { points: costOfPreview } })
  @Query(() => RegistryRetentionPreviewType, {
    nullable: true,
    description:
      'The tags that retention would delete in a registry, by the index, and so as old as that: see `confirmedAt`. ' +
      'Changes nothing, and asks the registry nothing. Needs the right to delete in the whole registry.',
  })
  async registryRetentionPreview(
    @Arg('registry', { description: "The registry's name, or its UUID." }) registry: string,
    @Ctx() context: Context,
    @Arg('rules', () => [RetentionRuleInput], {
      nullable: true,
      description: "Rules to try, 20 at the most; the registry's own when left out.",
    })
    rules?: RetentionRuleInput[] | null,
  ): Promise<SealedRetention> {
    const found = await findRegistry(context, { registry: { name: registry } });
    return context.retaining.registries.preview(context.request, found, rules ?? null);
  }

  @Mutation(() => ApplyRetentionPayload, {
    description:
      'Begins to delete what the rules of retention let go, and answers at once: see the job. Try the rules with ' +
      '`retentionPreview` or `registryRetentionPreview` first.',
  })
  applyRetention(
    @Arg('input', { description: 'The registry, and a repository if only that one is meant.' })
    input: ApplyRetentionInput,
    @Ctx() context: Context,
  ): Promise<ApplyRetentionPayload> {
    const attempt = { action: 'applyRetention', ...describeTarget(input), isDryRun: input.dryRun };
    return answer(context, attempt, (request) => apply(context, request, input));
  }
}

async function apply(
  context: Context,
  request: MutationContext,
  { dryRun, ...input }: ApplyRetentionInput,
): Promise<Partial<ApplyRetentionPayload>> {
  const planToken = input.planToken ?? null;
  const { registry, repository } = readPlaceTarget(input);
  const { rules, registries, runs } = context.retaining;
  if (repository !== null) {
    const source = await findRepositorySource(context, { registry, repository });
    const plan = await rules.planByRules(request, source, planToken);
    if (!plan) return {};
    const options = { dryRun, planToken, wait: false };
    const deletion = await context.deleting.deletions.dryRunOrExecute(request, plan, 'RETENTION', options);
    return showDeletion(context, deletion);
  }
  const found = await findRegistry(context, { registry });
  if (!dryRun && planToken === null) return { job: await runs.beginFor(request, found) };
  const { preview, refusal } = await registries.plan(request, found, planToken);
  if (refusal) return { preview, userErrors: showRefusal(context, refusal) };
  if (dryRun) return { preview };
  if (preview.goingTagCount === 0) return {};
  return { job: await runs.beginFor(request, found, listGoing(preview)) };
}
