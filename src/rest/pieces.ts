import type { Pieces } from '../cache/pieces.js';
import type { RepositoryContents } from '../catalogue/browse/inventory.js';
import type { Freshness } from '../domain/freshness.js';
import { splitRepositoryName } from '../domain/name.js';
import type { repositoryAnswer } from './answers.js';
import type { Shaped } from './wire.js';
import { namespaceOfPlain } from './library.js';
import { shapeLayer } from './shapes.js';

type RepositoryShape = Shaped<typeof repositoryAnswer>;

/** A JSON array, an item in any number of pieces; what gives no piece is no item. */
export async function* writeArray(items: AsyncIterable<Pieces>): Pieces {
  let separator = '[';
  for await (const item of items) {
    for await (const piece of item) {
      yield separator + piece;
      separator = '';
    }
    if (separator === '') separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}

/**
 * The documented repository, in the order of its keys; nothing of one that was read and has no tags. `hasTwin`: the
 * gateway knows `library/x` beside this `x`.
 */
export async function* writeRepository(
  { repository, tags, layers }: RepositoryContents,
  { confirmedAt, lastError }: Freshness,
  hasTwin: boolean,
): Pieces {
  const { name, size } = repository;
  const split = splitRepositoryName(name);
  const namespace = split.namespace || namespaceOfPlain(hasTwin);
  const head: Pick<RepositoryShape, 'name' | 'namespace' | 'repository'> = {
    name,
    namespace,
    repository: split.repository,
  };
  const begin = `${JSON.stringify(head).slice(0, -1)},"tags":[`;
  let separator = begin;
  for await (const page of tags) {
    const shown = page.filter(({ isHidden }) => !isHidden);
    if (shown.length === 0) continue;
    yield (
      separator +
      writeItems(shown.map((tag): RepositoryShape['tags'][number] => ({ ID: tag.imageId ?? '', Name: tag.name })))
    );
    separator = ',';
  }
  // A registry keeps the name of an emptied repository. One that was never read must not look like one.
  if (separator === begin && confirmedAt !== null) return;
  yield separator === begin ? `${begin}],"layers":[` : '],"layers":[';
  separator = '';
  for await (const page of layers) {
    yield separator + writeItems(page.map(shapeLayer));
    separator = ',';
  }
  // Not documented, and only there when the registry could not be read: such a repository must not look empty.
  const error: Pick<RepositoryShape, 'error'> =
    confirmedAt === null && lastError ? { error: { code: lastError.code, message: lastError.message } } : {};
  yield `],${JSON.stringify({ size, ...error }).slice(1)}`;
}

function writeItems(items: readonly object[]): string {
  return JSON.stringify(items).slice(1, -1);
}
