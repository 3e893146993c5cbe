import { Link } from '@tanstack/react-router';
import { useMemo, type ReactNode } from 'react';
import { useLanguage } from '../../text/context.js';
import type { Column } from '../../ui/grid/types.js';
import { Time } from '../../ui/parts.js';
import { hasParts } from '../../pure/job.js';
import { describePlace } from '../../jobs/job/place.js';
import { JobState } from '../../jobs/job/state.js';
import type { JobLine } from './source.js';

export function useJobColumns(): readonly Column<JobLine>[] {
  const { t, formats } = useLanguage();
  return useMemo(
    () => [
      { id: 'name', title: t('jobs.work'), cell: (job) => <Work job={job} /> },
      { id: 'registry', title: t('repositories.registry'), cell: ({ registry }) => <bdi>{registry?.name}</bdi> },
      { id: 'state', title: t('jobs.state'), cell: ({ state }) => <JobState state={state} /> },
      {
        id: 'done',
        title: t('jobs.done'),
        isNumber: true,
        cell: ({ done, total, failureCount }) => (
          <>
            {`${formats.count(done)} / ${formats.count(total)}`}
            {failureCount > 0 && <span className="job-failed">{t('job.failures', { n: failureCount })}</span>}
          </>
        ),
      },
      { id: 'by', title: t('jobs.by'), cell: ({ requestedBy }) => <bdi className="muted">{requestedBy}</bdi> },
      { id: 'updated', title: t('jobs.since'), cell: ({ createdAt }) => <Time at={createdAt} /> },
    ],
    [t, formats],
  );
}

function Work({ job }: { job: JobLine }): ReactNode {
  const { t } = useLanguage();
  const { id, work, repositoryName } = job;
  return (
    <Link to="/jobs/$id" params={{ id }} tabIndex={-1} className="two-lines">
      <span className="name">{t(`job.work.${work}`)}</span>
      {(repositoryName !== null || hasParts(work)) && (
        <small className="muted">
          <bdi>{describePlace(job, t)}</bdi>
        </small>
      )}
    </Link>
  );
}
