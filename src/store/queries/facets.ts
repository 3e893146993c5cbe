import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { AnyTagFilter, RepositoryFilter } from '../../domain/filter.js';
import type { FacetCount, RepositoryFacet, TagFacet } from '../../domain/summary.js';
import type { Tables } from '../database/database.js';
import type { Dialect } from '../dialect/dialect.js';
import { dialectOf } from '../dialect/dialects.js';
import { filterRepositories } from '../sql/filters.js';
import { joinTags } from './alltags.js';

/** A facet is counted without what the filter itself says of it: that other values are there is what it is to tell. */
const ownParts = {
  registry: { registryIds: null },
  namespace: { namespace: null },
  platform: { platform: null },
  kind: { kinds: null },
  artifactType: { artifactType: null },
} as const;

function valueOf(facet: Exclude<RepositoryFacet | TagFacet, 'platform'>, dialect: Dialect): RawBuilder<unknown> {
  switch (facet) {
    case 'registry':
      return sql`repository.registry_id`;
    case 'namespace':
      return dialect.namespaceOf(sql`repository.name`);
    case 'kind':
      return sql`i.kind`;
    case 'artifactType':
      return sql`i.artifact_type`;
  }
}

/** See `ListStore.countRepositoriesBy`. */
export async function countRepositoriesBy(
  scanner: Kysely<Tables>,
  facet: RepositoryFacet,
  filter: RepositoryFilter,
  first: number,
): Promise<FacetCount[]> {
  const dialect = dialectOf(scanner);
  const where = filterRepositories({ ...filter, ...ownParts[facet] }, dialect);
  if (facet !== 'platform')
    return await readCounts(
      scanner,
      sql`select ${valueOf(facet, dialect)} as value, 1 as amount from repository
      where ${where}`,
      first,
    );
  const { join, reached } = dialect;
  return await readCounts(
    scanner,
    sql`select distinct repository.id, ${platformOf('i')} as value, 1 as amount from repository
      ${join} repository_image as held on held.repository_id = repository.id and held.attestation = 0
      ${join} ${reached('image', 'i')} on i.id = held.image_id
      where ${where} and i.os is not null and i.architecture is not null`,
    first,
  );
}

/** See `ListStore.countTagsBy`. */
export async function countTagsBy(
  scanner: Kysely<Tables>,
  facet: TagFacet,
  { repositories, ...own }: AnyTagFilter,
  first: number,
): Promise<FacetCount[]> {
  const dialect = dialectOf(scanner);
  const filter = { ...own, ...ownParts[facet], repositories: { ...repositories, ...ownParts[facet] } };
  if (facet === 'platform') return await readCounts(scanner, selectPlatforms(filter, dialect), first);
  const isOfImage = facet === 'kind' || facet === 'artifactType';
  const from = joinTags(filter, dialect, isOfImage ? 'SIZE' : null);
  const value = valueOf(facet, dialect);
  const isThere = isOfImage ? sql` and ${value} is not null` : sql``;
  return await readCounts(scanner, sql`select ${value} as value, 1 as amount ${from}${isThere}`, first);
}

/** `linux/arm64/v8`; of an index each platform of its children, as the index says or else they say. */
function selectPlatforms(filter: AnyTagFilter, dialect: Dialect): RawBuilder<unknown> {
  const { join, reached } = dialect;
  return sql`select distinct held.image_id, held.amount, ${platformOf('i')} as value
      from ${held(filter, dialect)} ${join} ${reached('image', 'i')} on i.id = held.image_id
      where i.os is not null and i.architecture is not null
    union
    select held.image_id, held.amount, ${platformOf('e', 'c')} as value
      from ${held(filter, dialect)} ${join} image_entry as e on e.index_id = held.image_id
      left join ${reached('image', 'c')} on c.id = e.child_id
      where e.attestation = 0 and e.role <> 'blob' and coalesce(e.os, c.os) is not null
        and coalesce(e.architecture, c.architecture) is not null`;
}

/** The images of the tags, with how many tags each has. */
function held(filter: AnyTagFilter, dialect: Dialect): RawBuilder<unknown> {
  return sql`(select tag.image_id, count(*) as amount ${joinTags(filter, dialect, null)} and tag.image_id is not null
    group by tag.image_id) as held`;
}

function platformOf(...tables: readonly string[]): RawBuilder<string> {
  const column = (name: string): RawBuilder<unknown> =>
    tables.length === 1
      ? sql.ref(`${tables[0]}.${name}`)
      : sql`coalesce(${sql.join(tables.map((table) => sql.ref(`${table}.${name}`)))})`;
  return sql<string>`${column('os')} || '/' || ${column('architecture')} ||
    case when coalesce(${column('variant')}, '') = '' then '' else '/' || ${column('variant')} end`;
}

/** The values that most have, those of equal counts in their order. `values`: rows with `value` and `amount`. */
async function readCounts(db: Kysely<Tables>, values: RawBuilder<unknown>, first: number): Promise<FacetCount[]> {
  const { sumOf } = dialectOf(db);
  const { rows } = await sql<FacetCount>`select value, ${sumOf(sql`amount`)} as count from (${values}) as found
    group by value order by 2 desc, 1 limit ${first}`.execute(db);
  return rows.map(({ value, count }) => ({ value, count }));
}
