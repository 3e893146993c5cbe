import { useBlocker } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useLanguage } from '../../text/context.js';
import { Dialog } from '../../ui/dialog.js';

/** Asks before what was changed and not saved is left behind. */
export function Unsaved({ isChanged }: { isChanged: boolean }): ReactNode {
  const { t } = useLanguage();
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: () => isChanged,
    enableBeforeUnload: isChanged,
    withResolver: true,
  });
  if (status !== 'blocked') return null;
  const footer = (
    <>
      <button type="button" className="button button-primary" onClick={reset}>
        {t('rules.stay')}
      </button>
      <button type="button" className="button button-danger" onClick={proceed}>
        {t('rules.leave')}
      </button>
    </>
  );
  return (
    <Dialog title={t('rules.unsaved')} onClose={reset} footer={footer}>
      <p>{t('rules.unsavedText')}</p>
    </Dialog>
  );
}
