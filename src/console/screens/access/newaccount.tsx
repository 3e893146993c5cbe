import { useState, type FormEvent, type ReactNode } from 'react';
import { readForm, refusalOf, useChange } from '../../data/change.js';
import { createAccount, type Role } from '../../operations/access.js';
import { useLanguage } from '../../text/context.js';
import { Dialog } from '../../ui/dialog.js';
import { Entry } from '../../ui/entries.js';
import { Field } from '../../ui/fields.js';
import { Notice } from '../../ui/parts.js';
import { SecretDialog } from '../../ui/secret.js';
import { roleNames } from './roles.js';

export interface NewAccountProps {
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Makes an account, and shows its one-time password once. */
export function NewAccount({ onClose, onDone }: NewAccountProps): ReactNode {
  const { t } = useLanguage();
  const { isBusy, refusal, run } = useChange(createAccount);
  const [made, setMade] = useState<{ username: string; password: string } | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const textOf = readForm(event.currentTarget);
    const [username, role] = [textOf('username'), textOf('role')];
    const data = await run({ username, roles: role === '' ? [] : [role as Role] });
    if (data === null) return;
    onDone();
    const password = data.createAccount.oneTimePassword;
    if (password === null) onClose();
    else setMade({ username, password });
  };
  if (made) {
    const label = t('access.once', { name: made.username });
    return <SecretDialog title={t('access.newTitle')} text={made.password} label={label} onClose={onClose} />;
  }
  const wrongName = refusalOf(refusal, 'username');
  return (
    <Dialog title={t('access.newTitle')} onClose={onClose}>
      <form className="access-form" onSubmit={(event) => void submit(event)}>
        {refusal && !wrongName && <Notice tone="bad">{refusal.message}</Notice>}
        <Entry label={t('access.username')} name="username" error={wrongName} most={100} isRequired />
        <Field label={t('access.role')}>
          {({ id }) => (
            <select id={id} name="role" defaultValue="REGISTRIES_READ">
              <option value="">{t('access.role.none')}</option>
              {roleNames.map((role) => (
                <option key={role} value={role}>
                  {t(`access.role.${role}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <button type="submit" className="button button-primary" disabled={isBusy}>
          {t('access.create')}
        </button>
      </form>
    </Dialog>
  );
}
