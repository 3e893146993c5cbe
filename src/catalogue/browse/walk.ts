import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Repository, Tag } from '../../domain/catalogue.js';
import type { RequestContext } from '../context.js';
import type { CatalogueParts } from '../parts.js';

/** A repository with all tags that the index has of it. */
export interface WalkedRepository {
  readonly repository: Repository;
  /** In name order, hidden ones too. */
  readonly tags: readonly Tag[];
}

/** Tags that one statement reads: it holds the event loop for some milliseconds. */
const tagsAtOnce = 500;
/** Repositories whose tags one statement reads. */
const repositoriesAtOnce = 100;

/**
 * Reads the tags of these repositories by the index, and gives one repository after the other. Other work gets its turn
 * between two statements. Rejects with the reason of the request's signal when that aborts.
 */
export async function* walkRepositories(
  { tags }: Pick<CatalogueParts, 'tags'>,
  { call }: Pick<RequestContext, 'call'>,
  repositories: readonly Repository[],
): AsyncGenerator<WalkedRepository> {
  for (const some of groupSmall(repositories)) {
    call.signal.throwIfAborted();
    const [first] = some;
    if (some.length === 1 && first) {
      yield { repository: first, tags: await readPages({ tags }, call.signal, first) };
      continue;
    }
    const found = Map.groupBy(await tags.listAll(some.map(({ key }) => key)), (tag) => tag.repositoryKey);
    for (const repository of some) yield { repository, tags: found.get(repository.key) ?? [] };
    await nextTurn();
  }
}

/** Groups what one statement reads; one that has more tags than that is alone. */
function* groupSmall(repositories: readonly Repository[]): Generator<readonly Repository[]> {
  let group: Repository[] = [];
  let total = 0;
  for (const repository of repositories) {
    if (group.length > 0 && (total + repository.tagCount > tagsAtOnce || group.length >= repositoriesAtOnce)) {
      yield group;
      [group, total] = [[], 0];
    }
    group.push(repository);
    total += repository.tagCount;
  }
  if (group.length > 0) yield group;
}

async function readPages(
  { tags }: Pick<CatalogueParts, 'tags'>,
  signal: AbortSignal,
  { key }: Repository,
): Promise<readonly Tag[]> {
  const all: Tag[] = [];
  for (;;) {
    signal.throwIfAborted();
    const page = await tags.listAfter(key, all.at(-1)?.name ?? '', tagsAtOnce);
    for (const tag of page) all.push(tag);
    if (page.length < tagsAtOnce) return all;
    await nextTurn();
  }
}

/** Of repositories that a preview is about: how old that is. */
export interface PreviewAge {
  /** How many were never read whole: nothing is known of them. */
  readonly unreadCount: number;
  /** When the one that was read the longest ago was read whole; null: none was. */
  readonly confirmedAt: Date | null;
}

export function measureAge(repositories: readonly Repository[]): PreviewAge {
  const read = repositories.flatMap(({ tagsConfirmedAt }) => tagsConfirmedAt ?? []);
  return {
    unreadCount: repositories.length - read.length,
    confirmedAt: read.reduce<Date | null>((least, at) => (least === null || at < least ? at : least), null),
  };
}
