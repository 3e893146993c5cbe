import { randomUUID } from 'node:crypto';
import type { ColumnType, Insertable, Kysely } from 'kysely';
import { isReferrerTag, toSortKey } from '../../src/domain/version.js';
import type { Tables } from '../../src/store/database/database.js';

type Plain<T> = T extends string ? string : T;
type PlainColumn<C> =
  C extends ColumnType<infer S, infer I, infer U> ? ColumnType<Plain<S>, Plain<I>, Plain<U>> : Plain<C>;

/** The tables with names, digests and JSON as the plain text that a test writes them as. */
export type PlainTables = { [T in keyof Tables]: { [C in keyof Tables[T]]: PlainColumn<Tables[T][C]> } };

/** The same tables for a test to put any text into. */
export function plainly(db: Kysely<Tables>): Kysely<PlainTables> {
  return db;
}

/** Rows as a sync would leave them, everything but the names left to choose. */
export async function addRegistry(db: Kysely<Tables>, name: string): Promise<string> {
  const id = randomUUID();
  await plainly(db)
    .insertInto('registry')
    .values({ id, name, addr: `http://${name}`, created_at: 0, tls_skip_verify: 0, max_age: 30, dropped_names: 0 })
    .execute();
  return id;
}

export async function addRepository(
  db: Kysely<Tables>,
  registryId: string,
  name: string,
  more: Partial<Insertable<PlainTables['repository']>> = {},
): Promise<number> {
  const row = {
    registry_id: registryId,
    name,
    first_seen_at: 0,
    missed_scans: 0,
    is_settled: 1,
    tag_count: 1,
    size: 0,
    tags_confirmed_at: 0,
    ...more,
  };
  return (await plainly(db).insertInto('repository').values(row).returning('id').executeTakeFirstOrThrow()).id;
}

export async function addTags(
  db: Kysely<Tables>,
  repositoryKey: number,
  tags: readonly ({ name: string } & Partial<Insertable<PlainTables['tag']>>)[],
): Promise<void> {
  for (let start = 0; start < tags.length; start += 500) {
    const rows = tags.slice(start, start + 500).map((tag) => ({
      repository_id: repositoryKey,
      sort_key: toSortKey(tag.name),
      is_hidden: isReferrerTag(tag.name) ? 1 : 0,
      first_seen_at: 0,
      changed_at: 0,
      updated_at: 0,
      updated_source: 'FIRST_SEEN',
      image_id: null,
      ...tag,
    }));
    await plainly(db).insertInto('tag').values(rows).execute();
  }
}

export async function addImage(
  db: Kysely<Tables>,
  digest: string,
  more: Partial<Insertable<PlainTables['image']>> = {},
): Promise<number> {
  const row = {
    digest,
    kind: 'image',
    media_type: 'm',
    manifest_size: 1,
    labels: '{}',
    annotations: '{}',
    history: '[]',
    config_state: 'read',
    first_seen_at: 0,
    ...more,
  };
  return (await plainly(db).insertInto('image').values(row).returning('id').executeTakeFirstOrThrow()).id;
}

/** A digest of nothing, told apart by its first digits. */
export function fakeDigest(start: number | string): string {
  return `sha256:${String(start).padEnd(64, '0')}`;
}
