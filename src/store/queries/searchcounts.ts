import { type Kysely, sql } from 'kysely';
import { type HitType, hitTypes } from '../../domain/marks.js';
import { maxCounted } from '../../domain/page.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import type { AcrossHit } from './acrossnames.js';
import type { ReferencedHit } from './referencesearch.js';
import { isOfDigest, type RegistryIds, type RegistrySearch, type TextKind, type TextSearch } from './searchsources.js';
import { matchesRank, type SearchTerms } from './searchterms.js';

/** How many things of each type a search finds: `maxCounted` and one at the most. */
export type SearchCounts = Readonly<Record<HitType, number>>;

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

/** Counts what is found of some types, of every rank, up to `maxCounted` and one. */
export async function countFound(parts: SearchParts, types: readonly HitType[]): Promise<number> {
  let total = 0;
  for (const type of types) {
    const room = maxCounted + 1 - total;
    if (room <= 0) break;
    total += await countOfType(parts, type, room);
  }
  return total;
}

/** Counts what is found of each type: each up to `maxCounted` and one. */
export async function countByType(parts: SearchParts): Promise<SearchCounts> {
  const count = (type: HitType): Promise<number> => countOfType(parts, type, maxCounted + 1);
  const [registry, repository, tag, image] = await Promise.all(hitTypes.map(count));
  return { registry: registry!, repository: repository!, tag: tag!, image: image! };
}

/** At most `room`. What a reference names is not counted again where the words are in it, too. */
async function countOfType(parts: SearchParts, type: HitType, room: number): Promise<number> {
  const { registries, across } = parts;
  if (type === 'registry') return Math.min((await registries([0, 1, 2])).length, room);
  const referenced = parts.referenced.filter((hit) => hit.type === type);
  const repeated = await countRepeated(parts, referenced);
  const first = referenced.length + (type === 'tag' ? (await across()).length : 0) - repeated;
  return Math.min(first + (await countMatches(parts, type, room + repeated)), room);
}

/** How many that a reference names have its words too. They are in no names of tags, which have no ":". */
async function countRepeated({ terms, texts }: SearchParts, referenced: readonly ReferencedHit[]): Promise<number> {
  const ranks = ([0, 1, 2] as const).filter((rank) => terms.matches[rank] !== null);
  const isFound = async ({ type, key, name }: ReferencedHit): Promise<boolean> => {
    if (type !== 'image') return name !== undefined && ranks.some((rank) => matchesRank(terms, name, rank));
    const found = await Promise.all(ranks.map((rank) => texts.find(type, rank, key - 1, 1)));
    return found.some(([id]) => id === key);
  };
  return (await Promise.all(referenced.map(isFound))).filter(Boolean).length;
}

/** Counts what the words are in, up to `room`. */
async function countMatches(
  { db, terms, texts, registryIds }: SearchParts,
  type: TextKind,
  room: number,
): Promise<number> {
  let total = await texts.count(type, room);
  for (const digest of type === 'image' ? terms.digests : []) {
    if (total >= room) break;
    total += await countOfDigest(db, digest, registryIds, room - total);
  }
  return total;
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
