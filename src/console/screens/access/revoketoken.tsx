import type { ReactNode } from 'react';
import { useChange } from '../../data/change.js';
import { revokeToken, type TokensQuery } from '../../operations/access.js';
import { useLanguage } from '../../text/context.js';
import { useToast } from '../../ui/toast.js';
import { AskingOnceMore } from './asking.js';

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
    <AskingOnceMore
      title={t('access.revokeTitle')}
      act={t('access.revokeToken', { label: name })}
      isBusy={isBusy}
      refusal={refusal}
      onAct={revoke}
      onClose={onClose}
    >
      <p>{t('access.revokeText', { label: name })}</p>
    </AskingOnceMore>
  );
}
