import { readOneOf, readTexts } from '../../pure/search.js';

/** The part of the trash that is shown, as its address has it. */
export interface TrashSearch {
  /** Tags when absent. */
  readonly show?: 'repositories' | undefined;
  readonly registry?: readonly string[] | undefined;
}

export function readTrashSearch(search: Readonly<Record<string, unknown>>): TrashSearch {
  return { show: readOneOf(search['show'], ['repositories']), registry: readTexts(search['registry']) };
}
