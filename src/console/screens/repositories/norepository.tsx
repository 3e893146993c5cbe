import type { ReactNode } from 'react';
import { NothingYet } from '../../shell/firstregistry.js';
import { useLanguage } from '../../text/context.js';
import { Empty } from '../../ui/parts.js';

/** An empty list, and the next step: other filters, a push, or a first registry. */
export function NoRepository({ isNarrowed }: { isNarrowed: boolean }): ReactNode {
  const { t } = useLanguage();
  if (!isNarrowed) return <NothingYet title={t('repositories.empty')} />;
  return (
    <Empty title={t('repositories.none')}>
      <p>{t('repositories.noneText')}</p>
    </Empty>
  );
}
