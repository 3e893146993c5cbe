import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { lockToRemove } from '../sql/locking.js';
import { type PruneStep, remove, type RowRange, sweep, type Swept } from './sweeping.js';

/** Rows that one step looks at. An image with its layers and entries weighs most. */
const imagesPerStep = 200;
const rowsPerStep = 500;

/** Layers and entries that go in one step, unless they are of one image. */
const weightPerStep = 1000;

/**
 * Removes what nothing holds any more: images that no repository and no tag has, at the second look that finds them so;
 * then blobs of no image, and what registries lack of images and entries that are gone.
 *
 * A look only marks an image. It goes at the next one, unless it is held by then or was saved again, which takes the
 * mark away: whoever saves an image and links it right after, and a reading that knows its key, have the time between
 * two looks. A child of an index goes after its index, so that an index is whole for as long as it is there.
 */
export async function* pruneOrphans(db: Kysely<Tables>): AsyncGenerator<PruneStep> {
  yield* sweep(db, 'image', imagesPerStep, pruneImages);
  yield* sweep(db, 'blob', rowsPerStep, pruneBlobs);
  yield* sweep(db, 'absent_content', rowsPerStep, pruneAbsent);
}

async function pruneImages(db: Kysely<Tables>, { from, to }: RowRange): Promise<Swept> {
  const { removed, upTo = to } = await removeMarked(db, { from, to });
  // After it: what is marked now stays until the next look.
  await markAnew(db, { from, to: upTo });
  return { removed, upTo };
}

const isHeld = sql`(exists (select 1 from repository_image where image_id = image.id) or exists (select 1 from tag
  where image_id = image.id))`;

const isForgotten = sql`is_orphan = 1 and not ${isHeld}
  and not exists (select 1 from image_entry where child_id = image.id)`;

async function removeMarked(db: Kysely<Tables>, { from, to }: RowRange): Promise<Swept> {
  const { rows } = await sql<{ id: number; total: number }>`
    select id, sum(1 + (select count(*) from image_blob where image_id = id) + (select count(*) from image_entry
    where index_id = id))
        over (order by id) as total
      from image where id > ${from} and id <= ${to} and ${isForgotten} order by id`.execute(db);
  const some = rows.filter(({ total }, at) => at === 0 || total <= weightPerStep);
  if (some.length === 0) return { removed: 0 };
  const isChosen = dialectOf(db).among(
    sql`id`,
    some.map(({ id }) => id),
  );
  const removed = await removeUnused(db, 'image', sql`${isChosen} and ${isForgotten}`);
  return { removed, ...(some.length < rows.length && { upTo: some.at(-1)!.id }) };
}

/**
 * Removes rows of which the condition says that nothing refers to them. Where several transactions run at once, it is
 * asked again once they are locked: another may have begun to refer to them since.
 */
async function removeUnused(
  db: Kysely<Tables>,
  table: 'blob' | 'image',
  condition: RawBuilder<unknown>,
): Promise<number> {
  const from = sql.table(table);
  if (dialectOf(db).engine === 'sqlite') return remove(db, sql`delete from ${from} where ${condition}`);
  const locked = await lockToRemove(db, table, condition);
  if (locked.length === 0) return 0;
  return remove(db, sql`delete from ${from} where ${dialectOf(db).among(sql`id`, locked)} and ${condition}`);
}

async function markAnew(db: Kysely<Tables>, { from, to }: RowRange): Promise<void> {
  await sql`update image set is_orphan = 1 - is_orphan
    where id > ${from} and id <= ${to} and is_orphan = case when ${isHeld} then 1 else 0 end`.execute(db);
}

/** A blob is saved in one transaction with the image that has it. */
async function pruneBlobs(db: Kysely<Tables>, { from, to }: RowRange): Promise<Swept> {
  const isUnused = sql`id > ${from} and id <= ${to}
    and not exists (select 1 from image_blob where blob_id = blob.id)`;
  return { removed: await removeUnused(db, 'blob', isUnused) };
}

async function pruneAbsent(db: Kysely<Tables>, { from, to }: RowRange): Promise<Swept> {
  const arrival = dialectOf(db).arrival('absent_content');
  return {
    removed: await remove(
      db,
      sql`delete from absent_content where ${arrival} > ${from} and ${arrival} <= ${to}
    and not exists (select 1 from image where image.digest = absent_content.digest)
    and not exists (select 1 from image_entry where child_digest = absent_content.digest)`,
    ),
  };
}
