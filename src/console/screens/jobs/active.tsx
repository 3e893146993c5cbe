import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useRenewing } from '../../data/renewing.js';
import { hasParts, isUnderWay } from '../../pure/job.js';
import { useLanguage } from '../../text/context.js';
import { Time } from '../../ui/parts.js';
import { ProgressBar } from '../../ui/progress.js';
import { describePlace } from '../../jobs/job/place.js';
import { JobState } from '../../jobs/job/state.js';
import type { ActiveJob, JobsHead } from './source.js';

/** How often jobs under way are asked for, as no event tells of each piece: milliseconds. */
const pace = 2000;

/** The jobs that are not over: those that wait for somebody first. */
export function ActiveJobs({ head, renew }: { head: JobsHead; renew: () => void }): ReactNode {
  const { t } = useLanguage();
  const isMoving = head.active.some(({ state }) => isUnderWay(state));
  useRenewing(isMoving, pace, renew);
  if (head.active.length === 0) return null;
  const ordered = head.active.toSorted((one, other) => rank(one) - rank(other));
  return (
    <section aria-label={t('jobs.active')}>
      <h2 className="jobs-heading">
        {t('jobs.active')} <span className="muted">{t('jobs.count', { n: head.activeCount })}</span>
      </h2>
      <ul className="jobs-active">
        {ordered.map((job) => (
          <ActiveCard key={job.id} job={job} />
        ))}
      </ul>
    </section>
  );
}

function rank({ state }: ActiveJob): number {
  return ['AWAITING_APPROVAL', 'RUNNING', 'QUEUED'].indexOf(state);
}

function ActiveCard({ job }: { job: ActiveJob }): ReactNode {
  const { t } = useLanguage();
  const { id, work, state, done, total, registry, repositoryName } = job;
  return (
    <li className="card jobs-card">
      <Link to="/jobs/$id" params={{ id }} className="jobs-card-link">
        <span className="jobs-card-head">
          <strong>{t(`job.work.${work}`)}</strong>
          <JobState state={state} />
        </span>
        <bdi className="muted jobs-place">
          {hasParts(work) ? describePlace(job, t) : `${registry?.name} / ${repositoryName ?? '*'}`}
        </bdi>
        {state === 'AWAITING_APPROVAL' ? (
          <span>{t(job.viewerCanApprove ? 'jobs.waitsForYou' : 'jobs.waits')}</span>
        ) : (
          <>
            <ProgressBar
              done={done}
              total={total}
              label={`${t(`job.work.${work}`)}: ${describePlace(job, t)}`}
              isBad={job.failureCount > 0}
            />
            <span>{t('job.doneOf', { done, n: total })}</span>
          </>
        )}
        <span className="muted">
          {t('job.requestedBy')} <bdi>{job.requestedBy}</bdi> <Time at={job.createdAt} />
        </span>
      </Link>
    </li>
  );
}
