import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { SaveView } from '../../shell/saved/saveview.js';
import { useLanguage } from '../../text/context.js';
import type { RepositoriesSearch } from './search.js';

export interface RepositoriesHeadingProps {
  readonly search: RepositoriesSearch;
  /** The list's contents, in words. */
  readonly status: string;
}

/** The screen's name, and the ways to look at the same repositories. */
export function RepositoriesHeading({ search, status }: RepositoriesHeadingProps): ReactNode {
  const { t } = useLanguage();
  return (
    <header className="screen-head">
      <div>
        <h1>{t('repositories.title')}</h1>
        <p className="muted" role="status">
          {status}
        </p>
      </div>
      <div className="screen-actions">
        <SaveView />
        <nav className="segments" aria-label={t('repositories.views')}>
          {([undefined, 'tree', 'names'] as const).map((view) => (
            <Link
              key={view ?? 'table'}
              to="/repositories"
              search={{ ...search, view }}
              className="segment"
              activeOptions={{ exact: true, includeSearch: true, explicitUndefined: true }}
            >
              {t(`repositories.view.${view ?? 'table'}`)}
            </Link>
          ))}
        </nav>
      </div>
    </header>
  );
}
