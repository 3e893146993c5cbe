import type { ReactNode } from 'react';
import type { Rows } from '../../data/rows.js';
import type { RepositoryHeadFragment } from '../../operations/repository.js';
import type { Selection } from '../../pure/selection.js';
import { useLanguage } from '../../text/context.js';
import { Action } from '../../ui/action.js';
import { useToast } from '../../ui/toast.js';
import { useDeletion } from '../../jobs/deletion/context.js';
import type { RepositorySearch } from './search.js';
import { readTagFilter, type RepositoryFacts, type TagRow } from './source.js';

type Blockers = RepositoryHeadFragment['deletionBlockers'];

export interface DeletedTags {
  readonly registry: string;
  readonly name: string;
  readonly search: RepositorySearch;
  readonly rows: Rows<TagRow, RepositoryFacts>;
  readonly selection: Selection;
  readonly onBegun: () => void;
}

export interface TagDeletion {
  /** Why nothing of the repository can be deleted by whoever looks. */
  readonly refusal: string | undefined;
  /** Plans the deletion of what is chosen, or of nothing. */
  readonly ask: () => void;
}

/** Plans the deletion of chosen tags: by name, or all that match but for some. */
export function useTagDeletion({ registry, name, search, rows, selection, onBegun }: DeletedTags): TagDeletion {
  const askDeletion = useDeletion();
  const toast = useToast();
  const blockers = rows.head && rows.head !== 'missing' ? rows.head.deletionBlockers : [];
  // That some tags are protected keeps the repository, not the others.
  const refusal = describe(blockers.filter(({ reason }) => reason !== 'PROTECTED'));
  const place = { registry, repository: name };
  return {
    refusal,
    ask() {
      if (selection.mode === 'some' && selection.keys.size === 0) return;
      if (refusal !== undefined) toast(refusal);
      else if (selection.mode === 'some') askDeletion({ kind: 'tags', ...place, tags: [...selection.keys] }, onBegun);
      else {
        const except = [...selection.except];
        const count = (rows.total ?? 0) - except.length;
        askDeletion({ kind: 'matching', ...place, filter: readTagFilter(search, new Date()), except, count }, onBegun);
      }
    },
  };
}

export interface DeleteRepositoryProps {
  readonly registry: string;
  readonly name: string;
  readonly blockers: Blockers;
}

/** Leads to the plan of deleting a repository whole. */
export function DeleteRepository({ registry, name, blockers }: DeleteRepositoryProps): ReactNode {
  const { t } = useLanguage();
  const askDeletion = useDeletion();
  return (
    <Action
      isSmall
      icon="trash"
      refusal={describe(blockers)}
      onAct={() => askDeletion({ kind: 'repository', registry, repository: name })}
    >
      {t('deletion.planRepository')}
    </Action>
  );
}

function describe(blockers: Blockers): string | undefined {
  return blockers.length === 0 ? undefined : blockers.map(({ message, hint }) => `${message} ${hint ?? ''}`).join(' ');
}
