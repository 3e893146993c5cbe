import { useEffect, useId, useRef, type ReactNode } from 'react';
import { useKeptChoice } from '../../kept/kept.js';
import { isChosen } from '../../pure/selection.js';
import { useGridActing } from './acting.js';
import { GridHead } from './head.js';
import { HeldRows } from './liverows.js';
import { GridRow, type RowChoice } from './row.js';
import type { GridProps, RowHeight } from './types.js';
import { useGridView } from './view.js';

const heights: Readonly<Record<'usual' | 'compact', RowHeight>> = {
  usual: { wide: 44, narrow: 68 },
  compact: { wide: 34, narrow: 60 },
};

/**
 * A list of any length of which the rows that are seen are there (WAI-ARIA APG, "Grid"). The focus stays on the grid,
 * which names the active row, so that it is not lost when that row leaves the page.
 */
export function Grid<Row>(props: GridProps<Row>): ReactNode {
  const usual = useKeptChoice('density') === 'compact' ? heights.compact : heights.usual;
  const { label, name, columns, rows, choosing, rowHeight = usual } = props;
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const total = rows.total ?? 0;
  const view = useGridView(list, total, rowHeight);
  const { active, choose, events, onKeyDown } = useGridActing(props, view);
  const [first, last] = [view.items[0]?.index ?? 0, view.items.at(-1)?.index ?? 0];
  useEffect(() => {
    if (total > 0) rows.see(first, last);
  }, [rows, first, last, total]);
  const here = Math.min(active, Math.max(total - 1, 0));
  return (
    <div className="grid-place">
      <HeldRows rows={rows} />
      <div
        role="grid"
        className={`grid grid-${name}`}
        aria-label={label}
        aria-rowcount={total + 1}
        aria-colcount={columns.length + (choosing ? 1 : 0)}
        aria-multiselectable={choosing !== undefined}
        aria-busy={rows.isAsking}
        aria-activedescendant={total > 0 ? `${id}-${here}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <GridHead columns={columns} choosing={choosing} total={total} onAll={choose.all} onClear={choose.clear} />
        <div role="rowgroup" ref={list} className="grid-body" style={{ height: view.virtualizer.getTotalSize() }}>
          {view.items.map((item) => (
            <GridRow
              key={item.index}
              id={`${id}-${item.index}`}
              index={item.index}
              top={item.start - view.margin}
              height={view.height}
              row={rows.rowAt(item.index)}
              columns={columns}
              isActive={item.index === here}
              {...choiceOf(props, rows.rowAt(item.index))}
              events={events}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

/** Whether a row is chosen (null: none can be), and the name of its box (undefined: it is not there yet). */
function choiceOf<Row>({ choosing, keyOf, referenceOf }: GridProps<Row>, row: Row | undefined): RowChoice {
  if (choosing === undefined) return { isChosen: null, choiceLabel: undefined };
  if (row === undefined) return { isChosen: false, choiceLabel: undefined };
  const key = keyOf(row);
  return { isChosen: isChosen(choosing.selection, key), choiceLabel: choosing.labelOf(key, referenceOf?.(row) ?? key) };
}
