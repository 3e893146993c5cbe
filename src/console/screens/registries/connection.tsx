import type { ReactNode } from 'react';
import type { RegistryDetailsFragment } from '../../operations/registry.js';
import { useLanguage } from '../../text/context.js';
import { FactList } from '../../ui/fact.js';
import { Time } from '../../ui/parts.js';

/** How a registry is asked. What is secret is only said to be there. */
export function Connection({ registry }: { registry: RegistryDetailsFragment }): ReactNode {
  const { t, formats } = useLanguage();
  const { authRealm, proxy, pullHost, maxAge, followedRepositories, freshness, lastEventAt } = registry;
  const yesOrNo = (is: boolean): string => t(is ? 'registries.yes' : 'registries.no');
  const tls = registry.tlsSkipVerify
    ? t('registry.tls.unchecked')
    : t(registry.hasCaCertificate ? 'registry.tls.own' : 'registry.tls.usual');
  const login =
    registry.hasCredentials && registry.health.authenticated === false
      ? t('registry.login.refused')
      : yesOrNo(registry.hasCredentials);
  const rows: readonly (readonly [label: string, value: ReactNode])[] = [
    [t('registry.pullHost'), <bdi key="host">{pullHost}</bdi>],
    [t('registry.login'), login],
    ...(authRealm === null ? [] : [[t('registry.authRealm'), <bdi key="realm">{authRealm}</bdi>] as const]),
    [t('registry.tls'), tls],
    ...(registry.hasClientCertificate ? [[t('registry.clientCertificate'), yesOrNo(true)] as const] : []),
    [t('registry.proxy'), proxy.url === null ? t(`registry.proxy.${proxy.mode}`) : <bdi key="proxy">{proxy.url}</bdi>],
    [t('registry.fresh'), t('registry.seconds', { n: maxAge })],
    [
      t('registry.followed'),
      followedRepositories.length === 0 ? (
        t('registry.followed.all')
      ) : (
        <bdi key="followed">{formats.list(followedRepositories.slice(0, 20))}</bdi>
      ),
    ],
    ...(registry.capabilities.notifications
      ? [[t('notify.last'), lastEventAt === null ? t('notify.none') : <Time key="last" at={lastEventAt} />] as const]
      : []),
    [t('registry.next'), <Time key="next" at={freshness.retryAt ?? freshness.nextAttemptAt} />],
    [t('registry.attachedAt'), <Time key="attached" at={registry.createdAt} />],
  ];
  return <FactList className="registry-facts" rows={rows} />;
}
