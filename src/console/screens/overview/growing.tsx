import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { OverviewQuery } from '../../operations/overview.js';
import { useLanguage } from '../../text/context.js';
import { Panel } from '../../ui/panel.js';
import { SizeBar, Time } from '../../ui/parts.js';
import { RepositoryName } from '../../ui/repositoryname.js';
import { Segments } from '../../ui/segments.js';

type Growth = NonNullable<OverviewQuery['fastestGrowing']>[number];

export interface GrowingProps {
  /** The most bytes first. */
  readonly growing: readonly Growth[];
  readonly days: number;
  readonly onDays: (days: number) => void;
}

/** The repositories that grew most in some days. */
export function Growing({ growing, days, onDays }: GrowingProps): ReactNode {
  const { t } = useLanguage();
  const most = growing[0]?.bytes ?? 0;
  return (
    <Panel
      title={t('overview.growing')}
      aside={
        <Segments
          label={t('overview.growingDays')}
          segments={[7, 30].map((value) => ({ value: String(value), label: t('overview.days', { n: value }) }))}
          chosen={String(days)}
          onChoose={(value) => onDays(Number(value))}
        />
      }
    >
      {growing.length === 0 ? (
        <p className="panel-none muted">{t('overview.noGrowth')}</p>
      ) : (
        <ol className="panel-list">
          {growing.map((growth) => (
            <OneGrowing key={growth.repository.id} growth={growth} most={most} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

function OneGrowing({ growth, most }: { growth: Growth; most: number }): ReactNode {
  const { t } = useLanguage();
  const { repository, bytes, since } = growth;
  const { name, registry } = repository;
  return (
    <li className="overview-large">
      <Link to="/r/$registry/$" params={{ registry: registry.name, _splat: name }}>
        <RepositoryName name={name} />
      </Link>
      <span className="muted overview-large-more">
        <bdi>{registry.name}</bdi>
        <span>
          {t('overview.growingSince')} <Time at={since} />
        </span>
      </span>
      <SizeBar bytes={bytes} most={most} />
    </li>
  );
}
