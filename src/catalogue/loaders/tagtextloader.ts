import type DataLoader from 'dataloader';
import type { Repository } from '../../domain/catalogue.js';
import type { ListStore } from '../../store/queries/lists.js';
import { chunk } from '../../store/sql/rows.js';
import { createSlices } from '../../timer.js';
import { createBatchLoader } from './batchloader.js';
import { nameKind, type TagTextKind, type TagTexts } from './tagtexts.js';

/** The first page of tags of each of these repositories, as text. */
export interface TagTextRequest extends TagTextKind {
  readonly repositories: readonly Repository[];
}

/** Gives texts in the order of the repositories. */
export type TagTextLoader = DataLoader<TagTextRequest, readonly Buffer[], string>;

export interface TagTextParts {
  readonly lists: ListStore;
  readonly tagTexts: TagTexts;
}

/** Requests of one kind are one statement. What is written is kept. */
export function createTagTextLoader(parts: TagTextParts): TagTextLoader {
  return createBatchLoader<TagTextRequest, readonly Buffer[]>({
    keyOf: ({ repositories }) => repositories.map(({ key }) => key).join(' '),
    kindOf: nameKind,
    load: (requests) => writeTags(parts, requests),
  });
}

/** Repositories whose tags are written at once: up to two thousand tags, in some milliseconds. */
const writtenAtOnce = 20;

/** Milliseconds that texts are written in one turn of the event loop. */
const slice = 10;

async function writeTags(
  { lists, tagTexts }: TagTextParts,
  requests: readonly TagTextRequest[],
): Promise<(readonly Buffer[])[]> {
  const { form, order, first } = requests[0]!;
  const kind = nameKind(requests[0]!);
  const wanted = new Map(requests.flatMap(({ repositories }) => repositories.map((one) => [one.key, one])));
  const pages = await lists.readPlainTags([...wanted.keys()], order, first, form.columns);
  const slices = createSlices(slice);
  const texts = new Map<number, Buffer>();
  for (const some of chunk([...wanted.values()], writtenAtOnce)) {
    const turn = slices.next();
    if (turn) await turn;
    for (const repository of some) {
      const text = form.write(pages.get(repository.key)!, repository);
      tagTexts.keep(repository, kind, text);
      texts.set(repository.key, text);
    }
  }
  return requests.map(({ repositories }) => repositories.map(({ key }) => texts.get(key)!));
}
