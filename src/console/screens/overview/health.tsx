import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { HealthMark } from '../../shell/health.js';
import { useLanguage } from '../../text/context.js';
import { ProgressBar } from '../../ui/progress.js';
import { useMinute } from '../../ui/parts.js';
import type { OverviewRegistry } from './types.js';

/** A line for each registry: how it is, since when, and what it holds. */
export function Health({ registries }: { registries: readonly OverviewRegistry[] }): ReactNode {
  const { t } = useLanguage();
  return (
    <ul className="overview-health" aria-label={t('overview.health')}>
      {registries.map((registry) => (
        <OneHealth key={registry.id} registry={registry} />
      ))}
    </ul>
  );
}

function OneHealth({ registry }: { registry: OverviewRegistry }): ReactNode {
  const { t, formats } = useLanguage();
  const { name, size, repositoryCount, freshness, health, lastCrawl } = registry;
  const message = freshness.lastError?.message;
  const isReading = freshness.state === 'INDEXING' && lastCrawl?.state === 'RUNNING' && lastCrawl.total > 0;
  return (
    <li className={`overview-registry${freshness.state === 'UNREACHABLE' ? ' is-away' : ''}`}>
      <p className="overview-registry-name">
        <HealthMark state={freshness.state} message={message} />
        <Link to="/repositories" search={{ registry: [name] }}>
          <bdi>{name}</bdi>
        </Link>
        {freshness.state !== 'UNREACHABLE' && health?.latencyMs != null && (
          <span className="muted">{t('overview.latency', { ms: health.latencyMs })}</span>
        )}
      </p>
      <p>
        <strong>{formats.bytes(size)}</strong>{' '}
        <span className="muted">{t('overview.holds', { n: repositoryCount })}</span>
      </p>
      <p className="muted">
        <Reading registry={registry} />
      </p>
      {isReading && <ProgressBar done={lastCrawl.done} total={lastCrawl.total} label={name} />}
      {message !== undefined && freshness.state !== 'FRESH' && <p className="overview-message">{message}</p>}
    </li>
  );
}

/** When it was read last, or how far its first reading is. */
function Reading({ registry: { freshness, lastCrawl } }: { registry: OverviewRegistry }): string {
  const { t, formats } = useLanguage();
  const now = useMinute();
  const { state, confirmedAt } = freshness;
  const ago = confirmedAt ? formats.ago(confirmedAt, now) : null;
  if (state === 'UNREACHABLE') return ago === null ? t('overview.awayNever') : t('overview.away', { ago });
  if (state === 'RATE_LIMITED' && ago !== null) return t('overview.limited', { ago });
  if (state === 'INDEXING' && lastCrawl && lastCrawl.total > 0)
    return t('overview.reading', { done: lastCrawl.done, total: lastCrawl.total });
  return ago === null ? t('overview.waiting') : t('overview.read', { ago });
}
