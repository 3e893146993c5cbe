import { ages, type Age } from '../../pure/query.js';
import { readOneOf, readText } from '../../pure/search.js';

const sorts = ['name', 'version', 'largest'] as const;

/** The filters and the order of a repository's tags, and the tag that is looked at, as the address has them. */
export interface RepositorySearch {
  /** A part of a name, a pattern or a range of versions. */
  readonly q?: string | undefined;
  readonly updated?: Age | undefined;
  readonly platform?: string | undefined;
  /** The newest first when absent. */
  readonly sort?: (typeof sorts)[number] | undefined;
  readonly tag?: string | undefined;
}

export function readRepositorySearch(search: Readonly<Record<string, unknown>>): RepositorySearch {
  return {
    q: readText(search['q']),
    updated: readOneOf(search['updated'], ages),
    platform: readText(search['platform']),
    sort: readOneOf(search['sort'], sorts),
    tag: readText(search['tag']),
  };
}
