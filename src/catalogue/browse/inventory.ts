import type { Repository } from '../../domain/catalogue.js';
import type { RepositoryName } from '../../domain/name.js';
import type { Registry } from '../../domain/registry.js';
import { notFound } from '../../errors.js';
import type { InventoryTag } from '../../store/queries/inventory.js';
import { assertAllowed } from '../access.js';
import { type AwaitTurn, type Pages, pagesOf, readBeginnings, rowsPerStatement } from './batches.js';
import type { LayerInImage } from './images.js';
import { type LayersFound, walkLayers } from './layerwalk.js';
import type { RequestContext } from '../context.js';
import type { CatalogueParts } from '../parts.js';
import type { RepositoryBrowsing } from './repositories.js';

/**
 * All that registries hold, page by page, for answers that have no end. Each page is a state that was committed, and
 * pages follow each other by name: while a crawl writes, nothing comes twice, and nothing is left out that was there
 * all the while. Memory does not grow with what was read; `pace` lets other work go before each statement.
 */

/** A repository with all that it holds: its tags, to be read to their end before its layers. */
export interface RepositoryContents {
  readonly repository: Repository;
  /** By name, hidden ones too. */
  readonly tags: Pages<InventoryTag>;
  /** Each distinct layer of all images, as the first image in the order of tags that has it describes it. */
  readonly layers: Pages<LayerInImage>;
}

/** Parts of the catalogue that it uses. */
export interface InventoryBrowsingParts extends Pick<
  CatalogueParts,
  'contents' | 'images' | 'inventory' | 'registries'
> {
  readonly repositoryBrowsing: RepositoryBrowsing;
}

export class InventoryBrowsing {
  readonly #parts: InventoryBrowsingParts;

  constructor(parts: InventoryBrowsingParts) {
    this.#parts = parts;
  }

  /** All repositories by name, without empty ones. Throws NOT_FOUND when the registry is detached meanwhile. */
  async *pageRepositories(context: RequestContext, registry: Registry, pace: AwaitTurn): Pages<Repository> {
    let after: string | null = null;
    do {
      const page = await this.#parts.repositoryBrowsing.list(
        context,
        registry,
        {},
        { field: 'NAME', direction: 'ASC' },
        { first: rowsPerStatement, after },
      );
      if (page.items.length > 0) yield page.items;
      after = page.hasNextPage ? page.cursorOf(page.items.at(-1)!) : null;
      // They keep what they gave, and nobody asks for that page again.
      context.loaders.repositoryPage.clearAll();
      await pace();
    } while (after !== null);
    // Its rows went with it: what came so far would look like all there was.
    if (!(await this.#parts.registries.find(registry.id)))
      throw notFound(`The registry ${registry.name} was detached while it was read.`);
  }

  /** Those of these names that the registry has, empty repositories too. */
  findKnownNames(
    context: RequestContext,
    registry: Registry,
    names: readonly RepositoryName[],
  ): Promise<Set<RepositoryName>> {
    assertAllowed(context.viewer, 'read');
    return names.length === 0 ? Promise.resolve(new Set()) : this.#parts.inventory.findNames(registry.id, names);
  }

  /** Shown tags of a registry, as last counted: what its list will roughly weigh. */
  countAllTags(context: RequestContext, registry: Registry): Promise<number> {
    assertAllowed(context.viewer, 'read');
    return this.#parts.contents.countTags(registry.id);
  }

  /** The contents of each, in this order: each is to be read before the next is asked for. */
  async *readContents(
    context: RequestContext,
    repositories: readonly Repository[],
    pace: AwaitTurn,
  ): AsyncGenerator<RepositoryContents, void, undefined> {
    assertAllowed(context.viewer, 'read');
    const { tags } = this.#parts.inventory;
    for await (const some of readBeginnings(tags, repositories, ({ key }) => key, pace)) {
      const layersOf = splitLayers(walkLayers(this.#parts, some, pace));
      for (const [at, { parent, first }] of some.entries()) {
        yield { repository: parent, tags: pagesOf(tags, parent.key, first, pace), layers: layersOf(at) };
      }
    }
  }
}

/**
 * Gives the layers of each repository, by its place among them, to whoever asks in order; what nobody asks for is
 * passed over.
 */
function splitLayers(found: AsyncGenerator<LayersFound, void, undefined>): (at: number) => Pages<LayerInImage> {
  let next: IteratorResult<LayersFound, void> | undefined;
  return async function* (at) {
    next ??= await found.next();
    for (; !next.done && next.value.at <= at; next = await found.next())
      if (next.value.at === at) yield next.value.layers;
  };
}
