import { useEffect, useState, type ReactNode } from 'react';
import { useCursorRows } from '../../data/cursorrows.js';
import { toPage } from '../../data/cursors.js';
import { useGateway } from '../../data/context.js';
import type { Rows } from '../../data/rows.js';
import { jobPieces, type JobPiecesQuery } from '../../operations/job.js';
import { hasParts, hasPieces, presentOutcomes, type Outcome, type OutcomeCounts } from '../../pure/job.js';
import { useLanguage } from '../../text/context.js';
import { ProblemNotice } from '../../ui/parts.js';
import { Failures } from './failures.js';
import type { JobNow } from './follow.js';
import { Parts } from './parts.js';
import { PieceRow, type Piece } from './piece.js';
import { useRenewal } from './renewal.js';
import './job.css';

/** Pieces that are shown at once, and more of them. */
const pageSize = 100;

/** The pieces of a job by what came of each, failures first; of many repositories one by one; else what failed. */
export function Pieces({ job }: { job: JobNow }): ReactNode {
  if (hasParts(job.work)) return <Parts job={job} />;
  return hasPieces(job.work) ? <PieceLists job={job} /> : <Failures job={job} />;
}

function PieceLists({ job }: { job: JobNow }): ReactNode {
  const { t, formats } = useLanguage();
  const [chosen, choose] = useState<Outcome | null>(null);
  const [shown, show] = useState(pageSize);
  const rows = usePieces(job, chosen);
  useEffect(() => {
    if ((rows.total ?? 0) > 0) rows.see(0, Math.min(shown, rows.total!) - 1);
  }, [rows, shown]);
  const counts = rows.head;
  const total = rows.total ?? 0;
  return (
    <section className="pieces" aria-label={t('job.pieces')}>
      {rows.problem && <ProblemNotice problem={rows.problem} retry={rows.renew} />}
      {counts && (
        <div className="piece-outcomes" role="group" aria-label={t('job.outcome')}>
          {[null, ...presentOutcomes(counts)].map((outcome) => (
            <button
              key={outcome ?? 'all'}
              type="button"
              className="chip"
              aria-pressed={outcome === chosen}
              onClick={() => {
                choose(outcome);
                show(pageSize);
              }}
            >
              {outcome === null ? t('job.allPieces') : t(outcomeText(job, outcome))}
              {outcome !== null && <span className="piece-count">{formats.count(counts[outcome])}</span>}
            </button>
          ))}
        </div>
      )}
      <ul className="piece-list">
        {Array.from({ length: Math.min(shown, total) }, (_, at) => {
          const piece = rows.rowAt(at);
          return piece && <PieceRow key={at} piece={piece} isRestoring={job.work === 'RESTORE_TAGS'} />;
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

/** Pieces that are put back say other things than those that go. */
export function outcomeText(job: { readonly work: string }, outcome: Outcome): `job.${'outcome' | 'back'}.${Outcome}` {
  return `job.${job.work === 'RESTORE_TAGS' ? 'back' : 'outcome'}.${outcome}`;
}

function usePieces(job: JobNow, outcome: Outcome | null): Rows<Piece, OutcomeCounts> {
  const gateway = useGateway();
  const rows = useCursorRows<Piece, OutcomeCounts>(
    JSON.stringify([job.id, outcome]),
    async ({ after, first }, signal) => {
      const { data, problem } = await gateway.ask(jobPieces, { id: job.id, state: outcome, first, after }, signal);
      if (!data?.job) return { data: null, problem };
      return { data: toPage(data.job.pieces, readCounts(data.job)), problem };
    },
  );
  useRenewal(job, rows.renew);
  return rows;
}

function readCounts(job: NonNullable<JobPiecesQuery['job']>): OutcomeCounts {
  return {
    FAILED: job.failed.totalCount,
    KEPT: job.kept.totalCount,
    CANCELLED: job.cancelled.totalCount,
    SENT: job.sent.totalCount,
    PENDING: job.pending.totalCount,
    ABSENT: job.absent.totalCount,
    DONE: job.done.totalCount,
  };
}
