import { readText } from '../../pure/search.js';

/** The two sides of a comparison, as the address has them. */
export interface CompareSearch {
  /** The side that is compared with: a reference such as `local/team/app:1.2`, or a digest. */
  readonly a?: string | undefined;
  /** The side that is compared. */
  readonly b?: string | undefined;
  /** A platform by its label; the first of both when absent. */
  readonly platform?: string | undefined;
  /** The first when absent. */
  readonly part?: 'config' | 'labels' | undefined;
  /** Also what is alike. */
  readonly all?: 'yes' | undefined;
}

export function readCompareSearch(search: Readonly<Record<string, unknown>>): CompareSearch {
  const part = readText(search['part']);
  return {
    a: readText(search['a'], 600),
    b: readText(search['b'], 600),
    platform: readText(search['platform']),
    part: part === 'config' || part === 'labels' ? part : undefined,
    all: search['all'] === 'yes' ? 'yes' : undefined,
  };
}
