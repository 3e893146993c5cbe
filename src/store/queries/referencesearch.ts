import { type Kysely, sql } from 'kysely';
import type { Digest } from '../../domain/digest.js';
import type { RepositoryName, TagName } from '../../domain/name.js';
import { parseReference, resolveReference } from '../../domain/reference.js';
import type { Registry } from '../../domain/registry.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { digits, isOfDigest, isShown, type RegistryIds } from './searchsources.js';

/** A hit that a reference names exactly. Of equal `place` no two are there. */
export interface ReferencedHit {
  readonly type: 'repository' | 'tag' | 'image';
  readonly key: number;
  /** Their order, and where a page goes on. */
  readonly place: string;
  /** Of a repository. */
  readonly name?: string;
}

/** The registries, by name, address and where clients pull from, which references may name. */
export type KnownRegistries = readonly Pick<Registry, 'id' | 'name' | 'addr' | 'pullHost'>[];

/** Repositories that one reference names at the most: one in each registry. */
const mostNamed = 100;

/**
 * Finds the things that a query names exactly, if it is a reference: its tag, or where no repository has that, the
 * repositories; and the image of its digest. By whole names and digests alone, which indexes have.
 */
export async function findReferenced(
  db: Kysely<Tables>,
  query: string,
  registries: KnownRegistries,
  registryIds: RegistryIds,
): Promise<ReferencedHit[]> {
  const reference = parseReference(query);
  if (!reference) return [];
  const { tag, digest } = reference;
  const repositories = await findRepositories(db, resolveReference(reference, registries), registryIds);
  const tags = tag === null ? [] : await findTags(db, repositories, tag);
  const images = digest === null ? [] : await findImages(db, digest, registryIds);
  const isFound = tags.length > 0 || (tag === null && images.length > 0);
  return [...(isFound ? tags : repositories), ...images];
}

async function findRepositories(
  db: Kysely<Tables>,
  named: ReturnType<typeof resolveReference>,
  registryIds: RegistryIds,
): Promise<ReferencedHit[]> {
  const dialect = dialectOf(db);
  const names = [...new Set(named.map(({ name }) => name))];
  if (names.length === 0) return [];
  const { rows } = await sql<{ id: number; registry_id: string; name: RepositoryName }>`
    select id, registry_id, name from repository where ${dialect.among(sql`name`, names)}
      and ${isShown(dialect, registryIds)}`.execute(db);
  const placed = rows.flatMap(({ id, registry_id, name }) => {
    const at = named.findIndex((one) => one.name === name && (one.registryId ?? registry_id) === registry_id);
    return at < 0 ? [] : [{ type: 'repository' as const, key: id, place: `${digits(at)} ${digits(id)}`, name }];
  });
  return placed.toSorted((a, b) => (a.place < b.place ? -1 : 1)).slice(0, mostNamed);
}

async function findTags(
  db: Kysely<Tables>,
  repositories: readonly ReferencedHit[],
  name: TagName,
): Promise<ReferencedHit[]> {
  if (repositories.length === 0) return [];
  const places = new Map(repositories.map(({ key, place }) => [key, place]));
  const { rows } = await sql<{ id: number; repository_id: number }>`select id, repository_id from tag
    where ${dialectOf(db).among(sql`repository_id`, [...places.keys()])} and name = ${name} and is_hidden = 0`.execute(
    db,
  );
  return rows
    .map((row) => ({ type: 'tag' as const, key: row.id, place: places.get(row.repository_id)! }))
    .toSorted((a, b) => (a.place < b.place ? -1 : 1));
}

async function findImages(db: Kysely<Tables>, digest: Digest, registryIds: RegistryIds): Promise<ReferencedHit[]> {
  const { rows } = await sql<{ id: number }>`select id from image
    where ${isOfDigest(dialectOf(db), { from: digest, to: digest }, registryIds)}`.execute(db);
  // Behind all digits.
  return rows.map(({ id }) => ({ type: 'image', key: id, place: `image ${digits(id)}` }));
}
