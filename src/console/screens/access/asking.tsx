import type { ReactNode } from 'react';
import type { Refusal } from '../../data/change.js';
import { useLanguage } from '../../text/context.js';
import { Dialog } from '../../ui/dialog.js';
import { Notice } from '../../ui/parts.js';

export interface AskingOnceMoreProps {
  readonly title: string;
  /** The words of the button that does it. */
  readonly act: string;
  readonly isBusy: boolean;
  readonly refusal: Refusal | null;
  readonly onAct: () => Promise<void>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Asks once more before something is done that cannot be undone. */
export function AskingOnceMore(props: AskingOnceMoreProps): ReactNode {
  const { t } = useLanguage();
  const { title, act, isBusy, refusal, onAct, onClose, children } = props;
  const footer = (
    <>
      <button type="button" className="button" onClick={onClose}>
        {t('cancel')}
      </button>
      <button type="button" className="button button-danger" disabled={isBusy} onClick={() => void onAct()}>
        {act}
      </button>
    </>
  );
  return (
    <Dialog title={title} onClose={onClose} footer={footer}>
      {refusal && <Notice tone="bad">{refusal.message}</Notice>}
      {children}
    </Dialog>
  );
}
