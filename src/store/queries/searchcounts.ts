import { type Kysely, sql } from 'kysely';
import { maxCounted } from '../../domain/page.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import type { AcrossHit } from './acrossnames.js';
import type { ReferencedHit } from './referencesearch.js';
import { isOfDigest, type RegistryIds, type RegistrySearch, type TextSearch } from './searchsources.js';
import { matchesRank, type SearchTerms } from './searchterms.js';

/** The steps of one search, and its count, share these. */
export interface SearchParts {
  readonly db: Kysely<Tables>;
  readonly terms: SearchTerms;
  readonly texts: TextSearch;
  readonly registries: RegistrySearch;
  readonly registryIds: RegistryIds;
  /** These come before all else. */
  readonly referenced: readonly ReferencedHit[];
  /** Tags of which no name has all words: looked for once, when they are asked for. */
  readonly across: () => Promise<readonly AcrossHit[]>;
}

/** Counts all that is found, of every rank and kind, up to `maxCounted` and one. */
export async function countFound(parts: SearchParts): Promise<number> {
  const total = parts.referenced.length + (await parts.across()).length + (await countMatches(parts));
  return Math.min(total > maxCounted + 1 ? total : total - (await countRepeated(parts)), maxCounted + 1);
}

/** How many that a reference names have its words too. They are in no names of tags, which have no ":". */
async function countRepeated({ terms, texts, referenced }: SearchParts): Promise<number> {
  const ranks = ([0, 1, 2] as const).filter((rank) => terms.matches[rank] !== null);
  const isFound = async ({ type, key, name }: ReferencedHit): Promise<boolean> => {
    if (type !== 'image') return name !== undefined && ranks.some((rank) => matchesRank(terms, name, rank));
    const found = await Promise.all(ranks.map((rank) => texts.find(type, rank, key - 1, 1)));
    return found.some(([id]) => id === key);
  };
  return (await Promise.all(referenced.map(isFound))).filter(Boolean).length;
}

/** Counts what the words are in, up to `maxCounted` and one. */
async function countMatches({ db, terms, texts, registries, registryIds }: SearchParts): Promise<number> {
  let total = (await registries([0, 1, 2])).length;
  const counts = [
    ...(['repository', 'tag', 'image'] as const).map((kind) => (room: number) => texts.count(kind, room)),
    ...terms.digests.map((digest) => (room: number) => countOfDigest(db, digest, registryIds, room)),
  ];
  for (const count of counts) {
    const room = maxCounted + 1 - total;
    if (room <= 0) break;
    total += await count(room);
  }
  return Math.min(total, maxCounted + 1);
}

async function countOfDigest(
  db: Kysely<Tables>,
  digest: SearchTerms['digests'][number],
  registryIds: readonly string[] | null,
  limit: number,
): Promise<number> {
  const { rows } = await sql<{ found: number }>`select count(*) as found from
    (select 1 from image where ${isOfDigest(dialectOf(db), digest, registryIds)} limit ${limit}) as counted`.execute(
    db,
  );
  return rows[0]?.found ?? 0;
}
