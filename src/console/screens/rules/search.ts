import { readText } from '../../pure/search.js';

/** The registry whose rules are shown, as the address has it. */
export interface RulesSearch {
  /** The first of all when absent. */
  readonly registry?: string | undefined;
}

export function readRulesSearch(search: Readonly<Record<string, unknown>>): RulesSearch {
  return { registry: readText(search['registry']) };
}
