import type { Branding } from './domain/gateway.js';
import type { IpNetwork } from './domain/network.js';
import type { OutboundProxies } from './domain/outboundproxy.js';
import type { SingleSignOnSettings } from './domain/singlesignon.js';
import { ConfigError, createReader, type Environment, type ReadSetting } from './settings/reader.js';
import { findMisspelt } from './settings/misspelt.js';
import { readDatabaseUrl } from './settings/databaseurl.js';
import { assertKeyOfServer, type KeySettings, readSecretKeys, toKeyFile } from './settings/key.js';
import {
  type LogLevel,
  parseDays,
  parseHost,
  parseLogLevel,
  parseNetworks,
  parseNumber,
  parseOrigins,
  parsePassword,
  parsePort,
  parseProxies,
  parseScrapeToken,
  parseUsername,
  parseWord,
} from './settings/parsers.js';
import { readBranding } from './settings/branding.js';
import { readOutboundProxies } from './settings/outbound.js';
import { readSecretLine } from './settings/secretfile.js';
import { readProxyUserHeader } from './settings/proxyuser.js';
import { type PublicAddress, readPublicAddress } from './settings/publicurl.js';
import { parseTrustedDocuments } from './settings/documents.js';
import { readSingleSignOn } from './settings/oidc.js';
import { readTracing, type TracingSettings } from './settings/tracing.js';

/** The settings, checked; frozen. docs/settings.md has the table of variables. */
export interface Config extends KeySettings, PublicAddress {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** `sqlite:<file>`, `sqlite::memory:`, or `postgres://…` with its password: never to be shown as it is. */
  readonly databaseUrl: string;
  /** Connections to a database server at the most. */
  readonly databasePool: number;
  /** Seconds that kept answers are given out while a database server cannot be reached. */
  readonly keptAnswersAway: number;
  /** The database may be on a network file system. */
  readonly anyFileSystem: boolean;
  readonly admin: { readonly username: string; readonly password: string | null };
  /** Origins, `https://host:port`, that browsers may call from. */
  readonly allowedOrigins: readonly string[];
  /** Whose word on their clients' addresses is taken. */
  readonly trustedProxies: readonly IpNetwork[];
  /** In small letters: trusted proxies name their users in it; null: none do. */
  readonly proxyUserHeader: string | null;
  /** Browsers find the console at `/`; else `/` leads them to the explorer. */
  readonly isConsoleServed: boolean;
  readonly branding: Branding;
  readonly sessionIdleMinutes: number;
  /** The limits of one caller, and of all of them together; in the units of http/server.ts. */
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
  /** Milliseconds until an answer is there, from which on its request is logged as slow. */
  readonly slowRequest: number;
  /** Networks that registries and what they lead to may be in; `allow` without any: all that are not denied. */
  readonly upstreamNetworks: { readonly allow: readonly IpNetwork[]; readonly deny: readonly IpNetwork[] };
  /** Webhooks may be at http: addresses. */
  readonly isWebhookHttpAllowed: boolean;
  /** Through whom registries are asked. */
  readonly outboundProxies: OutboundProxies;
  /** Days that ended jobs and the audit log are kept; null: for ever. */
  readonly keep: { readonly jobDays: number; readonly auditDays: number | null };
  readonly searchProcesses: number;
  readonly operationTimeout: number;
  readonly searchCpu: number;
  readonly maxAnswer: number;
  /** By id; null: GraphQL runs any document. */
  readonly trustedDocuments: ReadonlyMap<string, string> | null;
  /** A scraper of `/metrics` shows this in place of an account's token; null: there is none. */
  readonly metricsToken: string | null;
  /** null: no provider's tokens are taken. */
  readonly singleSignOn: SingleSignOnSettings | null;
  /** Sentences about what is set and is probably a mistake. */
  readonly warnings: readonly string[];
  /** null: no traces are recorded. */
  readonly tracing: TracingSettings | null;
}

/** Where the gateway listens: HOST and PORT alone. Throws ConfigError. */
export function readAddress(env: Environment): Pick<Config, 'host' | 'port'> {
  const faults: string[] = [];
  const read = createReader(env, faults);
  const address = { host: read('HOST', '127.0.0.1', parseHost), port: read('PORT', '4000', parsePort) };
  if (faults.length) throw new ConfigError(faults);
  return address;
}

/**
 * An empty variable counts as not set. Reads the files that settings name, writes
 * nothing. Throws ConfigError.
 */
