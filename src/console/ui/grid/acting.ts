import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { readGridKey, type GridAction } from '../../pure/gridkeys.js';
import { useLanguage } from '../../text/context.js';
import { copyText } from '../clipboard.js';
import { scrollArea } from '../scroll.js';
import { useToast } from '../toast.js';
import { useChoosing, type ChoosingActions } from './choosing.js';
import type { GridProps } from './types.js';
import type { RowEvents } from './row.js';
import type { GridView } from './view.js';

/** The effects of clicks and keys in a grid. */
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
  const copy = useCopy(props);
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
  useLookedAt(props.at ?? null, setActive, virtualizer);
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
      case 'copy':
        copy(active);
        break;
      case 'delete':
        if (props.onDelete && isNoneChosen(props)) {
          if (activeRow !== undefined) props.onDelete(activeRow);
        } else props.choosing?.onDelete();
        break;
      case 'compare':
        props.choosing?.onCompare?.();
    }
  };
  return { active, choose, events, onKeyDown };
}

/** The row that is looked at beside the list is the active one, and is seen. null: none is. */
function useLookedAt(
  at: number | null,
  setActive: (index: number) => void,
  virtualizer: GridView['virtualizer'],
): void {
  const [looked, setLooked] = useState<number | null>(null);
  if (at !== looked) {
    setLooked(at);
    if (at !== null) setActive(at);
  }
  useEffect(() => {
    if (at !== null) virtualizer.scrollToIndex(at, { align: 'auto' });
  }, [at, virtualizer]);
}

/** Puts the reference of a row on the clipboard, and says so. */
function useCopy<Row>({ rows, referenceOf }: GridProps<Row>): (index: number) => void {
  const { t } = useLanguage();
  const toast = useToast();
  return (index) => {
    const row = rows.rowAt(index);
    const text = row === undefined ? undefined : referenceOf?.(row);
    if (text === undefined) return;
    void copyText(text).then((isDone) => toast(isDone ? t('keys.copied', { text }) : t('notCopied')));
  };
}

function isNoneChosen<Row>({ choosing }: GridProps<Row>): boolean {
  return !choosing || (choosing.selection.mode === 'some' && choosing.selection.keys.size === 0);
}

/** Whether a grid does what a key stands for: rows that cannot be chosen can be gone to and opened. */
function isFor<Row>({ choosing, onDelete }: GridProps<Row>, { kind }: GridAction): boolean {
  return (
    choosing !== undefined || ['go', 'open', 'copy'].includes(kind) || (kind === 'delete' && onDelete !== undefined)
  );
}
