import { sql } from 'kysely';
import type { Database } from '../database/database.js';

/** How much the index holds. */
export interface IndexSize {
  /** By registry id, of those that have repositories. */
  readonly registries: ReadonlyMap<string, { readonly repositories: number; readonly tags: number }>;
  /** Distinct images, and distinct blobs of these, of all registries. */
  readonly images: number;
  readonly blobs: number;
}

/** Looks at every row of an index of each table, beside the gateway: a second for some millions. */
export async function readIndexSize({ scanner }: Pick<Database, 'scanner'>): Promise<IndexSize> {
  const counts = scanner
    .selectFrom('repository')
    .select((of) => [
      'registry_id',
      of.fn.countAll<number>().as('repositories'),
      of.fn.sum<number>('tag_count').as('tags'),
    ]);
  const registries = await counts.groupBy('registry_id').execute();
  const { rows } = await sql<{
    images: number;
    blobs: number;
  }>`select (select count(*) from image) as images, (select count(*) from blob) as blobs`.execute(scanner);
  return {
    registries: new Map(registries.map(({ registry_id: id, repositories, tags }) => [id, { repositories, tags }])),
    ...(rows[0] ?? { images: 0, blobs: 0 }),
  };
}
