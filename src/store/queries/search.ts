import { type Kysely, sql } from 'kysely';
import { type HitType, hitTypes } from '../../domain/marks.js';
import {
  badCursor,
  decodeCursor,
  encodeCursor,
  type Page,
  type PageRequest,
  type Position,
} from '../../domain/page.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { type AcrossHit, findAcross } from './acrossnames.js';
import { createFullTextSearch } from './fulltextsearch.js';
import { countByType, countFound, type SearchCounts, type SearchParts } from './searchcounts.js';
import { findReferenced, type KnownRegistries, type ReferencedHit } from './referencesearch.js';
import {
  createRegistrySearch,
  isOfDigest,
  type RegistrySearch,
  type TextKind,
  type TextSearch,
} from './searchsources.js';
import { parseSearch, type Rank, type SearchTerms } from './searchterms.js';
import { createTagNameSearch } from './tagnamesearch.js';
import { createTextTableSearch } from './texttablesearch.js';

/**
 * One thing found. `key` is the index's own, of a registry its id. `rank`: 0 the name itself, 1 the start of it or of a
 * part, 2 within.
 */
export type SearchHit =
  | { readonly type: 'registry'; readonly key: string; readonly rank: Rank }
  | { readonly type: 'repository' | 'tag' | 'image'; readonly key: number; readonly rank: Rank };

export interface SearchOptions {
  /** The registries that a reference may name by their names or hosts; none where left out. */
  readonly registries?: KnownRegistries;
  /** Only things of these; all where left out. */
  readonly types?: readonly HitType[];
}

export interface SearchPage extends Page<SearchHit> {
  /** Of all types, whichever are asked for. */
  readonly countByType: () => Promise<SearchCounts>;
}

/** Search over names of registries, repositories and tags, over digests, and over labels as `key=value`. */
export interface SearchStore {
  /**
   * First what a reference names exactly, as `registry/repository:tag@digest`: see referencesearch.ts; it is not found
   * again. Then by rank, and before all of rank 1 the tags whose repository has some of the words: see acrossnames.ts.
   * Of equal rank registries, repositories, tags, then images by digest, then by label; then as they were first seen.
   * Hidden tags, emptied repositories and images in no repository are left out. `registryIds` null: in
   * every registry. What is found is counted up to `maxCounted` and one. Throws BAD_USER_INPUT naming `query` or
   * `after`.
   */
  search(
    query: string,
    registryIds: readonly string[] | null,
    page: PageRequest,
    options?: SearchOptions,
  ): Promise<SearchPage>;
}

export function createSearchStore(db: Kysely<Tables>): SearchStore {
  return {
    async search(query, registryIds, page, { registries: known = [], types = hitTypes } = {}) {
      const terms = parseSearch(query);
      const texts = createTextSearch(db, terms, registryIds);
      const registries = createRegistrySearch(db, terms, registryIds);
      const referenced = await findReferenced(db, query, known, registryIds);
      let looked: Promise<readonly AcrossHit[]> | undefined;
      // A page that goes on behind them, and is not counted, does without.
      const across = (): Promise<readonly AcrossHit[]> =>
        (looked ??= findAcross(db, terms, registryIds, createTextSearch));
      const parts = { db, terms, texts, registries, registryIds, referenced, across };
      const wanted = hitTypes.filter((type) => types.includes(type));
      const steps = planSteps(parts, wanted);
      const scope = `search:${wanted.length < hitTypes.length ? `${wanted.join(',')}:` : ''}${terms.text}`;
      const found: { hit: SearchHit; position: Position }[] = [];
      let [at, after] = page.after === null ? [0, null] : readPosition(steps, decodeCursor(scope, page.after, 2));
      for (; at < steps.length && found.length <= page.first; at++, after = null) {
        const rows = await steps[at]!.read(after, page.first + 1 - found.length);
        for (const { hit, key } of rows) found.push({ hit, position: [at, key] });
      }
      const shown = found.slice(0, page.first);
      let counted: Promise<number> | undefined;
      const positions = new Map(shown.map(({ hit, position }) => [hit, position]));
      return {
        items: shown.map(({ hit }) => hit),
        hasNextPage: found.length > page.first,
        hasPreviousPage: page.after !== null,
        totalCount: () => (counted ??= countFound(parts, wanted)),
        countByType: () => countByType(parts),
        cursorOf: (hit) => encodeCursor(scope, positions.get(hit)!),
      };
    },
  };
}

/**
 * By SQLite's full-text tables. Or by PostgreSQL's indexes of trigrams, which give rows in no order: where few texts
 * match, these are read once; where many do, the first in the order of their ids are soon come to by walking over rows;
 * only where they are not, all that match are put in order.
 */
