import { Args, Ctx, Extensions, FieldResolver, Resolver, Root } from 'type-graphql';
import type { ReferrerContent } from '../../catalogue/browse/referrercontents.js';
import type { Sbom, SbomPackage, InTotoStatement, StatementSubject } from '../../domain/attestation.js';
import type { Image, Referrer } from '../../domain/catalogue.js';
import { assertParts } from '../../domain/page.js';
import type { Context } from '../context.js';
import { ImageType, ReferrerType } from '../types/image.js';
import { PartsArgs, readParts } from '../types/page.js';
import {
  ReferrerContentArgs,
  ReferrerContentType,
  SbomPackageType,
  SbomType,
  StatementSubjectType,
  StatementType,
} from '../types/referrercontent.js';

/** Blobs of one referrer that are read at the most. */
const maxBlobs = 20;

@Resolver(() => ReferrerType)
export class ReferrerContentResolver {
  @FieldResolver(() => ImageType, {
    nullable: true,
    description: 'The same as an image of the index; null where only a registry tells of it.',
  })
  image(@Root() { imageKey }: Referrer, @Ctx() { request }: Context): Promise<Image> | null {
    return imageKey === null ? null : request.loaders.image.load(imageKey);
  }

  @Extensions({ volatile: true, cost: { points: 20 } })
  @FieldResolver(() => [ReferrerContentType], {
    nullable: true,
    description:
      'The statements, SBOMs and signatures that it holds, blob by blob, each up to 8 MiB. They are read from a ' +
      'registry as `Platform.config` is, and nothing of them is checked but their digests. null with an error where ' +
      'its manifest cannot be had; a blob that cannot be read says so in its `problem`.',
  })
  contents(
    @Root() referrer: Referrer,
    @Args() { first }: ReferrerContentArgs,
    @Ctx() { request, browsing }: Context,
  ): Promise<ReferrerContent[]> {
    assertParts(first, maxBlobs);
    return browsing.referrerContents.list(request, referrer, first);
  }
}

@Resolver(() => StatementType)
export class StatementResolver {
  @Extensions({ cost: { fill: 0.002 } })
  @FieldResolver(() => [StatementSubjectType], { description: 'The things that it is about, the first 1,000.' })
  subjects(
    @Root() { subjects }: InTotoStatement,
    @Args() args: PartsArgs,
    @Ctx() context: Context,
  ): readonly StatementSubject[] {
    return subjects.slice(0, readParts(args, context));
  }
}

@Resolver(() => SbomType)
export class SbomResolver {
  @Extensions({ cost: { fill: 0.2 } })
  @FieldResolver(() => [SbomPackageType], { description: 'Its packages in its order, the first 1,000.' })
  packages(@Root() { packages }: Sbom, @Args() args: PartsArgs, @Ctx() context: Context): readonly SbomPackage[] {
    return packages.slice(0, readParts(args, context));
  }
}
