import type { ReactNode } from 'react';
import { useLanguage } from '../../text/context.js';

/** How many more there are than are shown. */
export function More({ shown, total }: { shown: number; total: number }): ReactNode {
  const { t } = useLanguage();
  return total > shown ? <p className="muted">{t('deletion.more', { n: total - shown })}</p> : null;
}

/** Names in a sentence. */
export function Names({ names, more }: { names: readonly string[]; more: number }): ReactNode {
  const { t } = useLanguage();
  return (
    <span className="plan-names">
      {names.map((name) => (
        <bdi key={name}>{name}</bdi>
      ))}
      {more > 0 && <span className="muted">{t('deletion.more', { n: more })}</span>}
    </span>
  );
}
