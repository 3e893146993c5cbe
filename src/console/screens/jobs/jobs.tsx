import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useChanges } from '../../data/live.js';
import { useLanguage } from '../../text/context.js';
import { Choices } from '../../ui/fields.js';
import { Grid } from '../../ui/grid/grid.js';
import { Empty, ProblemNotice } from '../../ui/parts.js';
import { useTitle } from '../../ui/title.js';
import { ActiveJobs } from './active.js';
import { useJobColumns } from './columns.js';
import { JobChoices } from './choices.js';
import type { JobsSearch } from './search.js';
import { useJobs } from './source.js';
import './jobs.css';

const route = getRouteApi('/jobs');

/** The jobs of all registries: those that go on or wait on top, then all that fit what the address says. */
export function Jobs(): ReactNode {
  const { t } = useLanguage();
  const search = route.useSearch();
  const navigate = useNavigate();
  const change = (changed: Partial<JobsSearch>): void =>
    void navigate({ to: '/jobs', search: { ...search, ...changed }, replace: true });
  const rows = useJobs(search);
  useChanges(({ jobId }) => jobId !== null, rows.renew);
  useTitle(t('nav.jobs'));
  const columns = useJobColumns();
  const isNarrowed = search.kind !== undefined || search.state !== undefined || search.registry !== undefined;
  const total = rows.total ?? 0;
  return (
    <div className="screen jobs">
      <header className="screen-head">
        <div>
          <h1>{t('nav.jobs')}</h1>
          <p className="muted" role="status">
            {rows.total === null ? t('loading') : t(isNarrowed ? 'jobs.matching' : 'jobs.count', { n: total })}
          </p>
        </div>
      </header>
      {rows.problem && <ProblemNotice problem={rows.problem} retry={rows.renew} />}
      {rows.head && <ActiveJobs head={rows.head} renew={rows.renew} />}
      <div className="with-facets">
        <Choices label={t('jobs.narrow')}>
          <JobChoices search={search} change={change} />
        </Choices>
        {rows.total === 0 && !rows.isAsking ? (
          <Empty title={t(isNarrowed ? 'jobs.none' : 'jobs.empty')}>
            <p>{t(isNarrowed ? 'jobs.noneText' : 'jobs.emptyText')}</p>
          </Empty>
        ) : (
          <Grid
            label={t('nav.jobs')}
            name="jobs"
            columns={columns}
            rows={rows}
            keyOf={({ id }) => id}
            onOpen={({ id }) => void navigate({ to: '/jobs/$id', params: { id } })}
          />
        )}
      </div>
    </div>
  );
}
