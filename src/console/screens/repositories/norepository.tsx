import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useShell } from '../../shell/context.js';
import { useLanguage } from '../../text/context.js';
import { Empty } from '../../ui/parts.js';

/** An empty list, and the next step: other filters, a push, or a first registry. */
export function NoRepository({ isNarrowed }: { isNarrowed: boolean }): ReactNode {
  const { t } = useLanguage();
  const { shell } = useShell();
  if (isNarrowed || shell?.registries?.length !== 0)
    return (
      <Empty title={t(isNarrowed ? 'repositories.none' : 'repositories.empty')}>
        <p>{t(isNarrowed ? 'repositories.noneText' : 'repositories.emptyText')}</p>
      </Empty>
    );
  return (
    <Empty title={t('registries.empty')}>
      <p>{t('registries.emptyText')}</p>
      <Link to="/registries/new" className="button button-primary">
        {t('registries.attach')}
      </Link>
    </Empty>
  );
}
