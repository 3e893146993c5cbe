import { useVirtualizer, type VirtualItem, type Virtualizer } from '@tanstack/react-virtual';
import { useEffect, useState, type RefObject } from 'react';
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
    initialRect: { width: innerWidth, height: innerHeight },
    observeElementRect: observeSize,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, height]);
  // Notices above the list come and go, and move it: its place is set again only where it has moved. Rows stand where
  // they stand: only which of them are seen depends on it, so that it is measured when the frame is laid out anyway.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const area = scrollArea();
      if (!area || !list.current) return;
      const top = list.current.getBoundingClientRect().top - area.getBoundingClientRect().top + area.scrollTop;
      if (Math.abs(top - margin) > 1) setMargin(top);
    });
    return () => cancelAnimationFrame(frame);
  });
  return { virtualizer, items: virtualizer.getVirtualItems(), height, margin };
}

/**
 * Tells the virtualizer how large what scrolls is, once the browser has laid it out: to ask for it at once would have
 * the whole page laid out one more time. The window's size stands for it until then.
 */
function observeSize(
  { scrollElement }: Virtualizer<HTMLElement, Element>,
  tell: (size: { readonly width: number; readonly height: number }) => void,
): (() => void) | undefined {
  if (scrollElement === null) return undefined;
  const observer = new ResizeObserver(() =>
    tell({ width: scrollElement.clientWidth, height: scrollElement.clientHeight }),
  );
  observer.observe(scrollElement);
  return () => observer.disconnect();
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
