import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '../processes/child.js';
import { closeOnce } from '../run/leftovers.js';
import { findFreePort } from './freeport.js';

/** A real program in front of a gateway. */
export interface ReverseProxy {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** What it has logged so far. */
  readLog(): string;
  /** Kills it and removes its files. */
  close(): Promise<void>;
}

interface Program {
  readonly command: string;
  readonly configure: (port: number, folder: string) => string;
  readonly toArgs: (file: string, folder: string) => readonly string[];
  /** Its first group is in what it logs when it listens. */
  readonly listening: RegExp;
}

/**
 * nginx with these directives in its one server. All its files are in a folder of its own, and it runs as whoever runs
 * the test.
 */
export function startNginx(server: string, http = ''): Promise<ReverseProxy> {
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`);
  return start({
    command: 'nginx',
    // In one process no worker changes its user, which could not read the folder.
    configure: (port) => `daemon off; master_process off; pid nginx.pid; error_log stderr notice;
events { worker_connections 64; }
http { access_log off; ${folders.join(' ')} ${http}
server { listen 127.0.0.1:${port}; ${server} } }`,
    toArgs: (file, folder) => ['-e', 'stderr', '-p', folder, '-c', file],
    listening: /(using the "\w+" event method)/,
  });
}

/** Caddy with these directives for its one site, over plain HTTP. */
export function startCaddy(site: string): Promise<ReverseProxy> {
  return start({
    command: 'caddy',
    configure: (port) => `{\n\tadmin off\n\tauto_https off\n}\n\nhttp://127.0.0.1:${port} {\n${site}\n}\n`,
    toArgs: (file) => ['run', '--config', file, '--adapter', 'caddyfile'],
    listening: /(serving initial configuration)/,
  });
}

/**
 * Neither program says which port it was given, so one is looked for that is free, again where another process took it
 * in between.
 */
async function start(program: Program): Promise<ReverseProxy> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await startAt(await findFreePort(), program);
    } catch (error) {
      if (attempts === 3 || !/address already in use/i.test(String(error))) throw error;
    }
  }
}

async function startAt(port: number, { command, configure, toArgs, listening }: Program): Promise<ReverseProxy> {
  const folder = await mkdtemp(join(tmpdir(), `${command}-`));
  const file = join(folder, 'configuration');
  await writeFile(file, configure(port, folder));
  const { PATH = '' } = process.env;
  const serving = serve(command, toArgs(file, folder), { HOME: folder, PATH });
  const close = closeOnce(async () => {
    await serving.kill();
    await rm(folder, { recursive: true, force: true });
  });
  try {
    await serving.waitFor(listening);
    return { url: `http://127.0.0.1:${port}`, readLog: () => serving.log.text, close };
  } catch (error) {
    await close();
    throw error;
  }
}
