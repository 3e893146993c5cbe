import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { readGridKey, type GridAction } from '../../pure/gridkeys.js';
import { scrollArea } from '../scroll.js';
import { useChoosing, type ChoosingActions } from './choosing.js';
import type { GridProps } from './types.js';
import type { RowEvents } from './row.js';
import type { GridView } from './view.js';

/** What clicks and keys do in a grid. */
export interface GridActing {
  /** The row that keys act on. */
  readonly active: number;
  readonly choose: ChoosingActions;
  /** The same for as long as the grid is there. */
  readonly events: RowEvents;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

export function useGridActing<Row>(props: GridProps<Row>, { virtualizer, height }: GridView): GridActing {
  const [active, setActive] = useState(0);
  const choose = useChoosing(props.rows, props.keyOf, props.choosing);
  const latest = useRef(props);
  latest.current = props;
  const [events] = useState<RowEvents>(() => ({
    onOpen(index) {
      setActive(index);
      const row = latest.current.rows.rowAt(index);
      if (row !== undefined) latest.current.onOpen(row);
    },
    onToggle(index, isRange) {
      setActive(index);
      choose.toggle(index, isRange);
    },
  }));
  const { at = null } = props;
  const [looked, setLooked] = useState<number | null>(null);
  if (at !== looked) {
    setLooked(at);
    if (at !== null) setActive(at);
  }
  useEffect(() => {
    if (at !== null) virtualizer.scrollToIndex(at, { align: 'auto' });
  }, [at, virtualizer]);
  const onKeyDown = (event: KeyboardEvent): void => {
    // Keys of what stands in a row are its own.
    if (event.target !== event.currentTarget) return;
    const page = Math.max(1, Math.floor((scrollArea()?.clientHeight ?? 400) / height) - 2);
    const action = readGridKey(event, active, props.rows.total ?? 0, page);
    if (action === null || !isFor(props, action)) return;
    event.preventDefault();
    const activeRow = props.rows.rowAt(active);
    switch (action.kind) {
      case 'go':
        if (action.isRange) choose.extend(active, action.to);
        setActive(action.to);
        virtualizer.scrollToIndex(action.to, { align: 'auto' });
        break;
      case 'open':
        events.onOpen(active);
        break;
      case 'toggle':
        choose.toggle(active, false);
        break;
      case 'all':
        choose.all();
        break;
      case 'clear':
        choose.clear();
        break;
      case 'delete':
        if (props.choosing) props.choosing.onDelete();
        else if (activeRow !== undefined) props.onDelete?.(activeRow);
        break;
      case 'compare':
        props.choosing?.onCompare?.();
    }
  };
  return { active, choose, events, onKeyDown };
}

/** Whether a grid does what a key stands for: rows that cannot be chosen can be gone to and opened. */
function isFor<Row>({ choosing, onDelete }: GridProps<Row>, { kind }: GridAction): boolean {
  return choosing !== undefined || kind === 'go' || kind === 'open' || (kind === 'delete' && onDelete !== undefined);
}
