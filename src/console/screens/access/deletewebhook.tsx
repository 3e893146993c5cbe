import type { ReactNode } from 'react';
import { useChange } from '../../data/change.js';
import { deleteWebhook } from '../../operations/webhooks.js';
import { useLanguage } from '../../text/context.js';
import { useToast } from '../../ui/toast.js';
import { AskingOnceMore } from './asking.js';

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
  return (
    <AskingOnceMore
      title={t('webhooks.deleteTitle')}
      act={t('webhooks.delete')}
      isBusy={isBusy}
      refusal={refusal}
      onAct={remove}
      onClose={onClose}
    >
      <p>
        <bdi>{url}</bdi>
      </p>
      <p>{t('webhooks.deleteText')}</p>
    </AskingOnceMore>
  );
}
