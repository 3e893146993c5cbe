import type { Image, Referrer, Repository } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { ReferrerDescriptor } from '../../upstream/upstream.js';
import { assertAllowed } from '../access.js';
import { type RequestContext, waitFor } from '../context.js';
import { maxReferrersRead } from '../loaders/listloaders.js';
import type { CatalogueParts } from '../parts.js';
import { listHolders } from './holders.js';

/** Artifact types of classic cosign tags by the tags' suffix, as their manifests name none. */
const typeBySuffix: Readonly<Record<string, string>> = {
  sig: 'application/vnd.dev.cosign.artifact.sig.v1+json',
  att: 'application/vnd.dev.cosign.artifact.att.v1+json',
  sbom: 'application/vnd.dev.cosign.artifact.sbom.v1+json',
};

/** Milliseconds that a registry's answer is waited for, before what is known is served without it. */
const longestWait = 2000;

/** Parts of the catalogue that it uses. */
export type ReferrerBrowsingParts = Pick<CatalogueParts, 'contents' | 'timer' | 'waits'>;

export class ReferrerBrowsing {
  readonly #parts: ReferrerBrowsingParts;

  constructor(parts: ReferrerBrowsingParts) {
    this.#parts = parts;
  }

  /**
   * Returns everything known to be about the image, each once, by digest: what the index has of it, and what the
   * registries that hold it list by their referrers API. What they list is not stored, since it may be another list
   * tomorrow.
   */
  async list(context: RequestContext, image: Image, artifactType: string | null): Promise<Referrer[]> {
    assertAllowed(context.viewer, 'read');
    const told = await this.#askRegistries(context, image);
    const found = await this.#findKnown(context, image, null);
    for (const one of await listAttestations(context, image))
      if (!found.has(one.digest)) found.set(one.digest, toReferrer(one, attestationType, image));
    const unseen = told.filter(({ digest }) => !found.has(digest));
    // The index has verified what it holds: a manifest it knows to be about something else is not about this.
    const known = await Promise.all(unseen.map(({ digest }) => context.loaders.imageByDigest.load(digest)));
    for (const [at, one] of unseen.entries()) if (known[at] === null) found.set(one.digest, toUnread(one, image));
    const all = [...found.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
    return artifactType === null ? all : all.filter((referrer) => referrer.artifactType === artifactType);
  }

  /** Returns the referrers of the image in this one repository, each once. */
  async listIn(context: RequestContext, repository: Repository, image: Image): Promise<Referrer[]> {
    assertAllowed(context.viewer, 'read');
    const known = await this.#findKnown(context, image, repository.key);
    const held = await this.#parts.contents.findHeldIn(repository.key, [...known.keys()]);
    const here = new Map([...known].filter(([digest]) => held.has(digest)));
    const told =
      (await waitFor(this.#parts, context.loaders.referrers.ask(repository, image.digest), longestWait)) ?? [];
    for (const one of told) here.set(one.digest, known.get(one.digest) ?? toUnread(one, image));
    return [...here.values()];
  }

  /**
   * Returns what the index has about the image in any repository: manifests whose `subject` it is (tagged, or listed by
   * its fallback tag: distribution-spec, "Referrers Tag Schema"), and what classic cosign tags name, these only in the
   * repository where one is given.
   */
  async #findKnown(
    { loaders }: RequestContext,
    image: Image,
    repositoryKey: number | null,
  ): Promise<Map<Digest, Referrer>> {
    const found = new Map<Digest, Referrer>();
    const [subjects, cosigned] = await Promise.all([
      loaders.subjectOf.load(image.digest),
      loaders.cosigned.load({ image, repositoryKey }),
    ]);
    for (const one of subjects) found.set(one.digest, toReferrer(one, null, image));
    for (const { suffix, image: one } of cosigned) {
      if (one.kind !== 'index' && !found.has(one.digest))
        found.set(one.digest, toReferrer(one, typeBySuffix[suffix] ?? null, image));
    }
    return found;
  }

  async #askRegistries(context: RequestContext, { key, digest }: Image): Promise<readonly ReferrerDescriptor[]> {
    const asks = (await listHolders(context, key)).map((repository) =>
      waitFor(this.#parts, context.loaders.referrers.ask(repository, digest), longestWait),
    );
    return (await Promise.all(asks)).flatMap((found) => found ?? []);
  }
}

/** BuildKit's artifact type of attestations, which it keeps in the index of the image that they are about. */
const attestationType = 'application/vnd.docker.attestation.manifest.v1+json';

async function listAttestations({ loaders }: RequestContext, { kind, key }: Image): Promise<Image[]> {
  if (kind !== 'index') return [];
  const children = await loaders.children.load(key);
  const keys = children.flatMap(({ attestation, imageKey }) => (attestation && imageKey !== null ? [imageKey] : []));
  const images = await Promise.all(keys.slice(0, maxReferrersRead).map((imageKey) => loaders.image.load(imageKey)));
  return images.filter(({ kind: own }) => own === 'image' || own === 'artifact');
}

function toReferrer(one: Image, known: string | null, { key: aboutKey }: Image): Referrer {
  const { key, digest, artifactType, mediaType, size } = one;
  return { digest, artifactType: known ?? artifactType ?? mediaType, size, annotations: null, imageKey: key, aboutKey };
}

/** Makes a referrer that only a registry's list tells of: that has the size of the manifest, not of what it holds. */
function toUnread(one: ReferrerDescriptor, { key: aboutKey }: Image): Referrer {
  const { digest, artifactType, mediaType, annotations } = one;
  return { digest, artifactType: artifactType ?? mediaType, size: null, annotations, imageKey: null, aboutKey };
}
