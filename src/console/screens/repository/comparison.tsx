import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Rows } from '../../data/rows.js';
import { findNear, printTag } from '../../pure/reference.js';
import type { Selection } from '../../pure/selection.js';
import { useLanguage } from '../../text/context.js';
import { Action } from '../../ui/action.js';
import type { TagRow } from './source.js';

/** Two chosen tags, to be compared. */
export interface ChosenPair {
  readonly isPair: boolean;
  readonly open: () => void;
}

/** The older of the two is what the other is compared with; where their times are not known, the one chosen first. */
export function useChosenPair(
  registry: string,
  repository: string,
  rows: Rows<TagRow, unknown>,
  selection: Selection,
): ChosenPair {
  const navigate = useNavigate();
  const chosen = selection.mode === 'some' ? [...selection.keys] : [];
  const open = (): void => {
    if (chosen.length !== 2) return;
    const [first, second] = chosen.map((tag) => {
      const at = findNear(rows.total ?? 0, 0, (index) => rows.rowAt(index)?.name === tag);
      return { tag, updatedAt: at === null ? null : rows.rowAt(at)!.updatedAt };
    });
    const isTurned = (first!.updatedAt ?? '') > (second!.updatedAt ?? first!.updatedAt ?? '');
    const [a, b] = (isTurned ? [second!, first!] : [first!, second!]).map(({ tag }) =>
      printTag({ registry, repository, tag }),
    );
    void navigate({ to: '/compare', search: { a, b } });
  };
  return { isPair: chosen.length === 2, open };
}

export function CompareChosen({ comparison: { isPair, open } }: { comparison: ChosenPair }): ReactNode {
  const { t } = useLanguage();
  return (
    <Action icon="compare" refusal={isPair ? undefined : t('repository.compareTwo')} onAct={open}>
      {t('nav.compare')} <kbd aria-hidden="true">x</kbd>
    </Action>
  );
}
