import { useVirtualizer, type VirtualItem, type Virtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useState, type RefObject } from 'react';
import { scrollArea } from '../scroll.js';
import type { RowHeight } from './types.js';

/** The rows that are seen, and where they stand. */
export interface GridView {
  readonly virtualizer: Virtualizer<HTMLElement, Element>;
  readonly items: readonly VirtualItem[];
  /** Pixels of one row. */
  readonly height: number;
  /** Pixels between the top of what scrolls and the first row. */
  readonly margin: number;
}

export function useGridView(list: RefObject<HTMLElement | null>, total: number, rowHeight: RowHeight): GridView {
  const height = useNarrow() ? rowHeight.narrow : rowHeight.wide;
  const [margin, setMargin] = useState(0);
  const virtualizer = useVirtualizer<HTMLElement, Element>({
    count: total,
    getScrollElement: scrollArea,
    estimateSize: () => height,
    overscan: 8,
    scrollMargin: margin,
    scrollPaddingStart: 60,
    scrollPaddingEnd: 80,
    useFlushSync: false,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, height]);
  // Notices above the list come and go, and move it: its place is set again only where it has moved.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  useLayoutEffect(() => {
    const area = scrollArea();
    if (!area || !list.current) return;
    const top = list.current.getBoundingClientRect().top - area.getBoundingClientRect().top + area.scrollTop;
    if (Math.abs(top - margin) > 1) setMargin(top);
  });
  return { virtualizer, items: virtualizer.getVirtualItems(), height, margin };
}

/** The width up to which rows have two lines: as in styles/grid.css. */
const narrow = '(max-width: 720px)';

function useNarrow(): boolean {
  const [isNarrow, setNarrow] = useState(() => matchMedia(narrow).matches);
  useEffect(() => {
    const query = matchMedia(narrow);
    const change = (): void => setNarrow(query.matches);
    query.addEventListener('change', change);
    return () => query.removeEventListener('change', change);
  }, []);
  return isNarrow;
}
