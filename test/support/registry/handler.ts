import type { Guard } from './auth.js';
import { continueUpload, deleteBlob, openUpload, readBlob } from './blobs.js';
import { type FaultRule, type FaultScript, replaceReply, spoilReply } from './faults.js';
import type { Journal } from './journal.js';
import { listCatalog, listTags } from './listing.js';
import { deleteManifest, readManifest, writeManifest } from './manifests.js';
import type { Change, Notifier } from './notify.js';
import type { RegistryOptions } from './options.js';
import { type Incoming, type Reply, replyBytes, replyEmpty, replyJson, replyText } from './reply.js';
import { listReferrers } from './referrers.js';
import { findRoute, refusedMethods, type Route } from './routes.js';
import type { MemoryStore } from './store.js';

/** What one registry is made of. */
export interface Parts {
  readonly options: RegistryOptions;
  readonly store: MemoryStore;
  readonly journal: Journal;
  readonly faults: FaultScript;
  readonly guard: Guard;
  readonly notifier: Notifier;
  readonly uploads: Map<string, Buffer>;
}

/** The reply, spoilt by the fault when that is its kind. null: the connection is dropped. */
export function answerRequest(parts: Parts, server: 'registry' | 'token', request: Incoming, fault: FaultRule | null): Reply | null {
  const replaced = fault && replaceReply(fault, request);
  if (replaced) return replaced;
  // A reset or a hang that is not said to come after the work comes before it.
  if (fault?.kind === 'hang' || (fault?.kind === 'reset' && !fault.executed)) return replyEmpty(500);
  const reply = carryOut(parts, server, request);
  return fault && reply && (reply.status === 200 || fault.kind === 'headers') ? spoilReply(fault, reply) : reply;
}

function carryOut(parts: Parts, server: 'registry' | 'token', request: Incoming): Reply | null {
  const pathname = request.path.split('?')[0] ?? '';
  const { auth, prefix = '' } = parts.options;
  if (auth?.mode === 'bearer' && pathname === '/token' && (server === 'token' || auth.tokenServer !== 'other'))
    return parts.guard.issueToken(request);
  const inside = server === 'registry' && pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : '';
  if (inside === '/v2') {
    const body = Buffer.from(`<a href="${prefix}/v2/">Moved Permanently</a>.\n\n`);
    return replyBytes(301, body, { 'Location': `${prefix}/v2/`, 'Content-Type': 'text/html; charset=utf-8' });
  }
  const route = findRoute(inside);
  if (!route) {
    parts.journal.complain(`${request.method} ${request.path}: no such route`);
    return replyText(404, '404 page not found');
  }
  return serveRoute(parts, route, request);
}

function serveRoute(parts: Parts, route: Route, request: Incoming): Reply | null {
  const admitted = parts.guard.admit(route, request);
  if ('status' in admitted) return admitted;
  // Neither 2.8.2 nor 3.1.1 has the referrers API; asking is how a client finds out.
  if (route.kind === 'referrers' && !parts.options.referrersApi) return replyText(404, '404 page not found');
  const allowed = refusedMethods(route, request.method);
  const writes = !['GET', 'HEAD'].includes(request.method);
  if (allowed !== undefined) {
    parts.journal.complain(`${request.method} ${request.path}: method not allowed`);
    return replyText(405, 'Method not allowed', { Allow: allowed });
  }
  if (parts.options.readOnly && writes) return replyText(405, 'Method not allowed', { Allow: 'GET, HEAD' });
  const publish = (change: Change, write?: () => void): void => parts.notifier.publish(change, admitted.user, write);
  return dispatch(parts, route, request, publish);
}

function dispatch(parts: Parts, route: Route, request: Incoming, publish: (change: Change, write?: () => void) => void): Reply | null {
  const { store, uploads, options } = parts;
  const { flavour = '2.8', deleteEnabled = true, prefix = '', maxEntries = 1000, losesParents = true, referrersApi = false } = options;
  const listing = { flavour, prefix, maxEntries, losesParents };
  const tellsFirst = options.notify?.tagAfter !== undefined;
  const content = { flavour, deleteEnabled, publish, tellsFirst, uploads, namesSubject: referrersApi !== false };
  switch (route.kind) {
    case 'ping':
      return replyJson(200, {});
    case 'catalog':
      return listCatalog(store, request, listing);
    case 'tags':
      return listTags(store, route.repository, request, listing);
    case 'referrers':
      return listReferrers(store, route.repository, route.reference, request, { prefix, pageSize: typeof referrersApi === 'object' ? referrersApi.pageSize : 1000 });
    case 'uploads':
      return openUpload(store, route.repository, request, content);
    case 'upload':
      return continueUpload(store, route.repository, route.reference, request, content);
    case 'manifest':
      if (request.method === 'PUT') return writeManifest(store, route.repository, route.reference, request, content);
      if (request.method === 'DELETE') return deleteManifest(store, route.repository, route.reference, content);
      return readManifest(store, route.repository, route.reference, request, content);
    case 'blob':
      if (request.method === 'DELETE') return deleteBlob(store, route.repository, route.reference, content);
      return readBlob(store, route.repository, route.reference, request, content);
    default:
      return null;
  }
}
