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
