import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useLanguage } from '../../text/context.js';
import { Empty, ProblemNotice } from '../../ui/parts.js';
import { useTitle } from '../../ui/title.js';
import { JobActions } from '../../jobs/job/actions.js';
import { useFollowedJob, type JobNow } from '../../jobs/job/follow.js';
import { Pieces } from '../../jobs/job/pieces.js';
import { describePlace } from '../../jobs/job/place.js';
import { JobProgress } from '../../jobs/job/progress.js';
import '../../jobs/job/job.css';

const route = getRouteApi('/jobs/$id');

/** One job: how far it is, what came of each piece, and what can be done about it. */
export function Job(): ReactNode {
  const { id } = route.useParams();
  return <OneJob key={id} id={id} />;
}

function OneJob({ id }: { id: string }): ReactNode {
  const { t } = useLanguage();
  const { job, problem, renew } = useFollowedJob(id);
  useTitle(job === null ? t('jobs.one') : t(`job.work.${job.work}`));
  if (job === null && (problem?.code === 'NOT_FOUND' || problem?.code === 'BAD_USER_INPUT'))
    return (
      <div className="screen">
        <h1>{t('jobs.one')}</h1>
        <Empty title={t('job.missing')}>
          <p>{t('job.missingText')}</p>
          <Link to="/jobs" className="button">
            {t('nav.jobs')}
          </Link>
        </Empty>
      </div>
    );
  return (
    <div className="screen job">
      {problem && <ProblemNotice problem={problem} />}
      {job === null ? <p className="muted">{t('loading')}</p> : <JobView job={job} renew={renew} />}
    </div>
  );
}

function JobView({ job, renew }: { job: JobNow; renew: () => void }): ReactNode {
  const { t } = useLanguage();
  const { registry } = job;
  return (
    <>
      <header className="screen-head">
        <div>
          <ol className="crumbs">
            <li>
              <Link to="/jobs">{t('nav.jobs')}</Link>
            </li>
            {registry && (
              <li>
                <Link to="/jobs" search={{ registry: [registry.name] }}>
                  <bdi>{registry.name}</bdi>
                </Link>
              </li>
            )}
          </ol>
          <h1>{t(`job.work.${job.work}`)}</h1>
          <p className="muted reference">
            {job.repositoryName === null || registry === null ? (
              <bdi>{describePlace(job, t)}</bdi>
            ) : (
              <Link
                to="/r/$registry/$"
                params={{ registry: registry.name, _splat: job.repositoryName }}
                className="link"
              >
                <bdi>{job.repositoryName}</bdi>
              </Link>
            )}
          </p>
        </div>
        <div className="job-actions">
          <JobActions job={job} renew={renew} />
        </div>
      </header>
      <section className="card" aria-label={t('job.progress')}>
        <JobProgress job={job} />
      </section>
      <section className="card">
        <Pieces job={job} />
      </section>
    </>
  );
}
