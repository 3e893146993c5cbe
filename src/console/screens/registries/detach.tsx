import { useNavigate } from '@tanstack/react-router';
import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { useChange } from '../../data/change.js';
import { removeRegistry, type RegistryDetailsFragment } from '../../operations/registry.js';
import { useShell } from '../../shell/context.js';
import { useLanguage } from '../../text/context.js';
import { Dialog } from '../../ui/dialog.js';
import { Field } from '../../ui/fields.js';
import { Notice } from '../../ui/parts.js';
import { useToast } from '../../ui/toast.js';

export interface DetachProps {
  readonly registry: RegistryDetailsFragment;
  readonly onClose: () => void;
}

/** Says what is lost with a registry, and what is not, and has its name typed. */
export function Detach({ registry: { id, name }, onClose }: DetachProps): ReactNode {
  const { t } = useLanguage();
  const tell = useToast();
  const navigate = useNavigate();
  const { renew } = useShell();
  const { isBusy, refusal, run } = useChange(removeRegistry);
  const [typed, setTyped] = useState('');
  const form = useId();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (typed !== name || (await run({ id })) === null) return;
    tell(t('detach.done', { name }));
    renew();
    void navigate({ to: '/registries' });
  };
  const footer = (
    <>
      <button type="button" className="button" onClick={onClose}>
        {t('cancel')}
      </button>
      <button type="submit" form={form} className="button button-danger" disabled={isBusy || typed !== name}>
        {t('detach.do', { name })}
      </button>
    </>
  );
  return (
    <Dialog title={t('detach.title', { name })} onClose={onClose} footer={footer}>
      <form id={form} className="registry-form" onSubmit={(event) => void submit(event)}>
        {refusal && <Notice tone="bad">{refusal.message}</Notice>}
        <p>{t('detach.stays')}</p>
        <p>{t('detach.lost')}</p>
        <ul className="registry-lost">
          <li>{t('detach.lost.history')}</li>
          <li>{t('detach.lost.undo')}</li>
          <li>{t('detach.lost.rules')}</li>
          <li>{t('detach.lost.login')}</li>
        </ul>
        <Field label={t('detach.type', { name })}>
          {({ id }) => (
            <input
              id={id}
              value={typed}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
