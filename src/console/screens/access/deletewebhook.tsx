import type { ReactNode } from 'react';
import { useChange } from '../../data/change.js';
import { deleteWebhook } from '../../operations/webhooks.js';
import { useLanguage } from '../../text/context.js';
import { Dialog } from '../../ui/dialog.js';
import { Notice } from '../../ui/parts.js';
import { useToast } from '../../ui/toast.js';

export interface DeleteWebhookProps {
  readonly webhook: { readonly id: string; readonly url: string };
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Asks once more before an endpoint is told of nothing any more. */
export function DeleteWebhook({ webhook: { id, url }, onClose, onDone }: DeleteWebhookProps): ReactNode {
  const { t } = useLanguage();
  const tell = useToast();
  const { isBusy, refusal, run } = useChange(deleteWebhook);
  const remove = async (): Promise<void> => {
    if ((await run({ id })) === null) return;
    tell(t('webhooks.deleted'));
    onDone();
    onClose();
  };
  const footer = (
    <>
      <button type="button" className="button" onClick={onClose}>
        {t('cancel')}
      </button>
      <button type="button" className="button button-danger" disabled={isBusy} onClick={() => void remove()}>
        {t('webhooks.delete')}
      </button>
    </>
  );
  return (
    <Dialog title={t('webhooks.deleteTitle')} onClose={onClose} footer={footer}>
      {refusal && <Notice tone="bad">{refusal.message}</Notice>}
      <p>
        <bdi>{url}</bdi>
      </p>
      <p>{t('webhooks.deleteText')}</p>
    </Dialog>
  );
}
