import { readOneOf, readText, readTexts } from '../../pure/search.js';

/** The part of the trash that is shown, as its address has it. */
export interface TrashSearch {
  /** Tags when absent. */
  readonly show?: 'repositories' | undefined;
  /** A part of the name of a repository, of a tag, or of both. */
  readonly q?: string | undefined;
  readonly registry?: readonly string[] | undefined;
}

export function readTrashSearch(search: Readonly<Record<string, unknown>>): TrashSearch {
  return {
    show: readOneOf(search['show'], ['repositories']),
    q: readText(search['q']),
    registry: readTexts(search['registry']),
  };
}
