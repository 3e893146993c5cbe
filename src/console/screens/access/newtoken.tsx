import { useState, type FormEvent, type ReactNode } from 'react';
import { readForm, refusalOf, useChange } from '../../data/change.js';
import { createToken } from '../../operations/access.js';
import { useLanguage } from '../../text/context.js';
import { Dialog } from '../../ui/dialog.js';
import { Field } from '../../ui/fields.js';
import { Notice } from '../../ui/parts.js';
import { SecretDialog } from '../../ui/secret.js';

export interface NewTokenProps {
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Makes a token, and shows it once. */
export function NewToken({ onClose, onDone }: NewTokenProps): ReactNode {
  const { t } = useLanguage();
  const { isBusy, refusal, run } = useChange(createToken);
  const [secret, setSecret] = useState<string | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const textOf = readForm(event.currentTarget);
    const data = await run({ label: textOf('label'), expiresInDays: Number(textOf('days')) });
    if (data === null) return;
    onDone();
    setSecret(data.createToken.secret);
  };
  if (secret !== null)
    return (
      <SecretDialog title={t('access.newTokenTitle')} text={secret} label={t('access.tokenOnce')} onClose={onClose} />
    );
  const wrongDays = refusalOf(refusal, 'expiresInDays');
  return (
    <Dialog title={t('access.newTokenTitle')} onClose={onClose}>
      <form className="access-form" onSubmit={(event) => void submit(event)}>
        {refusal && !wrongDays && <Notice tone="bad">{refusal.message}</Notice>}
        <Field label={t('access.label')} hint={t('access.labelHint')}>
          {({ id, describedBy }) => (
            <input id={id} name="label" maxLength={100} required autoComplete="off" aria-describedby={describedBy} />
          )}
        </Field>
        <Field label={t('access.days')} error={wrongDays}>
          {({ id, describedBy, isInvalid }) => (
            <input
              id={id}
              name="days"
              type="number"
              min={1}
              max={3650}
              defaultValue={90}
              required
              aria-describedby={describedBy}
              aria-invalid={isInvalid}
            />
          )}
        </Field>
        <button type="submit" className="button button-primary" disabled={isBusy}>
          {t('access.create')}
        </button>
      </form>
    </Dialog>
  );
}
