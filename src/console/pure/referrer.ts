export type ReferrerKind = 'sbom' | 'signature' | 'attestation' | 'other';

/** The kind of something about an image, as far as its media type says. */
export function tellReferrer(artifactType: string | null): ReferrerKind {
  const type = artifactType?.toLowerCase() ?? '';
  if (/spdx|cyclonedx|syft|sbom/.test(type)) return 'sbom';
  if (/in-toto|attestation|provenance|slsa|dsse/.test(type)) return 'attestation';
  if (/signature|\bsig\b|cosign|notary|sigstore/.test(type)) return 'signature';
  return 'other';
}

/** How many packages of each SBOM are asked for beside `upTo` referrers, so that the question stays within its cost. */
export function packagesBeside(upTo: number): number {
  return Math.max(20, Math.min(1000, Math.floor(8000 / upTo)));
}
