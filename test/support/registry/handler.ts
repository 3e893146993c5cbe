import type { Uploads } from '../../../src/demo/registry/blobs.js';
import type { Guard } from './auth.js';
import { continueUpload, deleteBlob, openUpload, readBlob } from './blobs.js';
import { type FaultRule, type FaultScript, replaceReply, spoilReply } from './faults.js';
import { elsewhere, pass, redirect } from './front.js';
import type { Journal } from './journal.js';
import type { Limiter } from './limit.js';
import { listCatalog, listTags } from './listing.js';
import { deleteManifest, type ManifestRules, readManifest, writeManifest } from './manifests.js';
import type { Notifier } from './notify.js';
import type { Resolved } from './options.js';
import type { Outdated } from './outdated.js';
import { type Incoming, type Reply, replyBytes, replyEmpty, replyText } from '../../../src/demo/registry/reply.js';
import { listReferrers } from './referrers.js';
import { findRoute, refusedMethods, type Route } from '../../../src/demo/registry/routes.js';
import type { MemoryStore } from './store.js';

/** The registry itself, a token server of its own, or the port that a proxy redirects to. */
export type ServerRole = 'registry' | 'token' | 'elsewhere';

/** What one registry is made of. */
export interface Parts {
  readonly options: Resolved;
  readonly store: MemoryStore;
  readonly journal: Journal;
  readonly faults: FaultScript;
  readonly guard: Guard;
  readonly notifier: Notifier;
  readonly uploads: Uploads;
  readonly limiter: Limiter;
  readonly outdated: Outdated;
  /** `http://host:port` that a proxy redirects to. */
  readonly findElsewhere: () => string;
}

type Publish = ManifestRules['publish'];

/** The reply, spoilt by the fault when that is its kind. null: the connection is dropped. */
export function answerRequest(
  parts: Parts,
  server: ServerRole,
  request: Incoming,
  fault: FaultRule | null,
): Reply | null {
  const replaced = fault && replaceReply(fault, request);
  if (replaced) return replaced;
  // A reset or a hang that is not said to come after the work comes before it.
  if (fault?.kind === 'hang' || (fault?.kind === 'reset' && !fault.executed)) return replyEmpty(500);
  const reply = carryOut(parts, server, request);
  return fault && reply && (reply.status === 200 || fault.kind === 'headers') ? spoilReply(fault, reply) : reply;
}

function carryOut(parts: Parts, server: ServerRole, request: Incoming): Reply | null {
  const pathname = request.path.split('?')[0] ?? '';
  const { auth, prefix = '' } = parts.options;
  if (auth?.mode === 'bearer' && pathname === '/token' && (server === 'token' || auth.tokenServer !== 'other'))
    return parts.guard.issueToken(request);
  if (server === 'elsewhere') return serveElsewhere(parts, pathname, request);
  const inside = server === 'registry' && pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : '';
  if (inside === '/v2') {
    const body = Buffer.from(`<a href="${prefix}/v2/">Moved Permanently</a>.\n\n`);
    return replyBytes(301, body, { Location: `${prefix}/v2/`, 'Content-Type': 'text/html; charset=utf-8' });
  }
  const moved = parts.options.traits.front?.redirects && inside.startsWith(`${elsewhere}/`);
  const route = findRoute(moved ? inside.slice(elsewhere.length) : inside);
  return route ? serveRoute(parts, route, request, Boolean(moved)) : replyNoRoute(parts, request);
}

function replyNoRoute({ journal }: Parts, request: Incoming): Reply {
  journal.complain(`${request.method} ${request.path}: no such route`);
  return replyText(404, '404 page not found');
}

/** Content only, to anybody; who sends it a password or a token has given it away. */
function serveElsewhere(parts: Parts, pathname: string, request: Incoming): Reply | null {
  const route = pathname.startsWith(`${elsewhere}/`) ? findRoute(pathname.slice(elsewhere.length)) : null;
  if (!route || !['GET', 'HEAD'].includes(request.method)) return replyNoRoute(parts, request);
  if (request.headers.authorization)
    parts.journal.complain(`${request.method} ${request.path}: credentials were sent to another host`);
  return dispatch(parts, route, request, () => undefined);
}

function serveRoute(parts: Parts, route: Route, request: Incoming, moved: boolean): Reply | null {
  const { front } = parts.options.traits;
  const limited = parts.limiter.take(route, request);
  if (isReply(limited)) return limited;
  const admitted = parts.guard.admit(route, request);
  if ('status' in admitted) return admitted;
  const redirected = moved ? null : redirect(front, route, request, parts.options.prefix ?? '', parts.findElsewhere());
  if (redirected) return redirected;
  // Neither 2.8.2 nor 3.1.1 has the referrers API; asking is how a client finds out.
  if (route.kind === 'referrers' && !parts.options.referrersApi) return replyText(404, '404 page not found');
  const allowed = refusedMethods(route, request.method);
  const writes = !['GET', 'HEAD'].includes(request.method);
  if (allowed !== undefined) {
    parts.journal.complain(`${request.method} ${request.path}: method not allowed`);
    return replyText(405, 'Method not allowed', { Allow: allowed });
  }
  if (parts.options.readOnly && writes) return replyText(405, 'Method not allowed', { Allow: 'GET, HEAD' });
  const publish: Publish = (change, write) => parts.notifier.publish(change, admitted.user, write);
  const reply = dispatch(parts, route, request, publish);
  return reply && pass(front, { ...reply, headers: { ...reply.headers, ...limited } });
}

function isReply(value: Reply | Readonly<Record<string, string>>): value is Reply {
  return typeof value['status'] === 'number';
}

function dispatch(parts: Parts, route: Route, request: Incoming, publish: Publish): Reply | null {
  const { store, uploads, options, outdated } = parts;
  const { traits, deleteEnabled = true, maxEntries = 1000, losesParents = true, referrersApi = false } = options;
  const prefix = traits.front?.hidesPrefix ? '' : (options.prefix ?? '');
  const listing = { ...traits, prefix, maxEntries, losesParents, takeOutdated: (name: string) => outdated.take(name) };
  const tellsFirst = options.notify?.tagAfter !== undefined;
  const content = { traits, deleteEnabled, publish, tellsFirst, uploads, namesSubject: referrersApi !== false };
  switch (route.kind) {
    case 'ping':
      return replyBytes(200, Buffer.from(traits.ping.body), {
        'Content-Type': traits.ping.type ?? 'application/json; charset=utf-8',
      });
    case 'catalog':
      return listCatalog(store, request, listing);
    case 'tags':
      return listTags(store, route.repository, request, listing);
    case 'referrers':
      return listReferrers(store, route.repository, route.reference, request, {
        prefix,
        pageSize: typeof referrersApi === 'object' ? referrersApi.pageSize : 1000,
      });
    case 'uploads':
      return openUpload(store, route.repository, request, content);
    case 'upload':
      return continueUpload(store, route.repository, route.reference, request, content);
    case 'manifest':
      if (request.method === 'PUT') return writeManifest(store, route.repository, route.reference, request, content);
      if (request.method !== 'DELETE') return readManifest(store, route.repository, route.reference, request, content);
      return outdated.around(route.repository, () => deleteManifest(store, route.repository, route.reference, content));
    case 'blob':
      if (request.method === 'DELETE') return deleteBlob(store, route.repository, route.reference, content);
      return readBlob(store, route.repository, route.reference, request, content);
    default:
      return null;
  }
}
