import { useState, type FormEvent, type ReactNode } from 'react';
import { useConnected } from '../data/context.js';
import { logIn } from '../operations/login.js';
import { useLanguage } from '../text/context.js';
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
export function Login({ entrance, isAgain, refusal }: LoginProps): ReactNode {
  const { t } = useLanguage();
  const { gateway, tell } = useConnected();
  const [problem, setProblem] = useState(refusal);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const entered = new FormData(event.currentTarget);
    const textOf = (name: string): string => {
      const value = entered.get(name);
      return typeof value === 'string' ? value : '';
    };
    setBusy(true);
    const { data, problem } = await gateway.ask(logIn, {
      input: { username: textOf('username'), password: textOf('password'), session: true },
    });
    setBusy(false);
    const refusal = data?.login.userErrors[0]?.message ?? problem?.message;
    setProblem(refusal);
    if (refusal === undefined) tell('loggedIn');
  };
  return (
    <Dialog title={t('login.title')} subtitle={isAgain ? t('login.again') : t('app.name')} onClose={null} form="centre">
      <form className="login" onSubmit={(event) => void submit(event)}>
        <Field label={t('login.username')}>
          {({ id }) => (
            <input id={id} name="username" autoComplete="username" required maxLength={100} autoCapitalize="none" />
          )}
        </Field>
        <Field label={t('login.password')} error={problem}>
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
