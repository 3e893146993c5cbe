import { type ChildProcess, fork } from 'node:child_process';
import autocannon from 'autocannon';

/** A server in a process of its own. */
export interface Served<T> extends AsyncDisposable {
  readonly ready: T;
  ask<A>(message: string): Promise<A>;
  tell(message: string): void;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

/** Resolves when the process has said that it is ready. */
export async function serve<T>(module: string, ...args: string[]): Promise<Served<T>> {
  // The first as the package's start script does, the second to measure what is held beside garbage.
  const execArgv = ['--max-semi-space-size=8', '--expose-gc'];
  const child = fork(new URL(module, import.meta.url), args, { execArgv });
  const ready = await nextMessage<T>(child);
  return {
    ready,
    tell: (message) => void child.send(message),
    async ask<A>(message: string) {
      const answer = nextMessage<A>(child);
      child.send(message);
      return answer;
    },
    async kill() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    },
    async [Symbol.asyncDispose]() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.send('stop');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await gone;
      clearTimeout(timer);
    },
  };
}

function nextMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (code: number | null): void =>
      reject(new Error(`A process of the benchmark ended early with ${code}.`));
    child.once('exit', fail);
    child.once('message', (message) => {
      child.off('exit', fail);
      resolve(message as T);
    });
  });
}

export interface Target {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /** A body, or one for each request. */
  readonly body?: string | (() => string);
}

export interface Load {
  /** Answers a second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly p95: number;
}

const connections = 16;

/** Throws when any answer was not of the wanted status. */
export async function load(
  { url, method = 'GET', headers = {}, body }: Target,
  seconds: number,
  status = 200,
): Promise<Load> {
  const request =
    typeof body === 'function' ? { setupRequest: (one: autocannon.Request) => ({ ...one, body: body() }) } : { body };
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    requests: [{ method, headers: { ...headers }, ...request }],
  });
  const counts = result as unknown as { statusCodeStats: Record<string, { count: number }> };
  const other = Object.keys(counts.statusCodeStats).filter((code) => Number(code) !== status);
  if (other.length > 0 || result.errors > 0)
    throw new Error(`${url} answered ${other.join(', ')} with ${result.errors} errors, not ${status}.`);
  return { rate: result.requests.total / result.duration, p95: result.latency.p97_5 };
}

/** Runs both by turns, so that what else the machine does falls on both, and gives the medians of their rates. */
export async function compare(
  one: Target,
  other: Target,
  rounds = 3,
  seconds = 2,
): Promise<{ readonly one: number; readonly other: number; readonly ratio: number }> {
  const rates: [number[], number[]] = [[], []];
  await load(one, 1);
  await load(other, 1);
  for (let round = 0; round < rounds; round++) {
    rates[0].push((await load(one, seconds)).rate);
    rates[1].push((await load(other, seconds)).rate);
  }
  const [a, b] = [median(rates[0]), median(rates[1])];
  return { one: a, other: b, ratio: a / b };
}

/** Of a list that is not empty, the one whose turn it is. */
export function inTurn<T>(list: readonly T[], at: number): T {
  const one = list[at % list.length];
  if (one === undefined) throw new Error('There is nothing in the list.');
  return one;
}

/** 0 to 1: 0.95 gives what 95% stay under. */
export function quantile(values: readonly number[], part: number): number {
  return [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? Number.NaN;
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
