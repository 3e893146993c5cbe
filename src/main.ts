import { enableCompileCache, flushCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import closeWithGrace from 'close-with-grace';
import type { App } from './app.js';
import { type Config, readConfig } from './config.js';
import { isLoopback } from './domain/network.js';
import { GatewayError } from './errors.js';
import { createLogger } from './log.js';
import { ConfigError } from './settings/fault.js';
import { loadSecretKey } from './settings/key.js';

/** EX_CONFIG of sysexits.h: what is wrong is in the settings, and starting again unchanged will not help. */
const exitConfig = 78;

/** Milliseconds that requests in flight are given after SIGTERM. */
const grace = 10_000;

/**
 * Where Node keeps compiled code, which halves the time a start takes. With the program's own files, not in the system's
 * shared folder for temporary files: whoever can write there could plant code. Where it cannot be written nothing is kept.
 */
const compiled = fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url));

async function main(): Promise<void> {
  const config = readConfig();
  enableCompileCache(compiled);
  // Not before: what an import statement names is compiled before the first line here runs.
  const { createApp } = await import('./app.js');
  const logger = await createLogger(config.logLevel);
  const app = await createApp({ ...config, loadKey: (mayCreate) => loadSecretKey(config, mayCreate), logger });
  closeWithGrace({ delay: grace, logger: false }, async ({ signal, err }) => {
    if (err) logger.fatal({ err }, 'the gateway stops after an unexpected error');
    else logger.info({ signal }, 'finishing what is in flight');
    await app.close();
  });
  const url = await listen(app, config);
  logger.info({ url }, 'the gateway listens');
  if (isOpen(config)) logger.warn({ host: config.host }, openWarning);
  // Else it is written only by a process that ends in peace.
  flushCompileCache();
  if (app.adminPassword !== null) showPassword(config, app.adminPassword);
}

/** Said once: passwords and tokens go over the network as they are, unless something in front of the gateway sees to that. */
const openWarning =
  'other machines reach the gateway over HTTP, which is not encrypted: put a proxy with TLS in front, and name it in TRUST_PROXY';

function isOpen({ host, trustedProxies }: Config): boolean {
  return !isLoopback(host) && trustedProxies.length === 0;
}

async function listen(app: App, { host, port }: Config): Promise<string> {
  try {
    return await app.server.listen({ host, port });
  } catch (error) {
    await app.close();
    throw new ConfigError([`HOST and PORT: the gateway cannot listen on ${host}:${port} (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`]);
  }
}

/** Shown once and never logged: logs are kept and read by others. */
function showPassword({ admin }: Config, password: string): void {
  process.stderr.write(`\nFirst start. Log in as ${admin.username} with the password ${password}\nIt is not shown again.\n\n`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ConfigError) && !(error instanceof GatewayError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(exitConfig);
}
