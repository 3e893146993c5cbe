import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import { badCursor, decodeCursor, encodeCursor, type Page, type PageRequest } from '../../domain/page.js';
import type { Namespace, NamespacePlace, RepositoryTotals } from '../../domain/summary.js';
import type { Tables } from '../database/database.js';
import type { Dialect } from '../dialect/dialect.js';
import { dialectOf } from '../dialect/dialects.js';
import { filterRepositories } from '../sql/filters.js';
import { toDate } from '../sql/rows.js';

/** The totals of a group of rows of `repository`, as they are selected. */
export interface TotalsRow {
  readonly repository_count: number;
  readonly tag_count: number;
  readonly size: number;
  readonly updated_at: number | null;
}

/** Of rows with the columns `tag_count`, `size` and `updated_at`. */
export function selectTotals({ sumOf }: Dialect): RawBuilder<unknown> {
  return sql`count(*) as repository_count, ${sumOf(sql`tag_count`)} as tag_count, ${sumOf(sql`size`)} as size,
    max(updated_at) as updated_at`;
}

export function toTotals({ repository_count, tag_count, size, updated_at }: TotalsRow): RepositoryTotals {
  return {
    repositoryCount: repository_count,
    tagCount: tag_count,
    size,
    updatedAt: toDate(updated_at),
  };
}

interface NamespaceRow extends TotalsRow {
  readonly segment: string;
  readonly has_namespaces: number;
}

/**
 * See `ListStore.listNamespaces`. All repositories below the parent are counted by their whole namespaces, which SQLite
 * has in an index with all that is summed up, and these are few.
 */
export async function pageNamespaces(
  scanner: Kysely<Tables>,
  place: NamespacePlace,
  page: PageRequest,
): Promise<Page<Namespace>> {
  const scope = `namespaces:${place.registryId ?? 'all'}:${place.parent ?? ''}`;
  const after = readSegment(scope, page.after);
  const below = selectBelow(scanner, place);
  const isAfter = after === null ? sql<SqlBool>`true` : sql<SqlBool>`segment > ${after}`;
  const { sumOf } = dialectOf(scanner);
  const { rows } = await sql<NamespaceRow>`
    select segment, ${sumOf(sql`repository_count`)} as repository_count, ${sumOf(sql`tag_count`)} as tag_count,
      ${sumOf(sql`size`)} as size, max(updated_at) as updated_at, max(is_deeper) as has_namespaces
      from ${below} as below where ${isAfter} group by segment order by segment limit ${page.first + 1}`.execute(
    scanner,
  );
  const items = rows.slice(0, page.first).map((row) => toNamespace(row, place.parent));
  return {
    items,
    hasNextPage: rows.length > page.first,
    hasPreviousPage: after !== null,
    totalCount: () => countSegments(scanner, below),
    cursorOf: ({ path }) => encodeCursor(scope, [path.slice(path.lastIndexOf('/') + 1)]),
  };
}

function readSegment(scope: string, cursor: string | null): string | null {
  if (cursor === null) return null;
  const [segment] = decodeCursor(scope, cursor, 1);
  if (typeof segment !== 'string') throw badCursor();
  return segment;
}

/** A row of totals for each namespace, with its `segment` that is right below the parent. "0" comes after "/". */
function selectBelow(db: Kysely<Tables>, { registryId, parent }: NamespacePlace): RawBuilder<unknown> {
  const dialect = dialectOf(db);
  const { beforeFirst, includes, namespaceOf } = dialect;
  const shown = filterRepositories({ registryIds: registryId === null ? null : [registryId] }, dialect);
  const isBelow =
    parent === null
      ? sql<SqlBool>`true`
      : sql<SqlBool>`(repository.name > ${`${parent}/`} and repository.name < ${`${parent}0`})`;
  const namespace = namespaceOf(sql`repository.name`);
  const rest = sql`substr(namespace, ${sql.lit((parent?.length ?? -1) + 2)})`;
  return sql`(select ${beforeFirst(sql`(rest || '/')`, '/')} as segment,
      case when ${includes(sql`rest`, '/')} then 1 else 0 end as is_deeper,
      repository_count, tag_count, size, updated_at
    from (select ${rest} as rest, repository_count, tag_count, size, updated_at from
      (select ${namespace} as namespace, ${selectTotals(dialect)} from repository
        where ${isBelow} and ${shown} group by ${namespace}) as whole) as named
    where rest <> '')`;
}

async function countSegments(db: Kysely<Tables>, below: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ total: number }>`select count(distinct segment) as total from ${below} as below`.execute(
    db,
  );
  return rows[0]!.total;
}

function toNamespace({ segment, has_namespaces, ...totals }: NamespaceRow, parent: string | null): Namespace {
  const path = parent === null ? segment : `${parent}/${segment}`;
  return { path, hasNamespaces: has_namespaces === 1, ...toTotals(totals) };
}
