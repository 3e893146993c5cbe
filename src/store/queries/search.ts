import { type Kysely, sql } from 'kysely';
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
import {
  countFound,
  digestSource,
  findRegistries,
  labelSource,
  repositorySource,
  type SearchSource,
  tagSource,
} from './searchsources.js';
import { parseSearch, type Rank, type SearchTerms } from './searchterms.js';

/**
 * One thing found. `key` is the index's own, of a registry its id. `rank`: 0 the name itself, 1 the start of it or of a
 * part, 2 within.
 */
export type SearchHit =
  | { readonly type: 'registry'; readonly key: string; readonly rank: Rank }
  | { readonly type: 'repository' | 'tag' | 'image'; readonly key: number; readonly rank: Rank };

/** Search over names of registries, repositories and tags, over digests, and over labels as `key=value`. */
export interface SearchStore {
  /**
   * By rank; of equal rank registries, repositories, tags, then images by digest, then by label; then as they were
   * first seen. Hidden tags, emptied repositories and images in no repository are left out. `registryIds` null: in
   * every registry. What is found is counted up to `maxCounted` and one. Throws BAD_USER_INPUT naming `query` or
   * `after`.
   */
  search(query: string, registryIds: readonly string[] | null, page: PageRequest): Promise<Page<SearchHit>>;
}

export function createSearchStore(db: Kysely<Tables>): SearchStore {
  return {
    async search(query, registryIds, page) {
      const terms = parseSearch(query);
      const steps = planSteps(db, terms, registryIds);
      const scope = `search:${terms.text}`;
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
        totalCount: () => (counted ??= countFound(db, terms, registryIds)),
        cursorOf: (hit) => encodeCursor(scope, positions.get(hit)!),
      };
    },
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

function planSteps(db: Kysely<Tables>, terms: SearchTerms, registryIds: readonly string[] | null): SearchStep[] {
  return ([0, 1, 2] as const).flatMap((rank) => [
    createRegistryStep(db, terms, rank, registryIds),
    ...createTextSteps(db, terms, rank, registryIds),
    ...terms.digests
      .filter((digest) => digest.rank === rank)
      .map(({ from, to }) => createDigestStep(db, { from, to, rank }, registryIds)),
    ...createLabelSteps(db, terms, rank, registryIds),
  ]);
}

function readPosition(steps: readonly SearchStep[], [at, key]: Position): [number, HitKey] {
  const step = typeof at === 'number' ? steps[at] : undefined;
  if (!step || typeof at !== 'number' || key === null || typeof key !== step.keyType) throw badCursor();
  return [at, key as HitKey];
}

function createRegistryStep(
  db: Kysely<Tables>,
  terms: SearchTerms,
  rank: Rank,
  registryIds: readonly string[] | null,
): SearchStep {
  return {
    keyType: 'string',
    read: async (after, limit) =>
      (await findRegistries(db, terms, [rank], registryIds))
        .filter(({ name }) => after === null || name > String(after))
        .slice(0, limit)
        .map(({ id, name }) => ({ hit: { type: 'registry', key: id, rank }, key: name })),
  };
}

function createTextSteps(
  db: Kysely<Tables>,
  { matches }: SearchTerms,
  rank: Rank,
  registryIds: readonly string[] | null,
): SearchStep[] {
  const match = matches[rank];
  if (match === null) return [];
  return [
    createRowStep(db, 'repository', rank, repositorySource(dialectOf(db), match, registryIds)),
    createRowStep(db, 'tag', rank, tagSource(dialectOf(db), match, registryIds)),
  ];
}

function createLabelSteps(
  db: Kysely<Tables>,
  terms: SearchTerms,
  rank: Rank,
  registryIds: readonly string[] | null,
): SearchStep[] {
  const match = terms.matches[rank];
  return match === null
    ? []
    : [createRowStep(db, 'image', rank, labelSource(dialectOf(db), terms, match, registryIds))];
}

/** A full-text table gives its rows in the order of their ids: a page is read without reading what matches besides. */
function createRowStep(
  db: Kysely<Tables>,
  type: 'repository' | 'tag' | 'image',
  rank: Rank,
  { from, where }: SearchSource,
): SearchStep {
  return {
    keyType: 'number',
    async read(after, limit) {
      const { rows } = await sql<{ id: number }>`
        select found.rowid as id from ${from} where ${where} and found.rowid > ${after ?? 0} order by found.rowid
        limit ${limit}`.execute(db);
      return rows.map(({ id }) => ({ hit: { type, key: id, rank }, key: id }));
    },
  };
}

/** A range of the index on digests, in their order. */
function createDigestStep(
  db: Kysely<Tables>,
  { from, to, rank }: SearchTerms['digests'][number],
  registryIds: readonly string[] | null,
): SearchStep {
  const { where } = digestSource(dialectOf(db), { from, to }, registryIds);
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
