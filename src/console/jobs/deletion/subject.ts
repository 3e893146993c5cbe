import type {
  DeleteRepositoryInput,
  DeleteSelectionInput,
  DeleteTagsInput,
  TagFilter,
} from '../../operations/deletion.js';

/** The things that somebody wants to be gone, all of one repository. */
export type DeletionSubject = Place &
  (
    | { readonly kind: 'tags'; readonly tags: readonly string[] }
    | {
        /** The tags that fit a filter, but for some. */
        readonly kind: 'matching';
        readonly filter: TagFilter;
        readonly except: readonly string[];
        /** How many there were in the list that they were chosen from. */
        readonly count: number;
      }
    | { readonly kind: 'repository' }
  );

/** The things that somebody wants to be gone from any number of repositories. */
export interface SelectionSubject {
  readonly kind: 'selection';
  readonly chosen: Pick<DeleteSelectionInput, 'filter' | 'except' | 'tags' | 'repositories'>;
}

interface Place {
  readonly registry: string;
  readonly repository: string;
}

/** The key to carrying a plan out: its token, and how many tags it is about. */
export interface PlannedDeletion {
  readonly token: string;
  readonly tagCount: number;
  readonly alsoRemovedTagCount: number;
}

/** Tags that are deleted, by name or by filter. `planned` null: they are only to be planned. */
export function toTagsInput(
  subject: Exclude<DeletionSubject, { readonly kind: 'repository' }>,
  withSiblings: boolean,
  planned: PlannedDeletion | null,
): DeleteTagsInput {
  const { registry, repository } = subject;
  const chosen = subject.kind === 'tags' ? { tags: subject.tags } : { filter: subject.filter, except: subject.except };
  const counted =
    planned === null || subject.kind === 'tags'
      ? {}
      : { expectedCount: planned.tagCount - planned.alsoRemovedTagCount };
  return { registry, repository, ...chosen, ...counted, withSiblings, ...toCarryOut(planned) };
}

export function toRepositoryInput(
  { registry, repository }: DeletionSubject,
  planned: PlannedDeletion | null,
): DeleteRepositoryInput {
  return { registry, repository, ...toCarryOut(planned) };
}

function toCarryOut(planned: PlannedDeletion | null): { dryRun: boolean; planToken?: string; wait?: boolean } {
  return planned === null ? { dryRun: true } : { dryRun: false, planToken: planned.token, wait: false };
}
