import { useEffect } from 'react';
import { useLanguage } from '../text/context.js';

/** The title of the browser's tab: the screen, then whose it is. */
export function useTitle(screen: string): void {
  const { t } = useLanguage();
  const name = t('app.name');
  useEffect(() => {
    document.title = screen === name ? name : `${screen} – ${name}`;
  }, [screen, name]);
}
