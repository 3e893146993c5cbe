import { useCallback, useMemo } from 'react';
import { keep, readKept, useKept } from '../../kept/kept.js';
import { addView, mostViews, readViews, removeView, type SavedView } from '../../pure/views.js';

export interface SavedViews {
  readonly views: readonly SavedView[];
  readonly isFull: boolean;
  readonly add: (view: SavedView) => void;
  readonly remove: (path: string) => void;
}

export function useSavedViews(): SavedViews {
  const text = useKept('views');
  const views = useMemo(() => readViews(text), [text]);
  const add = useCallback((view: SavedView) => write(addView(readViews(readKept('views')), view)), []);
  const remove = useCallback((path: string) => write(removeView(readViews(readKept('views')), path)), []);
  return { views, isFull: views.length >= mostViews, add, remove };
}

function write(views: readonly SavedView[]): void {
  keep('views', JSON.stringify(views));
}
