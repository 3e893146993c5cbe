import { readOneOf, readText } from '../../pure/search.js';
import { foundTypes } from '../../shell/found/types.js';

/** The words that are looked for, as the address has them. */
export interface SearchSearch {
  readonly q?: string | undefined;
  /** Everything when absent. */
  readonly type?: (typeof foundTypes)[number] | undefined;
}

export function readSearchSearch(search: Readonly<Record<string, unknown>>): SearchSearch {
  return { q: readText(search['q'], 255), type: readOneOf(search['type'], foundTypes) };
}
