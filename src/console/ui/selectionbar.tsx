import type { ReactNode } from 'react';
import { countChosen, type Selection } from '../pure/selection.js';
import { useLanguage } from '../text/context.js';

export interface SelectionBarProps {
  readonly selection: Selection;
  readonly total: number;
  readonly onClear: () => void;
  /** Of which kind the rows are; tags, where it is not given. */
  readonly of?: 'tags' | 'repositories';
  /** The actions on what is chosen. */
  readonly children?: ReactNode;
}

/** How much is chosen, and what can be done with it. */
export function SelectionBar({ selection, total, onClear, of = 'tags', children }: SelectionBarProps): ReactNode {
  const { t } = useLanguage();
  const chosen = countChosen(selection, total);
  if (chosen === 0) return null;
  return (
    <div className="selection-bar">
      <p role="status">
        <strong>{t(of === 'tags' ? 'repository.selected' : 'repositories.selected', { n: chosen })}</strong>
      </p>
      <button type="button" className="button" onClick={onClear}>
        {t('repository.clear')} <kbd aria-hidden="true">{t('key.escape')}</kbd>
      </button>
      {children}
    </div>
  );
}