function createTextSearch(db: Kysely<Tables>, terms: SearchTerms, registryIds: readonly string[] | null): TextSearch {
  if (dialectOf(db).engine === 'sqlite') return createFullTextSearch(db, terms, registryIds);
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

type HitKey = string | number;

/**
 * One kind of hit of one rank. Steps are read one after another until the page is full, so that nothing is ever sorted.
 */
interface SearchStep {
  readonly keyType: 'string' | 'number';
  read(after: HitKey | null, limit: number): Promise<readonly { readonly hit: SearchHit; readonly key: HitKey }[]>;
}

function planSteps(
  { db, terms, texts, registries, registryIds, referenced, across }: SearchParts,
  wanted: readonly HitType[],
): SearchStep[] {
  const [exact, ...others] = ([0, 1, 2] as const).map((rank) => {
    const textSteps = (...kinds: TextKind[]): SearchStep[] =>
      terms.matches[rank] === null
        ? []
        : kinds.filter((kind) => wanted.includes(kind)).map((kind) => createTextStep(texts, kind, rank));
    return [
      ...(wanted.includes('registry') ? [createRegistryStep(registries, rank)] : []),
      ...textSteps('repository', 'tag'),
      ...terms.digests
        .filter((digest) => wanted.includes('image') && digest.rank === rank)
        .map(({ from, to }) => createDigestStep(db, { from, to, rank }, registryIds)),
      ...textSteps('image'),
    ];
  });
  const tags = createPlacedStep(async () => (await across()).map((hit) => ({ ...hit, type: 'tag' })), 1);
  const ranked = [...exact!, ...(wanted.includes('tag') ? [tags] : []), ...others.flat()];
  const named = referenced.filter(({ type }) => wanted.includes(type));
  return [createPlacedStep(async () => named, 0), ...ranked.map((step) => leaveOut(step, named))];
}

type PlacedHit = AcrossHit & Pick<ReferencedHit, 'type'>;

/** Hits that are found all at once, in the order of their places. */
function createPlacedStep(find: () => Promise<readonly PlacedHit[]>, rank: Rank): SearchStep {
  return {
    keyType: 'string',
    read: async (after, limit) =>
      (await find())
        .filter(({ place }) => after === null || place > String(after))
        .slice(0, limit)
        .map(({ type, key, place }) => ({ hit: { type, key, rank }, key: place })),
  };
}

/** A step without what came first: that is little. */
function leaveOut(step: SearchStep, referenced: readonly ReferencedHit[]): SearchStep {
  if (referenced.length === 0) return step;
  const left = new Set(referenced.map(({ type, key }) => `${type} ${key}`));
  const read: SearchStep['read'] = async (after, limit) =>
    (await step.read(after, limit + left.size))
      .filter(({ hit }) => !left.has(`${hit.type} ${hit.key}`))
      .slice(0, limit);
  return { ...step, read };
}

function readPosition(steps: readonly SearchStep[], [at, key]: Position): [number, HitKey] {
  const step = typeof at === 'number' ? steps[at] : undefined;
  if (!step || typeof at !== 'number' || key === null || typeof key !== step.keyType) throw badCursor();
  return [at, key as HitKey];
}

function createRegistryStep(registries: RegistrySearch, rank: Rank): SearchStep {
  return {
    keyType: 'string',
    read: async (after, limit) =>
      (await registries([rank]))
        .filter(({ name }) => after === null || name > String(after))
        .slice(0, limit)
        .map(({ id, name }) => ({ hit: { type: 'registry', key: id, rank }, key: name })),
  };
}

/** Names or labels of a rank, by id. */
function createTextStep(texts: TextSearch, type: TextKind, rank: Rank): SearchStep {
  return {
    keyType: 'number',
    read: async (after, limit) =>
      (await texts.find(type, rank, Number(after ?? 0), limit)).map((id) => ({
        hit: { type, key: id, rank },
        key: id,
      })),
  };
}

/** A range of the index on digests, in their order. */
function createDigestStep(
  db: Kysely<Tables>,
  { from, to, rank }: SearchTerms['digests'][number],
  registryIds: readonly string[] | null,
): SearchStep {
  const where = isOfDigest(dialectOf(db), { from, to }, registryIds);
  return {
    keyType: 'string',
    async read(after, limit) {
      const { rows } = await sql<{ id: number; digest: string }>`
        select id, digest from image where ${where} and digest > ${after ?? ''} order by digest limit ${limit}`.execute(
        db,
      );
      return rows.map(({ id, digest }) => ({ hit: { type: 'image', key: id, rank }, key: digest }));
    },
  };
}
