import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { OverviewQuery } from '../../operations/overview.js';
import { useLanguage } from '../../text/context.js';
import { Panel } from '../../ui/panel.js';
import { ProgressBar } from '../../ui/progress.js';

type OverviewJob = NonNullable<OverviewQuery['jobs']>['nodes'][number];

/** The jobs under way, with how far they are. */
export function Jobs({ jobs }: Pick<OverviewQuery, 'jobs'>): ReactNode {
  const { t, formats } = useLanguage();
  return (
    <Panel title={t('overview.jobs')} aside={jobs && <span className="muted">{formats.count(jobs.totalCount)}</span>}>
      {jobs && jobs.nodes.length > 0 ? (
        <ul className="panel-list">
          {jobs.nodes.map((job) => (
            <OneJob key={job.id} job={job} />
          ))}
        </ul>
      ) : (
        <p className="panel-none muted">{t('overview.noJobs')}</p>
      )}
      <footer className="panel-foot">
        <Link to="/jobs" className="link">
          {t('overview.allJobs')}
        </Link>
      </footer>
    </Panel>
  );
}

function OneJob({ job: { id, work, state, done, total, registry, repositoryName } }: { job: OverviewJob }): ReactNode {
  const { t } = useLanguage();
  const title = t(`work.${work}`);
  return (
    <li className="overview-job">
      <p>
        <Link to="/jobs/$id" params={{ id }}>
          <strong>{title}</strong>
        </Link>{' '}
        <bdi className="muted">{repositoryName ?? registry?.name}</bdi>
      </p>
      <span className="muted">
        {state === 'RUNNING' && total > 0 ? t('overview.progress', { done, total }) : t(`jobstate.${state}`)}
      </span>
      {state === 'RUNNING' && <ProgressBar done={done} total={total} label={title} />}
    </li>
  );
}
