import { type Kysely, sql } from 'kysely';
import type { Digest } from '../../domain/digest.js';
import type { TagName } from '../../domain/name.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { lockRows } from '../sql/locking.js';
import { nextTagsVersion, undecided } from './taglisting.js';

/** A tag that was put back on a digest. */
export interface RestoredTag {
  readonly name: TagName;
  readonly digest: Digest;
}

/**
 * See `TagStore.keepRestored`; true when a tag has another time now. Of an image whose time nobody knows, it stays
 * unknown. A revision that was written before times were kept says at least since when the tag was there. In a
 * transaction.
 */
export async function keepRestored(
  trx: Kysely<Tables>,
  repositoryKey: number,
  restored: readonly RestoredTag[],
): Promise<boolean> {
  const { join, tableOf } = dialectOf(trx);
  await lockRows(trx, 'repository', sql`(${repositoryKey})`);
  const wanted = tableOf(restored.map(({ name, digest }) => [name, digest]));
  const { numAffectedRows = 0n } = await sql`update tag set updated_at = coalesce(last.updated_at, last.since),
      updated_source = case last.updated_source when ${undecided} then ${undecided} else 'RESTORED' end
    from ${wanted} as put ${join} repository on repository.id = ${repositoryKey}
      ${join} tag_revision as last on last.id = (select max(id) from tag_revision
        where registry_id = repository.registry_id and tag_revision.repository = repository.name
        and tag_revision.tag = put.value ->> 0 and tag_revision.digest = put.value ->> 1)
      ${join} image on image.digest = put.value ->> 1
    where tag.repository_id = ${repositoryKey} and tag.name = put.value ->> 0 and tag.image_id = image.id`.execute(trx);
  if (numAffectedRows === 0n) return false;
  await sql`update repository set tags_version = ${nextTagsVersion},
      updated_at = (select max(updated_at) from tag where repository_id = ${repositoryKey} and is_hidden = 0)
    where id = ${repositoryKey}`.execute(trx);
  return true;
}
