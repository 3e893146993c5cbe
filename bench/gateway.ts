import { enableCompileCache } from 'node:module';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { isServerUrl } from '../src/domain/databaseurl.js';
import type { GatewayState } from './asking.js';
import { readCpu, readCpuOfAll } from './cpu.js';

/**
 * The gateway in a process of its own: `gateway.js <database file, or postgres://…>`. Says where it listens, and how
 * its process is when asked.
 */
const [, , database = ''] = process.argv;
// As main.ts does.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)));
const { createApp } = await import('../src/app.js');
const app = await createApp({
  databaseUrl: isServerUrl(database) ? database : `sqlite:${database}`,
  loadKey: () => Buffer.alloc(32, 7),
  admin: { username: 'admin', password: 'benchmark password' },
  allowedOrigins: [],
  // One token sends all there is to measure, however late the machine's other work makes the loop.
  httpLimits: { requests: Number.MAX_SAFE_INTEGER, loopDelay: 60_000 },
  logger: pino({ level: 'warn' }),
});
const url = await app.server.listen({ host: '127.0.0.1', port: 0 });
await fetch(`${url}/readyz`);
const started = performance.now();
const startedCpu = readCpu();
const login = await fetch(`${url}/auth/login`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ username: 'admin', password: 'benchmark password' }),
});
const { auth_token } = (await login.json()) as { auth_token: string };
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
/** Bytes of JavaScript's heap and of buffers beside it, without garbage. */
function readHeld(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function readState(): GatewayState {
  const { user, system } = process.cpuUsage();
  return {
    rss: process.memoryUsage().rss,
    cpu: (user + system) / 1e6,
    delayP99: delay.percentile(99) / 1e6,
    delayMax: delay.max / 1e6,
  };
}
process.on('message', (message) => {
  if (message === 'reset') delay.reset();
  else if (message === 'held') process.send?.(readHeld());
  else if (message === 'cpu') process.send?.(readCpu());
  else if (message === 'cpuOfAll') process.send?.(readCpuOfAll());
  else if (message === 'state') process.send?.(readState());
  else if (message === 'stop') void app.close().then(() => process.exit(0));
});
process.send?.({ url, access: `admin:${auth_token}`, started, startedCpu });
