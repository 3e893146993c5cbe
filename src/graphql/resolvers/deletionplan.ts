import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { listPlanBlockers } from '../../catalogue/delete/blockers.js';
import type { KeptImage } from '../../catalogue/delete/kept.js';
import type { SealedPlan } from '../../catalogue/delete/plan.js';
import type { Image, Referrer, Tag } from '../../domain/catalogue.js';
import type { DeletionBlocker } from '../../domain/deletion.js';
import type { Digest } from '../../domain/digest.js';
import type { Context } from '../context.js';
import { DigestScalar } from '../scalars.js';
import { DeletionBlockerType } from '../types/deletion.js';
import { DeletionPlanType, KeptImageType } from '../types/deletionplan.js';
import { ImageType, ReferrerType } from '../types/image.js';
import { firstOptions, takeFirst } from '../types/page.js';
import { TagType } from '../types/tag.js';

@Resolver(() => DeletionPlanType)
export class DeletionPlanResolver {
  @FieldResolver(() => [TagType], { description: 'The tags that go, by name.' })
  tags(
    @Root() plan: SealedPlan,
    @Arg('first', () => Int, firstOptions) first: number,
    @Ctx() context: Context,
  ): readonly Tag[] {
    return takeFirst(plan.tags, first, context);
  }

  @FieldResolver(() => [DeletionBlockerType], {
    description: 'Why the plan cannot be executed now; empty when it can.',
  })
  deletionBlockers(@Root() plan: SealedPlan): DeletionBlocker[] {
    return listPlanBlockers(plan);
  }

  @FieldResolver(() => Boolean, {
    description:
      'It would wait for a second person, by the rules of `Registry.approvals` and what the viewer had deleted there ' +
      'within 24 hours.',
  })
  needsApproval(@Root() plan: SealedPlan, @Ctx() { request, deleting }: Context): Promise<boolean> {
    return deleting.deletions.needsApproval(request, plan);
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
    return takeFirst(plan.alsoRemovedTags, first, context);
  }

  @FieldResolver(() => Int, { description: 'How many of the tags that go were not asked for.' })
  alsoRemovedTagCount(@Root() { alsoRemovedTags }: SealedPlan): number {
    return alsoRemovedTags.length;
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
    return takeFirst(plan.keepingImage, first, context);
  }

  @FieldResolver(() => Int, { description: 'How many tags go whose image stays.' })
  keepingImageCount(@Root() { keepingImage }: SealedPlan): number {
    return keepingImage.length;
  }

  @FieldResolver(() => [KeptImageType], {
    description: 'The images of the tags of `keepingImage`, in the order of these, and why each stays.',
  })
  keptImages(
    @Root() plan: SealedPlan,
    @Arg('first', () => Int, firstOptions) first: number,
    @Ctx() context: Context,
  ): readonly KeptImage[] {
    return takeFirst(plan.keptImages, first, context);
  }

  @FieldResolver(() => Int, { description: 'How many images stay of which tags go.' })
  keptImageCount(@Root() { keptImages }: SealedPlan): number {
    return keptImages.length;
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
    return takeFirst(plan.manifests, first, context);
  }

  @FieldResolver(() => Int, { description: 'How many manifests go.' })
  manifestCount(@Root() { manifests }: SealedPlan): number {
    return manifests.length;
  }

  @FieldResolver(() => [ImageType], {
    description: 'The images of `manifests`, in the same order, with their sizes, times and platforms.',
  })
  images(
    @Root() plan: SealedPlan,
    @Arg('first', () => Int, firstOptions) first: number,
    @Ctx() context: Context,
  ): Promise<readonly Image[]> {
    const keys = takeFirst(plan.imageKeys, first, context);
    return Promise.all(keys.map((key) => context.request.loaders.image.load(key)));
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
    return takeFirst(plan.orphanedReferrers, first, context);
  }

  @FieldResolver(() => Int, {
    description: 'How many signatures and the like would stay without their image: see `orphanedReferrers`.',
  })
  orphanedReferrerCount(@Root() { orphanedReferrers }: SealedPlan): number {
    return orphanedReferrers.length;
  }
}

@Resolver(() => KeptImageType)
export class KeptImageResolver {
  @FieldResolver(() => ImageType, {
    nullable: true,
    description: 'The image itself, with its size, times and platforms; null while it could not be read.',
  })
  async image(@Root() { imageKey }: KeptImage, @Ctx() { request }: Context): Promise<Image | null> {
    return imageKey === null ? null : request.loaders.image.load(imageKey);
  }

  @FieldResolver(() => [TagType], { description: 'Those of its tags that go, by name.' })
  tags(
    @Root() kept: KeptImage,
    @Arg('first', () => Int, firstOptions) first: number,
    @Ctx() context: Context,
  ): readonly Tag[] {
    return takeFirst(kept.tags, first, context);
  }

  @FieldResolver(() => Int, { description: 'How many of its tags go.' })
  tagCount(@Root() { tags }: KeptImage): number {
    return tags.length;
  }

  @FieldResolver(() => [TagType], { description: 'Those of its tags that stay, by name.' })
  otherTags(
    @Root() kept: KeptImage,
    @Arg('first', () => Int, firstOptions) first: number,
    @Ctx() context: Context,
  ): readonly Tag[] {
    return takeFirst(kept.otherTags, first, context);
  }

  @FieldResolver(() => Int, { description: 'How many of its tags stay.' })
  otherTagCount(@Root() { otherTags }: KeptImage): number {
    return otherTags.length;
  }

  @FieldResolver(() => [TagType], { description: 'Tags that stay and are on an index that holds it, index by index.' })
  indexTags(
    @Root() kept: KeptImage,
    @Arg('first', () => Int, firstOptions) first: number,
    @Ctx() context: Context,
  ): readonly Tag[] {
    return takeFirst(kept.indexTags, first, context);
  }

  @FieldResolver(() => Int, { description: 'How many tags that stay are on an index that holds it.' })
  indexTagCount(@Root() { indexTags }: KeptImage): number {
    return indexTags.length;
  }
}
