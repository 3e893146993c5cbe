import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import { type GrantedPlace, keyOfPlace } from '../../domain/grant.js';
import { dialectOf } from '../dialect/dialects.js';
import type { ResolvePatterns, SeenPattern } from '../seeing/seenpattern.js';
import type { Generations } from './generations.js';
import { fillMore, insertPattern, waitForWriters } from './patternfilling.js';
import type { Tables } from './tables.js';
import type { Writer } from './writer.js';

/** Keeps which repositories are of the places that viewers were granted: for each distinct place, not each viewer. */
export interface PatternStore {
  /**
   * The stored patterns of these places, in their order, without those of registries that are detached. A place that
   * was never asked for is made, which looks at each repository once, some at a time: 1,000,000 take some seconds.
   */
  resolve(places: readonly GrantedPlace[]): Promise<readonly SeenPattern[]>;
  /** For as long as this is the same, so is what `resolve` gives: see `Generations.patternRemovals`. */
  readonly version: number;
}

interface PatternTables extends Pick<Writer, 'write'>, Pick<Generations, 'patternRemovals'> {
  readonly kysely: Kysely<Tables>;
}

/** Places that are remembered for all views together, some 200 bytes each. */
const kept = 10_000;

export function createPatternStore(database: PatternTables): PatternStore {
  const known = new LRUCache<string, SeenPattern>({ max: kept });
  let knownAt = database.patternRemovals.value;
  const readVersion = (): number => {
    const version = database.patternRemovals.value;
    if (version !== knownAt) known.clear();
    knownAt = version;
    return version;
  };
  return {
    get version() {
      return readVersion();
    },
    async resolve(places) {
      const version = readVersion();
      const unknown = places.filter((place) => !known.has(keyOfPlace(place)));
      const found = new Map(places.map((place) => [keyOfPlace(place), known.get(keyOfPlace(place)) ?? null]));
      const filled = await findFilled(database.kysely, unknown);
      for (const place of unknown) {
        const key = keyOfPlace(place);
        found.set(key, filled.get(key) ?? (await make(database, place)));
      }
      // A removal in between may have taken what was found.
      if (readVersion() === version) for (const [key, pattern] of found) if (pattern) known.set(key, pattern);
      return [...found.values()].flatMap((pattern) => pattern ?? []);
    },
  };
}

/** By their keys, in one statement however many. */
async function findFilled(db: Kysely<Tables>, places: readonly GrantedPlace[]): Promise<Map<string, SeenPattern>> {
  if (places.length === 0) return new Map();
  const rows = await db
    .selectFrom('access_pattern')
    .select(['id', 'place', 'registry_id', 'pattern'])
    .where(dialectOf(db).among(sql`place`, places.map(keyOfPlace)))
    .where('filled_to', 'is', null)
    .execute();
  return new Map(rows.map(({ id, place, registry_id: registryId, pattern }) => [place, { id, registryId, pattern }]));
}

/**
 * null: its registry is not attached. Two may make the same at once, or one go on with what another left; one that is
 * removed meanwhile is made anew.
 */
async function make(database: PatternTables, place: GrantedPlace): Promise<SeenPattern | null> {
  const { kysely, write } = database;
  while (await write(place.registryId, (db) => insertPattern(db, place))) {
    await waitForWriters(kysely);
    while (await write(place.registryId, (db) => fillMore(db, place))) await nextTurn();
    const found = (await findFilled(kysely, [place])).get(keyOfPlace(place));
    if (found) return found;
  }
  return null;
}

/** Resolves them once, and anew after a removal of patterns. A failure, or fewer than asked, is not remembered. */
export function rememberPatterns(store: PatternStore, places: readonly GrantedPlace[]): ResolvePatterns {
  let known: { readonly version: number; readonly resolving: Promise<readonly SeenPattern[]> } | null = null;
  return () => {
    const { version } = store;
    if (known?.version === version) return known.resolving;
    const resolving = store.resolve(places);
    const mine = (known = { version, resolving });
    const forget = (): void => {
      if (known === mine) known = null;
    };
    resolving.then((found) => found.length < places.length && forget(), forget);
    return resolving;
  };
}
