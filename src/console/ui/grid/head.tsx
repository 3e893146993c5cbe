import { useEffect, useRef, type ReactNode } from 'react';
import { countChosen } from '../../pure/selection.js';
import { useLanguage } from '../../text/context.js';
import { Icon } from '../icon.js';
import type { Choosing, Column } from './types.js';

export interface GridHeadProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly choosing: Choosing | undefined;
  readonly total: number;
  readonly onAll: () => void;
  readonly onClear: () => void;
}

/** The names of columns, which order the list, and the box that chooses all that match. */
export function GridHead<Row>({ columns, choosing, total, onAll, onClear }: GridHeadProps<Row>): ReactNode {
  return (
    <div role="rowgroup" className="grid-head">
      <div role="row" aria-rowindex={1} className="grid-row">
        {choosing && <AllBox choosing={choosing} total={total} onAll={onAll} onClear={onClear} />}
        {columns.map(({ id, title, hint, isNumber, sort }) => (
          <div
            key={id}
            role="columnheader"
            className={`cell cell-${id}${isNumber ? ' cell-number' : ''}`}
            title={hint}
            aria-sort={sort?.active}
          >
            {sort ? (
              <button type="button" tabIndex={-1} className="sort" onClick={sort.onSort}>
                {title}
                {sort.active && <Icon name="down" />}
              </button>
            ) : (
              title
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

interface AllBoxProps {
  readonly choosing: Choosing;
  readonly total: number;
  readonly onAll: () => void;
  readonly onClear: () => void;
}

function AllBox({ choosing, total, onAll, onClear }: AllBoxProps): ReactNode {
  const { t } = useLanguage();
  const box = useRef<HTMLInputElement>(null);
  const chosen = countChosen(choosing.selection, total);
  const isAll = total > 0 && chosen >= total;
  useEffect(() => {
    if (box.current) box.current.indeterminate = chosen > 0 && !isAll;
  }, [chosen, isAll]);
  return (
    <div role="columnheader" className="cell cell-choice">
      <input
        ref={box}
        type="checkbox"
        tabIndex={-1}
        aria-label={t('repository.all')}
        checked={isAll}
        onChange={() => (isAll ? onClear() : onAll())}
      />
    </div>
  );
}
