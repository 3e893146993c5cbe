import { useNavigate } from '@tanstack/react-router';
import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { readForm, refusalOf, useChange, type Refusal } from '../../data/change.js';
import { updateRegistry, type RegistryDetailsFragment } from '../../operations/registry.js';
import { nothingEntered } from '../../pure/attaching.js';
import { changesOf, writeProxy, type EnteredRegistry } from '../../pure/registrychange.js';
import { useShell } from '../../shell/context.js';
import { useLanguage } from '../../text/context.js';
import { Dialog } from '../../ui/dialog.js';
import { Select } from '../../ui/fields.js';
import { Notice } from '../../ui/parts.js';
import { useToast } from '../../ui/toast.js';
import { Certificates, ProxyFields, readWay, type WayFieldsProps } from './connectionfields.js';
import { Entry, Lines, readLines } from '../../ui/entries.js';

export interface EditProps {
  readonly registry: RegistryDetailsFragment;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

type Login = EnteredRegistry['login'];

/** Arguments whose refusals stand at their fields. */
const fields = [
  'name',
  'addr',
  'pullHost',
  'maxAge',
  'followedRepositories',
  'credentials',
  'caCertificate',
  'clientCertificate',
  'proxy',
  'proxyCredentials',
] as const;

/** A registry's settings. Only what was changed is sent: what is secret stays unless it is given anew. */
export function Edit({ registry, onClose, onChanged }: EditProps): ReactNode {
  const { t } = useLanguage();
  const tell = useToast();
  const navigate = useNavigate();
  const { renew } = useShell();
  const { isBusy, refusal, run } = useChange(updateRegistry);
  const [login, setLogin] = useState<Login>('keep');
  const form = useId();
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const before = { ...registry, proxy: writeProxy(registry.proxy) };
    const data = await run({ id: registry.id, ...changesOf(before, read(event.currentTarget, login)) });
    if (data === null) return;
    tell(t('registry.saved', { name: registry.name }));
    renew();
    onChanged();
    onClose();
    const name = data.updateRegistry.registry?.name ?? registry.name;
    if (name !== registry.name)
      void navigate({ to: '/registries/$registry', params: { registry: name }, replace: true });
  };
  const footer = (
    <>
      <button type="button" className="button" onClick={onClose}>
        {t('cancel')}
      </button>
      <button type="submit" form={form} className="button button-primary" disabled={isBusy}>
        {t(isBusy ? 'registry.testing' : 'registry.save')}
      </button>
    </>
  );
  const isElsewhere = refusal !== null && !fields.some((field) => refusalOf(refusal, field));
  return (
    <Dialog title={t('registry.editTitle', { name: registry.name })} onClose={onClose} footer={footer} form="side">
      <form id={form} className="registry-form" onSubmit={(event) => void submit(event)}>
        {isElsewhere && <Notice tone="bad">{refusal.message}</Notice>}
        <Settings registry={registry} refusal={refusal} />
        <Secrets registry={registry} login={login} onLogin={setLogin} refusal={refusal} />
      </form>
    </Dialog>
  );
}

interface SettingsProps {
  readonly registry: RegistryDetailsFragment;
  readonly refusal: Refusal | null;
}

interface SecretsProps extends SettingsProps {
  readonly login: Login;
  readonly onLogin: (login: Login) => void;
}

/** The secrets, which are never shown, and given anew where they change. */
function Secrets({ registry, login, onLogin, refusal }: SecretsProps): ReactNode {
  const { t } = useLanguage();
  const { tlsSkipVerify, proxy } = registry;
  const way: WayFieldsProps = {
    entered: { ...nothingEntered, tlsSkipVerify, proxy: writeProxy(proxy) },
    refusal,
    set: { ...registry, hasProxyCredentials: proxy.hasCredentials },
  };
  return (
    <>
      <Select
        label={t('registry.login')}
        value={login}
        onChange={(value) => onLogin(value as Login)}
        choices={(['keep', 'replace', 'remove'] as const)
          .filter((value) => value !== 'remove' || registry.hasCredentials)
          .map((value) => ({ value, label: t(`registry.login.${value}`) }))}
      />
      {login === 'replace' && (
        <>
          <Entry label={t('login.username')} name="username" isRequired />
          <Entry
            label={t('login.password')}
            name="password"
            type="password"
            isRequired
            autoComplete="new-password"
            error={refusalOf(refusal, 'credentials')}
          />
        </>
      )}
      {login !== 'replace' && refusalOf(refusal, 'credentials') !== undefined && (
        <p className="field-error" role="alert">
          <bdi>{refusalOf(refusal, 'credentials')}</bdi>
        </p>
      )}
      <Certificates {...way} />
      <ProxyFields {...way} />
    </>
  );
}

function Settings({ registry, refusal }: SettingsProps): ReactNode {
  const { t } = useLanguage();
  const errorOf = (field: string): string | undefined => refusalOf(refusal, field);
  const { name, addr, pullHost, maxAge, followedRepositories } = registry;
  return (
    <>
      <Entry label={t('registry.name')} name="name" value={name} error={errorOf('name')} isRequired />
      <Entry
        label={t('registry.addr')}
        name="addr"
        type="url"
        value={addr}
        hint={t('registry.addr.change')}
        error={errorOf('addr')}
        isRequired
      />
      <Entry
        label={t('registry.pullHost')}
        name="pullHost"
        value={pullHost}
        hint={t('registry.pullHost.hint')}
        error={errorOf('pullHost')}
      />
      <Entry
        label={t('registry.maxAge')}
        name="maxAge"
        type="number"
        range={[0, 86_400]}
        value={String(maxAge)}
        hint={t('registry.maxAge.hint')}
        error={errorOf('maxAge')}
        isRequired
      />
      <Lines
        label={t('registry.followed')}
        name="followedRepositories"
        value={followedRepositories.join('\n')}
        hint={t('registry.followed.hint')}
        error={errorOf('followedRepositories')}
      />
    </>
  );
}

function read(form: HTMLFormElement, login: Login): EnteredRegistry {
  const textOf = readForm(form);
  return {
    name: textOf('name'),
    addr: textOf('addr'),
    pullHost: textOf('pullHost'),
    maxAge: Number(textOf('maxAge')),
    followedRepositories: readLines(textOf('followedRepositories')),
    login,
    username: textOf('username'),
    password: textOf('password'),
    ...readWay(textOf),
    removesCa: textOf('removesCa') === 'on',
    removesClientCertificate: textOf('removesClientCertificate') === 'on',
    removesProxyCredentials: textOf('removesProxyCredentials') === 'on',
  };
}
