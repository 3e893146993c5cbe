import type { ReactNode } from 'react';
import { useOperation } from '../../data/query.js';
import { settings, type SettingsQuery } from '../../operations/settings.js';
import { useLanguage } from '../../text/context.js';
import { ProblemNotice } from '../../ui/parts.js';
import { useTitle } from '../../ui/title.js';
import { Look } from './look.js';
import './settings.css';

type Gateway = NonNullable<SettingsQuery['gateway']>;

const noVariables = {};

/** How the console looks, and the gateway behind it as its settings have it. */
export function Settings(): ReactNode {
  const { t } = useLanguage();
  const { data, problem, renew } = useOperation(settings, noVariables);
  useTitle(t('settings.title'));
  const gateway = data?.gateway;
  return (
    <div className="screen settings">
      <h1>{t('settings.title')}</h1>
      {problem && <ProblemNotice problem={problem} retry={renew} />}
      <div className="settings-parts">
        <Look />
        <section className="settings-part">
          <h2>{t('settings.keys')}</h2>
          <p>{t('settings.keysText')}</p>
        </section>
        {gateway && <Facts gateway={gateway} />}
        {gateway && <Links links={gateway.links} />}
        {gateway && <Branding branding={gateway.branding} />}
        {gateway && <Limits gateway={gateway} />}
        {gateway && <Kept kept={gateway.kept} />}
      </div>
    </div>
  );
}

function Facts({ gateway: { version, publicUrl, signOn } }: { gateway: Gateway }): ReactNode {
  const { t } = useLanguage();
  return (
    <Part
      title={t('settings.gateway')}
      facts={[
        [t('settings.version'), <code key="version">{version}</code>],
        [t('settings.address'), publicUrl === null ? t('settings.unset') : <bdi key="address">{publicUrl}</bdi>],
        [
          t('settings.signOn'),
          signOn === null ? t('settings.signOn.password') : t('settings.signOn.by', { name: signOn }),
        ],
      ]}
    />
  );
}

function Links({ links }: { links: Gateway['links'] }): ReactNode {
  const { t } = useLanguage();
  const all = (['documentation', 'reference', 'openapi', 'explorer', 'schema'] as const).map(
    (name) => [links[name], t(`settings.${name}`)] as const,
  );
  return (
    <section className="settings-part">
      <h2>{t('settings.links')}</h2>
      <ul className="settings-list">
        {all.map(([address, label]) => (
          <li key={address}>
            <a href={address}>{label}</a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Branding({ branding: { name, accent, logo } }: { branding: Gateway['branding'] }): ReactNode {
  const { t } = useLanguage();
  const unset = <span className="muted">{t('settings.unset')}</span>;
  const accentShown = accent && (
    <>
      <span className="settings-accent" aria-hidden="true" /> <code>{accent}</code>
    </>
  );
  return (
    <Part
      title={t('settings.branding')}
      text={t('settings.brandingText')}
      facts={[
        [t('settings.name'), name === null ? unset : <bdi key="name">{name}</bdi>, 'CONSOLE_NAME'],
        [t('settings.accent'), accentShown ?? unset, 'CONSOLE_ACCENT'],
        [
          t('settings.logo'),
          logo === null ? unset : <img key="logo" className="brand-logo" src={logo} alt={t('settings.logo.set')} />,
          'CONSOLE_LOGO',
        ],
      ]}
    />
  );
}

function Limits({ gateway: { limits } }: { gateway: Gateway }): ReactNode {
  const { t, formats } = useLanguage();
  return (
    <Part
      title={t('settings.limits')}
      facts={[
        [t('settings.requests'), formats.count(limits.requests)],
        [t('settings.streams'), formats.count(limits.streams)],
        [t('settings.answer'), formats.bytes(limits.answer * 1024 * 1024)],
        [t('settings.operationTime'), t('settings.seconds', { n: limits.operationTime })],
        [t('settings.pageSize'), formats.count(limits.pageSize)],
        [t('settings.deletedTags'), formats.count(limits.deletedTags)],
      ]}
    />
  );
}

function Kept({ kept }: { kept: Gateway['kept'] }): ReactNode {
  const { t } = useLanguage();
  const days = (n: number): string => t('settings.days', { n });
  return (
    <Part
      title={t('settings.kept')}
      facts={[
        [t('settings.jobs'), days(kept.jobDays)],
        [t('settings.audit'), kept.auditDays === null ? t('settings.forever') : days(kept.auditDays)],
        [t('settings.events'), days(kept.eventDays)],
        [t('settings.history'), days(kept.historyDays)],
      ]}
    />
  );
}

interface PartProps {
  readonly title: string;
  readonly text?: string;
  /** With the variable of the environment that sets it, where it is one. */
  readonly facts: readonly (readonly [label: string, value: ReactNode, variable?: string])[];
}

function Part({ title, text, facts }: PartProps): ReactNode {
  return (
    <section className="settings-part">
      <h2>{title}</h2>
      {text !== undefined && <p className="muted">{text}</p>}
      <dl className="settings-facts">
        {facts.map(([label, value, variable]) => (
          <div key={label}>
            <dt>
              {label}
              {variable !== undefined && <code className="muted">{variable}</code>}
            </dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
