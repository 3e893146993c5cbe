import { accessSync, constants } from 'node:fs';
import { isServerUrl } from '../domain/databaseurl.js';
import { type Environment, Fault, type ReadSetting } from './reader.js';
import { parseLine, readSecretFile } from './secretfile.js';

const forms = '"sqlite:<file>", "sqlite::memory:" or "postgres://user@host/database"';

/** How the server is spoken to, in libpq's words; all but the first and the last check the server's certificate. */
const tlsModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'] as const;
const tlsFiles = ['sslrootcert', 'sslcert', 'sslkey'] as const;

/** Those that may stand behind "?": `host` is the folder of a server's socket. */
const parameters: readonly string[] = ['sslmode', ...tlsFiles, 'host'];

/**
 * From DATABASE_URL; the password of a server also from the one line of DATABASE_PASSWORD_FILE, and it is in the URL
 * then. Faults, which are noted, have no part of what may be a password.
 */
export function readDatabaseUrl(env: Environment, read: ReadSetting, faults: string[]): string {
  const url = read('DATABASE_URL', 'sqlite:data/gateway.db', parseDatabaseUrl);
  const password = read<string | null>('DATABASE_PASSWORD_FILE', '', (path) =>
    path ? readSecretFile(path, parseLine) : null,
  );
  if (!env['DATABASE_PASSWORD_FILE']) return url;
  if (!isServerUrl(url)) {
    faults.push('DATABASE_PASSWORD_FILE is set, but DATABASE_URL names no server that would ask for a password.');
    return url;
  }
  const withPassword = new URL(url);
  if (withPassword.password) faults.push('DATABASE_PASSWORD_FILE is set, and DATABASE_URL has a password: set one.');
  withPassword.password = encodeURIComponent(password ?? '');
  return withPassword.href;
}

function parseDatabaseUrl(text: string): string | Fault {
  if (/^sqlite:./.test(text)) return text;
  if (!isServerUrl(text)) return new Fault(`must be ${forms}.`);
  const url = URL.parse(text);
  // A "#", "/" or "?" in a password ends the host, and what is behind it is no port.
  if (url === null || url.hash !== '' || !isDecodable(url))
    return new Fault(
      'must be a URL: percent-encode what its user and password have beside letters, digits and "-_.~".',
    );
  const unknown = [...url.searchParams.keys()].find((name) => !parameters.includes(name));
  if (unknown !== undefined)
    return new Fault(`has a parameter behind "?" that is not known. Those that are: ${parameters.join(', ')}.`);
  return findServerFault(url) ?? url.href;
}

function findServerFault(url: URL): Fault | null {
  if (url.username === '')
    return new Fault('must name the user of the database server: postgres://user@host/database.');
  const folder = url.searchParams.get('host');
  if (url.hostname === '' || (folder !== null && !folder.startsWith('/')))
    return new Fault(
      'must name a host, and where that is asked by a socket, its folder: ' +
        'postgres://user@localhost/database?host=/run/postgresql.',
    );
  if (!/^\/[^/]+$/.test(url.pathname))
    return new Fault('must name one database behind the host: postgres://user@host/database.');
  const mode = url.searchParams.get('sslmode');
  if (mode !== null && !tlsModes.some((known) => known === mode))
    return new Fault(`must have one of ${tlsModes.join(', ')} as its sslmode.`);
  const unread = tlsFiles.find((name) => url.searchParams.has(name) && !isReadable(url.searchParams.get(name) ?? ''));
  return unread === undefined ? null : new Fault(`names a file as its ${unread} that cannot be read.`);
}

function isDecodable({ username, password, pathname }: URL): boolean {
  try {
    for (const part of [username, password, pathname]) decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
