import { useState } from 'react';
import type { Rows } from '../../data/rows.js';
import type { ChosenDeletion } from '../../jobs/deletion/chosen.js';
import { useDeletion } from '../../jobs/deletion/context.js';
import type { SelectionSubject } from '../../jobs/deletion/subject.js';
import { countChosen, nothing, type Selection } from '../../pure/selection.js';
import { useLanguage } from '../../text/context.js';
import { useToast } from '../../ui/toast.js';
import type { RepositoryRow } from './source.js';

/** Repositories that one deletion takes. */
const mostRepositories = 500;

/** The place of a repository that is shown. */
interface Shown {
  readonly registry: string;
  readonly name: string;
}

export interface ChoosableRepositories {
  readonly total: number;
  /** Of those that are shown; a deletion of one repository is planned by asking its registry. */
  readonly find: (id: string) => Shown | undefined;
  /** The tags of all of them; null: no filter of tags is that. */
  readonly all: SelectionSubject['chosen'] | null;
}

/** Plans the deletion of chosen repositories: of one whole, of several all their tags. */
export function useRepositoriesDeletion({ total, find, all }: ChoosableRepositories): ChosenDeletion {
  const { t } = useLanguage();
  const askDeletion = useDeletion();
  const toast = useToast();
  const [selection, setSelection] = useState<Selection>(nothing);
  const isOfAll = selection.mode === 'all';
  const isPossible = !isOfAll || (all !== null && selection.except.size === 0);
  const refusal =
    isPossible && countChosen(selection, total) <= mostRepositories ? undefined : t('deletion.chooseOnes');
  const onDelete = (): void => {
    if (refusal !== undefined) return toast(refusal);
    const onBegun = (): void => setSelection(nothing);
    if (selection.mode === 'all')
      return all === null ? undefined : askDeletion({ kind: 'selection', chosen: all }, onBegun);
    const repositories = [...selection.keys];
    if (repositories.length === 0) return;
    const only = repositories.length === 1 ? find(repositories[0]!) : undefined;
    if (only) askDeletion({ kind: 'repository', registry: only.registry, repository: only.name }, onBegun);
    else askDeletion({ kind: 'selection', chosen: { repositories } }, onBegun);
  };
  const labelOf = (_key: string, repository: string): string => t('repositories.select', { repository });
  return {
    of: 'repositories',
    choosing: { selection, onChange: setSelection, labelOf, onDelete },
    refusal,
  };
}

export function findRow(rows: Rows<RepositoryRow, unknown>, id: string): Shown | undefined {
  for (let at = 0; at < (rows.total ?? 0); at++) {
    const row = rows.rowAt(at);
    if (row?.id === id) return { registry: row.registry.name, name: row.name };
  }
  return undefined;
}
