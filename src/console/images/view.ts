import { readOneOf, readText } from '../pure/search.js';

/** The parts of an image, of which one is looked at. */
export const parts = ['layers', 'config', 'labels', 'referrers', 'lineage', 'places', 'history', 'raw'] as const;
export type ImagePart = (typeof parts)[number];

/** The part of an image that is looked at, as the address has it. */
export interface ImageView {
  /** The first that the image has when absent. */
  readonly part?: ImagePart | undefined;
  /** A platform by its label; the image's first when absent. */
  readonly platform?: string | undefined;
}

export function readImageView(search: Readonly<Record<string, unknown>>): ImageView {
  return { part: readOneOf(search['part'], parts), platform: readText(search['platform']) };
}
