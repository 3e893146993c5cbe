import type { Image, Referrer, Repository } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { ReferrerDescriptor } from '../../upstream/upstream.js';
import { assertAllowed } from '../access.js';
import { type RequestContext, waitFor } from '../context.js';
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
    const unseen = told.filter(({ digest }) => !found.has(digest));
    // The index has verified what it holds: a manifest it knows to be about something else is not about this.
    const known = await Promise.all(unseen.map(({ digest }) => context.loaders.imageByDigest.load(digest)));
    for (const [at, one] of unseen.entries()) if (known[at] === null) found.set(one.digest, toUnread(one));
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
    for (const one of told) here.set(one.digest, known.get(one.digest) ?? toUnread(one));
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
    for (const one of subjects) found.set(one.digest, toReferrer(one, null));
    for (const { suffix, image: one } of cosigned) {
      if (one.kind !== 'index' && !found.has(one.digest))
        found.set(one.digest, toReferrer(one, typeBySuffix[suffix] ?? null));
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

function toReferrer({ key, digest, artifactType, mediaType, size }: Image, known: string | null): Referrer {
  return { digest, artifactType: known ?? artifactType ?? mediaType, size, annotations: null, imageKey: key };
}

/** Makes a referrer that only a registry's list tells of: that has the size of the manifest, not of what it holds. */
function toUnread({ digest, artifactType, mediaType, annotations }: ReferrerDescriptor): Referrer {
  return { digest, artifactType: artifactType ?? mediaType, size: null, annotations, imageKey: null };
}
