import type { Repository, Tag } from '../domain/catalogue.js';
import type { Freshness } from '../domain/freshness.js';
import { parseTagName, quote } from '../domain/name.js';
import type { Page, PageRequest } from '../domain/page.js';
import { notFound } from '../errors.js';
import { assertAllowed } from './access.js';
import { judgeFreshness } from './freshness.js';
import { findBuildTime, readWhole } from './images.js';
import type { ImagePlace } from './loaders.js';
import { confirmTagNames, listEveryTag } from './repositories.js';
import type { Session } from './session.js';

/** When something was last updated, and how that is known. */
export interface UpdateTime {
  readonly at: Date;
  readonly source: 'FIRST_SEEN' | 'CHANGE_SEEN' | 'IMAGE_CONFIG';
}

/** In name order. Throws the registry's failure when the tag list was never read. */
export async function listTags(session: Session, repository: Repository, page: PageRequest): Promise<Page<Tag>> {
  assertAllowed(session.viewer, 'read');
  await confirmTagNames(session, repository);
  return session.tags.list(repository.key, page);
}

export async function countTags(session: Session, repository: Repository): Promise<number> {
  assertAllowed(session.viewer, 'read');
  await confirmTagNames(session, repository);
  return session.loaders.tagCount.load(repository.key);
}

/** Throws NOT_FOUND, BAD_USER_INPUT. */
export async function findTag(session: Session, repository: Repository, text: string): Promise<Tag> {
  assertAllowed(session.viewer, 'read');
  const name = parseTagName(text, 'name');
  await confirmTagNames(session, repository);
  const tag = await session.tags.find(repository.key, name);
  if (tag) return tag;
  throw notFound(`The repository ${repository.name} has no tag ${quote(name)}.`);
}

/** Where the tag's image is; null while it points to nothing that could be read. */
export async function findPlace({ loaders }: Session, tag: Tag): Promise<ImagePlace | null> {
  const { imageKey, repositoryKey } = await loaders.confirmedTag.load(tag.key);
  return imageKey === null ? null : { imageKey, repositoryKey };
}

/** Bytes of what the tag points to, each distinct blob once; null when that is not known. */
export async function measureTag(session: Session, tag: Tag): Promise<number | null> {
  const place = await findPlace(session, tag);
  return place && measureImage(session, place);
}

/** Bytes of the image's platforms, each distinct blob once; null for a schema1 leftover, which does not say. */
export async function measureImage({ loaders }: Session, place: ImagePlace): Promise<number | null> {
  if ((await loaders.image.load(place.imageKey)).kind === 'schema1') return null;
  await readWhole(loaders, place);
  return loaders.imageSize.load(place.imageKey);
}

/** Other tags of the repository on the same digest, in name order. */
export async function listSiblings(session: Session, tag: Tag): Promise<Tag[]> {
  const { loaders } = session;
  const own = await loaders.confirmedTag.load(tag.key);
  const all = await listEveryTag(session, await loaders.repository.load(tag.repositoryKey));
  return all.filter((other) => other.key !== tag.key && other.imageKey !== null && other.imageKey === own.imageKey);
}

export async function findUpdateTime(session: Session, tag: Tag): Promise<UpdateTime> {
  const { changedAt, firstSeenAt } = await session.loaders.confirmedTag.load(tag.key);
  if (changedAt > firstSeenAt) return { at: changedAt, source: 'CHANGE_SEEN' };
  const place = await findPlace(session, tag);
  const built = place && (await findBuildTime(session.loaders, place));
  return built ? { at: built, source: 'IMAGE_CONFIG' } : { at: firstSeenAt, source: 'FIRST_SEEN' };
}

export async function judgeTag({ loaders, clock }: Session, tag: Tag): Promise<Freshness> {
  const { confirmedAt, error, repositoryKey } = await loaders.confirmedTag.load(tag.key);
  const { registryId } = await loaders.repository.load(repositoryKey);
  return judgeFreshness(confirmedAt, error, (await loaders.registry.load(registryId)).maxAge, clock());
}
