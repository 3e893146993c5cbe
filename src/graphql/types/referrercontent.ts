import { ArgsType, Field, Int, ObjectType } from 'type-graphql';
import type {
  Sbom,
  SbomFormat,
  SbomPackage,
  SignatureClaims,
  InTotoStatement,
  StatementSubject,
} from '../../domain/attestation.js';
import type { Digest } from '../../domain/digest.js';
import type { ErrorCode } from '../../errors.js';
import { createEnumType } from '../enum.js';
import { ByteSize, DateTime, DigestScalar } from '../scalars.js';
import { ErrorCodeEnum } from './errors.js';

@ObjectType('ContentProblem', { description: 'Why nothing of a piece of content could be read.' })
export class ContentProblemType {
  @Field(() => ErrorCodeEnum, { description: 'The stable error code, such as UPSTREAM_TOO_LARGE.' })
  code!: ErrorCode;
  @Field({ description: 'A sentence that says what happened.' })
  message!: string;
}

@ObjectType('StatementSubject', { description: 'One thing that a statement is about.' })
export class StatementSubjectType implements StatementSubject {
  @Field(() => String, { nullable: true, description: 'Its name, often a package URL; null: the statement has none.' })
  name!: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Its digest with the algorithm before it, as the statement has it: `sha256:…`; null: it has none.',
  })
  digest!: string | null;
}

@ObjectType('InTotoStatement', {
  description: 'An in-toto statement: somebody says something about things that digests name. Nobody has checked it.',
})
export class StatementType {
  @Field(() => String, {
    nullable: true,
    description: 'A URI that says of which kind it is: `https://slsa.dev/provenance/v1`; null: it does not say.',
  })
  predicateType!: string | null;
  @Field(() => Int, { description: 'How many things it is about.' })
  subjectCount!: number;
  @Field(() => String, { nullable: true, description: 'Of SLSA provenance: who built it, as a URI; null: not said.' })
  builderId!: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Of SLSA provenance: how it was built, as a URI; null: not said.',
  })
  buildType!: string | null;
}

export const SbomFormatEnum = createEnumType<SbomFormat>('SbomFormat', 'A format of software bills of materials.', {
  SPDX: 'SPDX 2, as JSON.',
  CYCLONEDX: 'CycloneDX, as JSON.',
});

@ObjectType('SbomPackage', { description: 'One package of an SBOM.' })
export class SbomPackageType implements SbomPackage {
  @Field(() => String, { nullable: true, description: 'Its name; null: the SBOM does not say.' })
  name!: string | null;
  @Field(() => String, { nullable: true, description: 'Its version; null: the SBOM does not say.' })
  version!: string | null;
  @Field(() => String, { nullable: true, description: 'Its licence, mostly as SPDX writes it; null: not said.' })
  licence!: string | null;
  @Field(() => String, { nullable: true, description: 'Its package URL: `pkg:deb/debian/curl@8`; null: not said.' })
  purl!: string | null;
}

@ObjectType('Sbom', { description: 'A software bill of materials: the packages that somebody found in an image.' })
export class SbomType {
  @Field(() => SbomFormatEnum, { description: 'The format that it is written in.' })
  format!: SbomFormat;
  @Field(() => String, { nullable: true, description: 'The version of the format: `2.3`; null: it does not say.' })
  version!: string | null;
  @Field(() => String, { nullable: true, description: 'The name of what it is of; null: it does not say.' })
  name!: string | null;
  @Field(() => DateTime, { nullable: true, description: 'When it was made, as it says; null: it does not say.' })
  createdAt!: Date | null;
  @Field(() => [String], { description: 'The tools that made it, the first 20: `syft-1.0`.' })
  tools!: readonly string[];
  @Field(() => Int, { description: 'How many packages it lists.' })
  packageCount!: number;
}

@ObjectType('SignatureClaims', {
  description:
    'A signature, as far as it can be read. The gateway checks no signature: anybody who may push can write one that ' +
    'says anything. `cosign verify` checks it.',
})
export class SignatureClaimsType implements SignatureClaims {
  @Field({ description: 'There are bytes of a signature, right or wrong.' })
  hasSignature!: boolean;
  @Field(() => DigestScalar, {
    nullable: true,
    description: 'The digest that it says it is of; null: it does not say.',
  })
  signedDigest!: Digest | null;
  @Field(() => String, { nullable: true, description: 'The reference that was signed; null: it does not say.' })
  signedReference!: string | null;
  @Field(() => String, {
    nullable: true,
    description:
      'Of a keyless signature: whom its certificate names, an address of mail or the URI of a workflow; null: it has ' +
      'no certificate.',
  })
  identity!: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Of a keyless signature: the provider that knew them, as its certificate says; null: none is named.',
  })
  issuer!: string | null;
  @Field(() => DateTime, { nullable: true, description: 'When its certificate begins; null: it has none.' })
  validFrom!: Date | null;
  @Field(() => DateTime, { nullable: true, description: 'When its certificate ends; null: it has none.' })
  validUntil!: Date | null;
}

@ObjectType('ReferrerContent', {
  description:
    'One blob of what is about an image. All three are null where it is of a kind that the gateway does not read.',
})
export class ReferrerContentType {
  @Field(() => DigestScalar, { description: 'The digest of the blob.' })
  digest!: Digest;
  @Field({ description: 'Its media type. Those that are JSON are read.' })
  mediaType!: string;
  @Field(() => ByteSize, { nullable: true, description: 'Bytes, as its manifest says; null: none that can be.' })
  size!: number | null;
  @Field(() => ContentProblemType, {
    nullable: true,
    description: 'Why nothing of it was read; null: nothing is wrong.',
  })
  problem!: ContentProblemType | null;
  @Field(() => StatementType, { nullable: true, description: 'The statement that it holds; null: it holds none.' })
  statement!: InTotoStatement | null;
  @Field(() => SbomType, {
    nullable: true,
    description: 'The SBOM that it is, or that its statement holds; null: none.',
  })
  sbom!: Sbom | null;
  @Field(() => SignatureClaimsType, { nullable: true, description: 'How it is signed; null: it is not.' })
  signature!: SignatureClaims | null;
}

@ArgsType()
export class ReferrerContentArgs {
  @Field(() => Int, { nullable: true, defaultValue: 5, description: 'How many blobs at the most: 1 to 20.' })
  first!: number;
}
