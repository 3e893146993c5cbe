import { Link } from '@tanstack/react-router';
import { type FormEvent, type ReactNode } from 'react';
import { readForm, refusalOf, useChange } from '../../data/change.js';
import { useOperation } from '../../data/query.js';
import { changePassword, me, type MeQuery } from '../../operations/me.js';
import { useLanguage } from '../../text/context.js';
import { Field } from '../../ui/fields.js';
import { Badge, Notice, ProblemNotice } from '../../ui/parts.js';
import { useTitle } from '../../ui/title.js';
import { useToast } from '../../ui/toast.js';
import './me.css';

const noVariables = {};

/** Who looks: what they may do, their password, and how the console looks to them. */
export function Me(): ReactNode {
  const { t } = useLanguage();
  const { data, problem, renew } = useOperation(me, noVariables);
  useTitle(t('me.title'));
  const viewer = data?.viewer;
  return (
    <div className="screen me">
      <h1>
        <bdi>{viewer?.username ?? t('me.title')}</bdi>
      </h1>
      {problem && <ProblemNotice problem={problem} retry={renew} />}
      <div className="me-parts">
        {viewer && <Rights viewer={viewer} />}
        <p>
          <Link to="/settings">{t('me.settings')}</Link>
        </p>
        {viewer && <Password username={viewer.username} />}
      </div>
    </div>
  );
}

function Rights({ viewer }: { viewer: NonNullable<MeQuery['viewer']> }): ReactNode {
  const { t } = useLanguage();
  const can = [
    t('me.can.read'),
    ...(viewer.canAttachRegistries ? [t('me.can.attach')] : []),
    ...(viewer.canManageAccounts ? [t('me.can.accounts')] : []),
    ...(viewer.canSeeAuditLog ? [t('me.can.audit')] : []),
  ];
  return (
    <section className="me-part">
      <h2>{t('me.can')}</h2>
      <ul className="me-list">
        {can.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      <p>
        {viewer.roles.map((role) => (
          <Badge key={role}>{t(`access.role.${role}`)}</Badge>
        ))}
      </p>
      <h3>{t('me.grants')}</h3>
      {viewer.grants.length === 0 ? (
        <p className="muted">{t('me.noGrants')}</p>
      ) : (
        <ul className="me-list">
          {viewer.grants.map(({ registry, repositories, right }) => {
            const name = `${registry?.name ?? t('access.allRegistries')} / ${repositories}`;
            return (
              <li key={`${name} ${right}`}>
                <bdi>{name}</bdi> <Badge>{t(`access.right.${right}`)}</Badge>
              </li>
            );
          })}
        </ul>
      )}
      <p>
        <Link to="/access" search={{ view: 'tokens' }}>
          {t('me.tokens')}
        </Link>
      </p>
    </section>
  );
}

function Password({ username }: { username: string }): ReactNode {
  const { t } = useLanguage();
  const tell = useToast();
  const { isBusy, refusal, run } = useChange(changePassword);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    const textOf = readForm(form);
    const [currentPassword, newPassword] = [textOf('current'), textOf('new')];
    if ((await run({ username, currentPassword, newPassword })) === null) return;
    form.reset();
    tell(t('me.changed'));
  };
  const wrongNew = refusalOf(refusal, 'newPassword');
  return (
    <section className="me-part">
      <h2>{t('me.password')}</h2>
      <form className="me-form" onSubmit={(event) => void submit(event)}>
        {refusal && !wrongNew && <Notice tone="bad">{refusal.message}</Notice>}
        {/* By it a keeper of passwords knows whose this is. */}
        <input
          className="hidden"
          name="username"
          autoComplete="username"
          value={username}
          readOnly
          tabIndex={-1}
          aria-hidden
        />
        <Field label={t('me.current')}>
          {({ id }) => <input id={id} name="current" type="password" autoComplete="current-password" required />}
        </Field>
        <Field label={t('me.new')} error={wrongNew}>
          {({ id, describedBy, isInvalid }) => (
            <input
              id={id}
              name="new"
              type="password"
              autoComplete="new-password"
              required
              aria-describedby={describedBy}
              aria-invalid={isInvalid}
            />
          )}
        </Field>
        <button type="submit" className="button" disabled={isBusy}>
          {t('me.change')}
        </button>
      </form>
    </section>
  );
}
