import type { ReactNode } from 'react';
import { useLanguage } from '../../text/context.js';
import { Badge } from '../../ui/parts.js';
import type { JobNow } from './follow.js';

/** The failures of a job that has no pieces, such as a reading of a registry. */
export function Failures({ job: { failures, failureCount, state } }: { job: JobNow }): ReactNode {
  const { t } = useLanguage();
  if (failures.length === 0) return state === 'SUCCEEDED' ? <p className="muted">{t('job.noFailures')}</p> : null;
  return (
    <section className="pieces" aria-label={t('job.outcome.FAILED')}>
      <ul className="piece-list">
        {failures.map(({ code, message, subject }) => (
          <li key={`${subject} ${message}`} className="piece">
            <Badge tone="bad">{t('job.outcome.FAILED')}</Badge>
            <span className="piece-text">
              <bdi className="name">{subject}</bdi>
              <span className="piece-message">
                <bdi>{message}</bdi> <code className="muted">{code}</code>
              </span>
            </span>
          </li>
        ))}
      </ul>
      {failureCount > failures.length && (
        <p className="muted">{t('deletion.more', { n: failureCount - failures.length })}</p>
      )}
    </section>
  );
}
