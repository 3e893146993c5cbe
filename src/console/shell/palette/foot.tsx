import type { ReactNode } from 'react';
import { useLanguage } from '../../text/context.js';
import type { FoundNow } from './found.js';

/** How much was found, and the way to all of it. */
export function PaletteFoot({ found, onAll }: { found: FoundNow; onAll: () => void }): ReactNode {
  const { t } = useLanguage();
  const { typed, result, problem } = found;
  return (
    <footer className="palette-foot">
      <p role="status" className="muted">
        {problem ? <bdi>{problem.message}</bdi> : told()}
      </p>
      {result !== null && result.totalCount > 0 && (
        <button type="button" className="link-button" onClick={onAll}>
          {t('search.all')}
        </button>
      )}
    </footer>
  );

  function told(): string {
    if (typed === '' || result === null) return t('search.start');
    if (result.totalCount === 0) return t('search.none');
    return t(result.hasMoreThanCounted ? 'search.foundMany' : 'search.found', { n: result.totalCount });
  }
}
