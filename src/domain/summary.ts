import type { Repository } from './catalogue.js';
import type { RepositoryFilter } from './filter.js';
import type { RepositoryName } from './name.js';

/** Totals of some repositories: of a namespace, or of one name in several registries. */
export interface RepositoryTotals {
  readonly repositoryCount: number;
  readonly tagCount: number;
  /** Bytes: each repository's own size, so that what several share counts for each. */
  readonly size: number;
  /** Of the latest tag; null: none has a time. */
  readonly updatedAt: Date | null;
}

/** A part of the tree that the names of repositories make, with all that is below it. */
export interface Namespace extends RepositoryTotals {
  /** `a/b`. */
  readonly path: string;
  /** Others are below it. */
  readonly hasNamespaces: boolean;
}

/** Which namespaces: those right below a parent, or at the top. */
export interface NamespacePlace {
  /** null: of all registries. */
  readonly registryId: string | null;
  readonly parent: string | null;
}

/** The repositories of one name, one of each registry that has it. */
export interface RepositoryGroup extends RepositoryTotals {
  readonly name: RepositoryName;
  /** The first `mostMembers`, by the names of their registries. */
  readonly repositories: readonly Repository[];
}

/** Repositories that are shown of a group, and between which tags are compared. */
export const mostMembers = 100;

export interface GroupFilter extends RepositoryFilter {
  /** Only names that so many registries have, or more; absent: any. */
  readonly registryCountAtLeast?: number;
}

export type GroupOrderField = 'NAME' | 'REPOSITORY_COUNT' | 'TAG_COUNT' | 'SIZE' | 'UPDATED_AT';

/** How far the tags of the repositories of a group are the same. Each name of a tag counts once. */
export interface Drift {
  /** The repositories have the same newest tag, on the same digest. */
  readonly isNewestSame: boolean;
  /** In every repository, on one digest. */
  readonly sameTagCount: number;
  /** On different digests in the repositories that have it. */
  readonly differentTagCount: number;
  /** On one digest, and not in every repository. */
  readonly missingTagCount: number;
}

/** A value that things of a list have, and how many do. */
export interface FacetCount {
  readonly value: string;
  readonly count: number;
}

export type RepositoryFacet = 'registry' | 'namespace' | 'platform';
export type TagFacet = RepositoryFacet | 'kind' | 'artifactType';
