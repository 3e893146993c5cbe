import type { ReactNode } from 'react';
import { useLanguage } from '../text/context.js';

/** Holds the place of a part that nothing was known of before. */
export function Waiting(): ReactNode {
  const { t } = useLanguage();
  return (
    <div className="image-waiting" role="status" aria-label={t('loading')}>
      <span className="bone" />
      <span className="bone" />
      <span className="bone" />
    </div>
  );
}
