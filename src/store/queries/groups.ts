import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Repository } from '../../domain/catalogue.js';
import type { OrderDirection } from '../../domain/filter.js';
import type { RepositoryName } from '../../domain/name.js';
import { encodeCursor, type Page, type PageRequest } from '../../domain/page.js';
import {
  type Drift,
  type GroupFilter,
  type GroupOrderField,
  mostMembers,
  type RepositoryGroup,
} from '../../domain/summary.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { type Order, rangesAfter, readPosition, toOrderBy } from '../sql/keyset.js';
import { repositoryColumns, toRepository } from '../sql/rows.js';
import { whereRepositories } from './namedrepositories.js';
import { selectTotals, type TotalsRow, toTotals } from './namespaces.js';

interface GroupRow extends TotalsRow {
  readonly name: RepositoryName;
}

const columns = {
  NAME: 'name',
  REPOSITORY_COUNT: 'repository_count',
  TAG_COUNT: 'tag_count',
  SIZE: 'size',
  UPDATED_AT: 'updated_at',
} as const satisfies Record<GroupOrderField, keyof GroupRow>;

/** See `ListStore.listRepositoryGroups`. */
export async function pageRepositoryGroups(
  scanner: Kysely<Tables>,
  { registryCountAtLeast = 1, ...filter }: GroupFilter,
  { field, direction }: { readonly field: GroupOrderField; readonly direction: OrderDirection },
  page: PageRequest,
): Promise<Page<RepositoryGroup>> {
  const column = columns[field];
  const order: Order = {
    scope: `groups:${field}:${direction}:${registryCountAtLeast}`,
    value: sql.ref(`grouped.${column}`),
    tie: { columns: [sql`grouped.name`], type: 'text', columnsOf: (value) => [value] },
    type: field === 'NAME' ? 'text' : 'number',
    isNullable: field === 'UPDATED_AT',
    direction,
  };
  const where = await whereRepositories(scanner, filter);
  const grouped = sql`(select name, ${selectTotals(dialectOf(scanner))} from repository where ${where} group by name
    having count(*) >= ${registryCountAtLeast}) as grouped`;
  const rows: GroupRow[] = [];
  for (const range of rangesAfter(order, readPosition(order, page))) {
    if (rows.length > page.first) break;
    const found = await sql<GroupRow>`select * from ${grouped} where ${range} order by ${toOrderBy(order)}
      limit ${page.first + 1 - rows.length}`.execute(scanner);
    for (const row of found.rows) rows.push(row);
  }
  const shown = rows.slice(0, page.first);
  const members = await readMembers(
    scanner,
    shown.map(({ name }) => name),
    where,
  );
  const rowOf = new Map(shown.map((row) => [row.name, row]));
  return {
    items: shown.map((row) => ({
      name: row.name,
      repositories: members.get(row.name) ?? [],
      ...toTotals(row),
    })),
    hasNextPage: rows.length > page.first,
    hasPreviousPage: page.after !== null,
    totalCount: () => countGroups(scanner, grouped),
    cursorOf: ({ name }) => encodeCursor(order.scope, [rowOf.get(name)![column], name]),
  };
}

/** The repositories of these names, by the names of their registries. */
async function readMembers(
  db: Kysely<Tables>,
  names: readonly RepositoryName[],
  where: RawBuilder<SqlBool>,
): Promise<Map<RepositoryName, Repository[]>> {
  if (names.length === 0) return new Map();
  const isNamed = dialectOf(db).among(sql`repository.name`, names);
  const rows = await db
    .selectFrom('repository')
    .innerJoin('registry', 'registry.id', 'repository.registry_id')
    .select(repositoryColumns.map((column) => `repository.${column}` as const))
    .where(isNamed)
    .where(where)
    .orderBy('repository.name')
    .orderBy('registry.name')
    .execute();
  const all = Map.groupBy(rows.map(toRepository), ({ name }) => name);
  return new Map([...all].map(([name, members]) => [name, members.slice(0, mostMembers)]));
}

async function countGroups(db: Kysely<Tables>, grouped: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ total: number }>`select count(*) as total from ${grouped}`.execute(db);
  return rows[0]!.total;
}

/** See `ListStore.compareRepositories`. */
export async function compareRepositories(
  scanner: Kysely<Tables>,
  groups: readonly (readonly number[])[],
): Promise<Drift[]> {
  const { tableOf, join, reached } = dialectOf(scanner);
  const members = groups.flatMap((keys, at) => keys.map((key) => [at, key]));
  if (members.length === 0) return groups.map(() => nothing);
  const wanted = sql`(select cast(value ->> 0 as bigint) as place, cast(value ->> 1 as bigint) as repository_id
    from ${tableOf(members)} as listed) as wanted`;
  const [tags, newest] = await Promise.all([
    sql<{ place: number; same: number; different: number; all: number }>`
      select place, sum(case when images = 1 and members = amount then 1 else 0 end) as same,
        sum(case when images > 1 then 1 else 0 end) as different, count(*) as "all"
      from (select wanted.place, tag.name, count(*) as members,
            count(distinct coalesce(tag.image_id, -tag.id)) as images
          from ${wanted} ${join} ${reached('tag')} on tag.repository_id = wanted.repository_id and tag.is_hidden = 0
          group by wanted.place, tag.name) as named
        ${join} (select place as at, count(*) as amount from ${wanted} group by place) as sizes
          on sizes.at = named.place
      group by place`.execute(scanner),
    sql<{ place: number; name: string | null; image_id: number | null }>`
      select wanted.place, newest.name, newest.image_id from ${wanted}
        left join ${reached('tag', 'newest')} on newest.id =
        (select tag.id from ${reached('tag')} where tag.repository_id = wanted.repository_id and tag.is_hidden = 0
          order by tag.updated_at desc, tag.sort_key desc, tag.name desc limit 1)`.execute(scanner),
  ]);
  const newestOf = Map.groupBy(newest.rows, ({ place }) => place);
  const tagsOf = new Map(tags.rows.map((row) => [row.place, row]));
  return groups.map((_keys, at) => {
    const { same = 0, different = 0, all = 0 } = tagsOf.get(at) ?? {};
    const [first, ...others] = newestOf.get(at) ?? [];
    const isNewestSame = others.every(
      ({ name, image_id }) =>
        name === first!.name && image_id === first!.image_id && (name === null || image_id !== null),
    );
    return { isNewestSame, sameTagCount: same, differentTagCount: different, missingTagCount: all - same - different };
  });
}

const nothing: Drift = { isNewestSame: true, sameTagCount: 0, differentTagCount: 0, missingTagCount: 0 };
