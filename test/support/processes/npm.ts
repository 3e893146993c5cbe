import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * npm as a user of this machine runs it, whose packages of earlier runs it shares; what else it keeps goes into a
 * folder.
 */
export interface Npm {
  readonly env: Readonly<Record<string, string>>;
  /** Gives what it printed. Throws with what it complained of when it fails, or takes more than three minutes. */
  run(folder: string, ...args: readonly string[]): string;
}

/** `PATH` decides which Node it runs on. */
export function createNpm(folder: string, path: string): Npm {
  const cache = join(folder, 'npm');
  mkdirSync(cache);
  // Beside it npm keeps what npx installed, and its logs.
  symlinkSync(join(findCache(), '_cacache'), join(cache, '_cacache'));
  const env = {
    ...networkSettings(),
    PATH: path,
    HOME: homedir(),
    npm_config_cache: cache,
    npm_config_update_notifier: 'false',
  };
  return {
    env,
    run: (cwd, ...args) => execFileSync('npm', args, { cwd, env, encoding: 'utf8', stdio: 'pipe', timeout: 180_000 }),
  };
}

/** Why npm gets no packages here; null: it does. */
export function findPackageObstacle(path: string): string | null {
  const options = {
    env: { ...networkSettings(), PATH: path, HOME: homedir() },
    stdio: 'ignore',
    timeout: 60_000,
  } as const;
  const { status, error } = spawnSync(
    'npm',
    ['view', 'graphql', 'name', '--prefer-offline', '--fetch-retries=0'],
    options,
  );
  if (error) return 'npm is not installed';
  return status === 0 ? null : 'npm reaches no registry of packages';
}

/** How this machine reaches packages. What npm sets for the scripts that it runs is not among it. */
export function networkSettings(): Record<string, string> {
  const names =
    /^(https?_proxy|no_proxy|npm_config_(registry|cafile|proxy|https_proxy|noproxy)|node_extra_ca_certs|ssl_cert_file)$/i;
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (names.test(name) && value ? [[name, value]] : [])),
  );
}

function findCache(): string {
  return process.env['npm_config_cache'] ?? join(homedir(), '.npm');
}
