import { type Kysely, sql } from 'kysely';
import type { Tag } from '../../domain/catalogue.js';
import type { TagName } from '../../domain/name.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { chunk, type TagRow, tagSelection, toTag } from '../sql/rows.js';

/** A name in one repository. */
export interface TagPlace {
  readonly repositoryKey: number;
  readonly name: TagName;
}

/** See `TagStore.findMatching`: looks at a repository's tags until one matches. */
export async function findMatching(
  db: Kysely<Tables>,
  repositoryKeys: readonly number[],
  patterns: readonly string[],
): Promise<Map<number, TagName>> {
  const { glob, listOf } = dialectOf(db);
  const matches = sql.join(
    patterns.map((pattern) => glob(sql`tag.name`, pattern)),
    sql` or `,
  );
  const found = new Map<number, TagName>();
  for (const some of chunk(repositoryKeys)) {
    const { rows } = await sql<{ key: number; name: TagName | null }>`select repository.value as key,
        (select tag.name from tag where tag.repository_id = repository.value and (${matches}) limit 1) as name
      from ${listOf(some)} as repository`.execute(db);
    for (const { key, name } of rows) if (name !== null) found.set(key, name);
  }
  return found;
}

/** See `TagStore.findEach`. */
export async function findEach(db: Kysely<Tables>, places: readonly TagPlace[]): Promise<(Tag | null)[]> {
  const { tableOf, join } = dialectOf(db);
  const names = tableOf(places.map(({ repositoryKey, name }) => [repositoryKey, name]));
  const { rows } = await sql<TagRow & { readonly place: number }>`
    select wanted.key as place, ${tagSelection} from ${names} as wanted
      ${join} tag on tag.repository_id = cast(wanted.value ->> 0 as bigint) and tag.name = wanted.value ->> 1
      ${join} repository on repository.id = tag.repository_id
      left join image on image.id = tag.image_id`.execute(db);
  const found = new Map(rows.map((row) => [row.place, toTag(row)]));
  return places.map((_place, at) => found.get(at) ?? null);
}
