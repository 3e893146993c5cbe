import type { Image, Repository, Tag } from '../../domain/catalogue.js';
import type { TagFilter, TagOrder } from '../../domain/filter.js';
import type { Freshness } from '../../domain/freshness.js';
import { parseTagName, quote } from '../../domain/name.js';
import type { Page, PageRequest } from '../../domain/page.js';
import { notFound } from '../../errors.js';
import { assertAllowed } from '../access.js';
import { judgeFreshness } from '../freshness.js';
import type { Session } from '../session.js';

/** A page of the index. */
export function listTags(
  session: Session,
  repository: Repository,
  filter: TagFilter,
  order: TagOrder,
  page: PageRequest,
): Promise<Page<Tag>> {
  assertAllowed(session.viewer, 'read');
  return session.loaders.tagPage.load({ repositoryKey: repository.key, filter, order, page });
}

/** Throws NOT_FOUND, BAD_USER_INPUT. */
export async function findTag(session: Session, repository: Repository, text: string): Promise<Tag> {
  assertAllowed(session.viewer, 'read');
  const tag = await session.loaders.tagNamed.load({ repositoryKey: repository.key, name: parseTagName(text, 'name') });
  if (tag) return tag;
  throw notFound(`The repository ${repository.name} has no tag ${quote(text)}.`);
}

/** The tag of a repository that changed last; null when it has none. */
export async function findLatestTag(session: Session, repository: Repository): Promise<Tag | null> {
  const page = { first: 1, after: null };
  const { items } = await listTags(session, repository, {}, { field: 'UPDATED_AT', direction: 'DESC' }, page);
  return items[0] ?? null;
}

/** What the tag points to; null while that could not be read. */
export async function findImage({ loaders }: Session, tag: Tag): Promise<Image | null> {
  return tag.imageKey === null ? null : loaders.image.load(tag.imageKey);
}

/** Other tags of the repository on the same digest, in name order. */
export async function listSiblings(
  session: Session,
  { key, repositoryKey, imageKey }: Tag,
  first: number,
): Promise<readonly Tag[]> {
  assertAllowed(session.viewer, 'read');
  if (imageKey === null) return [];
  // All tags of a repository on one image share a list, which may have the tag itself.
  const all = await session.loaders.tagsOn.load({ repositoryKey, imageKey, limit: first + 1 });
  return all.filter((tag) => tag.key !== key).slice(0, first);
}

/** How many other tags of the repository are on the same digest. */
export async function countSiblings(session: Session, { repositoryKey, imageKey }: Tag): Promise<number> {
  assertAllowed(session.viewer, 'read');
  if (imageKey === null) return 0;
  // Without the tag itself, unless it has gone since it was read.
  return Math.max(0, (await session.loaders.tagCountOn.load({ repositoryKey, imageKey })) - 1);
}

export async function judgeTag(
  { loaders, clock }: Session,
  { confirmedAt, error, registryId }: Tag,
): Promise<Freshness> {
  return judgeFreshness(confirmedAt, error, (await loaders.registry.load(registryId)).maxAge, clock());
}
