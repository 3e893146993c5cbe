import { memo, type MouseEvent, type ReactNode } from 'react';
import type { Column } from './types.js';

/** The same functions for as long as the grid is there: rows are drawn anew only when they change. */
export interface RowEvents {
  readonly onOpen: (index: number) => void;
  readonly onToggle: (index: number, isRange: boolean) => void;
}

export interface RowChoice {
  /** null: rows cannot be chosen. */
  readonly isChosen: boolean | null;
  /** undefined: the row is not there yet. */
  readonly choiceLabel: string | undefined;
}

export interface GridRowProps<Row> extends RowChoice {
  readonly id: string;
  readonly index: number;
  /** Pixels from the top of the list. */
  readonly top: number;
  readonly height: number;
  readonly row: Row | undefined;
  readonly columns: readonly Column<Row>[];
  readonly isActive: boolean;
  readonly events: RowEvents;
}

function AnyRow<Row>(props: GridRowProps<Row>): ReactNode {
  const { id, index, top, height, row, columns, isActive, isChosen, choiceLabel, events } = props;
  const onClick = (event: MouseEvent): void => {
    // A control within the row says itself what it does.
    if ((event.target as Element).closest('a, button, input')) return;
    if (isChosen !== null && (event.shiftKey || event.ctrlKey || event.metaKey)) events.onToggle(index, event.shiftKey);
    else events.onOpen(index);
  };
  return (
    // The grid has the keys, for all of its rows.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isChosen ?? undefined}
      className={`grid-row${isActive ? ' is-active' : ''}${isChosen ? ' is-chosen' : ''}`}
      style={{ transform: `translateY(${top}px)`, height }}
      onClick={onClick}
    >
      {isChosen !== null && (
        <div role="gridcell" className="cell cell-choice">
          {choiceLabel !== undefined && (
            <input
              type="checkbox"
              tabIndex={-1}
              checked={isChosen}
              aria-label={choiceLabel}
              onChange={() => undefined}
              onClick={(event) => events.onToggle(index, event.shiftKey)}
            />
          )}
        </div>
      )}
      {columns.map((column) => (
        <div
          key={column.id}
          role="gridcell"
          className={`cell cell-${column.id}${column.isNumber ? ' cell-number' : ''}`}
        >
          {row === undefined ? <span className="bone" /> : column.cell(row)}
        </div>
      ))}
    </div>
  );
}

export const GridRow = memo(AnyRow) as typeof AnyRow;
