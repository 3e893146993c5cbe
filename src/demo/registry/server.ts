import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { continueUpload, deleteBlob, openUpload, readBlob, type Uploads } from './blobs.js';
import { listCatalog, listStoredTags } from './listing.js';
import { removeManifest, readManifest, writeManifest } from './manifests.js';
import { type Incoming, type Reply, replyBytes, replyError, replyText } from './reply.js';
import { findRoute, refusedMethods, type Route } from './routes.js';
import { createStore, type MemoryStore } from './store.js';

/** An OCI registry in this process: one can list, pull, push and delete, and nothing outlives it. */
export interface PlainRegistry {
  /** `http://127.0.0.1:port`, to attach and to push to. */
  readonly url: string;
  readonly store: MemoryStore;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Bytes that are taken in all until it ends: everything is kept in memory, and pushes have no other bound. */
const maxReceived = 256 * 1024 * 1024;

/** Bytes that a request without a body counts as: an upload that is only opened is kept too. */
const leastReceived = 1024;

interface Parts {
  readonly store: MemoryStore;
  readonly uploads: Uploads;
  /** Bytes that are received in all, and how many of them are left. */
  readonly most: number;
  left: number;
}

/** On a free port of 127.0.0.1, for whoever is on this machine: it asks for no account. */
export async function createPlainRegistry(most = maxReceived): Promise<PlainRegistry> {
  const parts: Parts = { store: createStore(), uploads: new Map(), most, left: most };
  const server = createServer((message, response) => void serve(parts, message, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    store: parts.store,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(parts: Parts, message: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const body = await receive(parts, message);
    const reply = body === null ? replyFull(parts, response) : answer(parts, toIncoming(message, body));
    send(response, reply, message.method !== 'HEAD');
  } catch {
    // The client went away in the middle of its request.
    response.destroy();
  }
}

/** null: it is more than may still be received. */
async function receive(parts: Parts, message: IncomingMessage): Promise<Buffer | null> {
  const isRead = message.method === 'GET' || message.method === 'HEAD';
  if (!isRead) parts.left -= leastReceived;
  const chunks: Buffer[] = [];
  // Not destroyed where it is left early: the answer needs its connection.
  for await (const chunk of message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    parts.left -= chunk.length;
    if (parts.left < 0) return null;
    chunks.push(chunk);
  }
  return isRead || parts.left >= 0 ? Buffer.concat(chunks) : null;
}

/** Refuses a push that would not fit, and closes the connection: the rest of the body is not read. */
function replyFull({ most }: Parts, response: ServerResponse): Reply {
  response.setHeader('Connection', 'close');
  const why = `this registry keeps everything in memory and takes ${most} bytes in all: start it anew`;
  return replyError(413, 'DENIED', why);
}

function toIncoming({ method = '', url: path = '', headers }: IncomingMessage, body: Buffer): Incoming {
  const query = new URLSearchParams(path.split('?')[1] ?? '');
  return { method, path, headers, query, body, base: `http://${headers.host ?? ''}` };
}

function answer(parts: Parts, request: Incoming): Reply {
  const route = findRoute(request.path.split('?')[0] ?? '');
  // The referrers API is not here: referrers are found under the tags of the referrers tag schema.
  if (!route || route.kind === 'referrers') return replyText(404, '404 page not found');
  const allowed = refusedMethods(route, request.method);
  return allowed === undefined
    ? dispatch(parts, route, request)
    : replyText(405, 'Method not allowed', { Allow: allowed });
}

function dispatch({ store, uploads }: Parts, route: Route, request: Incoming): Reply {
  const { method } = request;
  switch (route.kind) {
    case 'ping':
      return replyBytes(200, Buffer.from('{}'), { 'Content-Type': 'application/json; charset=utf-8' });
    case 'catalog':
      return listCatalog(store, request);
    case 'tags':
      return listStoredTags(store, route.repository, request);
    case 'uploads':
      return openUpload(store, route.repository, request, uploads);
    case 'upload':
      return continueUpload(store, route.repository, route.reference, request, uploads);
    case 'blob':
      if (method === 'DELETE') return deleteBlob(store, route.repository, route.reference);
      return readBlob(store, route.repository, route.reference, request);
    default:
      if (method === 'PUT') return writeManifest(store, route.repository, route.reference, request);
      if (method === 'DELETE') return removeManifest(store, route.repository, route.reference);
      return readManifest(store, route.repository, route.reference, request);
  }
}

function send(response: ServerResponse, { status, headers, body }: Reply, withBody: boolean): void {
  // 304 has no length; HEAD has the length of the body that it leaves out.
  const length = status === 304 ? {} : { 'Content-Length': body.length };
  response.writeHead(status, { 'Docker-Distribution-Api-Version': 'registry/2.0', ...headers, ...length });
  response.end(withBody ? body : undefined);
}
