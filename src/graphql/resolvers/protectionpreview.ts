import { Arg, Ctx, Extensions, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import type { ProtectedRepository, ProtectionPreview } from '../../catalogue/retain/protectionpreview.js';
import type { Tag } from '../../domain/catalogue.js';
import type { Context } from '../context.js';
import { firstOptions, takeFirst } from '../types/page.js';
import { ProtectionRuleInput } from '../types/protectioninput.js';
import { ProtectedRepositoryType, ProtectionPreviewType } from '../types/protectionpreview.js';
import { TagType } from '../types/tag.js';
import { costOfPreview } from './retention.js';
import { findRegistry } from './target.js';

@Resolver(() => ProtectedRepositoryType)
export class ProtectedRepositoryResolver {
  @FieldResolver(() => [TagType], { description: 'The tags that the rules protect, by name.' })
  tags(
    @Root() { tags }: ProtectedRepository,
    @Arg('first', () => Int, firstOptions) first: number,
    @Ctx() context: Context,
  ): readonly Tag[] {
    return takeFirst(tags, first, context);
  }
}

@Resolver(() => ProtectionPreviewType)
export class ProtectionPreviewResolver {
  @FieldResolver(() => [ProtectedRepositoryType], {
    description:
      'The repositories of which tags are protected, or would be no longer, those with the most of them first.',
  })
  repositories(
    @Root() { repositories }: ProtectionPreview,
    @Arg('first', () => Int, firstOptions) first: number,
    @Ctx() context: Context,
  ): readonly ProtectedRepository[] {
    return takeFirst(repositories, first, context);
  }

  @FieldResolver(() => Int, {
    description:
      'Of the repositories that a rule names, how many were never read whole: more may be protected than is shown.',
  })
  unreadRepositoryCount(@Root() { unreadCount }: ProtectionPreview): number {
    return unreadCount;
  }

  @Extensions({ volatile: true, cost: { points: costOfPreview } })
  @Query(() => ProtectionPreviewType, {
    nullable: true,
    description:
      'The tags that rules of `setProtection` would keep from being deleted in a registry, by the index, and so as ' +
      'old as that: see `confirmedAt`. Changes nothing, and asks the registry nothing. For who may set them.',
  })
  async protectionPreview(
    @Arg('registry', { description: "The registry's name, or its UUID." }) registry: string,
    @Ctx() context: Context,
    @Arg('rules', () => [ProtectionRuleInput], {
      nullable: true,
      description: "Rules to try, 100 at the most; the registry's own when left out.",
    })
    rules?: ProtectionRuleInput[] | null,
  ): Promise<ProtectionPreview> {
    const found = await findRegistry(context, { registry: { name: registry } });
    return context.retaining.protection.preview(context.request, found, rules ?? null);
  }
}
