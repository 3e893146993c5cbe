/** The questions of attaching a registry, in their order. */
export type AttachStep = 'address' | 'login' | 'test' | 'name' | 'notify';

export const attachSteps: readonly AttachStep[] = ['address', 'login', 'test', 'name', 'notify'];

/** The answers so far. */
export interface Entered {
  readonly addr: string;
  readonly login: 'none' | 'basic';
  readonly username: string;
  readonly password: string;
  /** PEM; empty: the usual authorities. */
  readonly caCertificate: string;
  readonly tlsSkipVerify: boolean;
  /** PEM of what the registry is shown, and of its key; both empty: nothing. */
  readonly clientCertificate: string;
  readonly clientKey: string;
  /** An address, or `none`; empty: by whom the gateway's environment says. */
  readonly proxy: string;
  readonly proxyUsername: string;
  readonly proxyPassword: string;
  readonly name: string;
  /** Seconds. */
  readonly maxAge: number;
  /** Empty: the address's own host. */
  readonly pullHost: string;
  readonly followedRepositories: readonly string[];
}

export const nothingEntered: Entered = {
  addr: '',
  login: 'none',
  username: '',
  password: '',
  caCertificate: '',
  tlsSkipVerify: false,
  clientCertificate: '',
  clientKey: '',
  proxy: '',
  proxyUsername: '',
  proxyPassword: '',
  name: '',
  maxAge: 30,
  pullHost: '',
  followedRepositories: [],
};

/** The arguments by which the connection is tested: what was left empty is left out. */
export function connectionOf(entered: Entered) {
  const { addr, login, username, password, caCertificate, clientCertificate, clientKey, proxy } = entered;
  const { proxyUsername, proxyPassword, followedRepositories } = entered;
  return {
    addr,
    tlsSkipVerify: entered.tlsSkipVerify,
    ...(login === 'basic' ? { credentials: { username, password } } : {}),
    ...(caCertificate === '' ? {} : { caCertificate }),
    ...(clientCertificate + clientKey === ''
      ? {}
      : { clientCertificate: { certificate: clientCertificate, key: clientKey } }),
    ...(proxy === '' ? {} : { proxy: readProxy(proxy) }),
    ...(proxyUsername === '' ? {} : { proxyCredentials: { username: proxyUsername, password: proxyPassword } }),
    ...(followedRepositories.length === 0 ? {} : { followedRepositories }),
  };
}

/** The arguments that attach what was entered. */
export function inputOf(entered: Entered) {
  const { name, maxAge, pullHost } = entered;
  return { ...connectionOf(entered), name, maxAge, ...(pullHost === '' ? {} : { pullHost }) };
}

function readProxy(text: string) {
  return text === 'none' ? { mode: 'NONE' as const } : { mode: 'OWN' as const, url: text };
}

const stepsOfArguments: Readonly<Record<string, AttachStep>> = {
  addr: 'address',
  credentials: 'login',
  authRealm: 'login',
  caCertificate: 'login',
  clientCertificate: 'login',
  proxy: 'login',
  proxyCredentials: 'login',
  tlsSkipVerify: 'login',
  name: 'name',
  maxAge: 'name',
  pullHost: 'name',
  followedRepositories: 'name',
};

/** The step that asks for the argument at this path; null: none does. */
export function stepOfPath(path: readonly string[] | null): AttachStep | null {
  for (const part of path ?? []) {
    if (Object.hasOwn(stepsOfArguments, part)) return stepsOfArguments[part]!;
  }
  return null;
}