export function readConfig(env: Environment = process.env): Config {
  const faults: string[] = [];
  const names = new Set<string>();
  const read = createReader(env, faults, names);
  const host = read('HOST', '127.0.0.1', parseHost);
  const port = read('PORT', '4000', parsePort);
  const databaseUrl = readDatabaseUrl(env, read, faults);
  assertKeyOfServer(databaseUrl, env, faults);
  const config = {
    host,
    port,
    databaseUrl,
    databasePool: read('DATABASE_POOL', '10', parseNumber(2, 100)),
    keptAnswersAway: read('KEPT_ANSWERS_AWAY', '60', parseNumber(0, 3600)),
    anyFileSystem: read('DATABASE_FILE_SYSTEM', 'local', parseWord('local', 'any')) === 'any',
    ...readSecretKeys(env, read, faults),
    keyFile: toKeyFile(databaseUrl),
    admin: Object.freeze({
      username: read('ADMIN_USERNAME', 'admin', parseUsername),
      password: readSecretLine('ADMIN_PASSWORD', { env, read, faults }, parsePassword),
    }),
    allowedOrigins: Object.freeze(read('ALLOWED_ORIGINS', '', parseOrigins)),
    trustedProxies: Object.freeze(read('TRUST_PROXY', '', parseProxies)),
    proxyUserHeader: readProxyUserHeader(env, read, faults),
    sessionIdleMinutes: read('SESSION_IDLE_MINUTES', '720', parseNumber(1, 10_080)),
    ...readPublicAddress(read, faults),
    isConsoleServed: read('CONSOLE', 'on', parseWord('on', 'off')) === 'on',
    branding: readBranding(read),
    singleSignOn: readSingleSignOn(env, read, faults),
    httpLimits: readHttpLimits(read),
    streamsPerCaller: read('STREAMS_PER_CALLER', '10', parseNumber(1, 999)),
    metricsToken: read<string | null>('METRICS_TOKEN', '', parseScrapeToken),
    logLevel: read('LOG_LEVEL', 'info', parseLogLevel),
    slowRequest: read('SLOW_REQUEST', '1000', parseNumber(1, 600_000)),
    upstreamNetworks: Object.freeze({
      allow: Object.freeze(read('UPSTREAM_ALLOW_CIDRS', '', parseNetworks)),
      deny: Object.freeze(read('UPSTREAM_DENY_CIDRS', '', parseNetworks)),
    }),
    isWebhookHttpAllowed: read('WEBHOOK_SCHEMES', 'https', parseWord('https', 'any')) === 'any',
    outboundProxies: readOutboundProxies(env, read),
    keep: Object.freeze({
      jobDays: read('JOBS_KEEP_DAYS', '90', parseDays),
      auditDays: read<number | null>('AUDIT_KEEP_DAYS', '', (text) => (text ? parseDays(text) : null)),
    }),
    maxAnswer: read('MAX_ANSWER', '8', parseNumber(1, 64)),
    trustedDocuments: read('TRUSTED_DOCUMENTS', '', parseTrustedDocuments),
    operationTimeout: read('OPERATION_TIMEOUT', '10', parseNumber(1, 300)),
    searchCpu: read('SEARCH_CPU', '1', parseNumber(1, 300)),
    upstreamConcurrency: read('UPSTREAM_CONCURRENCY', '64', parseNumber(8, 1000)),
    searchProcesses: read('SEARCH_PROCESSES', '2', parseNumber(1, 16)),
    tracing: readTracing(env, read),
  };
  if (faults.length) throw new ConfigError(faults);
  return Object.freeze({ ...config, warnings: findMisspelt(env, names) });
}

/** All variables of this process, for the command line: NO_COLOR, and where the user's own files are. */
export function processEnvironment(): Environment {
  return process.env;
}

function readHttpLimits(read: ReadSetting): Config['httpLimits'] {
  return Object.freeze({
    requests: read('RATE_LIMIT', '600', parseNumber(1, 1_000_000)),
    anonymousRequests: read('ANONYMOUS_RATE_LIMIT', '60', parseNumber(1, 1_000_000)),
    connections: read('MAX_CONNECTIONS', '2000', parseNumber(10, 100_000)),
    connectionsPerAddress: read('MAX_CONNECTIONS_PER_ADDRESS', '500', parseNumber(1, 100_000)),
    writeStall: read('WRITE_TIMEOUT', '60', parseNumber(1, 3600)) * 1000,
    loopDelay: read('MAX_LOOP_DELAY', '1000', parseNumber(100, 60_000)),
  });
}
