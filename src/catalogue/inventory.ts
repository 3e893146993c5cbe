import type { Repository } from '../domain/catalogue.js';
import { maxIndexDepth } from '../domain/image.js';
import type { RepositoryName } from '../domain/name.js';
import type { Registry } from '../domain/registry.js';
import { notFound } from '../errors.js';
import type { InventoryTag } from '../store/inventory.js';
import { assertAllowed } from './access.js';
import { batch, type Pace, type Pages, pagesOf } from './batches.js';
import { createDescriber, type LayerInImage } from './images.js';
import { listRepositories } from './repositories.js';
import type { Session } from './session.js';
import { createKeySet, type KeySet } from './shownkeys.js';

/**
 * All that registries hold, page by page, for answers that have no end. Each page is a state that was committed, and pages
 * follow each other by name: while a crawl writes, nothing comes twice, and nothing is left out that was there all the while.
 * Memory does not grow with what was read; `pace` lets other work go before each statement.
 */

const repositoriesPerPage = 100;

/** What a repository holds: its tags, to be read to their end before its layers. */
export interface RepositoryContents {
  readonly repository: Repository;
  /** By name, hidden ones too. */
  readonly tags: Pages<InventoryTag>;
  /** Each distinct layer of all images, as the first image in the order of tags that has it describes it. */
  readonly layers: Pages<LayerInImage>;
}

/** All repositories by name, without empty ones. Throws NOT_FOUND when the registry is detached meanwhile. */
export async function* pageRepositories(session: Session, registry: Registry, pace: Pace): Pages<Repository> {
  let after: string | null = null;
  do {
    const page = await listRepositories(session, registry, {}, { field: 'NAME', direction: 'ASC' }, { first: repositoriesPerPage, after });
    if (page.items.length > 0) yield page.items;
    after = page.hasNextPage ? page.cursorOf(page.items.at(-1)!) : null;
    await pace();
  } while (after !== null);
  // Its rows went with it: what came so far would look like all there was.
  if (!(await session.registries.find(registry.id))) throw notFound(`The registry ${registry.name} was detached while it was read.`);
}

/** Those of these names that the registry has, empty repositories too. */
export function findKnownNames(session: Session, registry: Registry, names: readonly RepositoryName[]): Promise<Set<RepositoryName>> {
  assertAllowed(session.viewer, 'read');
  return names.length === 0 ? Promise.resolve(new Set()) : session.inventory.findNames(registry.id, names);
}

/** Shown tags of a registry, as last counted: what its list will roughly weigh. */
export function countAllTags(session: Session, registry: Registry): Promise<number> {
  assertAllowed(session.viewer, 'read');
  return session.contents.countTags(registry.id);
}

/** The contents of each, in this order: each is to be read before the next is asked for. */
export async function* readContents(session: Session, repositories: readonly Repository[], pace: Pace): AsyncGenerator<RepositoryContents, void, undefined> {
  assertAllowed(session.viewer, 'read');
  const { tags } = session.inventory;
  for (const { parents, limit } of batch(repositories, ({ tagCount }) => tagCount)) {
    await pace();
    const found = await tags.first(parents.map(({ key }) => key), limit);
    for (const repository of parents) {
      const first = found.get(repository.key)!;
      const read = (): Pages<InventoryTag> => pagesOf(tags, repository.key, first, limit, pace);
      yield { repository, tags: read(), layers: readLayers(session, read(), pace) };
    }
  }
}

async function* readLayers(session: Session, tags: Pages<InventoryTag>, pace: Pace): Pages<LayerInImage> {
  const [images, blobs] = [createKeySet(), createKeySet()];
  for await (const page of tags) yield* readImageLayers(session, page, { images, blobs, pace, depth: 0 });
}

/** What was met already, of one repository. */
interface Walk {
  readonly images: KeySet;
  readonly blobs: KeySet;
  readonly pace: Pace;
  readonly depth: number;
}

interface ImageAt {
  readonly imageKey: number | null;
  readonly isIndex: boolean;
}

/** Each image once, an index before its children, which come before what stands behind it. */
async function* readImageLayers(session: Session, places: readonly ImageAt[], walk: Walk): Pages<LayerInImage> {
  let waiting: number[] = [];
  for (const { imageKey, isIndex } of places) {
    if (imageKey === null || !walk.images.add(imageKey)) continue;
    waiting.push(imageKey);
    if (!isIndex || walk.depth >= maxIndexDepth) continue;
    yield* describeImages(session, waiting, walk);
    waiting = [];
    yield* readChildren(session, imageKey, walk);
  }
  yield* describeImages(session, waiting, walk);
}

/** An index of the usual size, with an attestation for each platform. */
const usualEntries = 15;

async function* readChildren(session: Session, indexKey: number, walk: Walk): Pages<LayerInImage> {
  const { entries } = session.inventory;
  await walk.pace();
  const first = (await entries.first([indexKey], usualEntries)).get(indexKey)!;
  for await (const page of pagesOf(entries, indexKey, first, usualEntries, walk.pace)) {
    yield* readImageLayers(session, page, { ...walk, depth: walk.depth + 1 });
  }
}

/** Layers of an image of the usual size. */
const usualLayers = 15;

async function* describeImages(session: Session, imageKeys: readonly number[], { blobs, pace }: Walk): Pages<LayerInImage> {
  const { inventory } = session;
  for (const { parents, limit } of batch(imageKeys, () => usualLayers)) {
    await pace();
    const found = await inventory.layers.first(parents, limit);
    // An image whose layers are all known, as most of them are in a base image, need not be read.
    const fresh = parents.filter((key) => found.get(key)!.length === limit || found.get(key)!.some(({ blobKey }) => !blobs.has(blobKey)));
    const images = new Map((await session.images.findMany(fresh)).map((image) => [image.key, image]));
    const histories = await session.images.historyOf(fresh);
    for (const key of fresh) {
      const [image, first] = [images.get(key), found.get(key)!];
      // It went since: what no repository holds is removed behind.
      if (!image) continue;
      const describe = createDescriber(image, histories.get(key) ?? [], first.length < limit ? first.length : await inventory.countLayers(key));
      for await (const page of pagesOf(inventory.layers, key, first, limit, pace)) {
        const unseen = page.filter(({ blobKey }) => blobs.add(blobKey));
        // The bottom one is at position 1.
        if (unseen.length > 0) yield unseen.map((layer) => describe(layer, layer.position - 1));
      }
    }
  }
}
