import type { Image, Repository, Tag } from '../../domain/catalogue.js';
import type { HitType } from '../../domain/marks.js';
import type { Page, PageRequest } from '../../domain/page.js';
import type { Registry } from '../../domain/registry.js';
import { GatewayError } from '../../errors.js';
import type { SearchHit, SearchPage } from '../../store/queries/search.js';
import { assertAllowed } from '../access.js';
import type { RequestContext } from '../context.js';
import type { Loaders } from '../loaders/loaders.js';
import type { CatalogueParts } from '../parts.js';
import type { RegistryBrowsing } from './registries.js';

/** One thing that was found, by what it is. */
export type SearchResult =
  | { readonly type: 'registry'; readonly found: Registry }
  | { readonly type: 'repository'; readonly found: Repository }
  | { readonly type: 'tag'; readonly found: Tag }
  | { readonly type: 'image'; readonly found: Image };

/** A page of results, and how many of each type there are in all. */
export type SearchResultPage = Page<SearchResult> & Pick<SearchPage, 'countByType'>;

/** Parts of the catalogue that it uses. */
export interface SearchingParts extends Pick<CatalogueParts, 'search' | 'tags'> {
  readonly registryBrowsing: RegistryBrowsing;
}

export class Searching {
  readonly #parts: SearchingParts;

  constructor(parts: SearchingParts) {
    this.#parts = parts;
  }

  /**
   * Searches every registry that the viewer may read, and returns the best match first: see store/queries/search.ts for
   * the order. Never waits for a registry. Throws BAD_USER_INPUT naming `query` or `after`.
   */
  async find(
    context: RequestContext,
    query: string,
    page: PageRequest,
    types?: readonly HitType[],
  ): Promise<SearchResultPage> {
    assertAllowed(context.viewer, 'read');
    const registries = await this.#parts.registryBrowsing.noteRead(context, null);
    const found = await this.#parts.search.search(query, null, page, { registries, ...(types && { types }) });
    const results = await this.#readResults(context, found.items);
    const hits = new Map(found.items.flatMap((hit, at) => (results[at] ? [[results[at], hit]] : [])));
    return { ...found, items: [...hits.keys()], cursorOf: (result) => found.cursorOf(hits.get(result)!) };
  }

  /** Reads them with one statement for each type. Returns null in the place of what has gone since. */
  async #readResults({ loaders }: RequestContext, hits: readonly SearchHit[]): Promise<(SearchResult | null)[]> {
    const tagKeys = hits.flatMap((hit) => (hit.type === 'tag' ? [hit.key] : []));
    const tags = new Map((await this.#parts.tags.findMany(tagKeys)).map((tag) => [tag.key, tag]));
    return Promise.all(hits.map(async (hit) => orNull(readResult(loaders, hit, tags))));
  }
}

/** Throws NOT_FOUND for what has gone, and returns null for a tag that has. */
async function readResult(
  loaders: Loaders,
  hit: SearchHit,
  tags: ReadonlyMap<number, Tag>,
): Promise<SearchResult | null> {
  switch (hit.type) {
    case 'registry':
      return { type: hit.type, found: await loaders.registry.load(hit.key) };
    case 'repository':
      return { type: hit.type, found: await loaders.repository.load(hit.key) };
    case 'image':
      return { type: hit.type, found: await loaders.image.load(hit.key) };
    case 'tag': {
      const found = tags.get(hit.key);
      return found ? { type: hit.type, found } : null;
    }
  }
}

function orNull<T>(loading: Promise<T>): Promise<T | null> {
  return loading.catch((error: unknown) => {
    if (error instanceof GatewayError && error.code === 'NOT_FOUND') return null;
    throw error;
  });
}
