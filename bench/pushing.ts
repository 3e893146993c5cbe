import type { Built } from '../test/support/content/images.js';
import { push } from '../test/support/content/push.js';
import { nameRepository, tagsPerRepository } from './fill.js';

/** A repository and one of its tags. */
type Place = readonly [repository: string, tag: string];

const concurrency = 8;

/** Ten tags of each, in an order in which the next is of another repository. */
export function listPlaces(repositories: number): Place[] {
  return Array.from(
    { length: repositories * tagsPerRepository },
    (_, at) => [nameRepository(at % repositories), `v1.0.${Math.floor(at / repositories)}`] as const,
  );
}

/** Pushes what `build` makes for each place, some at a time. Images that share their layer take some milliseconds. */
export async function pushAll(url: string, places: readonly Place[], build: (...place: Place) => Built): Promise<void> {
  const rest = places.values();
  const work = async (): Promise<void> => {
    for (const [repository, tag] of rest) await push(url, repository, tag, build(repository, tag));
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}
