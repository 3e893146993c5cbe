import type { ReactNode } from 'react';
import { useLanguage } from '../../text/context.js';
import { Notice, useMinute } from '../../ui/parts.js';
import type { RepositoriesHead } from './source.js';

/** Which registries' rows are old or not whole, and since when. */
export function Sources({ sources }: { sources: NonNullable<RepositoriesHead['sources']> }): ReactNode {
  const { t, formats } = useLanguage();
  const now = useMinute();
  return sources.map(({ registry: { id, name }, freshness: { state, confirmedAt, lastError } }) => {
    if (state === 'INDEXING' || state === 'NEVER_INDEXED')
      return (
        <Notice key={id} tone="info" icon="refresh">
          {t('repositories.indexing', { registry: name })}
        </Notice>
      );
    if (state !== 'UNREACHABLE') return null;
    return (
      <Notice key={id} tone="warn">
        {confirmedAt
          ? t('repositories.away', { registry: name, ago: formats.ago(confirmedAt, now) })
          : t('repositories.awayNever', { registry: name })}{' '}
        <bdi>{lastError?.message}</bdi>
      </Notice>
    );
  });
}
