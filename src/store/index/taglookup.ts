import { type Kysely, sql } from 'kysely';
import type { Tag } from '../../domain/catalogue.js';
import type { TagName } from '../../domain/name.js';
import type { Tables } from '../database/database.js';
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
  const matches = sql.join(
    patterns.map((pattern) => sql`tag.name glob ${pattern}`),
    sql` or `,
  );
  const found = new Map<number, TagName>();
  for (const some of chunk(repositoryKeys)) {
    const { rows } = await sql<{ key: number; name: TagName | null }>`select repository.value as key,
        (select tag.name from tag where tag.repository_id = repository.value and (${matches}) limit 1) as name
      from json_each(${JSON.stringify(some)}) repository`.execute(db);
    for (const { key, name } of rows) if (name !== null) found.set(key, name);
  }
  return found;
}

/** See `TagStore.findEach`. */
export async function findEach(db: Kysely<Tables>, places: readonly TagPlace[]): Promise<(Tag | null)[]> {
  const names = JSON.stringify(places.map(({ repositoryKey, name }) => [repositoryKey, name]));
  const { rows } = await sql<TagRow & { readonly place: number }>`
    select wanted.key as place, ${tagSelection} from json_each(${names}) as wanted
      cross join tag on tag.repository_id = wanted.value ->> 0 and tag.name = wanted.value ->> 1
      cross join repository on repository.id = tag.repository_id
      left join image on image.id = tag.image_id`.execute(db);
  const found = new Map(rows.map((row) => [row.place, toTag(row)]));
  return places.map((_place, at) => found.get(at) ?? null);
}
