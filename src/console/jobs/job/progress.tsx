import type { ReactNode } from 'react';
import type { JobNow } from './follow.js';
import { isOver, timeLeft } from '../../pure/job.js';
import { useLanguage } from '../../text/context.js';
import { Notice, Time } from '../../ui/parts.js';
import { ProgressBar } from '../../ui/progress.js';
import { describePlace } from './place.js';
import { JobState } from './state.js';

/** How far a job is, who asked for it, and since when. */
export function JobProgress({ job }: { job: JobNow }): ReactNode {
  const { t, formats } = useLanguage();
  const { state, done, total, requestedBy, approvedBy, cancelledBy, approvalExpiresAt } = job;
  return (
    <div className="job-progress">
      <ProgressBar done={done} total={total} label={t('job.progress')} isBad={job.failureCount > 0} />
      <p role="status">
        <JobState state={state} /> <strong>{t('job.doneOf', { done, n: total })}</strong>
        {job.failureCount > 0 && <span className="job-failed">{t('job.failures', { n: job.failureCount })}</span>}
      </p>
      <TimeLeft job={job} />
      <p className="muted">
        {t('job.requestedBy')} <bdi>{requestedBy}</bdi> <Time at={job.createdAt} />
        {approvedBy !== null && (
          <>
            {' · '}
            {t('job.approvedBy')} <bdi>{approvedBy}</bdi>
          </>
        )}
        {cancelledBy !== null && (
          <>
            {' · '}
            {t('job.cancelledBy')} <bdi>{cancelledBy}</bdi>
          </>
        )}
        {isOver(state) && job.finishedAt !== null && (
          <>
            {' · '}
            {t('job.ended')} <Time at={job.finishedAt} />
          </>
        )}
      </p>
      {state === 'AWAITING_APPROVAL' && (
        <Notice tone="info" icon="shield">
          {t(job.viewerCanApprove ? 'job.waitsForYou' : 'job.waitsForOther', {
            repository: describePlace(job, t),
            time: approvalExpiresAt === null ? t('unknown') : formats.moment(approvalExpiresAt),
          })}
        </Notice>
      )}
    </div>
  );
}

/** About how long it still takes, as of the answer that told of it. */
function TimeLeft({ job }: { job: JobNow }): ReactNode {
  const { t } = useLanguage();
  const left = job.estimatedEndAt === null ? null : timeLeft(job.estimatedEndAt, job.answeredAt);
  return left && <p className="muted">{t(`job.left.${left.unit}`, { n: left.n })}</p>;
}
