import { readText } from '../../pure/search.js';

/** Which registries the list shows, as its address has it. */
export interface RegistriesSearch {
  /** A part of the name or of the address. */
  readonly q?: string | undefined;
}

export function readRegistriesSearch(search: Readonly<Record<string, unknown>>): RegistriesSearch {
  return { q: readText(search['q']) };
}
