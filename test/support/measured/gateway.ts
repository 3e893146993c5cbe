import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { closeOnce } from '../run/leftovers.js';
import type { Ask } from './main.js';
import type { Figures } from './meter.js';

const main = fileURLToPath(new URL('main.js', import.meta.url));

/** A gateway in a process of its own, whose CPU, memory and event loop are its own too. */
export interface MeasuredGateway extends AsyncDisposable {
  readonly url: string;
  /** `admin:token`. */
  readonly admin: string;
  /** `user:token` of an account that may only read. */
  readonly reader: string;
  /** Runs it, and says what the gateway spent meanwhile. */
  readonly measure: <T>(run: () => Promise<T>) => Promise<{ readonly value: T; readonly figures: Figures }>;
  /** Lines of its log that tell of its own faults. */
  readonly faults: () => Promise<readonly Record<string, unknown>[]>;
}

export async function startMeasuredGateway(databaseFile: string): Promise<MeasuredGateway> {
  const child = fork(main, [databaseFile], {
    env: { PATH: process.env['PATH'] },
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exit = once(child, 'exit').then(([code]): never => {
    throw new Error(`The gateway ended with ${String(code)}.`);
  });
  exit.catch(() => undefined);
  const receive = async <T>(): Promise<T> => ((await Promise.race([once(child, 'message'), exit])) as [T])[0];
  const ask = async <T>(what: Ask): Promise<T> => {
    const received = receive<{ value: T }>();
    child.send(what);
    return (await received).value;
  };
  const close = closeOnce(async () => {
    child.kill('SIGKILL');
    await exit.catch(() => undefined);
  });
  const { url, access } = await receive<{ url: string; access: string }>();
  return {
    url,
    admin: access,
    reader: await ask<string>('reader'),
    async measure(run) {
      await ask('begin');
      const value = await run();
      return { value, figures: await ask<Figures>('end') };
    },
    faults: () => ask('faults'),
    [Symbol.asyncDispose]: close,
  };
}
