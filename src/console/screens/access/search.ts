import { readOneOf, readText } from '../../pure/search.js';

export const accessViews = ['accounts', 'teams', 'tokens', 'webhooks'] as const;
export type AccessView = (typeof accessViews)[number];

/** Which part of access is looked at, and its filter, as the address has them. */
export interface AccessSearch {
  /** Accounts when absent, for those who see them; else tokens. */
  readonly view?: AccessView | undefined;
  readonly q?: string | undefined;
}

export function readAccessSearch(search: Readonly<Record<string, unknown>>): AccessSearch {
  return { view: readOneOf(search['view'], accessViews), q: readText(search['q']) };
}
