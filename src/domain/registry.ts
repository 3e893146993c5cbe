import { badInput } from '../errors.js';
import type { Following } from './following.js';
import { quote, type RegistryName } from './name.js';

/** A registry's base address without a trailing slash, `https://host:port/prefix`; the API is below it at `/v2/`. */
export type RegistryAddress = string & { readonly __brand: 'RegistryAddress' };

/** A registry as attached. Credentials are never part of it. */
export interface Registry {
  /** UUID; stays when the registry is renamed. */
  readonly id: string;
  readonly name: RegistryName;
  readonly addr: RegistryAddress;
  readonly username: string | null;
  readonly tlsSkipVerify: boolean;
  /** PEM; trusted in addition to the usual roots. */
  readonly caCertificate: string | null;
  /** It is shown a client certificate, which is never part of this. */
  readonly hasClientCertificate: boolean;
  readonly proxy: ProxySetting;
  /** Its own proxy is shown a user name and a password, which are never part of this. */
  readonly hasProxyCredentials: boolean;
  /**
   * The token server the credentials may be sent to, pinned when the registry was attached; null: only the registry's
   * own host.
   */
  readonly authRealm: string | null;
  /** Seconds after which names and tags are asked for again. */
  readonly maxAge: number;
  /** Where clients pull from, where that is not its address; null: it is. See `pullHostOf`. */
  readonly pullHost: PullHost | null;
  /** Which of its repositories are read. */
  readonly following: Following;
  readonly createdAt: Date;
  /** The gateway writes nothing there. */
  readonly readOnly: boolean;
  /** Tags that are not deleted, and not moved: those that any rule names. */
  readonly protection: readonly ProtectionRule[];
  /** Deletions that wait for a second person: those of which any rule says so. */
  readonly approvals: readonly ApprovalRule[];
}

/** A proxy's address, `http://host:port` or `https://host:port`: without user info, and always with the port. */
export type ProxyUrl = string & { readonly __brand: 'ProxyUrl' };

/**
 * Through whom a registry is asked: null: whom the gateway's environment names; `none`: nobody; else a proxy of its
 * own.
 */
export type ProxySetting = ProxyUrl | 'none' | null;

/** Names tags by patterns over their repository and themselves, in which `*` is any text and `?` any one character. */
export interface ProtectionRule {
  readonly repository: string;
  readonly tag: string;
}

/** Deletions of more tags than `above`, from repositories that a pattern names, wait for a second person. */
export interface ApprovalRule {
  readonly repository: string;
  readonly above: number;
  /** Until then: it is cancelled after so many. */
  readonly days: number;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** The certificate shown to a registry that wants its clients to have one (RFC 8446 §4.4.2). PEM. */
export interface ClientCertificate {
  /** The certificate, and behind it those that vouch for it, as far as the registry does not have them. */
  readonly certificate: string;
  /** Not encrypted. */
  readonly key: string;
}

/**
 * Whether a registry deletes, asked before anything was touched:
 * - `enabled`: it does;
 * - `disabled`: it says that it does not as distribution says it, whose switch is known;
 * - `unsupported`: it says so otherwise;
 * - `read-only`: it takes no writes of any kind now, as distribution says it;
 * - `forbidden`: the account may not.
 */
export type DeleteCapability = 'enabled' | 'disabled' | 'unsupported' | 'read-only' | 'forbidden';

/**
 * Throws BAD_USER_INPUT. The scheme is required (guessing it has leaked credentials over http elsewhere); user info is
 * refused, because an address is shown to every viewer; a query or fragment has no meaning here.
 */
export function parseRegistryAddress(text: string, ...path: string[]): RegistryAddress {
  const url = text.length <= 2048 ? URL.parse(text) : null;
  if (!url || !/^https?:\/\//i.test(text) || !url.hostname) {
    throw badInput(
      `${quote(text)} is not a registry address: expected http://host:port or https://host/prefix.`,
      ...path,
    );
  }
  if (url.username || url.password) {
    throw badInput('A registry address must not hold a user name or password: send them as credentials.', ...path);
  }
  if (url.search || url.hash)
    throw badInput(`The registry address ${quote(text)} must end with the path: no "?" and no "#".`, ...path);
  if (/%|\\|\/\//.test(url.pathname))
    throw badInput(`The path of the registry address ${quote(text)} must be plain: no "%", "\\" or "//".`, ...path);
  const prefix = url.pathname.replace(/\/+$/, '').replace(/\/v2$/, '');
  return `${url.protocol}//${url.host}${prefix}` as RegistryAddress;
}

/** Returns the address as `docker pull` takes it before the repository's name: without its scheme. */
export function hostOf(addr: RegistryAddress): string {
  return addr.replace(/^https?:\/\//, '');
}

/** Where clients pull from: a host, with its port where it has one, and maybe how all repositories' names begin. */
export type PullHost = string & { readonly __brand: 'PullHost' };

const longestHost = 255;
const pullHost =
  /^(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)(?::\d{1,5})?$/i;
const pullPrefix = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;

/**
 * Throws BAD_USER_INPUT for what clients would not take for a host: of a first part without a dot and a port they make
 * a repository of Docker Hub.
 */
export function parsePullHost(text: string, ...path: string[]): PullHost {
  const [first = '', ...rest] = text.split('/');
  const isHost = text.length <= longestHost && pullHost.test(first) && (/[.:]/.test(first) || first === 'localhost');
  if (isHost && rest.every((part) => pullPrefix.test(part))) return text as PullHost;
  const expected = 'a host with a dot or a port, without a scheme: registry.example.com, localhost:5000';
  throw badInput(
    `${quote(text)} is no host to pull from: expected ${expected}, or one with a path behind it.`,
    ...path,
  );
}

/** Docker Hub's API has another host than the one that people pull from. */
const hubApiHost = 'registry-1.docker.io';

/** Returns what stands before the name of a repository in a reference: as it was set, or else as its address has it. */
export function pullHostOf({ pullHost, addr }: Pick<Registry, 'pullHost' | 'addr'>): string {
  const own = hostOf(addr);
  return pullHost ?? (own === hubApiHost ? 'docker.io' : own);
}
