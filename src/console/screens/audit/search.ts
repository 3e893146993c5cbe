import { readOneOf, readText } from '../../pure/search.js';

export const outcomes = ['ACCEPTED', 'DONE', 'FAILED', 'REFUSED'] as const;

/** The audit log's filters, as its address has them. */
export interface AuditSearch {
  readonly actor?: string | undefined;
  readonly outcome?: (typeof outcomes)[number] | undefined;
}

export function readAuditSearch(search: Readonly<Record<string, unknown>>): AuditSearch {
  return { actor: readText(search['actor']), outcome: readOneOf(search['outcome'], outcomes) };
}
