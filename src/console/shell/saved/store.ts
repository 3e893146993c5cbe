import { useCallback, useMemo } from 'react';
import { useKept, useKeptChoice } from '../../kept/kept.js';
import { addView, mostViews, readViews, removeView, type SavedView } from '../../pure/views.js';

export interface SavedViews {
  readonly views: readonly SavedView[];
  readonly isFull: boolean;
  readonly add: (view: SavedView) => void;
  readonly remove: (path: string) => void;
}

export function useSavedViews(): SavedViews {
  const kept = useKept();
  const text = useKeptChoice('views');
  const views = useMemo(() => readViews(text), [text]);
  const change = useCallback(
    (next: (views: readonly SavedView[]) => readonly SavedView[]) =>
      kept.keep('views', JSON.stringify(next(readViews(kept.read('views'))))),
    [kept],
  );
  const add = useCallback((view: SavedView) => change((all) => addView(all, view)), [change]);
  const remove = useCallback((path: string) => change((all) => removeView(all, path)), [change]);
  return { views, isFull: views.length >= mostViews, add, remove };
}
