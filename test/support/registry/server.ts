import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { closeOnce } from '../run/leftovers.js';
import { createGuard } from './auth.js';
import { deliverReply } from './delivery.js';
import { createFaultScript, type FaultHandle, type FaultRule } from './faults.js';
import { answerRequest, type Parts, type ServerRole } from './handler.js';
import { createJournal, type Journal } from './journal.js';
import { createLimiter } from './limit.js';
import { createNotifier } from './notify.js';
import { type RegistryOptions, resolveOptions } from './options.js';
import { createOutdated } from './outdated.js';
import { type Incoming, replyEmpty } from '../../../src/demo/registry/reply.js';
import { createStore, type MemoryStore } from './store.js';

/** An OCI registry in this process, on 127.0.0.1. */
export interface MemoryRegistry extends Omit<Journal, 'begin' | 'complain'> {
  /** `http://127.0.0.1:port/prefix`, to attach and to push to. */
  readonly url: string;
  /** `127.0.0.1:port`, what stands before the name in `docker pull`. */
  readonly host: string;
  /** Where its challenge sends clients for tokens. */
  readonly realm: string;
  readonly store: MemoryStore;
  /** Rules are tried in the order they were added; the first that matches happens. */
  fail(rule: FaultRule): FaultHandle;
  /** Drops every fault. */
  heal(): void;
  expireTokens(): void;
  /** Resolves when the notifications of what happened so far were delivered or given up. */
  settleNotifications(): Promise<void>;
  /** Throws with the list when a client sent what none should. */
  assertNoUnexpected(): void;
  /** Ends every connection, then `assertNoUnexpected`. May be called again. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function createMemoryRegistry(given: RegistryOptions = {}): Promise<MemoryRegistry> {
  const options = resolveOptions(given);
  const { traits, now = Date.now, store = createStore() } = options;
  let realm = '';
  let away = '';
  const parts: Parts = {
    options,
    store,
    journal: createJournal(options.strict ?? true),
    faults: createFaultScript(),
    guard: createGuard(options.auth ?? { mode: 'none' }, () => realm, now, traits.catalog.scope),
    notifier: createNotifier(options, now),
    uploads: new Map(),
    limiter: createLimiter(traits.rateLimit, now),
    outdated: createOutdated(store, traits.tagList.lag ?? 0),
    findElsewhere: () => away,
  };
  const separate = options.auth?.mode === 'bearer' && options.auth.tokenServer === 'other';
  const scheme = options.tls ? 'https' : 'http';
  const servers: Server[] = [];
  const open = async (role: ServerRole): Promise<string> => {
    const server = await listen(parts, role);
    servers.push(server);
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const host = await open('registry');
  realm = `${scheme}://${separate ? await open('token') : host}/token`;
  if (traits.front?.to === 'other') away = `${scheme}://${await open('elsewhere')}`;
  const assertNoUnexpected = (): void => {
    const { unexpected } = parts.journal;
    if (unexpected.length)
      throw new Error(`The registry was asked for what no client should ask for:\n  ${unexpected.join('\n  ')}`);
  };
  const stopAll = closeOnce(async () => void (await Promise.all(servers.map(stop))));
  const close = async (): Promise<void> => {
    await stopAll();
    assertNoUnexpected();
  };
  return {
    url: `${scheme}://${host}${options.prefix ?? ''}`,
    host,
    realm,
    store: parts.store,
    get requests() {
      return parts.journal.requests;
    },
    get unexpected() {
      return parts.journal.unexpected;
    },
    get peak() {
      return parts.journal.peak;
    },
    count: parts.journal.count,
    forget: parts.journal.forget,
    fail: parts.faults.add,
    heal: parts.faults.clear,
    expireTokens: parts.guard.expireTokens,
    settleNotifications: parts.notifier.settle,
    assertNoUnexpected,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function listen(parts: Parts, server: ServerRole): Promise<Server> {
  const { tls } = parts.options;
  const onRequest = (message: IncomingMessage, response: ServerResponse): void =>
    void serve(parts, server, message, response);
  const made = tls
    ? createTlsServer(
        {
          cert: tls.certificate,
          key: tls.key,
          ...(tls.clientAuthority && { ca: tls.clientAuthority, requestCert: true, rejectUnauthorized: true }),
        },
        onRequest,
      )
    : createServer(onRequest);
  await new Promise<void>((resolve, reject) => {
    made.once('error', reject);
    made.listen(server === 'registry' ? (parts.options.port ?? 0) : 0, '127.0.0.1', resolve);
  });
  return made;
}

async function stop(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function serve(
  parts: Parts,
  server: ServerRole,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '', url: path = '', headers } = message;
  const settle = parts.journal.begin({ method, path, headers, server });
  // A client that goes away, or a fault that never answers, is over when its connection is.
  response.once('close', () => settle(response.headersSent ? response.statusCode : 0));
  try {
    const request = await readRequest(parts, message);
    if (parts.options.delayMs) await wait(parts.options.delayMs, undefined, { ref: false });
    const fault = parts.faults.next(request);
    const reply = answerRequest(parts, server, request, fault);
    if (method === 'PUT' && parts.options.notify?.tagAfter) await parts.notifier.settle();
    const status = await deliverReply(
      response,
      reply ?? replyEmpty(500),
      reply ? fault : { kind: 'reset' },
      method !== 'HEAD',
    );
    if (fault?.kind !== 'hang') settle(status);
  } catch (error) {
    if (!message.destroyed || message.complete) parts.journal.complain(`${method} ${path}: ${String(error)}`);
    response.destroy();
  }
}

async function readRequest(parts: Parts, message: IncomingMessage): Promise<Incoming> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const { method = '', url: path = '', headers } = message;
  const base = `${parts.options.tls ? 'https' : 'http'}://${headers.host ?? ''}${parts.options.prefix ?? ''}`;
  return {
    method,
    path,
    headers,
    query: new URLSearchParams(path.split('?')[1] ?? ''),
    body: Buffer.concat(chunks),
    base,
  };
}
