import { badInput } from '../errors.js';
import type { Digest } from './digest.js';
import type { RepositoryGlob } from './glob.js';
import type { ImageKind, Platform } from './image.js';

/** The most values that a list of a filter may have. */
export const maxFilterValues = 100;

/** Throws BAD_USER_INPUT naming the list of the filter that has more values than one may. */
export function assertFewValues(lists: Readonly<Record<string, readonly unknown[] | null | undefined>>): void {
  for (const [name, values] of Object.entries(lists))
    if (values && values.length > maxFilterValues)
      throw badInput(`"${name}" takes up to ${maxFilterValues} values, got ${values.length}.`, 'filter', name);
}

export type OrderDirection = 'ASC' | 'DESC';

/** Narrows a list of repositories; a field that is absent or null does not narrow it. */
export interface RepositoryFilter {
  /** Registry ids; of an empty list, nothing. */
  readonly registryIds?: readonly string[] | null;
  readonly nameContains?: string | null;
  /** The namespace itself, not those below it. */
  readonly namespace?: string | null;
  /** Full names that any of these patterns names; of an empty list, all. */
  readonly globs?: readonly RepositoryGlob[] | null;
  readonly updatedBefore?: Date | null;
  readonly updatedAfter?: Date | null;
  /** Those that have an image which runs on it, or an index with such a child. */
  readonly platform?: PlatformFilter | null;
  /** Those that have an image with it, or an index with such a child. */
  readonly label?: Label | null;
  /** true: only those without tags; false, and left out: only those with tags, or not read yet; null: both. */
  readonly empty?: boolean | null;
}

/** A label as it is looked for: the whole key, and the whole value. */
export interface Label {
  readonly key: string;
  readonly value: string;
}

export type RepositoryOrderField = 'NAME' | 'UPDATED_AT' | 'SIZE' | 'TAG_COUNT';

export interface RepositoryOrder {
  readonly field: RepositoryOrderField;
  readonly direction: OrderDirection;
}

/** `osVersion` is all of it, or its first parts: `10.0.20348` finds `10.0.20348.1487`. */
export type PlatformFilter = Pick<Platform, 'os' | 'architecture'> & Partial<Pick<Platform, 'variant' | 'osVersion'>>;

/** Narrows a list of tags; a field that is absent or null does not narrow it. */
export interface TagFilter {
  readonly nameContains?: string | null;
  /** `*` is any text, `?` any character; upper and lower case differ, as they do in tags. */
  readonly glob?: string | null;
  /** A range as npm writes it: `>=1.2 <2`. Tags that are no version are left out. */
  readonly semver?: string | null;
  /** Images, and indexes with such a child. */
  readonly platform?: PlatformFilter | null;
  readonly label?: Label | null;
  /** The digest that the tag points to itself. */
  readonly digest?: Digest | null;
  readonly kinds?: readonly ImageKind[] | null;
  readonly artifactType?: string | null;
  /** Bytes; a size that is not known is neither. */
  readonly sizeAtLeast?: number | null;
  readonly sizeAtMost?: number | null;
  readonly updatedBefore?: Date | null;
  readonly updatedAfter?: Date | null;
  /** Also signatures, attestations and fallback tags of referrers. */
  readonly includeReferrers?: boolean | null;
}

/** Narrows a list of the tags of all repositories: those of which `repositories` holds. */
export interface AnyTagFilter extends TagFilter {
  readonly repositories: Pick<RepositoryFilter, 'registryIds' | 'namespace' | 'globs'>;
}

export type TagOrderField = 'NAME' | 'SEMVER' | 'UPDATED_AT' | 'SIZE';

export interface TagOrder {
  readonly field: TagOrderField;
  readonly direction: OrderDirection;
}

/** An order of tags that an index has. */
export interface IndexedTagOrder extends TagOrder {
  readonly field: Exclude<TagOrderField, 'SIZE'>;
}
