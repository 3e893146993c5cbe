/** The questions of attaching a registry, in their order. */
export type AttachStep = 'address' | 'login' | 'name';

/** The answers so far. */
export interface Entered {
  readonly addr: string;
  readonly login: 'none' | 'basic';
  readonly username: string;
  readonly password: string;
  /** PEM; empty: the usual authorities. */
  readonly caCertificate: string;
  readonly tlsSkipVerify: boolean;
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
  name: '',
  maxAge: 30,
  pullHost: '',
  followedRepositories: [],
};

/** The arguments that attach what was entered: what was left empty is left out. */
export function inputOf(entered: Entered) {
  const { addr, login, username, password, caCertificate, pullHost, followedRepositories } = entered;
  return {
    addr,
    name: entered.name,
    maxAge: entered.maxAge,
    tlsSkipVerify: entered.tlsSkipVerify,
    ...(login === 'basic' ? { credentials: { username, password } } : {}),
    ...(caCertificate === '' ? {} : { caCertificate }),
    ...(pullHost === '' ? {} : { pullHost }),
    ...(followedRepositories.length === 0 ? {} : { followedRepositories }),
  };
}

const stepsOfArguments: Readonly<Record<string, AttachStep>> = {
  addr: 'address',
  credentials: 'login',
  authRealm: 'login',
  caCertificate: 'login',
  clientCertificate: 'login',
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
