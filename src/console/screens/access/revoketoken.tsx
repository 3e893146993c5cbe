import type { ReactNode } from 'react';
import { useChange } from '../../data/change.js';
import { revokeToken, type TokensQuery } from '../../operations/access.js';
import { useLanguage } from '../../text/context.js';
import { Dialog } from '../../ui/dialog.js';
import { Notice } from '../../ui/parts.js';
import { useToast } from '../../ui/toast.js';

export interface RevokeTokenProps {
  readonly token: NonNullable<TokensQuery['tokens']>['nodes'][number];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Asks once more before programs are refused. */
export function RevokeToken({ token, onClose, onDone }: RevokeTokenProps): ReactNode {
  const { t } = useLanguage();
  const tell = useToast();
  const { isBusy, refusal, run } = useChange(revokeToken);
  const name = token.label || t(`access.kind.${token.kind}`);
  const revoke = async (): Promise<void> => {
    if ((await run({ id: token.id, kind: token.kind })) === null) return;
    tell(t('access.tokenRevoked'));
    onDone();
    onClose();
  };
  return (
    <Dialog
      title={t('access.revokeTitle')}
      onClose={onClose}
      footer={
        <>
          <button type="button" className="button" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="button" className="button button-danger" disabled={isBusy} onClick={() => void revoke()}>
            {t('access.revokeToken', { label: name })}
          </button>
        </>
      }
    >
      {refusal && <Notice tone="bad">{refusal.message}</Notice>}
      <p>{t('access.revokeText', { label: name })}</p>
    </Dialog>
  );
}
