import { flushCompileCache } from 'node:module';
import closeWithGrace from 'close-with-grace';
import { type App, createApp } from './app.js';
import type { Config } from './config.js';
import { isLoopback } from './domain/network.js';
import { createLogger, type Logger } from './log.js';
import { ListenError } from './settings/reader.js';
import { loadOlderKeys, loadSecretKey } from './settings/key.js';
import { endOwnRotation } from './settings/keyrotation.js';
import { systemTimer } from './timer.js';
import type { Tracing } from './tracing/sdk.js';

/** Milliseconds that requests in flight are given after SIGTERM. */
const grace = 10_000;

/** Work of whoever starts a gateway for something of its own. */
export interface Around {
  /** Before it listens. Where it throws, the gateway is closed and the start fails. */
  prepare?(app: App): Promise<void>;
  /** After SIGTERM or SIGINT, when the gateway is closed. */
  closed?(): Promise<void>;
}

/**
 * Starts the gateway and returns its address, `http://host:port`, when it listens; SIGTERM and SIGINT end the process,
 * with what is in flight answered. Throws ConfigError or GatewayError when the settings, the database or the key are
 * not fit to start with.
 */
export async function serve(config: Config, around: Around = {}): Promise<string> {
  const logger = await createLogger(config.logLevel);
  const loadKey = (mayCreate: boolean): Uint8Array => loadSecretKey(config, mayCreate);
  const tracing = await openTracing(config, logger);
  const keys = { loadKey, olderKeys: loadOlderKeys(config), onRotated: () => endOwnRotation(config) };
  const app = await createApp({
    ...config,
    ...keys,
    logger,
    ...(tracing && { tracer: tracing.tracer, spans: tracing.spans }),
  });
  const { close } = closeWithGrace({ delay: grace, logger: false, skip: [...stopSignals] }, async ({ err }) => {
    if (err) logger.fatal({ err }, 'the gateway stops after an unexpected error');
    await app.close();
    await tracing?.close();
    await around.closed?.();
  });
  onStopSignal((signal) => {
    logger.info({ signal }, 'finishing what is in flight');
    close();
  });
  for (const warning of config.warnings) logger.warn(warning);
  await prepare(app, around);
  const url = await listen(app, config);
  const { publicUrl } = config;
  logger.info(
    { url, ...(publicUrl !== null && { publicUrl }), database: app.databasePath, key: app.keyId },
    'the gateway listens',
  );
  if (isOpen(config)) logger.warn({ host: config.host }, openWarning);
  // Else it is written only by a process that ends in peace.
  flushCompileCache();
  if (app.adminPassword !== null) showPassword(config, app.adminPassword);
  return url;
}

async function prepare(app: App, around: Around): Promise<void> {
  try {
    await around.prepare?.(app);
  } catch (error) {
    await app.close();
    throw error;
  }
}

export const stopSignals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** Milliseconds in which another signal is the first one once more. */
const oneSignal = 1000;

/**
 * Calls `stop` once. A supervisor, or Ctrl-C, signals npm and all that npm started, and npm hands its signal on: the
 * gateway gets it twice at once. A signal later than that is somebody who does not want to wait: the process ends there
 * and then.
 */
function onStopSignal(stop: (signal: string) => void): void {
  let first: number | null = null;
  for (const signal of stopSignals) {
    process.on(signal, () => {
      if (first === null) {
        first = systemTimer.elapsed();
        stop(signal);
      } else if (systemTimer.elapsed() - first > oneSignal) process.exit(1);
    });
  }
}

/** The SDK takes a while to load, and is not where nothing asks for it. */
async function openTracing({ tracing }: Config, logger: Logger): Promise<Tracing | null> {
  if (tracing === null) return null;
  const { startTracing } = await import('./tracing/sdk.js');
  return startTracing(tracing, { timer: systemTimer, warn: (facts, message) => logger.warn(facts, message) });
}

/**
 * Said once: passwords and tokens go over the network as they are, unless something in front of the gateway sees to
 * that.
 */
const openWarning =
  'other machines reach the gateway over HTTP, which is not encrypted: put a proxy with TLS in front, and name it ' +
  'in TRUST_PROXY';

function isOpen({ host, trustedProxies }: Config): boolean {
  return !isLoopback(host) && trustedProxies.length === 0;
}

async function listen(app: App, { host, port }: Config): Promise<string> {
  const { log } = app.server;
  const { level } = log;
  // Fastify writes a line for each address; the gateway's own says it once.
  if (['info', 'debug', 'trace'].includes(level)) log.level = 'warn';
  try {
    return await app.server.listen({ host, port });
  } catch (error) {
    await app.close();
    throw new ListenError(host, port, (error as NodeJS.ErrnoException).code ?? 'unknown');
  } finally {
    log.level = level;
  }
}

/** Shown once and never logged: logs are kept and read by others. */
function showPassword({ admin }: Config, password: string): void {
  process.stderr.write(
    `\nFirst start. Log in as ${admin.username} with the password ${password}\nIt is not shown again.\n\n`,
  );
}
