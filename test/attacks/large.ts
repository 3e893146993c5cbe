import { CompiledQuery } from 'kysely';
import { fillIndex } from '../../bench/fill.js';
import { openDatabase } from '../../src/store/database/database.js';

/**
 * In the registry `bench`: a repository whose tags are each an image of their own, and one whose tags are all the same
 * image.
 */
export const own = 'team-00/app-000000';
export const shared = 'team-01/app-000001';

/** Of `bench`, as the filling has it. */
export const registryId = '00000000-0000-4000-8000-00000000be9c';

/** Fills an empty database with both, so many tags each. */
export async function fillLarge(file: string, tags: number): Promise<void> {
  await fillIndex(file, { repositories: 2, tagsEach: tags });
  const database = await openDatabase(`sqlite:${file}`);
  try {
    await database.kysely.executeQuery(CompiledQuery.raw('update tag set image_id = 1 where repository_id = 2'));
    await database.kysely.executeQuery(CompiledQuery.raw('analyze'));
  } finally {
    await database.close();
  }
}
