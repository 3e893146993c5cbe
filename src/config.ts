import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { isUsername } from './domain/account.js';
import { type Network, parseNetwork } from './domain/network.js';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** The settings, checked; frozen. README has the table of variables. */
export interface Config {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** `sqlite:<file>` or `sqlite::memory:`. */
  readonly databaseUrl: string;
  /** From SECRET_KEY or SECRET_KEY_FILE; null: see `keyFile`. */
  readonly secretKey: Uint8Array | null;
  /** Where the gateway keeps a key of its own making when none is given; null: nowhere, as the database is in memory. */
  readonly keyFile: string | null;
  readonly admin: { readonly username: string; readonly password: string | null };
  /** Origins, `https://host:port`, that browsers may call from. */
  readonly allowedOrigins: readonly string[];
  /** Whose word on their clients' addresses is taken. */
  readonly trustedProxies: readonly Network[];
  /** What one caller, and all of them, may have; in the units of http/server.ts. */
  readonly httpLimits: {
    readonly requests: number;
    readonly anonymousRequests: number;
    readonly connections: number;
    readonly connectionsPerAddress: number;
    readonly writeStall: number;
    readonly loopDelay: number;
  };
  /** Long REST lists that one account may be sent at a time. */
  readonly streamsPerCaller: number;
  /** Requests at a time to all registries. */
  readonly upstreamConcurrency: number;
  readonly logLevel: LogLevel;
  /** Networks that registries and what they lead to may be in; `allow` without any: all that are not denied. */
  readonly upstreamNetworks: { readonly allow: readonly Network[]; readonly deny: readonly Network[] };
  /** Days that ended jobs and the audit log are kept; null: for ever. */
  readonly keep: { readonly jobDays: number; readonly auditDays: number | null };
  readonly searchProcesses: number;
  readonly operationTimeout: number;
  readonly searchCpu: number;
  readonly maxAnswer: number;
}

