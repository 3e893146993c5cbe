import { Arg, Ctx, Extensions, FieldResolver, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { KeptTag } from '../../catalogue/retain/rules.js';
import type { Registry } from '../../domain/registry.js';
import type { Context } from '../context.js';
import { firstOptions, takeFirst } from '../types/page.js';
import { RegistryType, SetProtectionPayload } from '../types/registry.js';
import { SetProtectionInput } from '../types/protectioninput.js';
import {
  KeptTagType,
  RetentionPreviewType,
  RetentionRuleInput,
  RetentionType,
  SetRetentionInput,
  SetRetentionPayload,
  type ShownRetention,
} from '../types/retention.js';
import { answer } from './mutation.js';
import { describeTarget, findRegistry, findRepositorySource, readRegistryTarget } from './target.js';

/** A preview reads a repository whole, or the index of a registry: an operation may have few of them. */
export const costOfPreview = 1000;

@Resolver(() => RegistryType)
export class RegistryRetentionResolver {
  @FieldResolver(() => RetentionType, {
    description: 'Which of its tags may be deleted by themselves: an admin says so with `setRetention`.',
  })
  async retention(@Root() { id }: Registry, @Ctx() { request, retaining }: Context): Promise<RetentionType> {
    const { rules, interval, ranAt } = await retaining.rules.show(request, id);
    return { rules: [...rules], intervalHours: interval, lastRunAt: ranAt };
  }
}

@Resolver(() => RetentionPreviewType)
export class RetentionResolver {
  @FieldResolver(() => [KeptTagType], { description: 'The tags that stay, by name.' })
  kept(
    @Root() { kept }: ShownRetention,
    @Arg('first', () => Int, firstOptions) first: number,
    @Ctx() context: Context,
  ): readonly KeptTag[] {
    return takeFirst(kept, first, context);
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
    @Arg('repository', { description: "The repository's full name." }) repository: string,
    @Ctx() context: Context,
    @Arg('rules', () => [RetentionRuleInput], {
      nullable: true,
      description: "Rules to try; the registry's own when left out.",
    })
    rules?: RetentionRuleInput[] | null,
  ): Promise<ShownRetention> {
    const source = await findRepositorySource(context, { registry: { name: registry }, repository });
    const { kept, plan } = await context.retaining.rules.preview(context.request, source, rules ?? null);
    return { repository: source.repository, kept, plan: plan && context.deleting.deletions.seal(plan) };
  }

  @Mutation(() => SetRetentionPayload, {
    description:
      'Says which tags of a registry may be deleted by themselves, and how often that is done: never, at ' +
      'first. For admins.',
  })
  setRetention(
    @Arg('input', { description: 'The registry, its rules, and how often they are applied.' }) input: SetRetentionInput,
    @Ctx() context: Context,
  ): Promise<SetRetentionPayload> {
    const { rules, intervalHours: interval } = input;
    return answer(context, { action: 'setRetention', ...describeTarget(input) }, async (request) => {
      const { id } = await findRegistry(context, readRegistryTarget(input));
      return { registry: await context.retaining.rules.set(request, id, { rules, interval }) };
    });
  }
}

@Resolver()
export class ProtectionResolver {
  @Mutation(() => SetProtectionPayload, {
    description: 'Says what may not be deleted in a registry, by whomever. For admins.',
  })
  setProtection(
    @Arg('input', { description: 'The registry and its rules.' }) { id, registry, ...changes }: SetProtectionInput,
    @Ctx() context: Context,
  ): Promise<SetProtectionPayload> {
    const attempt = { action: 'setProtection', ...describeTarget({ id, registry }) };
    return answer(context, attempt, async (request) => {
      const found = await findRegistry(context, readRegistryTarget({ id, registry }));
      return { registry: await context.managing.protection.set(request, found.id, changes) };
    });
  }
}
