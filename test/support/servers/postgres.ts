import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeOnce } from '../run/leftovers.js';
import type { KeyAndCertificate } from './certificates.js';
import { findFreePort } from './freeport.js';

/** A PostgreSQL of its own, with nothing in it. */
export interface PostgresServer {
  /** Of its own database, which is for making others. */
  readonly url: string;
  /** Makes an empty database, and gives its address. `options`: as they stand behind `create database <name>`. */
  createDatabase(options?: string): Promise<string>;
  /** Runs statements beside the gateway; gives what psql prints, a row a line. */
  run(url: string, statements: string): Promise<string>;
  /** Ends it at once; `resume` starts it again where it was, with all that was committed. */
  stop(): Promise<void>;
  resume(): Promise<void>;
  /** Ends it at once, as kill -9 would end its sessions; its files go with it. */
  close(): Promise<void>;
}

/** Where Debian puts the newest of its servers; null: none is installed. */
export const postgresFolder = findFolder();

/** Its superuser, and of the operating system the one that it runs as where the tests are root: it refuses root. */
const user = 'gateway';
const nobody = 65_534;

export interface PostgresOptions {
  readonly isDurable?: boolean;
  /** It speaks TLS with them; without, none. */
  readonly tls?: KeyAndCertificate;
}

/**
 * Starts one on a free port of 127.0.0.1, in a folder of its own. Unless it is to be durable, it loses what a power cut
 * would take, which no test makes, and is as fast as that allows. Throws with its last words if it does not start.
 */
export async function startPostgres({ isDurable = false, tls }: PostgresOptions = {}): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
  const data = join(folder, 'data');
  if (process.getuid?.() === 0) await chown(folder, nobody, nobody);
  await chmod(folder, 0o700);
  // A collation that is not C: what the gateway orders must not depend on it.
  await run('initdb', ['-D', data, '-U', user, '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '-N']);
  const port = await findFreePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    `fsync=${isDurable ? 'on' : 'off'}`,
    'max_connections=100',
    ...(tls ? await keepTls(folder, tls) : []),
  ];
  const flags = settings.map((setting) => `-c ${setting}`).join(' ');
  const log = join(folder, 'log');
  const start = (): Promise<string> =>
    run('pg_ctl', ['-D', data, '-w', '-t', '60', '-l', log, '-o', `-p ${port} ${flags}`, 'start']);
  const stop = (): Promise<string> => run('pg_ctl', ['-D', data, '-m', 'immediate', '-w', 'stop']);
  await start();
  const addressOf = (name: string): string => `postgres://${user}@127.0.0.1:${port}/${name}`;
  const psql = (url: string, statements: string): Promise<string> =>
    run('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', url, '-c', statements]);
  let databases = 0;
  return {
    url: addressOf('postgres'),
    async createDatabase(options = '') {
      const name = `gateway${++databases}`;
      await psql(addressOf('postgres'), `create database ${name} ${options}`);
      return addressOf(name);
    },
    run: psql,
    stop: async () => void (await stop()),
    resume: async () => void (await start()),
    close: closeOnce(async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    }),
  };
}

/** Writes them where only the server reads the key, else it does not start; gives its settings. */
async function keepTls(folder: string, { certificate, key }: KeyAndCertificate): Promise<string[]> {
  const files = { ssl_cert_file: certificate, ssl_key_file: key };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text, { mode: 0o600 });
    if (process.getuid?.() === 0) await chown(join(folder, name), nobody, nobody);
  }
  return ['ssl=on', ...Object.keys(files).map((name) => `${name}=${join(folder, name)}`)];
}

function findFolder(): string | null {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).toSorted((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(root, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb'))) ?? null;
}

/** Runs one of its commands to the end, as nobody where the tests are root. Gives what it prints. */
function run(command: string, args: readonly string[]): Promise<string> {
  const owner = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  // What pg_ctl starts keeps what it inherits: it gets no pipe that this would wait for.
  const isStart = args.at(-1) === 'start';
  const child = spawn(join(postgresFolder ?? '', command), args, {
    ...owner,
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', isStart ? 'ignore' : 'pipe', isStart ? 'ignore' : 'pipe'],
  });
  let text = '';
  let faults = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (faults += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(text.trimEnd());
      else reject(new Error(`${command} ended with ${code}: ${faults.slice(-2000)}`));
    });
  });
}
