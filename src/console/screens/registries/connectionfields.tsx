import type { ReactNode } from 'react';
import { refusalOf, type Refusal } from '../../data/change.js';
import type { EnteredWay } from '../../pure/attaching.js';
import { useLanguage } from '../../text/context.js';
import { Entry, Lines, Tick } from '../../ui/entries.js';

export interface WayFieldsProps {
  readonly entered: EnteredWay;
  readonly refusal: Refusal | null;
  /** Secrets that are set already, and stay where nothing is entered; left out: none. */
  readonly set?: SetSecrets;
}

export interface SetSecrets {
  readonly hasCaCertificate: boolean;
  readonly hasClientCertificate: boolean;
  readonly hasProxyCredentials: boolean;
}

const nothingSet: SetSecrets = { hasCaCertificate: false, hasClientCertificate: false, hasProxyCredentials: false };

/** Opens by itself where a refusal is about something in it. */
function isWrong(refusal: Refusal | null, ...fields: readonly string[]): true | undefined {
  return fields.some((field) => refusalOf(refusal, field) !== undefined) || undefined;
}

/** By which certificates a registry is trusted, and which one it is shown. */
export function Certificates({ entered, refusal, set = nothingSet }: WayFieldsProps): ReactNode {
  const { t } = useLanguage();
  const { hasCaCertificate, hasClientCertificate } = set;
  return (
    <details className="registry-fold" open={isWrong(refusal, 'caCertificate', 'clientCertificate')}>
      <summary>{t('registry.tls')}</summary>
      <Lines
        label={t('registry.ca')}
        name="caCertificate"
        value={entered.caCertificate}
        hint={t(hasCaCertificate ? 'registry.ca.keep' : 'registry.ca.hint')}
        error={refusalOf(refusal, 'caCertificate')}
      />
      {hasCaCertificate && <Tick label={t('registry.removeSet')} name="removesCa" isOn={false} />}
      <Tick label={t('registry.tls.skip')} name="tlsSkipVerify" isOn={entered.tlsSkipVerify} />
      <Lines
        label={t('registry.clientCertificate')}
        name="clientCertificate"
        value={entered.clientCertificate}
        hint={t(hasClientCertificate ? 'registry.ca.keep' : 'attach.clientCertificate.hint')}
        error={refusalOf(refusal, 'clientCertificate')}
      />
      <Lines label={t('attach.clientKey')} name="clientKey" value={entered.clientKey} />
      {hasClientCertificate && <Tick label={t('registry.removeSet')} name="removesClientCertificate" isOn={false} />}
    </details>
  );
}

/** Through whom a registry is asked. */
export function ProxyFields({ entered, refusal, set = nothingSet }: WayFieldsProps): ReactNode {
  const { t } = useLanguage();
  return (
    <details className="registry-fold" open={isWrong(refusal, 'proxy', 'proxyCredentials')}>
      <summary>{t('registry.proxy')}</summary>
      <Entry
        label={t('registry.addr')}
        name="proxy"
        value={entered.proxy}
        hint={t('attach.proxy.hint')}
        error={refusalOf(refusal, 'proxy')}
      />
      <Entry
        label={t('attach.proxyUsername')}
        name="proxyUsername"
        value={entered.proxyUsername}
        {...(set.hasProxyCredentials ? { hint: t('registry.proxy.keep') } : {})}
        error={refusalOf(refusal, 'proxyCredentials')}
        autoComplete="off"
      />
      <Entry
        label={t('attach.proxyPassword')}
        name="proxyPassword"
        type="password"
        value={entered.proxyPassword}
        autoComplete="new-password"
      />
      {set.hasProxyCredentials && <Tick label={t('registry.removeSet')} name="removesProxyCredentials" isOn={false} />}
    </details>
  );
}

/** The entries of the fields above. */
export function readWay(textOf: (name: string) => string): EnteredWay {
  return {
    caCertificate: textOf('caCertificate'),
    tlsSkipVerify: textOf('tlsSkipVerify') === 'on',
    clientCertificate: textOf('clientCertificate'),
    clientKey: textOf('clientKey'),
    proxy: textOf('proxy'),
    proxyUsername: textOf('proxyUsername'),
    proxyPassword: textOf('proxyPassword'),
  };
}
