import type { Image, Repository, Tag } from '../../domain/catalogue.js';
import type { Page, PageRequest } from '../../domain/page.js';
import type { Registry } from '../../domain/registry.js';
import { GatewayError } from '../../errors.js';
import type { SearchHit } from '../../store/queries/search.js';
import { assertAllowed } from '../access.js';
import { markUsed } from '../parts.js';
import type { RequestContext } from '../context.js';
import type { CatalogueParts } from '../parts.js';
import type { RegistryBrowsing } from './registries.js';

/** What was found, saying what it is. */
export type SearchResult =
  | ({ readonly __typename: 'Registry' } & Registry)
  | ({ readonly __typename: 'Repository' } & Repository)
  | ({ readonly __typename: 'Tag' } & Tag)
  | ({ readonly __typename: 'Image' } & Image);

/** Parts of the catalogue that it uses. */
export interface SearchingParts extends Pick<CatalogueParts, 'search' | 'sync' | 'tags'> {
  readonly registryBrowsing: RegistryBrowsing;
}

export class Searching {
  readonly #parts: SearchingParts;

  constructor(parts: SearchingParts) {
    this.#parts = parts;
  }

  /**
   * Best match first, over every registry the viewer may read: see store/queries/search.ts for the order. Never waits
   * for a registry. Throws BAD_USER_INPUT naming `query` or `after`.
   */
  async find(context: RequestContext, query: string, page: PageRequest): Promise<Page<SearchResult>> {
    assertAllowed(context.viewer, 'read');
    for (const { id } of await this.#parts.registryBrowsing.list(context)) markUsed(context, this.#parts.sync, id);
    const found = await this.#parts.search.search(query, null, page);
    const results = await this.#readResults(context, found.items);
    const hits = new Map(found.items.flatMap((hit, at) => (results[at] ? [[results[at], hit]] : [])));
    return { ...found, items: [...hits.keys()], cursorOf: (result) => found.cursorOf(hits.get(result)!) };
  }

  /** One statement for each kind; null in the place of what has gone since. */
  async #readResults({ loaders }: RequestContext, hits: readonly SearchHit[]): Promise<(SearchResult | null)[]> {
    const { tags } = this.#parts;

    const tagKeys = hits.flatMap((hit) => (hit.type === 'tag' ? [hit.key] : []));
    const tagByKey = new Map((await tags.findMany(tagKeys)).map((tag) => [tag.key, tag]));
    return Promise.all(
      hits.map(async (hit): Promise<SearchResult | null> => {
        if (hit.type === 'registry') return name('Registry', await orNull(loaders.registry.load(hit.key)));
        if (hit.type === 'repository') return name('Repository', await orNull(loaders.repository.load(hit.key)));
        if (hit.type === 'image') return name('Image', await orNull(loaders.image.load(hit.key)));
        return name('Tag', tagByKey.get(hit.key) ?? null);
      }),
    );
  }
}

function orNull<T>(loading: Promise<T>): Promise<T | null> {
  return loading.catch((error: unknown) => {
    if (error instanceof GatewayError && error.code === 'NOT_FOUND') return null;
    throw error;
  });
}

function name<N extends string, T extends object>(
  __typename: N,
  value: T | null,
): ({ readonly __typename: N } & T) | null {
  return value && { __typename, ...value };
}
