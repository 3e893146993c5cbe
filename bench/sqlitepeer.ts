import { openSqliteFile } from '../src/store/file/driver.js';
import { hexOf, type Digest } from '../src/domain/digest.js';

interface StoredRepository {
  readonly id: number;
  readonly name: string;
}

interface StoredTag {
  readonly repository_id: number;
  readonly name: string;
  readonly digest: string | null;
  readonly config_digest: Digest | null;
  readonly size: number | null;
  readonly updated_at: number;
}

/** The benchmark's page as it is read from the gateway's own file by statements that are prepared once. */
export interface SqlitePages {
  findRegistry(name: string): { readonly id: string; readonly name: string } | null;
  /** `after` is the name of a repository. */
  listRepositories(registryId: string, first: number, after: string): StoredRepository[];
  /** Those of each repository, by name; in the order of the ids. */
  listTags(ids: readonly number[], first: number): ReturnType<typeof showTag>[][];
}

export function openSqlitePages(path: string): SqlitePages {
  const file = openSqliteFile(path, { readonly: true });
  const registry = file.prepare('select id, name from registry where name = ?');
  const repositories = file.prepare(
    'select id, name from repository where registry_id = ? and name > ? order by name, id limit ?',
  );
  const tags = file.prepare(
    `select tag.repository_id, tag.name, image.digest, image.config_digest, image.size, tag.updated_at
     from json_each(?) as wanted
       cross join tag on tag.id in (select id from tag where repository_id = wanted.value order by name, id limit ?)
       left join image on image.id = tag.image_id`,
  );
  return {
    findRegistry: (name) => (registry.all(name) as unknown as { id: string; name: string }[])[0] ?? null,
    listRepositories: (registryId, first, after) =>
      repositories.all(registryId, after, first) as unknown as StoredRepository[],
    listTags(ids, first) {
      const rows = tags.all(JSON.stringify(ids), first) as unknown as StoredTag[];
      const found = Map.groupBy(rows, (row) => row.repository_id);
      return ids.map((id) => (found.get(id) ?? []).sort((a, b) => (a.name < b.name ? -1 : 1)).map(showTag));
    },
  };
}

function showTag({ name, digest, config_digest, size, updated_at }: StoredTag) {
  const imageId = config_digest && hexOf(config_digest);
  return { name, digest, imageId, size, updatedAt: new Date(updated_at).toISOString() };
}
