import { useEffect } from 'react';
import { useBrandName } from './brand.js';

/** The title of the browser's tab: the screen, then whose it is. */
export function useTitle(screen: string): void {
  const name = useBrandName();
  useEffect(() => {
    document.title = screen === name ? name : `${screen} – ${name}`;
  }, [screen, name]);
}
