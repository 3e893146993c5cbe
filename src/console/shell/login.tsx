import type { FormEvent, ReactNode } from 'react';
import { readForm, useChange } from '../data/change.js';
import { useConnected } from '../data/context.js';
import { logIn } from '../operations/login.js';
import { useLanguage } from '../text/context.js';
import { BrandMark, useBrandName } from '../ui/brand.js';
import { Dialog } from '../ui/dialog.js';
import { Field } from '../ui/fields.js';
import type { Entrance } from './entrance.js';

export interface LoginProps {
  readonly entrance: Entrance;
  /** A session was there, and is over. */
  readonly isAgain: boolean;
  /** Why a login at the provider came to nothing. */
  readonly refusal: string | undefined;
}

/** The way in. Over a page whose session has ended, it leaves what stands there. */
export function Login({ entrance, isAgain, refusal: before }: LoginProps): ReactNode {
  const { t } = useLanguage();
  const { tell } = useConnected();
  const name = useBrandName();
  const { isBusy, refusal, run } = useChange(logIn);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const textOf = readForm(event.currentTarget);
    const input = { username: textOf('username'), password: textOf('password'), session: true };
    if ((await run(input)) !== null) tell('loggedIn');
  };
  return (
    <Dialog title={t('login.title')} subtitle={isAgain ? t('login.again') : undefined} onClose={null} form="centre">
      <p className="login-brand">
        <BrandMark />
        <bdi>{name}</bdi>
      </p>
      <form className="login" onSubmit={(event) => void submit(event)}>
        <Field label={t('login.username')}>
          {({ id }) => (
            <input id={id} name="username" autoComplete="username" required maxLength={100} autoCapitalize="none" />
          )}
        </Field>
        <Field label={t('login.password')} error={refusal?.message ?? before}>
          {({ id, describedBy, isInvalid }) => (
            <input
              id={id}
              name="password"
              type="password"
              autoComplete="current-password"
              required
              maxLength={1000}
              aria-describedby={describedBy}
              aria-invalid={isInvalid}
            />
          )}
        </Field>
        <button type="submit" className="button button-primary" disabled={isBusy}>
          {isBusy ? t('login.busy') : t('login.submit')}
        </button>
      </form>
      {entrance.signOn !== undefined && (
        <a className="button" href="auth/login?session=true">
          {t('login.provider', { name: entrance.signOn })}
        </a>
      )}
    </Dialog>
  );
}
