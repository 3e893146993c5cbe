import type { Image } from '../domain/catalogue.js';
import type { Digest } from '../domain/digest.js';
import { assertAllowed } from './access.js';
import type { Session } from './session.js';

/** Something that is about another image: a signature, an SBOM, an attestation. `size` in bytes, null: not known. */
export interface Referrer {
  readonly digest: Digest;
  readonly artifactType: string | null;
  readonly size: number | null;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What classic cosign tags hold, by their suffix: they name no artifact type of their own. */
const typeBySuffix: Readonly<Record<string, string>> = {
  sig: 'application/vnd.dev.cosign.artifact.sig.v1+json',
  att: 'application/vnd.dev.cosign.artifact.att.v1+json',
  sbom: 'application/vnd.dev.cosign.artifact.sbom.v1+json',
};

/**
 * Everything the index knows to be about the image, in any repository that holds it: manifests whose `subject` it is (tagged,
 * or listed by its fallback tag: distribution-spec, "Referrers Tag Schema") and what classic cosign tags name.
 */
export async function listReferrers(session: Session, image: Image, artifactType: string | null): Promise<Referrer[]> {
  assertAllowed(session.viewer, 'read');
  const repositoryKeys = await session.contents.repositoriesOf(image.key);
  const found = new Map<Digest, Referrer>();
  for (const one of await session.images.findBySubject(image.digest)) found.set(one.digest, toReferrer(one, null));
  for (const { suffix, image: one } of await session.images.findCosigned(repositoryKeys, image.digest)) {
    if (one.kind !== 'index' && !found.has(one.digest)) found.set(one.digest, toReferrer(one, typeBySuffix[suffix] ?? null));
  }
  const all = [...found.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  return artifactType === null ? all : all.filter((referrer) => referrer.artifactType === artifactType);
}

function toReferrer({ digest, artifactType, mediaType, size, annotations }: Image, known: string | null): Referrer {
  return { digest, artifactType: known ?? artifactType ?? mediaType, size, annotations };
}
