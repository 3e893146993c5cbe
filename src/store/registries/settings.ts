import type { EntityManager } from '@mikro-orm/core';
import type { Following } from '../../domain/following.js';
import type {
  ApprovalRule,
  ClientCertificate,
  Credentials,
  ProtectionRule,
  ProxySetting,
  PullHost,
  Registry,
} from '../../domain/registry.js';
import type { RetentionRule } from '../../domain/retention.js';
import type { Registry as RegistryEntity } from '../entities/registry.js';
import type { RegistrySecrets } from './secrets.js';

export interface RegistrySettings extends Pick<
  Registry,
  'name' | 'addr' | 'tlsSkipVerify' | 'caCertificate' | 'authRealm' | 'maxAge'
> {
  readonly credentials: Credentials | null;
  /** Absent: whatever its catalogue lists. */
  readonly following?: Following;
  /** null, and absent: its address. */
  readonly pullHost?: PullHost | null;
  /** null, and absent: none. */
  readonly clientCertificate?: ClientCertificate | null;
  /** Absent: the environment's. */
  readonly proxy?: ProxySetting;
  /** Its own proxy is shown these; null, and absent: nothing. */
  readonly proxyCredentials?: Credentials | null;
  /** SHA-256, hex, of the secret its notifications carry; null, and absent: it sends none. */
  readonly eventsSecretHash?: string | null;
}

/** The settings to change: one that is absent or undefined stays; null clears it. */
export type RegistryUpdate = { readonly [K in keyof RegistrySettings]?: RegistrySettings[K] | undefined };

/** Apart from the other settings: whoever may change those may not change these. */
export interface ProtectionUpdate {
  readonly readOnly?: boolean | undefined;
  readonly protection?: readonly ProtectionRule[] | undefined;
  readonly approvals?: readonly ApprovalRule[] | undefined;
}

/** Apart from them too. null in `interval`: it runs when it is asked to only. */
/** undefined: they stay. */
export type ChangeRules = (before: readonly RetentionRule[]) => readonly RetentionRule[] | undefined;

export interface RetentionUpdate {
  /** From those that there are, in the transaction that writes them, where they are made of these. */
  readonly rules?: readonly RetentionRule[] | ChangeRules | undefined;
  readonly interval?: number | null | undefined;
}

/** How a field that is undefined is taken: it stays. */
export const onlyGiven = { ignoreUndefined: true } as const;

/** As `RegistryStore.update` says. */
export function applyChanges(
  em: EntityManager,
  row: RegistryEntity,
  { credentials, clientCertificate, proxyCredentials, following, ...changes }: RegistryUpdate,
  secrets: RegistrySecrets,
): void {
  const { id, authRealm: pinned } = row;
  const hasOtherProxy = changes.proxy !== undefined && changes.proxy !== (row.proxy ?? null);
  const moved = changes.addr !== undefined && originOf(changes.addr) !== originOf(row.addr);
  em.assign(row, { ...changes, followedRepositories: following && [...following.patterns] }, onlyGiven);
  if (credentials !== undefined || moved) em.assign(row, secrets.sealCredentials(id, credentials ?? null));
  if (clientCertificate !== undefined || moved)
    em.assign(row, secrets.sealClientCertificate(id, clientCertificate ?? null));
  if (proxyCredentials !== undefined || hasOtherProxy)
    em.assign(row, secrets.sealProxyCredentials(id, proxyCredentials ?? null));
  if (moved && row.authRealm === pinned) row.authRealm = null;
  // Events that came with the secret before say nothing of this one.
  if (changes.eventsSecretHash !== undefined) row.lastEventAt = null;
}

function originOf(addr: string): string {
  return new URL(addr).origin;
}
