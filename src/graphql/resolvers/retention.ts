import { Arg, Ctx, Extensions, FieldResolver, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { KeptTag } from '../../catalogue/retain/rules.js';
import type { Registry } from '../../domain/registry.js';
import { badInput } from '../../errors.js';
import type { Context } from '../context.js';
import { readPage } from '../types/page.js';
import { RegistryType, SetProtectionPayload } from '../types/registry.js';
import { SetProtectionInput } from '../types/registryinput.js';
import {
  ApplyRetentionInput,
  ApplyRetentionPayload,
  KeptTagType,
  RetentionPreviewType,
  RetentionRuleInput,
  RetentionType,
  SetRetentionInput,
  SetRetentionPayload,
  type ShownRetention,
} from '../types/retention.js';
import { findRepositorySource, showDeletion } from './deletion.js';
import { answer } from './mutation.js';

/** A preview reads a repository whole: an operation may have few of them. */
const costOfPreview = 1000;

@Resolver(() => RegistryType)
export class RegistryRetentionResolver {
  @FieldResolver(() => RetentionType, {
    description: 'Which of its tags may be deleted by themselves: an admin says so with `setRetention`.',
  })
  async retention(@Root() { id }: Registry, @Ctx() { request }: Context): Promise<RetentionType> {
    const { rules, interval, ranAt } = (await request.loaders.registryState.load(id)).retention;
    return { rules, intervalHours: interval, lastRunAt: ranAt };
  }
}

@Resolver(() => RetentionPreviewType)
export class RetentionResolver {
  @FieldResolver(() => [KeptTagType], { description: 'The tags that stay, by name.' })
  kept(
    @Root() { kept }: ShownRetention,
    @Arg('first', () => Int, { defaultValue: 100, description: 'How many at the most: 1 to 100.' }) first: number,
    @Ctx() context: Context,
  ): readonly KeptTag[] {
    return kept.slice(0, readPage({ first }, context).first);
  }

  @FieldResolver(() => Int, { description: 'How many tags stay.' })
  keptCount(@Root() { kept }: ShownRetention): number {
    return kept.length;
  }

  @Extensions({ volatile: true })
  @Extensions({ cost: { points: costOfPreview } })
  @Query(() => RetentionPreviewType, {
    nullable: true,
    description:
      'The tags and images that retention would delete in a repository now, as the registry has it. Changes nothing. ' +
      'Needs the right to delete.',
  })
  async retentionPreview(
    @Arg('registry', { description: "The registry's name, or its UUID." }) registry: string,
    @Arg('repository', { description: "The repository's full name." }) name: string,
    @Ctx() context: Context,
    @Arg('rules', () => [RetentionRuleInput], {
      nullable: true,
      description: "Rules to try; the registry's own when left out.",
    })
    rules?: RetentionRuleInput[] | null,
  ): Promise<ShownRetention> {
    const source = await findRepositorySource(context, registry, name);
    const { kept, plan } = await context.retaining.rules.preview(context.request, source, rules ?? null);
    return { repository: source.repository, kept, plan: plan && context.deleting.deletions.seal(plan) };
  }

  @Mutation(() => SetRetentionPayload, {
    description:
      'Says which tags of a registry may be deleted by themselves, and how often that is done: never, at ' +
      'first. For admins.',
  })
  setRetention(
    @Arg('input', { description: 'The registry, its rules, and how often they are applied.' })
    { registry, rules, intervalHours: interval }: SetRetentionInput,
    @Ctx() context: Context,
  ): Promise<SetRetentionPayload> {
    return answer(context, { action: 'setRetention', registry }, async (request) => ({
      registry: await context.retaining.rules.set(request, registry, { rules, interval }),
    }));
  }

  @Mutation(() => ApplyRetentionPayload, {
    description:
      'Begins to delete what the rules of retention let go, and answers at once: see the job. Try the rules with ' +
      '`retentionPreview` first.',
  })
  applyRetention(
    @Arg('input', { description: 'The registry, and a repository if only that one is meant.' })
    input: ApplyRetentionInput,
    @Ctx() context: Context,
  ): Promise<ApplyRetentionPayload> {
    const planToken = input.planToken ?? null;
    return answer(
      context,
      { action: 'applyRetention', registry: input.registry, repository: input.repository ?? undefined },
      async (request) => {
        if (input.repository == null) {
          if (planToken !== null)
            throw badInput('"planToken" is of one repository: name it in "repository".', 'input', 'planToken');
          return {
            job: await context.retaining.runs.beginFor(
              request,
              await context.browsing.registries.find(request, input.registry),
            ),
          };
        }
        const plan = await context.retaining.rules.planByRules(
          request,
          await findRepositorySource(context, input.registry, input.repository),
          planToken,
        );
        if (!plan) return {};
        const options = { dryRun: false, planToken, wait: false };
        return showDeletion(
          context,
          await context.deleting.deletions.dryRunOrExecute(request, plan, 'RETENTION', options),
        );
      },
    );
  }
}

@Resolver()
export class ProtectionResolver {
  @Mutation(() => SetProtectionPayload, {
    description: 'Says what may not be deleted in a registry, by whomever. For admins.',
  })
  setProtection(
    @Arg('input', { description: 'The registry and its rules.' }) { registry, ...changes }: SetProtectionInput,
    @Ctx() context: Context,
  ): Promise<SetProtectionPayload> {
    return answer(context, { action: 'setProtection', registry }, async (request) => ({
      registry: await context.managing.protection.set(request, registry, changes),
    }));
  }
}
