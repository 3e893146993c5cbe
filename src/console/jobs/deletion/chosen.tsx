import type { ReactNode } from 'react';
import { nothing } from '../../pure/selection.js';
import { useLanguage } from '../../text/context.js';
import { Action } from '../../ui/action.js';
import type { Choosing } from '../../ui/grid/types.js';
import { SelectionBar } from '../../ui/selectionbar.js';

/** The rows that are chosen in a list, and the plan of their deletion. */
export interface ChosenDeletion {
  readonly choosing: Choosing;
  /** Why what is chosen cannot be deleted at once. */
  readonly refusal: string | undefined;
  readonly of: 'tags' | 'repositories';
}

/** How much is chosen, and the way to the plan of its deletion. */
export function DeleteChosen({ chosen, total }: { chosen: ChosenDeletion; total: number }): ReactNode {
  const { t } = useLanguage();
  const { choosing, refusal, of } = chosen;
  return (
    <SelectionBar selection={choosing.selection} total={total} of={of} onClear={() => choosing.onChange(nothing)}>
      <Action tone="danger" icon="trash" refusal={refusal} onAct={choosing.onDelete}>
        {t('deletion.plan')} <kbd aria-hidden="true">{t('key.delete')}</kbd>
      </Action>
    </SelectionBar>
  );
}
