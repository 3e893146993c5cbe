import { ages, type Age } from '../../pure/query.js';
import { readOneOf, readText, readTexts } from '../../pure/search.js';

const sorts = ['name', 'version', 'largest'] as const;

/** Kinds of what tags point to, as the API counts them. */
export const kinds = ['image', 'index', 'artifact', 'schema1', 'unknown'] as const;
export type Kind = (typeof kinds)[number];

/** The filters and the order of the tags of all registries, as the address has them. */
export interface TagsSearch {
  /** A part of a name, a pattern or a range of versions. */
  readonly q?: string | undefined;
  readonly registry?: readonly string[] | undefined;
  readonly kind?: readonly Kind[] | undefined;
  readonly updated?: Age | undefined;
  /** The newest first when absent. */
  readonly sort?: (typeof sorts)[number] | undefined;
}

export function readTagsSearch(search: Readonly<Record<string, unknown>>): TagsSearch {
  const chosen = readTexts(search['kind'])?.filter((one): one is Kind => kinds.includes(one as Kind));
  return {
    q: readText(search['q']),
    registry: readTexts(search['registry']),
    kind: chosen?.length ? chosen : undefined,
    updated: readOneOf(search['updated'], ages),
    sort: readOneOf(search['sort'], sorts),
  };
}
