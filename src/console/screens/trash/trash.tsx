import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useShell } from '../../shell/context.js';
import { useLanguage } from '../../text/context.js';
import { useTitle } from '../../ui/title.js';
import { FormerRepositories } from './repositories.js';
import type { TrashSearch } from './search.js';
import { FormerTags } from './tags.js';
import './trash.css';

const route = getRouteApi('/trash');

/** The things that went of all registries, and how they come back. */
export function Trash(): ReactNode {
  const { t } = useLanguage();
  const { shell } = useShell();
  const search = route.useSearch();
  useTitle(t('nav.trash'));
  const names = shell?.registries?.map(({ name }) => name) ?? [];
  // Repositories are listed of one registry at a time.
  const chosen = search.registry?.[0] ?? names[0];
  return (
    <div className="screen trash">
      <header className="screen-head">
        <div>
          <h1>{t('nav.trash')}</h1>
          <p className="muted">{t('trash.about')}</p>
        </div>
        <ul className="trash-views" aria-label={t('trash.show')}>
          <Tab search={{ registry: search.registry }}>{t('trash.tags')}</Tab>
          <Tab search={{ show: 'repositories', registry: search.registry?.slice(0, 1) }}>{t('trash.repositories')}</Tab>
        </ul>
      </header>
      {search.show === undefined ? (
        <FormerTags search={search} names={names} />
      ) : (
        chosen !== undefined && <FormerRepositories key={chosen} registry={chosen} names={names} />
      )}
    </div>
  );
}

function Tab({ search, children }: { search: TrashSearch; children: ReactNode }): ReactNode {
  return (
    <li>
      <Link
        to="/trash"
        search={search}
        className="trash-view"
        activeOptions={{ exact: true, includeSearch: true }}
        replace
      >
        {children}
      </Link>
    </li>
  );
}
