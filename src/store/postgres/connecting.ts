import { readFileSync } from 'node:fs';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';

/** The name by which a gateway's sessions are known in the server; what one is for stands behind it. */
export const gatewayName = 'registry-gateway';

/**
 * For each session of statements that somebody waits for. They are short: to compile one, or to start processes that
 * share it, takes the server 10 to 40 ms, longer than most run; and a search that has several cores takes them from
 * others.
 */
export const shortStatements: Readonly<Record<string, string>> = { jit: 'off', max_parallel_workers_per_gather: '0' };

/** The terms of a select list that give a session these settings, which are the gateway's own words. */
export function setting(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `set_config('${name}', '${value}', false)`)
    .join(', ');
}

/** As pg takes them, for every session of a gateway. `use`: what it is for, where it is not one of the pool. */
export function sessionOptions(url: string, use: 'listens' | 'lives' | 'searches' | null) {
  return {
    ...serverOptions(url),
    application_name: use === null ? gatewayName : `${gatewayName} (${use})`,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/**
 * Where the server is, and how it is spoken to, as pg takes it. All modes but `disable` and `no-verify` check the
 * certificate, and that it is of the URL's host: left to itself, pg takes an address for the name "localhost".
 */
export function serverOptions(url: string): { readonly connectionString: string; readonly ssl: TlsOptions | false } {
  const given = new URL(url);
  const parameters = new Map(['sslmode', ...Object.keys(tlsFiles)].map((name) => [name, given.searchParams.get(name)]));
  for (const name of parameters.keys()) given.searchParams.delete(name);
  const mode = parameters.get('sslmode');
  const isTls = mode !== 'disable' && [...parameters.values()].some((value) => value !== null);
  if (!isTls) return { connectionString: given.href, ssl: false };
  const files = Object.entries(tlsFiles).flatMap(([name, option]) => {
    const path = parameters.get(name) ?? null;
    return path === null ? [] : [[option, readFileSync(path, 'utf8')] as const];
  });
  const host = given.hostname.replace(/^\[|\]$/g, '');
  const checked: TlsOptions =
    mode === 'no-verify'
      ? { rejectUnauthorized: false }
      : { checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate) };
  return { connectionString: given.href, ssl: { ...Object.fromEntries(files), ...checked } };
}

type TlsOptions = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'checkServerIdentity'>;

/** Parameters of the URL that name files, and what Node calls what is in them. */
const tlsFiles = { sslrootcert: 'ca', sslcert: 'cert', sslkey: 'key' } as const;
