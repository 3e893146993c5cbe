import { type Kysely, sql } from 'kysely';
import {
  badCursor,
  decodeCursor,
  encodeCursor,
  maxCounted,
  type Page,
  type PageRequest,
  type Position,
} from '../../domain/page.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { createFullTextSearch } from './fulltextsearch.js';
import {
  createRegistrySearch,
  isOfDigest,
  type RegistryIds,
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

/** The steps of one search, and its count, share these. */
interface SearchParts {
  readonly db: Kysely<Tables>;
  readonly terms: SearchTerms;
  readonly texts: TextSearch;
  readonly registries: RegistrySearch;
  readonly registryIds: RegistryIds;
}

export function createSearchStore(db: Kysely<Tables>): SearchStore {
  return {
    async search(query, registryIds, page) {
      const terms = parseSearch(query);
      const texts = createTextSearch(db, terms, registryIds);
      const registries = createRegistrySearch(db, terms, registryIds);
      const parts = { db, terms, texts, registries, registryIds };
      const steps = planSteps(parts);
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
        totalCount: () => (counted ??= countFound(parts)),
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

function planSteps({ db, terms, texts, registries, registryIds }: SearchParts): SearchStep[] {
  return ([0, 1, 2] as const).flatMap((rank) => {
    const textSteps = (...kinds: TextKind[]): SearchStep[] =>
      terms.matches[rank] === null ? [] : kinds.map((kind) => createTextStep(texts, kind, rank));
    return [
      createRegistryStep(registries, rank),
      ...textSteps('repository', 'tag'),
      ...terms.digests
        .filter((digest) => digest.rank === rank)
        .map(({ from, to }) => createDigestStep(db, { from, to, rank }, registryIds)),
      ...textSteps('image'),
    ];
  });
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

/** Counts all that is found, of every rank and kind, up to `maxCounted` and one. */
async function countFound({ db, terms, texts, registries, registryIds }: SearchParts): Promise<number> {
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
