import { readFile, stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { CommandError } from '../exit.js';
import type { AddRegistryInput, UpdateRegistryInput } from './documents.js';
import { parseCount, readPassword } from './options.js';
import type { Remote } from './remote.js';

/** Options that `registry add` and `registry set` share. `false`: the setting is taken away. */
export interface RegistrySettingOptions {
  readonly username?: string;
  readonly passwordStdin?: boolean;
  readonly authRealm?: string | false;
  readonly caCertificate?: string | false;
  readonly clientCertificate?: string | false;
  readonly clientKey?: string;
  readonly eventsSecretFile?: string;
  readonly proxy?: string;
  readonly proxyUsername?: string;
  readonly proxyPasswordFile?: string;
  readonly maxAge?: number;
  readonly pullHost?: string | false;
}

export function addRegistrySettings(command: Command): Command {
  return command
    .option('--username <name>', 'the account it is asked with; its password is asked for')
    .option('--password-stdin', "read that account's password from standard input")
    .option('--auth-realm <address>', 'the token server, on another host, that the credentials may be sent to')
    .option('--ca-certificate <file>', 'PEM of the authority that signed its certificate')
    .option('--client-certificate <file>', 'PEM of the certificate the gateway shows it')
    .option('--client-key <file>', 'PEM of the key of that certificate')
    .option(
      '--events-secret-file <file>',
      'a file with the secret its notifications carry, 16 characters or more; "-": standard input',
    )
    .option('--proxy <url>', 'the proxy it is asked through: http://host:port, "none", or "environment"')
    .option('--proxy-username <name>', 'the account at that proxy')
    .option('--proxy-password-file <file>', "a file with that account's password")
    .option('--pull-host <host>', 'where clients pull from, when that is not its address: registry.example.com')
    .option('--max-age <seconds>', 'after which its names and tags are asked for again', parseCount(0, 86_400));
}

type Settings = Omit<AddRegistryInput, 'name' | 'addr' | 'dryRun'> & Pick<UpdateRegistryInput, 'authRealm'>;

/** Reads the files and the password that the options name. Throws USAGE. */
export async function readRegistrySettings(remote: Remote, options: RegistrySettingOptions): Promise<Settings> {
  const { username, passwordStdin, authRealm, caCertificate, eventsSecretFile, maxAge, pullHost } = options;
  if (passwordStdin && username === undefined) throw new CommandError('USAGE', '--password-stdin needs --username.');
  const credentials = username !== undefined && {
    username,
    password: await readPassword(remote, passwordStdin === true, `Password of ${username} at the registry: `),
  };
  const readText = createReadText(remote, passwordStdin === true);
  return {
    ...(credentials && { credentials }),
    ...(authRealm !== undefined && { authRealm: authRealm || null }),
    ...(caCertificate !== undefined && {
      caCertificate: caCertificate === false ? null : await readText(caCertificate),
    }),
    ...(await readClientCertificate(options, readText)),
    ...(await readProxy(options, readText)),
    ...(eventsSecretFile !== undefined && { eventsSecret: (await readText(eventsSecretFile)).trim() }),
    ...(maxAge !== undefined && { maxAge }),
    ...(pullHost !== undefined && { pullHost: pullHost || null }),
  };
}

async function readClientCertificate(
  { clientCertificate, clientKey }: RegistrySettingOptions,
  readText: ReadText,
): Promise<Pick<Settings, 'clientCertificate'>> {
  if (clientCertificate === false) return { clientCertificate: null };
  if (clientCertificate === undefined && clientKey === undefined) return {};
  if (clientCertificate === undefined || clientKey === undefined) {
    throw new CommandError(
      'USAGE',
      'A client certificate and its key go together: give --client-certificate and --client-key.',
    );
  }
  return { clientCertificate: { certificate: await readText(clientCertificate), key: await readText(clientKey) } };
}

async function readProxy(
  { proxy, proxyUsername: username, proxyPasswordFile }: RegistrySettingOptions,
  readText: ReadText,
): Promise<Pick<Settings, 'proxy' | 'proxyCredentials'>> {
  if ((username === undefined) !== (proxyPasswordFile === undefined)) {
    throw new CommandError('USAGE', 'The account at a proxy needs both: --proxy-username and --proxy-password-file.');
  }
  return {
    ...(proxy !== undefined && { proxy: chooseProxy(proxy) }),
    ...(username !== undefined &&
      proxyPasswordFile !== undefined && {
        proxyCredentials: { username, password: (await readText(proxyPasswordFile)).replace(/\r?\n$/, '') },
      }),
  };
}

function chooseProxy(text: string): NonNullable<Settings['proxy']> {
  if (text === 'environment') return { mode: 'ENVIRONMENT' };
  return text === 'none' ? { mode: 'NONE' } : { mode: 'OWN', url: text };
}

/** Bytes of a file that is sent along. */
const maxFile = 1024 * 1024;

/** Reads a file; `-` is standard input, which is there once. Throws USAGE. */
type ReadText = (path: string) => Promise<string>;

/** `isTaken`: a password is read from standard input. */
function createReadText({ io }: Remote, isTaken: boolean): ReadText {
  let isRead = isTaken;
  return async (path) => {
    if (path !== '-') return readFileText(path);
    if (isRead) throw new CommandError('USAGE', 'Standard input can be one thing only: name a file for the other.');
    isRead = true;
    return io.readInput();
  };
}

async function readFileText(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > maxFile) throw new CommandError('USAGE', `${path} is larger than 1 MiB.`);
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError('USAGE', `${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
