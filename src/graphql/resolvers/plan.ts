import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { listPlanBlockers } from '../../catalogue/delete/blockers.js';
import type { SealedPlan } from '../../catalogue/delete/plan.js';
import type { Referrer, Tag } from '../../domain/catalogue.js';
import type { DeletionBlocker } from '../../domain/deletion.js';
import type { Digest } from '../../domain/digest.js';
import type { Context } from '../context.js';
import { DigestScalar } from '../scalars.js';
import { DeletionBlockerType } from '../types/blocker.js';
import { DeletionPlanType } from '../types/deletion.js';
import { ReferrerType } from '../types/image.js';
import { TagType } from '../types/tag.js';
import { readPage } from './page.js';

const firstOptions = { defaultValue: 100, description: 'How many at the most: 1 to 100.' };

@Resolver(() => DeletionPlanType)
export class DeletionPlanResolver {
  @FieldResolver(() => [TagType], { description: 'The tags that go, by name.' })
  tags(
    @Root() plan: SealedPlan,
    @Arg('first', () => Int, firstOptions) first: number,
    @Ctx() context: Context,
  ): readonly Tag[] {
    return plan.tags.slice(0, readPage({ first }, context).first);
  }

  @FieldResolver(() => [DeletionBlockerType], {
    description: 'Why the plan cannot be executed now; empty when it can.',
  })
  deletionBlockers(@Root() plan: SealedPlan): DeletionBlocker[] {
    return listPlanBlockers(plan);
  }

  @FieldResolver(() => Int, { description: 'How many tags go.' })
  tagCount(@Root() { tags }: SealedPlan): number {
    return tags.length;
  }

  @FieldResolver(() => [TagType], {
    description:
      'Of the tags that go, those that were not asked for. Only `withSiblings` has them, and only a ' +
      '`planToken` executes it.',
  })
  alsoRemovedTags(
    @Root() plan: SealedPlan,
    @Arg('first', () => Int, firstOptions) first: number,
    @Ctx() context: Context,
  ): readonly Tag[] {
    return plan.alsoRemovedTags.slice(0, readPage({ first }, context).first);
  }

  @FieldResolver(() => [TagType], {
    description:
      'Of the tags that go, those whose image stays, because other tags or an index hold it: they are taken ' +
      'off one by one.',
  })
  keepingImage(
    @Root() plan: SealedPlan,
    @Arg('first', () => Int, firstOptions) first: number,
    @Ctx() context: Context,
  ): readonly Tag[] {
    return plan.keepingImage.slice(0, readPage({ first }, context).first);
  }

  @FieldResolver(() => [DigestScalar], {
    description:
      'The distinct manifests that go: those of tags that nothing else holds, then children of their indexes.',
  })
  manifests(
    @Root() plan: SealedPlan,
    @Arg('first', () => Int, firstOptions) first: number,
    @Ctx() context: Context,
  ): readonly Digest[] {
    return plan.manifests.slice(0, readPage({ first }, context).first);
  }

  @FieldResolver(() => Int, { description: 'How many manifests go.' })
  manifestCount(@Root() { manifests }: SealedPlan): number {
    return manifests.length;
  }

  @FieldResolver(() => [ReferrerType], {
    description:
      'Signatures, attestations and the like that are about images that go, and would stay without them. Looked ' +
      'for at a hundred images.',
  })
  orphanedReferrers(
    @Root() plan: SealedPlan,
    @Arg('first', () => Int, firstOptions) first: number,
    @Ctx() context: Context,
  ): readonly Referrer[] {
    return plan.orphanedReferrers.slice(0, readPage({ first }, context).first);
  }
}
