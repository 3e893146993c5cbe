import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { OverviewQuery } from '../../operations/overview.js';
import { growthOf } from '../../pure/stack.js';
import { useLanguage } from '../../text/context.js';
import { Panel } from '../../ui/panel.js';
import { SizeBar } from '../../ui/parts.js';
import { RepositoryName } from '../../ui/repositoryname.js';

type LargestRepository = NonNullable<OverviewQuery['repositories']>['nodes'][number];

/** The repositories with the most bytes, and how they grew. */
export function Largest({ repositories }: { repositories: readonly LargestRepository[] }): ReactNode {
  const { t } = useLanguage();
  const most = repositories[0]?.size ?? 0;
  return (
    <Panel title={t('overview.largest')}>
      {repositories.length === 0 ? (
        <p className="panel-none muted">{t('overview.noRepositories')}</p>
      ) : (
        <ol className="panel-list">
          {repositories.map((repository) => (
            <OneLarge key={repository.id} repository={repository} most={most} />
          ))}
        </ol>
      )}
      <footer className="panel-foot">
        <Link to="/repositories" search={{ sort: 'largest' }} className="link">
          {t('overview.allRepositories')}
        </Link>
      </footer>
    </Panel>
  );
}

function OneLarge({ repository, most }: { repository: LargestRepository; most: number }): ReactNode {
  const { t, formats } = useLanguage();
  const { name, registry, size, series } = repository;
  const growth = growthOf(series.map(({ value }) => value));
  return (
    <li className="overview-large">
      <Link to="/r/$registry/$" params={{ registry: registry.name, _splat: name }}>
        <RepositoryName name={name} />
      </Link>
      <span className="muted overview-large-more">
        <bdi>{registry.name}</bdi>
        {growth !== null && growth.bytes !== 0 && (
          <span>{t('overview.largestGrew', { size: formats.change(growth.bytes) })}</span>
        )}
      </span>
      <SizeBar bytes={size} most={most} />
    </li>
  );
}
