import { useState } from 'react';
import type { Rows } from '../../data/rows.js';
import type { ChosenDeletion } from '../../jobs/deletion/chosen.js';
import { useDeletion } from '../../jobs/deletion/context.js';
import { nothing, type Selection } from '../../pure/selection.js';
import { useLanguage } from '../../text/context.js';
import { useToast } from '../../ui/toast.js';
import type { RepositoryRow } from './source.js';

/** Repositories that one deletion takes. */
const mostRepositories = 500;

/** Plans the deletion of chosen repositories: of one whole, of several all their tags. */
export function useRepositoriesDeletion(rows: Rows<RepositoryRow, unknown>): ChosenDeletion {
  const { t } = useLanguage();
  const askDeletion = useDeletion();
  const toast = useToast();
  const [selection, setSelection] = useState<Selection>(nothing);
  const isTooMany = selection.mode === 'all' || selection.keys.size > mostRepositories;
  const refusal = isTooMany ? t('deletion.chooseOnes') : undefined;
  const onDelete = (): void => {
    if (refusal !== undefined) return toast(refusal);
    if (selection.mode === 'all' || selection.keys.size === 0) return;
    const onBegun = (): void => setSelection(nothing);
    const repositories = [...selection.keys];
    const only = repositories.length === 1 ? findRow(rows, repositories[0]!) : undefined;
    if (only) askDeletion({ kind: 'repository', registry: only.registry.name, repository: only.name }, onBegun);
    else askDeletion({ kind: 'selection', chosen: { repositories } }, onBegun);
  };
  const labelOf = (_key: string, repository: string): string => t('repositories.select', { repository });
  return {
    of: 'repositories',
    choosing: { selection, onChange: setSelection, labelOf, onDelete },
    refusal,
  };
}

/** Of those that are shown; a deletion of one repository is planned by asking its registry. */
function findRow(rows: Rows<RepositoryRow, unknown>, id: string): RepositoryRow | undefined {
  for (let at = 0; at < (rows.total ?? 0); at++) {
    const row = rows.rowAt(at);
    if (row?.id === id) return row;
  }
  return undefined;
}
