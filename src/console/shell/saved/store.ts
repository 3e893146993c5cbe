import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { addView, mostViews, readViews, removeView, type SavedView } from '../../pure/views.js';

/** Of this browser, under the console's own address. */
const key = 'registry-gateway-views';

/** Tells the page that keeps a view of it; the browser tells the other pages. */
const changed = 'registry-gateway-views-changed';

export interface SavedViews {
  readonly views: readonly SavedView[];
  readonly isFull: boolean;
  readonly add: (view: SavedView) => void;
  readonly remove: (path: string) => void;
}

export function useSavedViews(): SavedViews {
  const text = useSyncExternalStore(listen, readText);
  const views = useMemo(() => readViews(text), [text]);
  const add = useCallback((view: SavedView) => write(addView(readViews(readText()), view)), []);
  const remove = useCallback((path: string) => write(removeView(readViews(readText()), path)), []);
  return { views, isFull: views.length >= mostViews, add, remove };
}

function listen(then: () => void): () => void {
  addEventListener('storage', then);
  addEventListener(changed, then);
  return () => {
    removeEventListener('storage', then);
    removeEventListener(changed, then);
  };
}

function readText(): string | null {
  return localStorage.getItem(key);
}

function write(views: readonly SavedView[]): void {
  localStorage.setItem(key, JSON.stringify(views));
  dispatchEvent(new Event(changed));
}
