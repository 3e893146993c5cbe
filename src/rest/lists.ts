import type { Pieces } from '../cache/pieces.js';
import type { Pages } from '../catalogue/browse/batches.js';
import type { RepositoryContents } from '../catalogue/browse/inventory.js';
import type { Repository } from '../domain/catalogue.js';
import type { Registry } from '../domain/registry.js';
import { notFound } from '../errors.js';
import { csvPageSize, csvType, type CsvPage, writeTable } from './csv.js';
import { findTwin, readCandidates } from './library.js';
import { nextOf } from './paging.js';
import { writeArray, writeRepository } from './pieces.js';
import { readAt, type RepositoriesQuery, toOrder } from './queries.js';
import type { ReadParts, RestList } from './reads.js';

/**
 * Bytes of a tag with an image and a name of one character: more of them than fit make a list long before any is read.
 */
const tagBytes = 85;

/** Registries that are written at once. */
const registriesPerPiece = 500;

export async function openRegistries({ request, browsing, pace }: ReadParts): Promise<RestList> {
  const registries = await browsing.registries.list(request);
  async function* write(): AsyncGenerator<Pieces> {
    for (let start = 0; start < registries.length; start += registriesPerPiece) {
      await pace();
      yield writePage(registries.slice(start, start + registriesPerPiece));
    }
  }
  return { pieces: writeArray(write()), isWhole: () => true, bytes: 0 };
}

async function* writePage(registries: readonly Registry[]): Pieces {
  yield JSON.stringify(registries.map(({ id, name, addr }) => ({ id, name, addr }))).slice(1, -1);
}

/** Every repository of a registry, by name. */
export async function openRepositories(asked: ReadParts, text: string): Promise<RestList> {
  const { request, browsing, pace } = asked;
  const registry = await browsing.registries.find(request, text);
  const pages = browsing.inventory.pageRepositories(request, registry, pace);
  return openPages(asked, registry, pages, await browsing.inventory.countAllTags(request, registry));
}

/** One page of the repositories that fit, in the form of the whole list. Throws BAD_USER_INPUT. */
export async function openRepositoryPage(
  asked: ReadParts,
  text: string,
  { limit, cursor, name_contains, namespace, order }: RepositoriesQuery,
): Promise<RestList> {
  const { request, browsing } = asked;
  const registry = await browsing.registries.find(request, text);
  const filter = { nameContains: name_contains, namespace };
  const page = await readAt(cursor, (after) =>
    browsing.repositories.list(request, registry, filter, toOrder(order ?? 'name'), { first: limit, after }),
  );
  const tags = page.items.reduce((sum, { tagCount }) => sum + tagCount, 0);
  return { ...(await openPages(asked, registry, onePage(page.items), tags)), next: nextOf(page) };
}

/** All repositories that fit, as a table: the columns are those of a repository found by a search. */
export async function openRepositoryTable(
  { request, browsing, pace }: ReadParts,
  text: string,
  { name_contains, namespace, order }: RepositoriesQuery,
): Promise<RestList> {
  const registry = await browsing.registries.find(request, text);
  const filter = { nameContains: name_contains, namespace };
  let isWhole = true;
  const readPage = async (after: string | null): Promise<CsvPage> => {
    const wanted = { first: csvPageSize, after };
    const page = await browsing.repositories.list(request, registry, filter, toOrder(order ?? 'name'), wanted);
    isWhole &&= page.items.every(({ tagsConfirmedAt }) => tagsConfirmedAt !== null);
    // One that was read and has no tags is not shown, as in the list.
    const shown = page.items.filter(({ tagCount, tagsConfirmedAt }) => tagCount > 0 || tagsConfirmedAt === null);
    const rows = shown.map(({ name, tagCount, size, updatedAt }) => [
      name,
      tagCount,
      size,
      updatedAt?.toISOString() ?? null,
    ]);
    return { rows, next: nextOf(page) };
  };
  const first = await readPage(null);
  const freshness = await browsing.registries.judge(request, registry);
  const nextAttemptAt = await browsing.registries.nextAttemptOf(request, registry.id);
  return {
    pieces: writeTable(['name', 'tag_count', 'size', 'updated_at'], first, readPage, pace),
    contentType: csvType,
    isWhole: () => isWhole,
    bytes: 0,
    freshness: { ...freshness, nextAttemptAt },
    of: registry.name,
  };
}

