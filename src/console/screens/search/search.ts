import { readOneOf, readText } from '../../pure/search.js';
import { foundTypes } from '../../shell/found/types.js';

/** What is looked for, as the address has it. */
export interface SearchSearch {
  readonly q?: string | undefined;
  /** Everything when absent. */
  readonly type?: (typeof foundTypes)[number] | undefined;
}

export function readSearchSearch(search: Readonly<Record<string, unknown>>): SearchSearch {
  return { q: readText(search['q'], 255), type: readOneOf(search['type'], foundTypes) };
}
