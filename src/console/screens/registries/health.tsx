import type { ReactNode } from 'react';
import type { RegistriesQuery } from '../../operations/registries.js';
import { healthLook } from '../../shell/health.js';
import { useLanguage } from '../../text/context.js';

type Row = NonNullable<RegistriesQuery['registries']>[number];

/** How a registry is, in words, with how long its last answer took. */
export function HealthText({ health, freshness }: Pick<Row, 'health' | 'freshness'>): ReactNode {
  const { t } = useLanguage();
  const { tone, text } = healthLook(freshness.state);
  const isAnswering = tone === 'good' || tone === 'info';
  return (
    <span className="registries-health" title={isAnswering ? undefined : (freshness.lastError?.message ?? undefined)}>
      <span className={`mark mark-${tone}`} aria-hidden="true" />
      {t(text)}
      {isAnswering && health.latencyMs !== null && (
        <span className="muted">{t('registries.latency', { ms: health.latencyMs })}</span>
      )}
    </span>
  );
}
