import { Link } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import { useCursorRows } from '../../data/cursorrows.js';
import { toPage } from '../../data/cursors.js';
import { useGateway } from '../../data/context.js';
import type { Rows } from '../../data/rows.js';
import { jobParts, type JobPartsQuery } from '../../operations/job.js';
import { useLanguage } from '../../text/context.js';
import { ProblemNotice } from '../../ui/parts.js';
import type { JobNow } from './follow.js';
import { useRenewal } from './renewal.js';
import { JobState } from './state.js';

type Part = NonNullable<JobPartsQuery['job']>['pieces']['nodes'][number];
type State = Part['state'];

/** Repositories that are shown at once, and more of them. */
const pageSize = 100;

/** The repositories that a job is about, each with the job that is done there. */
export function Parts({ job }: { job: JobNow }): ReactNode {
  const { t, formats } = useLanguage();
  const [chosen, choose] = useState<State | null>(null);
  const [shown, show] = useState(pageSize);
  const rows = useParts(job, chosen);
  const total = rows.total ?? 0;
  useEffect(() => {
    if (total > 0) rows.see(0, Math.min(shown, total) - 1);
  }, [rows, shown, total]);
  return (
    <section className="pieces" aria-label={t('job.parts')}>
      {rows.problem && <ProblemNotice problem={rows.problem} retry={rows.renew} />}
      <div className="piece-outcomes" role="group" aria-label={t('jobs.state')}>
        {[{ state: null, count: null }, ...job.pieceCounts].map(({ state, count }) => (
          <button
            key={state ?? 'all'}
            type="button"
            className="chip"
            aria-pressed={state === chosen}
            onClick={() => {
              choose(state);
              show(pageSize);
            }}
          >
            {state === null ? t('job.allParts') : t(`job.state.${state}`)}
            {count !== null && <span className="piece-count">{formats.count(count)}</span>}
          </button>
        ))}
      </div>
      <ul className="piece-list">
        {Array.from({ length: Math.min(shown, total) }, (_, at) => {
          const part = rows.rowAt(at);
          return part && <PartRow key={part.id} part={part} />;
        })}
      </ul>
      {total > shown && (
        <button type="button" className="button" onClick={() => show(shown + pageSize)}>
          {t('job.morePieces', { n: total - shown })}
        </button>
      )}
    </section>
  );
}

function PartRow({ part }: { part: Part }): ReactNode {
  const { t } = useLanguage();
  const { id, state, done, total, repositoryName, registry, failures } = part;
  return (
    <li className="piece">
      <JobState state={state} />
      <span className="piece-text">
        <Link to="/jobs/$id" params={{ id }} className="link">
          <bdi className="name">{repositoryName}</bdi>
        </Link>
        <bdi className="muted">{registry?.name}</bdi>
        <span className="muted">{t('job.doneOf', { done, n: total })}</span>
        {failures[0] && (
          <span className="piece-message">
            <bdi>{failures[0].message}</bdi>
          </span>
        )}
      </span>
    </li>
  );
}

function useParts(job: JobNow, state: State | null): Rows<Part, null> {
  const gateway = useGateway();
  const rows = useCursorRows<Part>(JSON.stringify([job.id, state]), async ({ after, first }, signal) => {
    const states = state === null ? null : [state];
    const { data, problem } = await gateway.ask(jobParts, { id: job.id, states, first, after }, signal);
    if (!data?.job) return { data: null, problem };
    return { data: toPage(data.job.pieces, null), problem };
  });
  useRenewal(job, rows.renew);
  return rows;
}
