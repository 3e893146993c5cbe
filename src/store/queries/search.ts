import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import {
  badCursor,
  decodeCursor,
  encodeCursor,
  type Page,
  type PageRequest,
  type Position,
} from '../../domain/page.js';
import type { Tables } from '../database/database.js';
import { listKeys } from '../sql/filters.js';
import { matchesRank, parseSearch, type Rank, type SearchTerms } from './searchterms.js';

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
   * every registry. Throws BAD_USER_INPUT naming `query` or `after`.
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
      const positions = new Map(shown.map(({ hit, position }) => [hit, position]));
      return {
        items: shown.map(({ hit }) => hit),
        hasNextPage: found.length > page.first,
        hasPreviousPage: page.after !== null,
        totalCount: () => countAll(steps),
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
  count(): Promise<number>;
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

async function countAll(steps: readonly SearchStep[]): Promise<number> {
  let total = 0;
  for (const step of steps) total += await step.count();
  return total;
}

/** Registries are few: their names are compared here. */
function createRegistryStep(
  db: Kysely<Tables>,
  terms: SearchTerms,
  rank: Rank,
  registryIds: readonly string[] | null,
): SearchStep {
  const list = async (): Promise<{ id: string; name: string }[]> => {
    const query = db.selectFrom('registry').select(['id', 'name']).orderBy('name');
    const rows = await (registryIds ? query.where(sql<SqlBool>`id in ${listKeys(registryIds)}`) : query).execute();
    return rows.filter(({ name }) => matchesRank(terms, name, rank));
  };
  return {
    keyType: 'string',
    read: async (after, limit) =>
      (await list())
        .filter(({ name }) => after === null || name > String(after))
        .slice(0, limit)
        .map(({ id, name }) => ({ hit: { type: 'registry', key: id, rank }, key: name })),
    count: async () => (await list()).length,
  };
}

function createTextSteps(
  db: Kysely<Tables>,
  terms: SearchTerms,
  rank: Rank,
  registryIds: readonly string[] | null,
): SearchStep[] {
  const match = terms.matches[rank];
  if (match === null) return [];
  const repositories = sql`search_repository found join repository on repository.id = found.rowid`;
  const isShown = sql<SqlBool>`search_repository match ${match} and not (repository.tag_count = 0
  and repository.tags_confirmed_at is not null)`;
  const tags = registryIds
    ? sql`search_tag found join tag on tag.id = found.rowid join repository on repository.id = tag.repository_id`
    : sql`search_tag found`;
  return [
    createRowStep(db, {
      type: 'repository',
      rank,
      from: repositories,
      where: sql<SqlBool>`${isShown} and ${isWithin(registryIds)}`,
    }),
    createRowStep(db, {
      type: 'tag',
      rank,
      from: tags,
      where: sql<SqlBool>`search_tag match ${match} and ${isWithin(registryIds)}`,
    }),
  ];
}

/** Images that are found by their digest are not found by a label again. */
function createLabelSteps(
  db: Kysely<Tables>,
  terms: SearchTerms,
  rank: Rank,
  registryIds: readonly string[] | null,
): SearchStep[] {
  const match = terms.matches[rank];
  if (match === null) return [];
  const others = terms.digests.map(
    ({ from, to }) => sql<SqlBool>`and not (image.digest >= ${from} and image.digest <= ${to})`,
  );
  const from = sql`search_label found join image on image.id = found.rowid`;
  const where = sql<SqlBool>`search_label match ${match} and ${isHeld(registryIds)} ${sql.join(others, sql` `)}`;
  return [createRowStep(db, { type: 'image', rank, from, where })];
}

interface RowStep {
  readonly type: 'repository' | 'tag' | 'image';
  readonly rank: Rank;
  readonly from: RawBuilder<unknown>;
  readonly where: RawBuilder<SqlBool>;
}

/** A full-text table gives its rows in the order of their ids: a page is read without reading what matches besides. */
function createRowStep(db: Kysely<Tables>, { type, rank, from, where }: RowStep): SearchStep {
  return {
    keyType: 'number',
    async read(after, limit) {
      const { rows } = await sql<{ id: number }>`
        select found.rowid as id from ${from} where ${where} and found.rowid > ${after ?? 0} order by found.rowid
        limit ${limit}`.execute(db);
      return rows.map(({ id }) => ({ hit: { type, key: id, rank }, key: id }));
    },
    count: () => countRows(db, from, where),
  };
}

/** A range of the index on digests, in their order. */
function createDigestStep(
  db: Kysely<Tables>,
  { from, to, rank }: { from: string; to: string; rank: Rank },
  registryIds: readonly string[] | null,
): SearchStep {
  const where = sql<SqlBool>`image.digest >= ${from} and image.digest <= ${to} and ${isHeld(registryIds)}`;
  return {
    keyType: 'string',
    async read(after, limit) {
      const { rows } = await sql<{ id: number; digest: string }>`
        select id, digest from image where ${where} and digest > ${after ?? ''} order by digest limit ${limit}`.execute(
        db,
      );
      return rows.map(({ id, digest }) => ({ hit: { type: 'image', key: id, rank }, key: digest }));
    },
    count: () => countRows(db, sql`image`, where),
  };
}

async function countRows(db: Kysely<Tables>, from: RawBuilder<unknown>, where: RawBuilder<SqlBool>): Promise<number> {
  const { rows } = await sql<{ total: number }>`select count(*) as total from ${from} where ${where}`.execute(db);
  return rows[0]?.total ?? 0;
}

/** "+": the order of ids is kept, no other index is tried. */
function isWithin(registryIds: readonly string[] | null): RawBuilder<SqlBool> {
  return registryIds ? sql<SqlBool>`+repository.registry_id in ${listKeys(registryIds)}` : sql<SqlBool>`true`;
}

function isHeld(registryIds: readonly string[] | null): RawBuilder<SqlBool> {
  if (registryIds === null) return sql<SqlBool>`exists (select 1 from repository_image where image_id = image.id)`;
  return sql<SqlBool>`exists (select 1 from repository_image join repository on repository.id = repository_id
  where image_id = image.id and ${isWithin(registryIds)})`;
}
