import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { entryOf } from './gokeys.js';

/** The thing that lies over the page: the search, or the keys. */
export type Overlay = 'search' | 'keys';

/** How long after a g a letter leads to a screen: milliseconds. */
const patience = 1500;

/** The keys that hold on every screen, but where one types and in dialogs. */
export function useKeys(open: (overlay: Overlay) => void): void {
  const router = useRouter();
  useEffect(() => {
    let going: ReturnType<typeof setTimeout> | undefined;
    const onKeyDown = (event: KeyboardEvent): void => {
      const isIn = (places: string): boolean => event.target instanceof Element && !!event.target.closest(places);
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k' && !isIn('dialog')) {
        event.preventDefault();
        open('search');
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isIn('input, textarea, select, dialog')) return;
      const isGoing = going !== undefined;
      clearTimeout(going);
      going = undefined;
      const to = isGoing ? entryOf(event.key)?.to : undefined;
      if (to !== undefined) {
        event.preventDefault();
        // The grid has letters too.
        event.stopPropagation();
        void router.navigate({ to });
      } else if (event.key === 'g') going = setTimeout(() => (going = undefined), patience);
      else if (event.key === '?') open('keys');
      else if (event.key === '/' && focusFilter()) event.preventDefault();
    };
    // Before the page's own keys, so that a letter after g is no key of a list.
    document.addEventListener('keydown', onKeyDown, { capture: true });
    return () => {
      clearTimeout(going);
      document.removeEventListener('keydown', onKeyDown, { capture: true });
    };
  }, [router, open]);
}

/** false: the screen has no list to narrow. */
function focusFilter(): boolean {
  const filter = document.querySelector<HTMLInputElement>('[data-filter]');
  filter?.focus();
  filter?.select();
  return filter !== null;
}
