import { setTimeout as wait } from 'node:timers/promises';
import { askGateway, type GatewayReady, readOnce } from './asking.js';

/** The registry that benchmarks attach while the gateway runs. */
const name = 'live';

export interface AttachOptions {
  readonly name?: string;
  /** Seconds; a crawl of its own that comes before the end of a benchmark would be measured with it. */
  readonly maxAge?: number;
  readonly eventsSecret?: string;
}

/** Attaches it, which begins its first crawl. */
export async function attach(ready: GatewayReady, addr: string, options: AttachOptions = {}): Promise<void> {
  const mutation = 'mutation A($input: AddRegistryInput!) { addRegistry(input: $input) { userErrors { message } } }';
  const { body } = await readOnce(askGateway(ready, { input: { name, addr, ...options } }, mutation));
  if (!body.includes('"userErrors":[]')) throw new Error(`The registry was not attached: ${body}`);
}

/** Has it crawled again; with `waits` until that is over, or the gateway waits no longer. */
export async function refresh(ready: GatewayReady, waits: boolean, registry = name): Promise<void> {
  const mutation = 'mutation R($input: RefreshInput!) { refresh(input: $input) { userErrors { message } } }';
  const { body } = await readOnce(askGateway(ready, { input: { registry, wait: waits } }, mutation));
  if (!body.includes('"userErrors":[]')) throw new Error(`The registry is not crawled: ${body}`);
}

/** Resolves once a crawl of the registry has succeeded. Throws after so many seconds. */
export function waitUntilCrawled(ready: GatewayReady, of: string, seconds: number): Promise<void> {
  return waitUntil(ready, `{ registry(name: "${of}") { lastCrawl { state } } }`, '"SUCCEEDED"', seconds);
}

/** Resolves once its first crawl is over. Throws after so many seconds. */
export function waitUntilFresh(ready: GatewayReady, seconds: number): Promise<void> {
  return waitUntil(ready, `{ registry(name: "${name}") { freshness { state } } }`, '"FRESH"', seconds);
}

async function waitUntil(ready: GatewayReady, query: string, text: string, seconds: number): Promise<void> {
  for (const until = Date.now() + seconds * 1000; Date.now() < until; await wait(25)) {
    if ((await readOnce(askGateway(ready, {}, query))).body.includes(text)) return;
  }
  throw new Error(`The crawl was not over after ${seconds} s.`);
}