async function* onePage(items: readonly Repository[]): Pages<Repository> {
  if (items.length > 0) yield items;
}

/** `tags` is how many there are, roughly. */
async function openPages(
  asked: ReadParts,
  registry: Registry,
  pages: Pages<Repository>,
  tags: number,
): Promise<RestList> {
  const { request, browsing, pace } = asked;
  // The first page tells what keeps the list from being read at all.
  const first = await pages.next();
  let isWhole = true;
  async function* write(): AsyncGenerator<Pieces> {
    for (let page = first; !page.done; page = await pages.next()) {
      isWhole &&= page.value.every(({ tagsConfirmedAt }) => tagsConfirmedAt !== null);
      const twins = await browsing.inventory.findKnownNames(
        request,
        registry,
        page.value.flatMap(({ name }) => findTwin(name) ?? []),
      );
      for await (const contents of browsing.inventory.readContents(request, page.value, pace)) {
        const twin = findTwin(contents.repository.name);
        yield writeOne(asked, contents, twin !== null && twins.has(twin));
      }
    }
  }
  const freshness = await browsing.registries.judge(request, registry);
  const nextAttemptAt = await browsing.registries.nextAttemptOf(request, registry.id);
  return {
    pieces: writeArray(write()),
    isWhole: () => isWhole,
    bytes: tags * tagBytes,
    freshness: { ...freshness, nextAttemptAt },
    of: registry.name,
  };
}

async function* writeOne({ request, browsing }: ReadParts, contents: RepositoryContents, hasTwin: boolean): Pieces {
  yield* writeRepository(contents, await browsing.repositories.judge(request, contents.repository), hasTwin);
}

/** One repository, confirmed if that is due. Throws NOT_FOUND where it has no tags. */
export async function openRepository(asked: ReadParts, registryText: string, path: string): Promise<RestList> {
  const { request, browsing } = asked;
  const registry = await browsing.registries.find(request, registryText);
  const found = await readCandidates(path, async (name) => {
    const repository = await browsing.repositories.find(request, registry, name);
    const hasTwin = await isKnown(asked, registry, findTwin(repository.name));
    const pieces = writeContents(asked, repository, hasTwin);
    const first = await pieces.next();
    if (first.done) throw notFound(`The repository ${repository.name} has no tags.`);
    return { repository, pieces: writeFrom(first.value, pieces) };
  });
  const { name, tagCount, tagsConfirmedAt } = found.repository;
  const freshness = await browsing.repositories.judge(request, found.repository);
  const nextAttemptAt = await browsing.registries.nextAttemptOf(request, registry.id);
  return {
    pieces: found.pieces,
    isWhole: () => tagsConfirmedAt !== null,
    bytes: tagCount * tagBytes,
    freshness: { ...freshness, nextAttemptAt },
    of: `${registry.name}/${name}`,
  };
}

async function* writeContents(asked: ReadParts, repository: Repository, hasTwin: boolean): Pieces {
  const { request, browsing, pace } = asked;
  for await (const contents of browsing.inventory.readContents(request, [repository], pace))
    yield* writeOne(asked, contents, hasTwin);
  // Its rows went with it: what came so far would look like all there was.
  if (!(await browsing.repositories.isStill(request, repository)))
    throw notFound(`The repository ${repository.name} is gone since its first tags were read.`);
}

async function* writeFrom(first: string, rest: Pieces): Pieces {
  yield first;
  yield* rest;
}

/** An empty one is known too, as a deletion sees it. */
async function isKnown({ request, browsing }: ReadParts, registry: Registry, name: string | null): Promise<boolean> {
  if (name === null) return false;
  return browsing.repositories.find(request, registry, name).then(
    () => true,
    () => false,
  );
}
