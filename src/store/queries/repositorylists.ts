import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Repository } from '../../domain/catalogue.js';
import type { RepositoryFilter, RepositoryOrder } from '../../domain/filter.js';
import { badCursor, isFar, type Page, type PageRequest, type Position } from '../../domain/page.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { isSelective } from '../sql/filters.js';
import { byId, type Order, rangesAfter, readPosition, toOrderBy, toPage, turnFor } from '../sql/keyset.js';
import { chunk, repositoryColumns, type RepositoryRow, repositorySelection, toRepository } from '../sql/rows.js';
import { whereRepositories } from './namedrepositories.js';

/** A page that an index gives is read by `db`, at once; what looks through rows that it does not give, by `scanner`. */
export interface Connections {
  readonly db: Kysely<Tables>;
  readonly scanner: Kysely<Tables>;
}

const repositoryOrders = {
  NAME: { column: 'name', type: 'text', isNullable: false },
  UPDATED_AT: { column: 'updated_at', type: 'number', isNullable: true },
  SIZE: { column: 'size', type: 'number', isNullable: false },
  TAG_COUNT: { column: 'tag_count', type: 'number', isNullable: false },
} as const;

/** `place`: the id of a registry, or `all`. */
function orderOf({ field, direction }: RepositoryOrder, place: string): Order {
  const { column, ...kind } = repositoryOrders[field];
  const scope = `repositories:${place}:${field}:${direction}`;
  return { scope, value: sql.ref(`repository.${column}`), tie: byId(sql`repository.id`), direction, ...kind };
}

function positionOf({ field }: RepositoryOrder): (row: RepositoryRow) => Position {
  const { column } = repositoryOrders[field];
  return (row) => [row[column], row.id];
}

/** See `ListStore.listRepositories`. */
export async function pageRepositories(
  { db, scanner }: Connections,
  filter: RepositoryFilter,
  by: RepositoryOrder,
  page: PageRequest,
): Promise<Page<Repository>> {
  const source = isSelective(filter) || isFar(page) ? scanner : db;
  const order = turnFor(page, orderOf(by, (filter.registryIds?.length === 1 ? filter.registryIds[0] : null) ?? 'all'));
  const where = await whereRepositories(source, filter);
  const rows: RepositoryRow[] = [];
  for (const range of rangesAfter(order, readPosition(order, page))) {
    if (rows.length > page.first) break;
    const query = source.selectFrom('repository').select(repositoryColumns).where(range).where(where);
    for (const row of await query
      .orderBy(toOrderBy(order))
      .limit(page.first + 1 - rows.length)
      // There is one range where nothing comes before the page.
      .offset(page.offset ?? 0)
      .execute())
      rows.push(row);
  }
  return toPage(rows, page, order.scope, {
    item: toRepository,
    position: positionOf(by),
    count: () => countRepositories(scanner, where),
  });
}

/** See `ListStore.listRepositoriesOf`. */
export async function listRepositoriesOf(
  connections: Connections,
  registryIds: readonly string[],
  filter: RepositoryFilter,
  by: RepositoryOrder,
  page: PageRequest,
): Promise<Map<string, Page<Repository>>> {
  const [only] = registryIds;
  // Its rows are a range of an index, which one statement with one registry can continue from a cursor.
  if (only !== undefined && registryIds.length === 1)
    return new Map([[only, await pageRepositories(connections, { ...filter, registryIds: [only] }, by, page)]]);
  if (page.after !== null) throw badCursor();
  const own = { ...filter, registryIds: null };
  const source = isSelective(own) || isFar(page) ? connections.scanner : connections.db;
  const where = await whereRepositories(source, own);
  const pages = new Map<string, Page<Repository>>();
  let counts: Promise<Map<string, number>> | undefined;
  for (const some of chunk(registryIds)) {
    const order = turnFor(page, orderOf(by, ''));
    const rows = Map.groupBy(await selectFirst(source, some, where, order, page), (row) => row.registry_id);
    for (const id of some) {
      const count = async (): Promise<number> =>
        (await (counts ??= countRepositoriesOf(connections.scanner, registryIds, own))).get(id) ?? 0;
      pages.set(
        id,
        toPage(rows.get(id) ?? [], page, orderOf(by, id).scope, {
          item: toRepository,
          position: positionOf(by),
          count,
        }),
      );
    }
  }
  return pages;
}

/**
 * The first rows of each registry, by an index: what is behind them is never read. The joins are in the order SQLite
 * must take them.
 */
async function selectFirst(
  db: Kysely<Tables>,
  registryIds: readonly string[],
  where: RawBuilder<SqlBool>,
  order: Order,
  { first: length, offset = 0 }: PageRequest,
): Promise<RepositoryRow[]> {
  const { listOf, pick } = dialectOf(db);
  const first = sql`select repository.id from repository where repository.registry_id = wanted.value and ${where}
    order by ${toOrderBy(order)} limit ${length + 1} offset ${offset}`;
  const { rows } = await sql<RepositoryRow>`
    select ${repositorySelection} from ${listOf(registryIds)} as wanted
      ${pick(sql`repository`, sql`repository.id`, first)}
      order by ${toOrderBy(order)}`.execute(db);
  return rows;
}

async function countRepositories(db: Kysely<Tables>, where: RawBuilder<SqlBool>): Promise<number> {
  const query = db.selectFrom('repository').select(sql<number>`count(*)`.as('total'));
  return (await query.where(where).executeTakeFirstOrThrow()).total;
}

/** See `ListStore.countRepositoriesOf`. */
export async function countRepositoriesOf(
  db: Kysely<Tables>,
  registryIds: readonly string[],
  filter: RepositoryFilter,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const where = await whereRepositories(db, { ...filter, registryIds: null });
  for (const some of chunk(registryIds)) {
    const query = db.selectFrom('repository').select(['registry_id as id', sql<number>`count(*)`.as('total')]);
    const isOf = dialectOf(db).among(sql`registry_id`, some);
    const rows = await query.where(isOf).where(where).groupBy('registry_id').execute();
    for (const { id, total } of rows) counts.set(id, total);
  }
  return counts;
}
