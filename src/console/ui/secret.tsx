import type { ReactNode } from 'react';
import { useLanguage } from '../text/context.js';
import { Dialog } from './dialog.js';
import { Copy } from './parts.js';

/** A secret that is shown once, with a button that copies it. `label` says what it is, and that it goes. */
export function Secret({ text, label }: { text: string; label: string }): ReactNode {
  return (
    <div className="secret">
      <p>
        <bdi>{label}</bdi>
      </p>
      <p className="secret-text">
        <code>{text}</code>
        <Copy text={text} label={label} />
      </p>
    </div>
  );
}

export interface SecretDialogProps {
  readonly title: string;
  readonly text: string;
  readonly label: string;
  readonly onClose: () => void;
}

/** Shows a secret that was just made. */
export function SecretDialog({ title, text, label, onClose }: SecretDialogProps): ReactNode {
  const { t } = useLanguage();
  const done = (
    <button type="button" className="button button-primary" onClick={onClose}>
      {t('access.done')}
    </button>
  );
  return (
    <Dialog title={title} onClose={onClose} footer={done}>
      <Secret text={text} label={label} />
    </Dialog>
  );
}
