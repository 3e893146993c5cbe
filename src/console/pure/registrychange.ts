/** A registry's settings as a form shows them. */
export interface RegistrySettings {
  readonly name: string;
  readonly addr: string;
  readonly pullHost: string;
  /** Seconds. */
  readonly maxAge: number;
  readonly followedRepositories: readonly string[];
  readonly tlsSkipVerify: boolean;
}

export interface EnteredRegistry extends RegistrySettings {
  readonly login: 'keep' | 'replace' | 'remove';
  readonly username: string;
  readonly password: string;
  /** PEM; empty: what is there stays. */
  readonly caCertificate: string;
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

export type RegistryChanges = Partial<Omit<RegistrySettings, 'pullHost'>> & {
  /** null: the address's own host. */
  readonly pullHost?: string | null;
  /** null: it is asked without. */
  readonly credentials?: Credentials | null;
  readonly caCertificate?: string;
};

/** The settings that were entered and are not so yet. */
export function changesOf(before: RegistrySettings, entered: EnteredRegistry): RegistryChanges {
  const { name, addr, pullHost, maxAge, followedRepositories, tlsSkipVerify, login, caCertificate } = entered;
  const isFollowing = followedRepositories.join('\n') !== before.followedRepositories.join('\n');
  return {
    ...(name === before.name ? {} : { name }),
    ...(addr === before.addr ? {} : { addr }),
    ...(pullHost === before.pullHost ? {} : { pullHost: pullHost === '' ? null : pullHost }),
    ...(maxAge === before.maxAge ? {} : { maxAge }),
    ...(isFollowing ? { followedRepositories } : {}),
    ...(tlsSkipVerify === before.tlsSkipVerify ? {} : { tlsSkipVerify }),
    ...(login === 'replace' ? { credentials: { username: entered.username, password: entered.password } } : {}),
    ...(login === 'remove' ? { credentials: null } : {}),
    ...(caCertificate === '' ? {} : { caCertificate }),
  };
}

/** A name for a registry after its host, of the letters that names may have; empty: the address has none. */
export function suggestName(addr: string): string {
  const host = /^https?:\/\/([^/:]+)/.exec(addr)?.[1] ?? '';
  return host.replace(/[^A-Za-z0-9._-]/g, '-').replace(/^[^A-Za-z0-9]+/, '');
}