/** Every fault of the settings at once, each beginning with its variable. The process exits with 78 (EX_CONFIG). */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly faults: readonly string[]) {
    super(`The settings are wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}

type Environment = Readonly<Record<string, string | undefined>>;
/** Gives the value; notes what is wrong with the variable and goes on as if it were not set. */
type Read = <T>(variable: string, absent: string, parse: (text: string) => T | Fault) => T;

class Fault {
  constructor(readonly text: string) {}
}

/** An empty variable counts as not set. Reads SECRET_KEY_FILE, writes nothing. Throws ConfigError. */
export function readConfig(env: Environment = process.env): Config {
  const faults: string[] = [];
  const read = createReader(env, faults);
  const host = read('HOST', '127.0.0.1', parseHost);
  const port = read('PORT', '4000', parsePort);
  const databaseUrl = read('DATABASE_URL', 'sqlite:data/gateway.db', parseDatabaseUrl);
  const config = {
    host, port,
    databaseUrl,
    secretKey: readSecretKey(env, read, faults),
    keyFile: toKeyFile(databaseUrl),
    admin: Object.freeze({
      username: read('ADMIN_USERNAME', 'admin', parseUsername),
      password: read<string | null>('ADMIN_PASSWORD', '', parsePassword),
    }),
    allowedOrigins: Object.freeze(read('ALLOWED_ORIGINS', '', parseOrigins)),
    trustedProxies: Object.freeze(read('TRUST_PROXY', '', parseProxies)),
    httpLimits: readHttpLimits(read),
    streamsPerCaller: read('STREAMS_PER_CALLER', '10', parseNumber(1, 999)),
    logLevel: read('LOG_LEVEL', 'info', parseLogLevel),
    upstreamNetworks: Object.freeze({
      allow: Object.freeze(read('UPSTREAM_ALLOW_CIDRS', '', parseNetworks)),
      deny: Object.freeze(read('UPSTREAM_DENY_CIDRS', '', parseNetworks)),
    }),
    keep: Object.freeze({
      jobDays: read('JOBS_KEEP_DAYS', '90', parseDays),
      auditDays: read<number | null>('AUDIT_KEEP_DAYS', '', (text) => (text ? parseDays(text) : null)),
    }),
    maxAnswer: read('MAX_ANSWER', '8', parseNumber(1, 64)),
    operationTimeout: read('OPERATION_TIMEOUT', '10', parseNumber(1, 300)),
    searchCpu: read('SEARCH_CPU', '1', parseNumber(1, 300)),
    upstreamConcurrency: read('UPSTREAM_CONCURRENCY', '64', parseNumber(8, 1000)),
    searchProcesses: read('SEARCH_PROCESSES', '2', parseNumber(1, 16)),
  };
  if (faults.length) throw new ConfigError(faults);
  return Object.freeze(config);
}

/**
 * The key that seals credentials. Without one in the settings it is read from `keyFile`, and made there (mode 0600) if
 * `mayCreate`: a new key beside a database that has sealed with another would only hide the loss. Throws ConfigError.
 */
export function loadSecretKey({ secretKey, keyFile }: Pick<Config, 'secretKey' | 'keyFile'>, mayCreate: boolean): Uint8Array {
  if (secretKey || !keyFile) return secretKey ?? randomBytes(32);
  if (mayCreate) createKeyFile(keyFile);
  const key = readKeyFile(keyFile);
  if (!(key instanceof Fault)) return key;
  throw new ConfigError([`SECRET_KEY is not set, and ${key.text} It holds the key of this database: restore it, or set SECRET_KEY to that key.`]);
}

function createReader(env: Environment, faults: string[]): Read {
  return (variable, absent, parse) => {
    const value = parse(env[variable] || absent);
    if (!(value instanceof Fault)) return value;
    faults.push(`${variable} ${value.text}`);
    return parse(absent) as Exclude<typeof value, Fault>;
  };
}

function readHttpLimits(read: Read): Config['httpLimits'] {
  return Object.freeze({
    requests: read('RATE_LIMIT', '600', parseNumber(1, 1_000_000)),
    anonymousRequests: read('ANONYMOUS_RATE_LIMIT', '60', parseNumber(1, 1_000_000)),
    connections: read('MAX_CONNECTIONS', '2000', parseNumber(10, 100_000)),
    connectionsPerAddress: read('MAX_CONNECTIONS_PER_ADDRESS', '500', parseNumber(1, 100_000)),
    writeStall: read('WRITE_TIMEOUT', '60', parseNumber(1, 3600)) * 1000,
    loopDelay: read('MAX_LOOP_DELAY', '1000', parseNumber(100, 60_000)),
  });
}

function readSecretKey(env: Environment, read: Read, faults: string[]): Uint8Array | null {
  if (env['SECRET_KEY'] && env['SECRET_KEY_FILE']) {
    faults.push('SECRET_KEY and SECRET_KEY_FILE are both set: set one of them.');
    return null;
  }
  const given = read('SECRET_KEY', '', (text) => (text ? parseSecretKey(text) : null));
  return given ?? read('SECRET_KEY_FILE', '', (path) => (path ? readKeyFile(path, '') : null));
}

/**
 * The text itself is the key, from which the key proper is derived: at least 32 bytes. Hex digits hold half as much, so 64 of
 * them. `openssl rand -base64 32` and `openssl rand -hex 32` both make one.
 */
function parseSecretKey(text: string): Uint8Array | Fault {
  const key = Buffer.from(text.trim());
  const make = 'Make one with: openssl rand -base64 32';
  if (key.length < 32) return new Fault(`has ${key.length} bytes, but needs at least 32. ${make}`);
  if (/^[0-9a-f]+$/i.test(text.trim()) && key.length < 64) return new Fault(`has ${key.length} hex digits, but needs at least 64. ${make}`);
  if (new Set(key).size < 8) return new Fault(`is too simple: it repeats a few characters. ${make}`);
  return key;
}

/** `prefix` begins the fault: the caller's words name the variable. */
function readKeyFile(path: string, prefix = 'the key file '): Uint8Array | Fault {
  try {
    const exposure = process.platform === 'win32' ? null : describeExposure(path);
    if (exposure !== null) return new Fault(`${prefix}${path} is open to ${exposure}. Run: chmod 600 ${path}`);
    const key = parseSecretKey(readFileSync(path, 'utf8'));
    return key instanceof Fault ? new Fault(`${prefix}${path} ${key.text}`) : key;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return new Fault(`${prefix}${path} ${missing ? 'does not exist.' : 'cannot be read.'}`);
  }
}

/** A group may read what root put there for it, as orchestrators hand out secrets; a file of one's own is for its owner alone. */
function describeExposure(path: string): string | null {
  const { mode, uid } = statSync(path);
  if (mode & 0o007) return 'every user';
  return mode & (uid === 0 ? 0o030 : 0o070) ? 'its group' : null;
}

/** Keeps a file that is there. */
function createKeyFile(path: string): void {
  try {
    writeFileSync(path, `${randomBytes(32).toString('base64')}\n`, { flag: 'wx', mode: 0o600 });
    // The process's umask may have taken more away than the owner's rights to read it.
    chmodSync(path, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw new ConfigError([`SECRET_KEY is not set, and the key file ${path} cannot be written.`]);
  }
}

function toKeyFile(databaseUrl: string): string | null {
  const path = databaseUrl.replace(/^sqlite:(\/\/(?=.))?/, '');
  return path === ':memory:' ? null : `${path.replace(/\.(db|sqlite3?)$/, '')}.key`;
}

function parseDatabaseUrl(text: string): string | Fault {
  if (/^sqlite:./.test(text)) return text;
  return new Fault('must be "sqlite:<file>" or "sqlite::memory:": no other database is supported yet.');
}

function parseHost(text: string): string | Fault {
  return /^[\w.:-]{1,253}$/.test(text) ? text : new Fault('must be an address or a host name to listen on, without a scheme or port.');
}

function parsePort(text: string): number | Fault {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : new Fault('must be a number from 0 to 65535; 0 takes any free port.');
}

const parseDays = parseNumber(1, 36_500, 'number of days');
function parseNumber(least: number, most: number, kind = 'whole number'): (text: string) => number | Fault {
  return (text) => {
    const isIn = /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most;
    return isIn ? Number(text) : new Fault(`must be a ${kind} from ${least} to ${most}.`);
  };
}

function parseUsername(text: string): string | Fault {
  return isUsername(text) ? text : new Fault('must be 1 to 64 of a-z, 0-9, ".", "_", "@" and "-".');
}

function parsePassword(text: string): string | null | Fault {
  return text && text.length < 8 ? new Fault('must have at least 8 characters.') : text || null;
}

function parseOrigins(text: string): string[] | Fault {
  const origins = text.split(',').map((part) => part.trim()).filter(Boolean);
  if (text.includes('*')) return new Fault('must name the origins one by one: "*" would let every site in.');
  const bad = origins.find((origin) => !/^https?:\/\//.test(origin) || URL.parse(origin)?.origin !== origin);
  return bad === undefined ? origins : new Fault(`must be origins like https://host:port, joined by commas, without a path: ${JSON.stringify(bad)} is none.`);
}

/** A network that every address is in would let each client say where it comes from. */
function parseProxies(text: string): Network[] | Fault {
  const form = 'must be addresses or networks of proxies like 10.0.0.0/8, joined by commas:';
  const networks = parseNetworks(text, form);
  const wide = networks instanceof Fault ? undefined : networks.find(({ prefix }) => prefix === 0);
  return wide === undefined ? networks : new Fault(`${form} ${wide.address}/0 is everybody.`);
}

/** What is set and names no network is a mistake: an empty list of what is allowed would allow all. */
function parseNetworks(text: string, form = 'must be networks like 10.0.0.0/8 or fd00::/8, joined by commas:'): Network[] | Fault {
  const parts = text.split(',').map((part) => part.trim()).filter(Boolean);
  const networks = parts.map(parseNetwork);
  const bad = text !== '' && parts.length === 0 ? text : parts[networks.indexOf(null)];
  if (bad === undefined) return networks.filter((network) => network !== null);
  return new Fault(`${form} ${JSON.stringify(bad.slice(0, 100))} is none.`);
}

function parseLogLevel(text: string): LogLevel | Fault {
  return logLevels.includes(text as LogLevel) ? (text as LogLevel) : new Fault(`must be one of ${logLevels.join(', ')}.`);
}
