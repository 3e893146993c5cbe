import type { Kysely } from 'kysely';
import type { Tables } from '../database/database.js';
import type { RegistryIds, TextSearch } from './searchsources.js';
import type { SearchTerms } from './searchterms.js';
import { createTagNameSearch } from './tagnamesearch.js';
import { createTextTableSearch } from './texttablesearch.js';

/**
 * By PostgreSQL's indexes of trigrams, which give rows in no order. Where few texts match, these are read once. Where
 * many do, the first in the order of their ids are soon come to by walking over rows; only where they are not, all that
 * match are put in order.
 */
export function createTrigramSearch(db: Kysely<Tables>, terms: SearchTerms, registryIds: RegistryIds): TextSearch {
  const of = {
    repository: createTextTableSearch(db, 'repository', terms, registryIds),
    tag: createTagNameSearch(db, terms, registryIds),
    image: createTextTableSearch(db, 'image', terms, registryIds),
  };
  return {
    find: (kind, rank, after, limit) => of[kind].find(rank, after, limit),
    count: (kind, limit) => of[kind].count(limit),
  };
}
