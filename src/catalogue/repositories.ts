import type { Repository, Tag } from '../domain/catalogue.js';
import type { Freshness } from '../domain/freshness.js';
import { parseRepositoryName, quote } from '../domain/name.js';
import type { Page, PageRequest } from '../domain/page.js';
import type { Registry } from '../domain/registry.js';
import { notFound } from '../errors.js';
import { assertAllowed } from './access.js';
import { judgeFreshness } from './freshness.js';
import { readWhole } from './images.js';
import { assertRead, type Session } from './session.js';

/** In name order, without those that are known to have no tags. Throws the registry's failure when it was never listed. */
export async function listRepositories(session: Session, registry: Registry, page: PageRequest): Promise<Page<Repository>> {
  assertAllowed(session.viewer, 'read');
  await confirmNames(session, registry);
  return listUntilSettled(session, registry, page);
}

export async function countRepositories(session: Session, registry: Registry): Promise<number> {
  assertAllowed(session.viewer, 'read');
  await confirmNames(session, registry);
  return session.repositories.count(registry.id);
}

/** Asks the registry for a name that is not in the index, since it may be new or not listed. Throws NOT_FOUND, BAD_USER_INPUT. */
export async function findRepository(session: Session, registry: Registry, text: string): Promise<Repository> {
  assertAllowed(session.viewer, 'read');
  const name = parseRepositoryName(text, 'name');
  const known = await session.repositories.find(registry.id, name);
  const found = known ?? (await session.reader.lookUp(registry, name, session.call));
  if (found) return found;
  throw notFound(`The registry ${registry.name} has no repository ${quote(name)}.`);
}

/** Bytes the registry stores for it, each distinct blob once. */
export async function measureRepository(session: Session, repository: Repository): Promise<number> {
  const { loaders } = session;
  const tags = await listEveryTag(session, repository);
  await Promise.all(
    tags.map(async ({ imageKey, repositoryKey }) => {
      if (imageKey !== null) await readWhole(loaders, { imageKey, repositoryKey });
    }),
  );
  return loaders.repositorySize.load(repository.key);
}

/** All its tags, each confirmed, in name order. */
export async function listEveryTag(session: Session, repository: Repository): Promise<Tag[]> {
  assertAllowed(session.viewer, 'read');
  const { loaders } = session;
  await confirmTagNames(session, repository);
  const tags = await loaders.tagsOf.load(repository.key);
  return Promise.all(tags.map((tag) => loaders.confirmedTag.load(tag.key)));
}

/** How old the list of its repositories is, once it was confirmed, if it was due. */
export async function judgeRegistry({ loaders, clock }: Session, registry: Registry): Promise<Freshness> {
  const { namesConfirmedAt, namesError } = await loaders.listedRegistry.load(registry.id);
  return judgeFreshness(namesConfirmedAt, namesError, registry.maxAge, clock());
}

export async function judgeRepository({ loaders, clock }: Session, repository: Repository): Promise<Freshness> {
  const { registryId, tagsConfirmedAt, tagsError } = await loaders.listedRepository.load(repository.key);
  return judgeFreshness(tagsConfirmedAt, tagsError, (await loaders.registry.load(registryId)).maxAge, clock());
}

/** Throws the registry's failure when the tag list was never read. */
export async function confirmTagNames({ loaders }: Session, repository: Repository): Promise<void> {
  const { registryId, tagsConfirmedAt, tagsError } = await loaders.listedRepository.load(repository.key);
  assertRead(await loaders.registry.load(registryId), tagsConfirmedAt, tagsError);
}

/** Throws the registry's failure when it was never listed. */
async function confirmNames({ loaders }: Session, registry: Registry): Promise<void> {
  const { namesConfirmedAt, namesError } = await loaders.listedRegistry.load(registry.id);
  assertRead(registry, namesConfirmedAt, namesError);
}

/** Emptied repositories stay in a registry's catalogue: a page's tag lists are confirmed, and it is listed again while some turn out empty. */
async function listUntilSettled({ repositories, tags, loaders }: Session, registry: Registry, page: PageRequest): Promise<Page<Repository>> {
  for (;;) {
    const found = await repositories.list(registry.id, page);
    const keys = found.items.map((repository) => repository.key);
    const confirmed = await loaders.listedRepository.loadMany(keys);
    const counts = await tags.count(keys);
    const isEmptied = (repository: Repository | Error): boolean =>
      !(repository instanceof Error) && repository.tagsConfirmedAt !== null && !counts.has(repository.key);
    if (!confirmed.some(isEmptied)) return found;
  }
}
