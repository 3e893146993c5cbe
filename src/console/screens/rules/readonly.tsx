import type { ReactNode } from 'react';
import { useChange } from '../../data/change.js';
import { setProtection, type ProtectionQuery } from '../../operations/protection.js';
import { useLanguage } from '../../text/context.js';
import { Action } from '../../ui/action.js';
import { Icon } from '../../ui/icon.js';
import { Notice } from '../../ui/parts.js';

export interface ReadOnlyProps {
  readonly registry: NonNullable<ProtectionQuery['registry']>;
  readonly onChanged: () => void;
}

/** Whether anything of a registry is deleted at all. */
export function ReadOnly({ registry: { id, readOnly, viewerCanProtect }, onChanged }: ReadOnlyProps): ReactNode {
  const { t } = useLanguage();
  const { isBusy, refusal, run } = useChange(setProtection);
  const change = async (): Promise<void> => {
    if (isBusy) return;
    if ((await run({ id, readOnly: !readOnly })) !== null) onChanged();
  };
  return (
    <section className="rules-part rules-line" aria-labelledby="read-only">
      <Icon name="lock" />
      <div>
        <h2 id="read-only">{t(readOnly ? 'protection.readOnly' : 'protection.writable')}</h2>
        <p className="muted">{t('protection.readOnlyText')}</p>
        {refusal && <Notice tone="bad">{refusal.message}</Notice>}
      </div>
      <Action refusal={viewerCanProtect ? undefined : t('protection.refused')} onAct={() => void change()}>
        {t(readOnly ? 'protection.allow' : 'protection.forbid')}
      </Action>
    </section>
  );
}
