import type { Image, Referrer, Repository } from '../domain/catalogue.js';
import type { Digest } from '../domain/digest.js';
import type { ReferrerDescriptor } from '../upstream/upstream.js';
import { assertAllowed } from './access.js';
import { type Session, waitFor } from './session.js';

/** What classic cosign tags hold, by their suffix: they name no artifact type of their own. */
const typeBySuffix: Readonly<Record<string, string>> = {
  sig: 'application/vnd.dev.cosign.artifact.sig.v1+json',
  att: 'application/vnd.dev.cosign.artifact.att.v1+json',
  sbom: 'application/vnd.dev.cosign.artifact.sbom.v1+json',
};

/** Milliseconds that a registry's answer is waited for, before what is known is served without it. */
const patience = 2000;

/**
 * Everything known to be about the image, each once, by digest: what the index has of it, and what the registries that hold
 * it list by their referrers API. What they list is not stored, since it may be another list tomorrow.
 */
export async function listReferrers(session: Session, image: Image, artifactType: string | null): Promise<Referrer[]> {
  assertAllowed(session.viewer, 'read');
  const repositoryKeys = await session.contents.repositoriesOf(image.key);
  const told = await askRegistries(session, image.digest, repositoryKeys);
  const found = await findKnown(session, image, repositoryKeys);
  const unseen = told.filter(({ digest }) => !found.has(digest));
  // The index has verified what it holds: a manifest it knows to be about something else is not about this.
  const refuted = new Set((await session.images.findByDigests(unseen.map(({ digest }) => digest))).map(({ digest }) => digest));
  for (const one of unseen) if (!refuted.has(one.digest)) found.set(one.digest, toUnread(one));
  const all = [...found.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  return artifactType === null ? all : all.filter((referrer) => referrer.artifactType === artifactType);
}

/** What is about the image in this one repository, each once. */
export async function listReferrersIn(session: Session, repository: Repository, image: Image): Promise<Referrer[]> {
  assertAllowed(session.viewer, 'read');
  const known = await findKnown(session, image, [repository.key]);
  const here = new Map<Digest, Referrer>();
  for (const [digest, referrer] of known) if (await isIn(session, repository, digest)) here.set(digest, referrer);
  const told = (await waitFor(session, session.referrerAsks.ask(repository, image.digest), patience)) ?? [];
  for (const one of told) here.set(one.digest, known.get(one.digest) ?? toUnread(one));
  return [...here.values()];
}

async function isIn({ images, contents }: Session, repository: Repository, digest: Digest): Promise<boolean> {
  const [image] = await images.findByDigests([digest]);
  return image !== undefined && (await contents.repositoriesOf(image.key)).includes(repository.key);
}

/**
 * Of the index, in any repository: manifests whose `subject` it is (tagged, or listed by its fallback tag: distribution-spec,
 * "Referrers Tag Schema") and what classic cosign tags name.
 */
async function findKnown(session: Session, image: Image, repositoryKeys: readonly number[]): Promise<Map<Digest, Referrer>> {
  const found = new Map<Digest, Referrer>();
  for (const one of await session.images.findBySubject(image.digest)) found.set(one.digest, toReferrer(one, null));
  for (const { suffix, image: one } of await session.images.findCosigned(repositoryKeys, image.digest)) {
    if (one.kind !== 'index' && !found.has(one.digest)) found.set(one.digest, toReferrer(one, typeBySuffix[suffix] ?? null));
  }
  return found;
}

async function askRegistries(session: Session, digest: Digest, repositoryKeys: readonly number[]): Promise<readonly ReferrerDescriptor[]> {
  const loaded = await session.loaders.repository.loadMany(repositoryKeys);
  const repositories = loaded.filter((one): one is Repository => !(one instanceof Error));
  const asks = takeTurns(repositories).map((repository) => waitFor(session, session.referrerAsks.ask(repository, digest), patience));
  return (await Promise.all(asks)).flatMap((found) => found ?? []);
}

/** Each registry's first repository, then each one's second: one that holds the image many times does not use up what may be asked. */
function takeTurns(repositories: readonly Repository[]): Repository[] {
  const groups = [...Map.groupBy(repositories, ({ registryId }) => registryId).values()];
  const ranked = groups.flatMap((group) => group.map((repository, rank) => ({ repository, rank })));
  return ranked.sort((a, b) => a.rank - b.rank).map(({ repository }) => repository);
}

function toReferrer({ key, digest, artifactType, mediaType, size }: Image, known: string | null): Referrer {
  return { digest, artifactType: known ?? artifactType ?? mediaType, size, annotations: null, imageKey: key };
}

/** Of what only a registry's list tells: that has the size of the manifest, not of what it holds. */
function toUnread({ digest, artifactType, mediaType, annotations }: ReferrerDescriptor): Referrer {
  return { digest, artifactType: artifactType ?? mediaType, size: null, annotations, imageKey: null };
}
