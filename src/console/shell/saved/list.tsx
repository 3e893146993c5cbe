import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { parseSearch } from '../../pure/search.js';
import { useLanguage } from '../../text/context.js';
import { Icon } from '../../ui/icon.js';
import { useSavedViews } from './store.js';

/** The views that were saved, in the bar. */
export function SavedViewList({ onFollow }: { onFollow: () => void }): ReactNode {
  const { t } = useLanguage();
  const { views, remove } = useSavedViews();
  if (views.length === 0) return null;
  return (
    <section className="bar-views">
      <h2>{t('views.title')}</h2>
      <ul>
        {views.map(({ name, path }) => {
          const [to = '/', query = ''] = path.split('?');
          return (
            <li key={path} className="bar-view">
              <Link
                to={to}
                search={parseSearch(query) as never}
                className="bar-link"
                onClick={onFollow}
                activeOptions={{ exact: true }}
              >
                <bdi>{name}</bdi>
              </Link>
              <button
                type="button"
                className="icon-button"
                aria-label={t('views.remove', { name })}
                title={t('views.remove', { name })}
                onClick={() => remove(path)}
              >
                <Icon name="close" />
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
