import { type Kysely, sql } from 'kysely';
import type { Image } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { Database, Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { chunk, imageColumns, type ImageRow, toImage } from '../sql/rows.js';

/** The image that a classic cosign tag points to, and the suffix of that tag. */
export interface Cosigned {
  readonly suffix: string;
  readonly image: Image;
}

const selection = sql.join(imageColumns.map((column) => sql.ref(`image.${column}`)));

/** Finds the images that are about other images, as far as the index knows. */
export interface ReferrerStore {
  /** Of each digest, in their order: the images that say they are about it, the first `limit` by their digest. */
  findBySubjects(subjects: readonly Digest[], limit: number): Promise<Image[][]>;
  /**
   * Of each image, in their order: what the tags `sha256-<hex>.<suffix>` point to in one repository, or, where that is
   * null, in every repository that holds the image.
   */
  findCosigned(images: readonly Pick<Image, 'key' | 'digest'>[], repositoryKey: number | null): Promise<Cosigned[][]>;
}

export function createReferrerStore({ kysely: db }: Pick<Database, 'kysely'>): ReferrerStore {
  return {
    findBySubjects: (subjects, limit) => findBySubjects(db, subjects, limit),
    findCosigned: (images, repositoryKey) => findCosigned(db, images, repositoryKey),
  };
}

/**
 * Most images are about nothing, by which SQLite takes the index for useless: it is named, or all images would be
 * looked through.
 */
async function findBySubjects(db: Kysely<Tables>, subjects: readonly Digest[], limit: number): Promise<Image[][]> {
  const found: Image[][] = [];
  for (const some of chunk(subjects)) {
    const { listOf, pick, indexedBy } = dialectOf(db);
    const first = sql`select one.id from image as one ${indexedBy('image_subject_index')}
      where one.subject = wanted.value order by one.digest limit ${limit}`;
    const { rows } = await sql<ImageRow & { readonly place: number }>`
      select wanted.key as place, ${selection} from ${listOf(some)} as wanted
        ${pick(sql`image`, sql`image.id`, first)}
        order by image.digest`.execute(db);
    const groups = Map.groupBy(rows, (row) => row.place);
    for (const at of some.keys()) found.push((groups.get(at) ?? []).map(toImage));
  }
  return found;
}

async function findCosigned(
  db: Kysely<Tables>,
  images: readonly Pick<Image, 'key' | 'digest'>[],
  repositoryKey: number | null,
): Promise<Cosigned[][]> {
  const { tableOf, listOf, join } = dialectOf(db);
  const holder =
    repositoryKey === null
      ? sql`repository_image as holder on holder.image_id = cast(wanted.value ->> 0 as bigint)`
      : sql`(select cast(${repositoryKey} as bigint) as repository_id) as holder on true`;
  const found: Cosigned[][] = [];
  for (const some of chunk(images)) {
    const stems = tableOf(some.map(({ key, digest }) => [key, digest.replace(':', '-')]));
    const { rows } = await sql<ImageRow & { readonly place: number; readonly tag_name: string }>`
      select wanted.key as place, tag.name as tag_name, ${selection} from ${stems} as wanted
        ${join} ${holder}
        cross join ${listOf(['sig', 'att', 'sbom'])} as suffix
        ${join} tag on tag.repository_id = holder.repository_id
        and tag.name = (wanted.value ->> 1) || '.' || suffix.value
        ${join} image on image.id = tag.image_id`.execute(db);
    const groups = Map.groupBy(rows, (row) => row.place);
    for (const at of some.keys()) found.push((groups.get(at) ?? []).map(toCosigned));
  }
  return found;
}

function toCosigned(row: ImageRow & { readonly tag_name: string }): Cosigned {
  return { suffix: row.tag_name.slice(row.tag_name.lastIndexOf('.') + 1), image: toImage(row) };
}
