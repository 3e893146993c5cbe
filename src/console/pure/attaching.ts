/** The questions of attaching a registry, in their order. */
export type AttachStep = 'address' | 'login' | 'test' | 'name' | 'notify';

export const attachSteps: readonly AttachStep[] = ['address', 'login', 'test', 'name', 'notify'];

/** The way to a registry, as a form has it. */
export interface EnteredWay {
  /** PEM; empty: none is given. */
  readonly caCertificate: string;
  readonly tlsSkipVerify: boolean;
  /** PEM of what the registry is shown, and of its key; both empty: nothing is given. */
  readonly clientCertificate: string;
  readonly clientKey: string;
  /** An address, or `none`; empty: by whom the gateway's environment says. */
  readonly proxy: string;
  readonly proxyUsername: string;
  readonly proxyPassword: string;
}

/** The answers so far. */
export interface Entered extends EnteredWay {
  readonly addr: string;
  readonly login: 'none' | 'basic';
  readonly username: string;
  readonly password: string;
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

/** The secrets of the way to a registry that were given: what was left empty is left out. */
export function secretsOf({ caCertificate, clientCertificate, clientKey, proxyUsername, proxyPassword }: EnteredWay) {
  return {
    ...(caCertificate === '' ? {} : { caCertificate }),
    ...(clientCertificate + clientKey === ''
      ? {}
      : { clientCertificate: { certificate: clientCertificate, key: clientKey } }),
    ...(proxyUsername === '' ? {} : { proxyCredentials: { username: proxyUsername, password: proxyPassword } }),
  };
}

/** The arguments by which the connection is tested: what was left empty is left out. */
export function connectionOf(entered: Entered) {
  const { addr, login, username, password, proxy, followedRepositories } = entered;
  return {
    addr,
    tlsSkipVerify: entered.tlsSkipVerify,
    ...(login === 'basic' ? { credentials: { username, password } } : {}),
    ...secretsOf(entered),
    ...(proxy === '' ? {} : { proxy: readProxy(proxy) }),
    ...(followedRepositories.length === 0 ? {} : { followedRepositories }),
  };
}

/** The arguments that attach what was entered. */
export function inputOf(entered: Entered) {
  const { name, maxAge, pullHost } = entered;
  return { ...connectionOf(entered), name, maxAge, ...(pullHost === '' ? {} : { pullHost }) };
}

/** The way that a form has as a text: `EnteredWay.proxy`. */
export function readProxy(text: string) {
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
