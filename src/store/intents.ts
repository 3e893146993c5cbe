import { randomUUID } from 'node:crypto';
import type { Digest } from '../domain/digest.js';
import type { RepositoryName, TagName } from '../domain/name.js';
import type { Database } from './database.js';

/** A tag that is being deleted by a placeholder: it may stand on the placeholder until that is deleted. */
export interface DeletionIntent {
  readonly registryId: string;
  readonly repository: RepositoryName;
  readonly tag: TagName;
  readonly originalDigest: Digest;
  readonly placeholderDigest: Digest;
}

/** What was begun at a registry and is not known to be finished. Written before the first request, removed after the last. */
export interface IntentStore {
  /** Gives the id to remove it by. */
  add(intent: DeletionIntent, now: Date): Promise<string>;
  remove(id: string): Promise<void>;
  list(): Promise<(DeletionIntent & { readonly id: string })[]>;
}

export function createIntentStore({ kysely: db }: Pick<Database, 'kysely'>): IntentStore {
  return {
    async add({ registryId, repository, tag, originalDigest, placeholderDigest }, now) {
      const id = randomUUID();
      const row = { id, registry_id: registryId, repository, tag, original_digest: originalDigest, placeholder_digest: placeholderDigest, created_at: now.getTime() };
      await db.insertInto('deletion_intent').values(row).execute();
      return id;
    },
    async remove(id) {
      await db.deleteFrom('deletion_intent').where('id', '=', id).execute();
    },
    async list() {
      const rows = await db.selectFrom('deletion_intent').selectAll().orderBy('created_at').execute();
      return rows.map((row) => ({
        id: row.id,
        registryId: row.registry_id,
        repository: row.repository as RepositoryName,
        tag: row.tag as TagName,
        originalDigest: row.original_digest as Digest,
        placeholderDigest: row.placeholder_digest as Digest,
      }));
    },
  };
}
