import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasCommand, serve } from '../processes/child.js';
import { closeOnce } from '../run/leftovers.js';
import { findFreePort } from './freeport.js';

export interface TinyproxyOptions {
  /** Names that lead to 127.0.0.1 for it, and for nobody else. */
  readonly hosts: readonly string[];
  /** The only one whom it lets in. */
  readonly user?: { readonly username: string; readonly password: string };
  /** Hosts that it refuses. */
  readonly filter?: readonly string[];
  /** The only ports that it opens tunnels to. */
  readonly connectPorts?: readonly number[];
  /** Where an earlier one listened. */
  readonly port?: number;
}

export interface Tinyproxy {
  /** `127.0.0.1:port` */
  readonly host: string;
  readonly port: number;
  /** How it was asked so far: `CONNECT host:port`, `GET http://host/…` */
  asked(): readonly string[];
  close(): Promise<void>;
}

/**
 * It has its own /etc/hosts, in a mount namespace: loopback addresses are never asked for through a proxy, names are.
 */
const alone = ['--mount', '--map-root-user', '--propagation', 'private'];

/** Why none can be started here; null: it can. */
export function findTinyproxyObstacle(): string | null {
  if (!hasCommand('tinyproxy')) return 'the command tinyproxy is not installed';
  const { status } = spawnSync('unshare', [...alone, 'mount', '--bind', '/etc/hosts', '/etc/hosts'], {
    stdio: 'ignore',
  });
  return status === 0 ? null : 'no mount namespace can be made';
}

/** Resolves when it listens. Throws with what it said when it does not within 10 s. */
export async function startTinyproxy(options: TinyproxyOptions): Promise<Tinyproxy> {
  const folder = mkdtempSync(join(tmpdir(), 'tinyproxy-'));
  // It takes no port 0, and says so where another program has taken this one.
  const port = options.port ?? (await findFreePort());
  const file = (name: string): string => join(folder, name);
  writeFileSync(file('hosts'), options.hosts.map((host) => `127.0.0.1 ${host}\n`).join(''));
  writeFileSync(file('filter'), (options.filter ?? []).map((host) => `^${host.replaceAll('.', '\\.')}$\n`).join(''));
  writeFileSync(file('conf'), configure(options, port, file('filter')));
  const command = ['sh', '-c', `mount --bind ${file('hosts')} /etc/hosts && exec tinyproxy -d -c ${file('conf')}`];
  const serving = serve('unshare', [...alone, ...command], { PATH: process.env['PATH'] ?? '' });
  const close = closeOnce(async () => {
    await serving.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  try {
    await serving.waitFor(/(Starting main loop)/);
  } catch (error) {
    await close();
    throw error;
  }
  const asked = (): string[] =>
    [...serving.log.text.matchAll(/Request \(file descriptor \d+\): (\S+ \S+) /g)].map(([, line]) => line!);
  return { host: `127.0.0.1:${port}`, port, asked, close };
}

function configure({ user, filter, connectPorts = [] }: TinyproxyOptions, port: number, filterFile: string): string {
  const lines = [
    `Port ${port}`,
    'Listen 127.0.0.1',
    'LogLevel Info',
    'MaxClients 50',
    ...(user ? [`BasicAuth ${user.username} ${user.password}`] : []),
    ...(filter ? [`Filter "${filterFile}"`] : []),
    ...connectPorts.map((open) => `ConnectPort ${open}`),
  ];
  return `${lines.join('\n')}\n`;
}
