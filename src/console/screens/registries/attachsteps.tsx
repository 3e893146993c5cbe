import { useState, type FormEvent, type ReactNode } from 'react';
import { readForm, refusalOf, type Refusal } from '../../data/change.js';
import type { Entered } from '../../pure/attaching.js';
import { useLanguage } from '../../text/context.js';
import { FacetGroup } from '../../ui/facetgroup.js';
import { Certificates, ProxyFields, readWay } from './connectionfields.js';
import { Entry, Lines, readLines } from '../../ui/entries.js';

export interface StepProps {
  readonly entered: Entered;
  readonly refusal: Refusal | null;
  readonly isBusy: boolean;
  readonly onBack: () => void;
  readonly onNext: (changed: Partial<Entered>) => void;
}

interface StepFormProps extends StepProps {
  readonly next: string;
  readonly isFirst?: boolean;
  readonly read: (textOf: (name: string) => string) => Partial<Entered>;
  readonly children: ReactNode;
}

function StepForm({ next, isFirst = false, isBusy, read, onBack, onNext, children }: StepFormProps): ReactNode {
  const { t } = useLanguage();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!isBusy) onNext(read(readForm(event.currentTarget)));
  };
  return (
    <form className="registry-form" onSubmit={submit}>
      {children}
      <div className="registry-actions">
        {!isFirst && (
          <button type="button" className="button" onClick={onBack}>
            {t('attach.back')}
          </button>
        )}
        <button type="submit" className="button button-primary" disabled={isBusy}>
          {isBusy ? t('registry.testing') : next}
        </button>
      </div>
    </form>
  );
}

/** Where the registry is. */
export function AddressStep(props: StepProps): ReactNode {
  const { t } = useLanguage();
  return (
    <StepForm {...props} isFirst next={t('attach.next')} read={(textOf) => ({ addr: textOf('addr') })}>
      <Entry
        label={t('registry.addr')}
        name="addr"
        type="url"
        value={props.entered.addr}
        placeholder="https://registry.example.com"
        hint={t('registry.addr.hint')}
        error={refusalOf(props.refusal, 'addr')}
        isRequired
      />
    </StepForm>
  );
}

/** Who logs in there, and by which certificates it is trusted. Ends with a test of the connection. */
export function LoginStep(props: StepProps): ReactNode {
  const { t } = useLanguage();
  const { entered, refusal } = props;
  const [login, setLogin] = useState(entered.login);
  const read = (textOf: (name: string) => string): Partial<Entered> => ({
    login,
    username: textOf('username'),
    password: textOf('password'),
    ...readWay(textOf),
  });
  return (
    <StepForm {...props} next={t('attach.test')} read={read}>
      <FacetGroup
        title={t('registry.login')}
        choices={(['none', 'basic'] as const).map((value) => ({
          value,
          label: t(`attach.login.${value}`),
          isChosen: login === value,
        }))}
        onChoose={(value) => setLogin(value === 'basic' ? 'basic' : 'none')}
      />
      {login === 'none' && refusalOf(refusal, 'credentials') !== undefined && (
        <p className="field-error" role="alert">
          <bdi>{refusalOf(refusal, 'credentials')}</bdi>
        </p>
      )}
      {login === 'basic' && (
        <>
          <Entry label={t('login.username')} name="username" value={entered.username} isRequired />
          <Entry
            label={t('login.password')}
            name="password"
            type="password"
            value={entered.password}
            hint={t('attach.login.hint')}
            error={refusalOf(refusal, 'credentials')}
            autoComplete="new-password"
            isRequired
          />
        </>
      )}
      <Certificates {...props} />
      <ProxyFields {...props} />
    </StepForm>
  );
}

/** The registry's name here, how fresh it is kept, and what of it is read. */
export function NameStep(props: StepProps): ReactNode {
  const { t } = useLanguage();
  const { entered, refusal } = props;
  const read = (textOf: (name: string) => string): Partial<Entered> => ({
    name: textOf('name'),
    maxAge: Number(textOf('maxAge')),
    pullHost: textOf('pullHost'),
    followedRepositories: readLines(textOf('followedRepositories')),
  });
  return (
    <StepForm {...props} next={t('registries.attach')} read={read}>
      <Entry
        label={t('registry.name')}
        name="name"
        value={entered.name}
        hint={t('registry.name.hint')}
        error={refusalOf(refusal, 'name')}
        isRequired
      />
      <Entry
        label={t('registry.maxAge')}
        name="maxAge"
        type="number"
        range={[0, 86_400]}
        value={String(entered.maxAge)}
        hint={t('registry.maxAge.hint')}
        error={refusalOf(refusal, 'maxAge')}
        isRequired
      />
      <details className="registry-fold" open={refusal !== null || undefined}>
        <summary>{t('attach.more')}</summary>
        <Entry
          label={t('registry.pullHost')}
          name="pullHost"
          value={entered.pullHost}
          hint={t('registry.pullHost.hint')}
          error={refusalOf(refusal, 'pullHost')}
        />
        <Lines
          label={t('registry.followed')}
          name="followedRepositories"
          value={entered.followedRepositories.join('\n')}
          hint={t('registry.followed.hint')}
          error={refusalOf(refusal, 'followedRepositories')}
        />
      </details>
    </StepForm>
  );
}
