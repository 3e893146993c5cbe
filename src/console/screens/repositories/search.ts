import type { AnyTagFilter } from '../../operations/deletion.js';
import { ages, type Age } from '../../pure/query.js';
import { readOneOf, readText, readTexts } from '../../pure/search.js';

const views = ['tree', 'names'] as const;
const sorts = ['name', 'largest', 'tags'] as const;

/** The list's filters and order, as its address has them. */
export interface RepositoriesSearch {
  readonly q?: string | undefined;
  readonly registry?: readonly string[] | undefined;
  readonly namespace?: string | undefined;
  readonly platform?: string | undefined;
  readonly updated?: Age | undefined;
  /** A table when absent. */
  readonly view?: (typeof views)[number] | undefined;
  /** By name: also those that are in one registry alone. */
  readonly alone?: 'with' | undefined;
  /** The newest first when absent. */
  readonly sort?: (typeof sorts)[number] | undefined;
}

export function readRepositoriesSearch(search: Readonly<Record<string, unknown>>): RepositoriesSearch {
  return {
    q: readText(search['q']),
    registry: readTexts(search['registry']),
    namespace: readText(search['namespace']),
    platform: readText(search['platform']),
    updated: readOneOf(search['updated'], ages),
    view: readOneOf(search['view'], views),
    alone: readOneOf(search['alone'], ['with']),
    sort: readOneOf(search['sort'], sorts),
  };
}

/** The tags of all repositories that a list is narrowed to; null: no filter of tags says these. */
export function toAllTags(search: RepositoriesSearch): { readonly filter: AnyTagFilter } | null {
  const { q, registry, namespace, platform, updated } = search;
  // A tag has a platform and an age of its own, and a pattern its signs.
  if (platform !== undefined || updated !== undefined || (q && /[*?]/.test(q))) return null;
  if (q === undefined && registry === undefined && namespace === undefined) return null;
  const repositoryGlobs = q === undefined ? undefined : [`*${q.toLowerCase()}*`];
  return { filter: { registries: registry, namespace, repositoryGlobs } };
}
