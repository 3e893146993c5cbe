import type { Digest } from './digest.js';

/** The thing that a statement is about. `digest` as the statement has it: `sha256:…`; null: it names none. */
export interface StatementSubject {
  readonly name: string | null;
  readonly digest: string | null;
}

/** An in-toto statement: github.com/in-toto/attestation, spec/v1/statement.md. null: it does not say. */
export interface InTotoStatement {
  /** A URI that says of which kind it is: `https://slsa.dev/provenance/v1`. */
  readonly predicateType: string | null;
  readonly subjectCount: number;
  /** The first `maxListed`. */
  readonly subjects: readonly StatementSubject[];
  /** Of SLSA provenance: who built it, and how. */
  readonly builderId: string | null;
  readonly buildType: string | null;
}

export type SbomFormat = 'SPDX' | 'CYCLONEDX';

/** One package of an SBOM. null: the SBOM does not say. */
export interface SbomPackage {
  readonly name: string | null;
  readonly version: string | null;
  readonly licence: string | null;
  readonly purl: string | null;
}

/** A software bill of materials, in JSON. */
export interface Sbom {
  readonly format: SbomFormat;
  readonly version: string | null;
  readonly name: string | null;
  readonly createdAt: Date | null;
  readonly tools: readonly string[];
  readonly packageCount: number;
  /** The first `maxListed`. */
  readonly packages: readonly SbomPackage[];
}

/** Whom a certificate says that it was given to, and by whom they were known. Nobody has checked it. */
export interface CertificateClaims {
  readonly identity: string | null;
  readonly issuer: string | null;
  readonly validFrom: Date | null;
  readonly validUntil: Date | null;
}

/** As much of a signature as can be read. Nobody has checked it. */
export interface SignatureClaims extends CertificateClaims {
  readonly hasSignature: boolean;
  /** The digest of the manifest that it says it is of. */
  readonly signedDigest: Digest | null;
  /** The reference that was signed. */
  readonly signedReference: string | null;
}

/** Subjects, or packages, of one document that are kept: as many as a client may ask for. */
export const maxListed = 1000;

/** One blob of what is about an image, as far as it was understood. All null: it is of a kind that is not read. */
export interface AttestationContent {
  readonly statement: InTotoStatement | null;
  readonly sbom: Sbom | null;
  readonly signature: SignatureClaims | null;
}
