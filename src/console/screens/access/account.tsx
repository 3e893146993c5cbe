import { useState, type ReactNode } from 'react';
import { useChange } from '../../data/change.js';
import {
  deleteAccount,
  resetPassword,
  updateAccount,
  type AccountRowFragment,
  type Role,
} from '../../operations/access.js';
import { useLanguage } from '../../text/context.js';
import { Dialog } from '../../ui/dialog.js';
import { Field } from '../../ui/fields.js';
import { Notice } from '../../ui/parts.js';
import { Secret } from '../../ui/secret.js';
import { useToast } from '../../ui/toast.js';
import { Grants } from './grants.js';
import { roleNames } from './roles.js';

export interface AccountDialogProps {
  readonly account: AccountRowFragment;
  readonly onClose: () => void;
  /** Something was changed. */
  readonly onDone: () => void;
}

/** One account: its roles and grants, and what ends it. */
export function AccountDialog({ account, onClose, onDone }: AccountDialogProps): ReactNode {
  const { t } = useLanguage();
  return (
    <Dialog title={account.username} subtitle={t('access.account')} onClose={onClose} form="side">
      <RolesForm account={account} onDone={onDone} />
      <section className="access-form">
        <h3>{t('access.grants')}</h3>
        <Grants grants={account.grants} holder={{ account: account.username }} onDone={onDone} />
      </section>
      <Password username={account.username} />
      <Ending account={account} onClose={onClose} onDone={onDone} />
    </Dialog>
  );
}

function RolesForm({ account, onDone }: Omit<AccountDialogProps, 'onClose'>): ReactNode {
  const { t } = useLanguage();
  const tell = useToast();
  const { isBusy, refusal, run } = useChange(updateAccount);
  const change = async (role: Role, isOn: boolean): Promise<void> => {
    const roles = isOn ? [...account.roles, role] : account.roles.filter((one) => one !== role);
    if ((await run({ username: account.username, roles })) === null) return;
    tell(t('access.saved'));
    onDone();
  };
  return (
    <fieldset className="access-form">
      <legend className="muted">{t('access.roles')}</legend>
      {refusal && <Notice tone="bad">{refusal.message}</Notice>}
      {roleNames.map((role) => (
        <label key={role} className="facet-choice">
          <input
            type="checkbox"
            checked={account.roles.includes(role)}
            disabled={isBusy}
            onChange={(event) => void change(role, event.target.checked)}
          />
          <bdi>{t(`access.role.${role}`)}</bdi>
        </label>
      ))}
    </fieldset>
  );
}

function Password({ username }: { username: string }): ReactNode {
  const { t } = useLanguage();
  const { isBusy, refusal, run } = useChange(resetPassword);
  const [password, setPassword] = useState<string | null>(null);
  const reset = async (): Promise<void> => {
    const data = await run({ username });
    setPassword(data?.resetPassword.oneTimePassword ?? null);
  };
  return (
    <section className="access-form">
      {refusal && <Notice tone="bad">{refusal.message}</Notice>}
      {password !== null && <Secret text={password} label={t('access.once', { name: username })} />}
      <button type="button" className="button" disabled={isBusy} onClick={() => void reset()}>
        {t('access.reset')}
      </button>
    </section>
  );
}

function Ending({ account, onClose, onDone }: AccountDialogProps): ReactNode {
  const { t } = useLanguage();
  const tell = useToast();
  const update = useChange(updateAccount);
  const remove = useChange(deleteAccount);
  const [typed, setTyped] = useState('');
  const isDisabled = account.disabledAt !== null;
  const disable = async (): Promise<void> => {
    if ((await update.run({ username: account.username, disabled: !isDisabled })) !== null) onDone();
  };
  const end = async (): Promise<void> => {
    if ((await remove.run({ username: account.username })) === null) return;
    tell(t('access.deleted', { name: account.username }));
    onDone();
    onClose();
  };
  const refusal = update.refusal ?? remove.refusal;
  return (
    <section className="access-form">
      {refusal && <Notice tone="bad">{refusal.message}</Notice>}
      {!isDisabled && <p className="muted">{t('access.disableHint')}</p>}
      <button type="button" className="button" disabled={update.isBusy} onClick={() => void disable()}>
        {t(isDisabled ? 'access.enable' : 'access.disable')}
      </button>
      <Field label={t('access.delete')} hint={t('access.deleteHint', { name: account.username })}>
        {({ id, describedBy }) => (
          <input
            id={id}
            value={typed}
            autoComplete="off"
            aria-describedby={describedBy}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </Field>
      <button
        type="button"
        className="button button-danger"
        disabled={typed !== account.username || remove.isBusy}
        onClick={() => void end()}
      >
        {t('access.delete')}
      </button>
    </section>
  );
}
